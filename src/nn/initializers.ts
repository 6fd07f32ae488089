import type { Random } from "../random";
import type { Tensor } from "../tensor";
import type { ActivationName } from "./activations";

/** "he", "xavier", or normal numbers of a given standard deviation. */
export type Initializer = "he" | "xavier" | { normal: number };

/**
 * The standard deviation of a layer's first weights, where `inputs` numbers come into the layer and `outputs` go out.
 *
 * - he: √(2 / inputs), which keeps the variance through ReLU (He et al., 2015)
 * - xavier: √(2 / (inputs + outputs)), which keeps it both ways through a function like tanh (Glorot and Bengio, 2010)
 */
function deviation(initializer: Initializer, inputs: number, outputs: number): number {
  if (initializer === "he") return Math.sqrt(2 / inputs);
  if (initializer === "xavier") return Math.sqrt(2 / (inputs + outputs));
  return initializer.normal;
}

/** Fills the weights with random normal numbers. */
export function initialize(
  weights: Tensor,
  initializer: Initializer,
  inputs: number,
  outputs: number,
  random: Random,
): void {
  const scale = deviation(initializer, inputs, outputs);
  for (let i = 0; i < weights.data.length; i++) weights.data[i] = scale * random.normal();
}

/** He for ReLU, which silences half of what it is given; Xavier for the others. */
export const defaultInitializer = (activation: ActivationName): Initializer =>
  activation === "relu" ? "he" : "xavier";

export function isInitializer(value: unknown): value is Initializer {
  if (value === "he" || value === "xavier") return true;
  const normal = typeof value === "object" && value !== null && "normal" in value ? value.normal : undefined;
  return typeof normal === "number" && normal >= 0 && normal < Infinity;
}

/** What `isInitializer` accepts, as a message says it. */
export const initializerKinds = '"he", "xavier" or { normal: standard deviation ≥ 0 }';
