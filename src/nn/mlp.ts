import { isCount, oneOf, Problems } from "../errors";
import { type ActivationName, activationNames } from "./activations";
import { type Initializer, initializerKinds, isInitializer } from "./initializers";
import { Dense } from "./layers";
import { Network, type NetworkOptions } from "./network";

export interface MlpOptions extends NetworkOptions {
  /** Of every hidden layer, or one for each. Default "relu". */
  activation?: ActivationName | readonly ActivationName[];
  /** Of the last layer. Default "softmax", or "sigmoid" where it has one unit. */
  output?: ActivationName;
  /** Default: what suits each layer's activation. */
  initializer?: Initializer;
}

/** The names of all options. */
export const mlpKeys: readonly (keyof MlpOptions)[] = [
  "activation",
  "output",
  "initializer",
  "seed",
  "kernels",
];

/**
 * A multilayer perceptron: `mlp([784, 16, 16, 10])` has 784 inputs, two hidden layers of 16 units and 10 outputs.
 * Throws one OptionsError that lists every wrong option.
 */
export function mlp(sizes: readonly number[], options: MlpOptions = {}): Network {
  const problems = new Problems();
  problems.expect(Array.isArray(sizes), "sizes", "a list of numbers such as [784, 16, 10]", sizes);
  problems.throwIfAny("mlp");
  const {
    activation = "relu",
    output = sizes[sizes.length - 1] === 1 ? "sigmoid" : "softmax",
    initializer,
    seed = 1,
    kernels,
  } = options ?? {};
  const hidden = Math.max(0, sizes.length - 2);
  const listed = Array.isArray(activation);
  const each: readonly ActivationName[] = listed ? activation : new Array(hidden).fill(activation);
  problems.expectKnownKeys(options, mlpKeys);
  problems.expect(sizes.length >= 2, "sizes", "at least two numbers, inputs and outputs", sizes);
  for (const [i, size] of sizes.entries()) {
    problems.expect(isCount(size), `sizes[${i}]`, "a whole number ≥ 1", size);
  }
  problems.expect(
    each.length === hidden,
    "activation",
    `one for each of the ${hidden} hidden layers`,
    activation,
  );
  const names: readonly unknown[] = listed ? activation : [activation];
  for (const [i, name] of names.entries()) {
    const where = listed ? `activation[${i}]` : "activation";
    problems.expect(
      activationNames.some((known) => known === name),
      where,
      oneOf(activationNames),
      name,
    );
  }
  problems.expect(activationNames.includes(output), "output", oneOf(activationNames), output);
  problems.expect(
    !(output === "softmax" && sizes[sizes.length - 1] === 1),
    "output",
    "not softmax for a single output, which would always be 1",
    output,
  );
  const initializes = initializer === undefined || isInitializer(initializer);
  problems.expect(initializes, "initializer", initializerKinds, initializer);
  problems.expect(Number.isSafeInteger(seed), "seed", "a whole number", seed);
  problems.throwIfAny("mlp");
  const layers = sizes
    .slice(1)
    .map((units, i) => new Dense(units, { activation: each[i] ?? output, initializer }));
  return new Network([sizes[0]], layers, { seed, kernels });
}
