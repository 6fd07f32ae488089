import type { ActivationName } from "../nn/activations";
import type { Layer } from "../nn/layers";
import type { Tensor } from "../tensor";
import type { GrowingHistogram, Histogram, MagnitudeHistogram } from "./histogram";

/** How numbers are spread. */
export interface Spread {
  readonly mean: number;
  /** The standard deviation. */
  readonly deviation: number;
  /** The share that is exactly 0. */
  readonly zeros: number;
  /** Of activations by value, of gradients by size: there the edges are powers of ten, and zeros are left out. */
  readonly histogram: Histogram;
}

/** Adds up a spread batch by batch. */
export class SpreadMeasure {
  private count = 0;
  private zeros = 0;
  private sum = 0;
  private squares = 0;

  constructor(private readonly bins: GrowingHistogram | MagnitudeHistogram) {}

  add({ data }: Tensor, scale = 1): void {
    this.count += data.length;
    for (let i = 0; i < data.length; i++) {
      if (data[i] === 0) this.zeros++;
      this.sum += scale * data[i];
      this.squares += (scale * data[i]) ** 2;
    }
    this.bins.add(data, scale);
  }

  /** null where nothing was added. */
  result(): Spread | null {
    const { count, zeros, sum, squares } = this;
    if (count === 0) return null;
    const mean = sum / count;
    const deviation = Math.sqrt(Math.max(0, squares / count - mean ** 2));
    return { mean, deviation, zeros: zeros / count, histogram: this.bins.histogram() };
  }
}

/** Where an activation is flat: its derivative, in terms of y = f(z), is 0 or below a twentieth of its largest. */
const flatParts: Partial<Record<ActivationName, (y: number) => boolean>> = {
  relu: (y) => y <= 0,
  sigmoid: (y) => y * (1 - y) < 0.25 / 20,
  tanh: (y) => 1 - y * y < 1 / 20,
};

/** A sigmoid or tanh unit counts as saturated where it is flat for at least this share of what it sees. */
const SATURATED = 0.95;

/** What a layer's units do over many samples. */
export interface UnitStates {
  /** ReLU units that send 0 whatever they see, so that no gradient ever comes back through them. */
  readonly dead: number | null;
  /** Sigmoid or tanh units that are on a flat part for 95 % of what they see and more. */
  readonly saturated: number | null;
  /** The share of all outputs that are on a flat part, where (nearly) no gradient comes back. */
  readonly flat: number | null;
}

/** Counts how often each unit (in images: each channel) is on a flat part of its activation. */
export class UnitMeasure {
  private readonly isFlat: (y: number) => boolean;
  private readonly counts: Float64Array;
  private seen = 0;

  /** Takes part only with an activation that has flat parts. */
  static of(units: number, activation: ActivationName | null): UnitMeasure | null {
    return activation !== null && activation in flatParts ? new UnitMeasure(units, activation) : null;
  }

  private constructor(
    units: number,
    private readonly activation: ActivationName,
  ) {
    this.isFlat = flatParts[activation] ?? (() => false);
    this.counts = new Float64Array(units);
  }

  add({ data }: Tensor): void {
    const { counts, isFlat } = this;
    for (let i = 0; i < data.length; i += counts.length) {
      for (let unit = 0; unit < counts.length; unit++) if (isFlat(data[i + unit])) counts[unit]++;
    }
    this.seen += data.length / counts.length;
  }

  result(): UnitStates {
    const { counts, seen } = this;
    const units = (share: number) => counts.filter((count) => count >= share * seen).length;
    const flat = counts.reduce((sum, count) => sum + count, 0) / (seen * counts.length);
    return this.activation === "relu"
      ? { dead: units(1), saturated: null, flat }
      : { dead: null, saturated: units(SATURATED), flat };
  }
}

export const noUnitStates: UnitStates = { dead: null, saturated: null, flat: null };

export const activationOf = (layer: Layer): ActivationName | null =>
  "activation" in layer ? (layer.activation as ActivationName) : null;
