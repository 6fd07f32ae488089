import type { Kernels } from "../kernels/kernels";
import type { Parameter } from "./layers";

export type OptimizerName = "sgd";

/** A rule that turns gradients into new parameters. */
export interface Optimizer {
  /** Changes every parameter once. */
  step(parameters: readonly Parameter[], learningRate: number, kernels: Kernels): void;
}

/** Stochastic gradient descent: W ← W − rate·dW (Robbins and Monro, 1951). */
const sgd = (): Optimizer => ({
  step(parameters, learningRate, kernels) {
    for (const { value, gradient } of parameters) kernels.descend(value, gradient, learningRate);
  },
});

export const optimizers: Record<OptimizerName, () => Optimizer> = { sgd };

export const optimizerNames = Object.keys(optimizers) as OptimizerName[];
