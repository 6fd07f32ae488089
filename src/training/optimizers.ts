import { isNotNegative, isPositive, oneOf, type Problems } from "../errors";
import type { Kernels } from "../kernels/kernels";
import type { Parameter } from "../nn/layers";
import type { Tensor } from "../tensor";

/** A rule that turns gradients into new parameters, with the numbers that it can be told. */
export type OptimizerOptions =
  | { name: "sgd" }
  | { name: "momentum"; momentum?: number }
  | { name: "nesterov"; momentum?: number }
  | { name: "rmsprop"; rho?: number; epsilon?: number }
  | { name: "adam"; beta1?: number; beta2?: number; epsilon?: number };

export type OptimizerName = OptimizerOptions["name"];

/** Changes one parameter. `memory` holds what the rule remembers of it, zeros at first; `step` counts from 1. */
interface Rule {
  /** How many numbers are remembered for each number of the parameter. */
  readonly memories: number;
  update(parameter: Parameter, memory: readonly Tensor[], rate: number, step: number, kernels: Kernels): void;
}

/** Stochastic gradient descent: W ← W − rate·dW (Robbins and Monro, 1951). */
const sgd = (): Rule => ({
  memories: 0,
  update: ({ value, gradient }, _, rate, __, kernels) => kernels.descend(value, gradient, rate),
});

/** A ball that rolls: v ← momentum·v + dW, W ← W − rate·v (Polyak, 1964). */
const momentum = ({ momentum = 0.9 }): Rule => ({
  memories: 1,
  update: ({ value, gradient }, [v], rate, _, kernels) =>
    kernels.descendWithMomentum(value, gradient, v, rate, momentum, false),
});

/** Momentum that looks one step ahead: v ← momentum·v + dW, W ← W − rate·(dW + momentum·v) (Nesterov, 1983). */
const nesterov = ({ momentum = 0.9 }): Rule => ({
  memories: 1,
  update: ({ value, gradient }, [v], rate, _, kernels) =>
    kernels.descendWithMomentum(value, gradient, v, rate, momentum, true),
});

/** Steps of the same size whatever the gradient's: s ← ρ·s + (1 − ρ)·dW², W ← W − rate·dW / (√s + ε) (Hinton, 2012). */
const rmsprop = ({ rho = 0.9, epsilon = 1e-8 }): Rule => ({
  memories: 1,
  update: ({ value, gradient }, [s], rate, _, kernels) =>
    kernels.rmsProp(value, gradient, s, rate, rho, epsilon),
});

/**
 * Both of these: m ← β₁·m + (1 − β₁)·dW, s ← β₂·s + (1 − β₂)·dW², W ← W − rate·m̂ / (√ŝ + ε), where m̂ = m / (1 − β₁ᵗ)
 * and ŝ = s / (1 − β₂ᵗ) make up for the zeros at the start (Kingma and Ba, 2015).
 */
const adam = ({ beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }): Rule => ({
  memories: 2,
  update: ({ value, gradient }, [m, s], rate, step, kernels) =>
    kernels.adam(value, gradient, m, s, rate, beta1, beta2, epsilon, step),
});

function makeRule(options: OptimizerOptions): Rule {
  if (options.name === "momentum") return momentum(options);
  if (options.name === "nesterov") return nesterov(options);
  if (options.name === "rmsprop") return rmsprop(options);
  return options.name === "adam" ? adam(options) : sgd();
}

/** What can be done to gradients and weights beside the optimizer's rule. Biases, γ and β are left out of the first two. */
export interface RegularizationOptions {
  /** Adds l2/2·Σ W² to what is minimised (not to the loss that is shown): dW ← dW + l2·W. Default 0. */
  l2?: number;
  /** Shrinks the weights by themselves: W ← W − rate·weightDecay·W (Loshchilov and Hutter, 2019). Default 0. */
  weightDecay?: number;
  /** The longest that all gradients together, as one vector, may be; a longer one is shortened. Default ∞. */
  clipNorm?: number;
  /** The largest that any number of a gradient may be; larger ones are cut off. Default ∞. */
  clipValue?: number;
}

/** What an optimizer remembers from step to step. */
export interface OptimizerMemory {
  readonly name: OptimizerName;
  steps: number;
  /** For each parameter in turn, as many tensors of its shape as the rule needs. */
  readonly tensors: readonly Tensor[];
}

/** A rule at work on the parameters of a network. */
export class Optimizer {
  readonly memory: OptimizerMemory;
  private readonly rule: Rule;
  private readonly memories: readonly (readonly Tensor[])[];

  /** `memory` is what an optimizer of the same name left behind, if it is to be continued. */
  constructor(
    options: OptimizerOptions,
    private readonly parameters: readonly Parameter[],
    private readonly kernels: Kernels,
    private readonly regularization: RegularizationOptions = {},
    memory: OptimizerMemory | null = null,
  ) {
    const { name } = options;
    this.rule = makeRule(options);
    const { memories } = this.rule;
    const newTensors = () =>
      parameters.flatMap(({ value }) => Array.from({ length: memories }, () => kernels.zeros(value.shape)));
    this.memory = memory?.name === name ? memory : { name, steps: 0, tensors: newTensors() };
    this.memories = parameters.map((_, i) => this.memory.tensors.slice(i * memories, (i + 1) * memories));
  }

  /** Changes every parameter once. */
  step(rate: number): void {
    const { parameters, kernels } = this;
    const { l2 = 0, weightDecay = 0, clipNorm = Infinity, clipValue = Infinity } = this.regularization;
    if (clipValue < Infinity) clipByValue(parameters, clipValue);
    if (clipNorm < Infinity) clipByNorm(parameters, clipNorm);
    this.memory.steps++;
    for (const [i, parameter] of parameters.entries()) {
      const { value, gradient } = parameter;
      const isWeight = value.shape.length > 1;
      if (isWeight && l2 > 0) kernels.descend(gradient, value, -l2);
      if (isWeight && weightDecay > 0) kernels.descend(value, value, rate * weightDecay);
      this.rule.update(parameter, this.memories[i], rate, this.memory.steps, kernels);
    }
  }
}

/** g ← g·limit / ‖g‖ where ‖g‖ > limit, with ‖g‖ = √(Σ g²) over all parameters (Pascanu et al., 2013). */
function clipByNorm(parameters: readonly Parameter[], limit: number): void {
  let sum = 0;
  for (const { gradient } of parameters) {
    for (let i = 0; i < gradient.data.length; i++) sum += gradient.data[i] ** 2;
  }
  const norm = Math.sqrt(sum);
  if (!(norm > limit)) return;
  for (const { gradient } of parameters) {
    for (let i = 0; i < gradient.data.length; i++) gradient.data[i] *= limit / norm;
  }
}

/** g ← max(−limit, min(limit, g)). */
function clipByValue(parameters: readonly Parameter[], limit: number): void {
  for (const {
    gradient: { data },
  } of parameters) {
    for (let i = 0; i < data.length; i++) data[i] = Math.max(-limit, Math.min(limit, data[i]));
  }
}

const numbersOf: Record<OptimizerName, readonly string[]> = {
  sgd: [],
  momentum: ["momentum"],
  nesterov: ["momentum"],
  rmsprop: ["rho", "epsilon"],
  adam: ["beta1", "beta2", "epsilon"],
};

export const optimizerNames = Object.keys(numbersOf) as OptimizerName[];

/** Notes every problem with an optimizer's options. */
export function expectOptimizer(problems: Problems, options: OptimizerOptions): void {
  const expected = `${oneOf(optimizerNames)}, or an object such as { name: "momentum", momentum: 0.9 }`;
  const name = options?.name;
  if (!problems.expect(optimizerNames.includes(name), "optimizer", expected, name ?? options)) return;
  problems.expectKnownKeys(options, ["name", ...numbersOf[name]], "optimizer.");
  for (const [key, value] of Object.entries(options)) {
    if (!numbersOf[name].includes(key) || value === undefined) continue;
    const [fine, wanted] =
      key === "epsilon"
        ? [isPositive(value), "a finite number > 0"]
        : [isNotNegative(value) && value < 1, "a number ≥ 0 and < 1"];
    problems.expect(fine, `optimizer.${key}`, wanted, value);
  }
}

/** Notes every problem with what is done beside the rule. */
export function expectRegularization(problems: Problems, options: RegularizationOptions): void {
  const { l2 = 0, weightDecay = 0, clipNorm = Infinity, clipValue = Infinity } = options;
  for (const [name, value] of Object.entries({ l2, weightDecay })) {
    problems.expect(isNotNegative(value), name, "a finite number ≥ 0", value);
  }
  for (const [name, value] of Object.entries({ clipNorm, clipValue })) {
    problems.expect(value === Infinity || isPositive(value), name, "a number > 0", value);
  }
}
