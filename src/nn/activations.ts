import type { Tensor } from "../tensor";

export type ActivationName = "linear" | "relu" | "sigmoid" | "tanh" | "softmax";

/** A function that a layer applies to its sums z, and how a gradient comes back through it. */
export interface Activation {
  /** y = f(z). Both [batch, …, units]; y may be z itself. */
  forward(z: Tensor, y: Tensor): void;
  /** dz = dy·f′(z), where f′ is written in terms of y = f(z). dz may be dy itself. */
  backward(y: Tensor, dy: Tensor, dz: Tensor): void;
}

/** An activation that treats every number by itself: f in terms of z, its derivative in terms of y = f(z). */
function elementwise(f: (z: number) => number, derivative: (y: number) => number): Activation {
  return {
    forward(z, y) {
      for (let i = 0; i < z.data.length; i++) y.data[i] = f(z.data[i]);
    },
    backward(y, dy, dz) {
      for (let i = 0; i < y.data.length; i++) dz.data[i] = dy.data[i] * derivative(y.data[i]);
    },
  };
}

/** f(z) = z, f′ = 1. */
const linear = elementwise(
  (z) => z,
  () => 1,
);

/** f(z) = max(0, z), f′ = 1 where y > 0 and 0 elsewhere. NaN stays NaN. */
const relu = elementwise(
  (z) => Math.max(0, z),
  (y) => (y > 0 ? 1 : 0),
);

/** f(z) = 1 / (1 + e^−z), f′ = y·(1 − y). For z → −∞, e^−z becomes ∞ and f exactly 0. */
const sigmoid = elementwise(
  (z) => 1 / (1 + Math.exp(-z)),
  (y) => y * (1 - y),
);

/** f(z) = tanh(z), f′ = 1 − y². */
const tanh = elementwise(
  (z) => Math.tanh(z),
  (y) => 1 - y * y,
);

/** f(z)ᵢ = e^zᵢ / Σⱼ e^zⱼ in every row: positive numbers whose sum is 1. */
const softmax: Activation = {
  forward(z, y) {
    const units = z.shape[z.shape.length - 1];
    for (let start = 0; start < z.data.length; start += units) {
      // Subtracting the largest z changes nothing in the quotient and keeps e^z from overflowing.
      let largest = Number.NEGATIVE_INFINITY;
      for (let j = 0; j < units; j++) largest = Math.max(largest, z.data[start + j]);
      let sum = 0;
      for (let j = 0; j < units; j++) {
        const e = Math.exp(z.data[start + j] - largest);
        y.data[start + j] = e;
        sum += e;
      }
      for (let j = 0; j < units; j++) y.data[start + j] /= sum;
    }
  },
  /** ∂yⱼ/∂zᵢ = yⱼ·(1[i = j] − yᵢ), so dzᵢ = yᵢ·(dyᵢ − Σⱼ dyⱼ·yⱼ). */
  backward(y, dy, dz) {
    const units = y.shape[y.shape.length - 1];
    for (let start = 0; start < y.data.length; start += units) {
      let sum = 0;
      for (let j = 0; j < units; j++) sum += dy.data[start + j] * y.data[start + j];
      for (let j = 0; j < units; j++) dz.data[start + j] = y.data[start + j] * (dy.data[start + j] - sum);
    }
  },
};

export const activations: Record<ActivationName, Activation> = { linear, relu, sigmoid, tanh, softmax };

export const activationNames = Object.keys(activations) as ActivationName[];
