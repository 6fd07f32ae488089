import type { Tensor } from "../tensor";
import { type ActivationName, activations } from "./activations";

export type LossName = "crossEntropy" | "binaryCrossEntropy" | "meanSquaredError";

/** How wrong a batch of answers is, as one number, and in which direction it grows. */
export interface Loss {
  /**
   * The output activation that this loss contains. It is then given the logits z instead of f(z), because together
   * they have a derivative that is short and exact. `null`: the loss takes the network's outputs as they are.
   */
  readonly contains: ActivationName | null;
  /** The mean loss of the batch. output and target [batch, outputs]. */
  forward(output: Tensor, target: Tensor): number;
  /** The gradient of `forward` with respect to `output`, into `gradient` [batch, outputs]. */
  backward(output: Tensor, target: Tensor, gradient: Tensor): void;
}

/** C = mean over samples and outputs of (y − t)². */
const meanSquaredError: Loss = {
  contains: null,
  forward(y, t) {
    let sum = 0;
    for (let i = 0; i < y.data.length; i++) sum += (y.data[i] - t.data[i]) ** 2;
    return sum / y.data.length;
  },
  /** dy = 2·(y − t) / (batch·outputs). */
  backward(y, t, dy) {
    const scale = 2 / y.data.length;
    for (let i = 0; i < y.data.length; i++) dy.data[i] = scale * (y.data[i] - t.data[i]);
  },
};

/**
 * Softmax and cross-entropy in one: C = mean over samples of −Σⱼ tⱼ·ln softmax(z)ⱼ = ln Σⱼ e^zⱼ − Σⱼ tⱼ·zⱼ,
 * where the targets t of a sample add up to 1.
 */
const crossEntropy: Loss = {
  contains: "softmax",
  forward(z, t) {
    const [batch, outputs] = z.shape;
    let total = 0;
    for (let start = 0; start < z.data.length; start += outputs) {
      let largest = Number.NEGATIVE_INFINITY;
      for (let j = 0; j < outputs; j++) largest = Math.max(largest, z.data[start + j]);
      let sum = 0;
      for (let j = 0; j < outputs; j++) {
        sum += Math.exp(z.data[start + j] - largest);
        // A sum of products would make 0·∞ = NaN of a logit that the target does not look at.
        if (t.data[start + j] !== 0) total -= t.data[start + j] * (z.data[start + j] - largest);
      }
      total += Math.log(sum);
    }
    return total / batch;
  },
  /** dz = (softmax(z) − t) / batch. */
  backward(z, t, dz) {
    activations.softmax.forward(z, dz);
    const batch = z.shape[0];
    for (let i = 0; i < dz.data.length; i++) dz.data[i] = (dz.data[i] - t.data[i]) / batch;
  },
};

/**
 * Sigmoid and cross-entropy in one, for answers that are yes or no:
 * C = mean over samples of Σⱼ −tⱼ·ln σ(zⱼ) − (1 − tⱼ)·ln(1 − σ(zⱼ)), which is max(z, 0) − z·t + ln(1 + e^−|z|).
 */
const binaryCrossEntropy: Loss = {
  contains: "sigmoid",
  forward(z, t) {
    let sum = 0;
    for (let i = 0; i < z.data.length; i++) {
      const logit = z.data[i];
      sum += Math.max(logit, 0) - logit * t.data[i] + Math.log1p(Math.exp(-Math.abs(logit)));
    }
    return sum / z.shape[0];
  },
  /** dz = (σ(z) − t) / batch. */
  backward(z, t, dz) {
    activations.sigmoid.forward(z, dz);
    const batch = z.shape[0];
    for (let i = 0; i < dz.data.length; i++) dz.data[i] = (dz.data[i] - t.data[i]) / batch;
  },
};

export const losses: Record<LossName, Loss> = { crossEntropy, binaryCrossEntropy, meanSquaredError };

export const lossNames = Object.keys(losses) as LossName[];

/** The cross-entropy that belongs to the output activation, and the mean squared error where there is none. */
export function defaultLoss(output: ActivationName): LossName {
  if (output === "softmax") return "crossEntropy";
  return output === "sigmoid" ? "binaryCrossEntropy" : "meanSquaredError";
}
