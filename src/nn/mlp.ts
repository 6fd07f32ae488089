import { isCount, isNotNegative, oneOf, Problems } from "../errors";
import { type ActivationName, activationNames } from "./activations";
import { Dropout } from "./dropout";
import { type Initializer, initializerKinds, isInitializer } from "./initializers";
import { Dense } from "./layers";
import { Network, type NetworkOptions } from "./network";

export interface MlpOptions extends NetworkOptions {
  /** Of every hidden layer, or one for each. Default "relu". */
  activation?: ActivationName | readonly ActivationName[];
  /** Of the last layer. Default "softmax", or "sigmoid" where it has one unit. */
  output?: ActivationName;
  /** One for each layer, the last one too, such as ["tanh", "relu", "softmax"]; instead of `activation` and `output`. */
  activations?: readonly ActivationName[];
  /** The share of the units that each hidden layer silences while it learns, or one for each. Default 0. */
  dropout?: number | readonly number[];
  /** Default: what suits each layer's activation. */
  initializer?: Initializer;
}

/** Sizes whose number the compiler knows have one item for each of these; of others it knows nothing. */
type ForEach<Layers extends readonly unknown[], Item> = number extends Layers["length"]
  ? readonly Item[]
  : { readonly [Layer in keyof Layers]: Item };

/** The layers behind the input, and those among them that are hidden. */
type Behind<Sizes extends readonly number[]> = Sizes extends readonly [number, ...infer Layers]
  ? Layers
  : number[];
type Hidden<Sizes extends readonly number[]> =
  Behind<Sizes> extends readonly [...infer Layers, unknown] ? Layers : number[];

/** What there is one of for each layer: the compiler counts where it can. */
interface LayerOptions<Sizes extends readonly number[]> {
  activation?: ActivationName | ForEach<Hidden<Sizes>, ActivationName>;
  activations?: ForEach<Behind<Sizes>, ActivationName>;
  dropout?: number | ForEach<Hidden<Sizes>, number>;
}

/** The names of all options. */
export const mlpKeys: readonly (keyof MlpOptions)[] = [
  ...(["activation", "output", "activations", "dropout", "initializer", "seed", "kernels"] as const),
];

/**
 * A multilayer perceptron: `mlp([784, 16, 16, 10])` has 784 inputs, two hidden layers of 16 units and 10 outputs.
 * Throws one OptionsError that lists every wrong option.
 */
export function mlp<const Sizes extends readonly number[]>(
  sizes: Sizes,
  options?: Omit<MlpOptions, keyof LayerOptions<Sizes>> & LayerOptions<Sizes>,
): Network;
export function mlp(sizes: readonly number[], options: MlpOptions = {}): Network {
  const problems = new Problems();
  problems.expect(Array.isArray(sizes), "sizes", "a list of numbers such as [784, 16, 10]", sizes);
  problems.throwIfAny("mlp");
  problems.expectKnownKeys(options, mlpKeys);
  problems.expect(sizes.length >= 2, "sizes", "at least two numbers, inputs and outputs", sizes);
  for (const [i, size] of sizes.entries()) {
    problems.expect(isCount(size), `sizes[${i}]`, "a whole number ≥ 1", size);
  }
  const { initializer, seed = 1, kernels } = options ?? {};
  const activations = chooseActivations(problems, sizes, options ?? {});
  const rates = chooseRates(problems, sizes, options?.dropout ?? 0);
  const initializes = initializer === undefined || isInitializer(initializer);
  problems.expect(initializes, "initializer", initializerKinds, initializer);
  problems.expect(Number.isSafeInteger(seed), "seed", "a whole number", seed);
  problems.throwIfAny("mlp");
  const layers = sizes.slice(1).flatMap((units, i) => {
    const dense = new Dense(units, { activation: activations[i], initializer });
    return rates[i] > 0 ? [dense, new Dropout(rates[i])] : [dense];
  });
  return new Network([sizes[0]], layers, { seed, kernels });
}

/** The activation of each layer. */
function chooseActivations(
  problems: Problems,
  sizes: readonly number[],
  { activation, output, activations }: MlpOptions,
): readonly ActivationName[] {
  const expectName = (name: string, value: unknown) =>
    problems.expect(
      activationNames.some((known) => known === value),
      name,
      oneOf(activationNames),
      value,
    );
  const expectList = (name: string, list: unknown, count: number, layers: string) => {
    const fits = Array.isArray(list) && list.length === count;
    problems.expect(fits, name, `one for each of the ${count} ${layers}`, list);
    if (Array.isArray(list)) for (const [i, value] of list.entries()) expectName(`${name}[${i}]`, value);
  };
  const layers = Math.max(1, sizes.length - 1);
  const single = sizes[sizes.length - 1] === 1;
  if (activations !== undefined) {
    const alone = "none beside activations, which name every layer's";
    problems.expect(activation === undefined, "activation", alone, activation);
    problems.expect(output === undefined, "output", alone, output);
    expectList("activations", activations, layers, "layers behind the input");
  } else if (Array.isArray(activation)) expectList("activation", activation, layers - 1, "hidden layers");
  else expectName("activation", activation ?? "relu");
  const hidden = Array.isArray(activation) ? activation : new Array(layers - 1).fill(activation ?? "relu");
  const all = activations ?? [...hidden, output ?? (single ? "sigmoid" : "softmax")];
  const last = all[all.length - 1];
  if (activations === undefined) expectName("output", last);
  const where = activations === undefined ? "output" : `activations[${all.length - 1}]`;
  const always = "not softmax for a single output, which would always be 1";
  problems.expect(!(last === "softmax" && single), where, always, last);
  return all;
}

/** The share that dropout silences behind each hidden layer. */
function chooseRates(problems: Problems, sizes: readonly number[], dropout: unknown): readonly number[] {
  const hidden = Math.max(0, sizes.length - 2);
  const rates: readonly unknown[] = Array.isArray(dropout) ? dropout : new Array(hidden).fill(dropout);
  problems.expect(rates.length === hidden, "dropout", `one for each of the ${hidden} hidden layers`, dropout);
  const named = Array.isArray(dropout) ? rates : [dropout];
  for (const [i, rate] of named.entries()) {
    const name = Array.isArray(dropout) ? `dropout[${i}]` : "dropout";
    problems.expect(isNotNegative(rate) && rate < 1, name, "a number ≥ 0 and < 1", rate);
  }
  return rates as readonly number[];
}
