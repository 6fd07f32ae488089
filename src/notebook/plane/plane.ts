import { Dataset } from "../../dataset";
import { OptionsError, ShapeError, show } from "../../errors";
import type { Network } from "../../nn/network";
import { predictedClass } from "../../nn/predicted-class";
import { type Shape, sameShape, showShape, Tensor } from "../../tensor";

/** The middles of the cells that the plane is divided into, from left to right and from the bottom to the top. */
export interface Plane {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** What a network says about every cell of the plane, row by row from the bottom. */
export interface PlaneAnswers extends Plane {
  /** The class, as an index. */
  readonly classes: readonly (readonly number[])[];
  /** The probability of that class; 1 where the outputs are no probabilities. */
  readonly probabilities: readonly (readonly number[])[];
}

/** What the units of a layer say about every cell: for each unit its activations, row by row from the bottom. */
export interface UnitResponses {
  /** Counted from 1, as in the summary. */
  readonly layer: number;
  readonly name: string;
  readonly units: readonly Float32Array[];
}

/** `size` by `size` cells that cover the samples [count, 2] and a little room around them. Throws a ShapeError for others. */
export function planeAround(where: string, data: Dataset, size: number): Plane {
  checkSampleShape(where, data, [2], "points in the plane");
  const { samples } = data;
  const middles = (axis: 0 | 1) => {
    const [low, high] = rangeOf(samples, axis);
    const room = 0.08 * (high - low) || 1;
    const step = (high - low + 2 * room) / size;
    return Array.from({ length: size }, (_, i) => low - room + (i + 0.5) * step);
  };
  return { x: middles(0), y: middles(1) };
}

/** Throws a ShapeError for samples of another shape, and an OptionsError for what is no Dataset. */
export function checkSampleShape(where: string, data: Dataset, shape: Shape, what: string): void {
  if (!(data instanceof Dataset))
    throw new OptionsError(`${where}: data: expected a Dataset, received ${show(data)}.`);
  if (sameShape(data.sampleShape, shape)) return;
  throw new ShapeError(
    `${where}: expected samples that are ${what}, ${showShape(shape)}, received ${showShape(data.sampleShape)}.`,
  );
}

export function answersOn(network: Network, plane: Plane): PlaneAnswers {
  const outputs = network.predict(samplesOf(plane));
  const width = plane.x.length;
  const rows = <Value>(of: (cell: number) => Value): Value[][] =>
    plane.y.map((_, row) => plane.x.map((_, column) => of(row * width + column)));
  return {
    ...plane,
    classes: rows((cell) => predictedClass(outputs, cell)),
    probabilities: rows((cell) => probabilityOf(outputs, cell, network.outputLayer?.activation)),
  };
}

/** The responses of all units in the layers before the last, of those that have weights. */
export function unitsOn(network: Network, plane: Plane): UnitResponses[] {
  const found: UnitResponses[] = [];
  let x = samplesOf(plane);
  for (const [i, layer] of network.layers.slice(0, -1).entries()) {
    x = layer.forward(x);
    if (layer.parameters.length === 0 || layer.outputShape.length !== 1) continue;
    const [cells, width] = x.shape;
    const units = Array.from({ length: width }, (_, unit) =>
      Float32Array.from({ length: cells }, (_, cell) => x.data[x.rowStart(cell) + unit]),
    );
    found.push({ layer: i + 1, name: layer.name, units });
  }
  return found;
}

function samplesOf({ x, y }: Plane): Tensor {
  const samples = Tensor.zeros([x.length * y.length, 2]);
  y.forEach((up, row) => {
    x.forEach((across, column) => {
      samples.data.set([across, up], 2 * (row * x.length + column));
    });
  });
  return samples;
}

function probabilityOf(outputs: Tensor, cell: number, activation: string | undefined): number {
  const start = outputs.rowStart(cell);
  const values = Array.from(outputs.data.subarray(start, start + outputs.rowSize));
  if (activation !== "softmax" && activation !== "sigmoid") return 1;
  if (values.length === 1) return Math.max(values[0], 1 - values[0]);
  // Sigmoids of several classes need not add up to 1.
  return (
    values.reduce((most, value) => Math.max(most, value)) / values.reduce((sum, value) => sum + value, 0)
  );
}

/** The lowest and the highest of the numbers in one column of samples [count, columns]. */
export function rangeOf(samples: Tensor, axis: number): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < samples.shape[0]; i++) {
    const value = samples.data[samples.rowStart(i) + axis];
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}
