import type { Dataset } from "../dataset";
import { isCount, NeuralNetworkError, OptionsError, Problems, show } from "../errors";
import { type MlpOptions, mlp, mlpKeys } from "../nn/mlp";
import { Network } from "../nn/network";
import { checkTraining, type TrainingOptions, trainingKeys } from "../training/options";

/** One way to train a network: whatever `fit` and `mlp` can be told, and what they are given. */
export interface Setting
  extends Partial<Omit<TrainingOptions, "seed" | "signal">>,
    Omit<MlpOptions, "seed" | "kernels"> {
  /** Of the network that `mlp` makes, such as [784, 16, 16, 10]. */
  sizes?: readonly number[];
  /** Makes a network of another kind, instead of `sizes`: `(seed) => mlp([784, 16, 10], { seed })`. */
  network?: (seed: number) => Network;
  /** What is learned from. */
  data?: Dataset;
}

/** What is the same for all settings, and how often each is trained. */
export interface ComparisonOptions extends Setting {
  /** Decides the first weights and the order of the samples, the same for every setting. Default 1. */
  seed?: number;
  /** How many seeds each setting is trained with: `seed`, `seed + 1`, …. Default 1. */
  repeats?: number;
  /** Ends the comparison at the next batch, as an interrupt does. */
  signal?: AbortSignal;
}

/** One training that a comparison asks for. */
export interface PlannedRun {
  readonly setting: string;
  readonly seed: number;
  readonly data: Dataset;
  readonly training: TrainingOptions;
  readonly makeNetwork: (seed: number) => Network;
}

/** What makes a network where no function does. */
const networkKeys: readonly string[] = ["sizes", ...mlpKeys];

const settingKeys: readonly string[] = [
  ...["sizes", "network", "data"],
  ...[...mlpKeys, ...trainingKeys].filter((key) => !["seed", "kernels", "signal"].includes(key)),
];

const commonKeys: readonly string[] = [...settingKeys, "seed", "repeats", "signal"];

/**
 * All trainings of a comparison, the first seed of every setting before the second of any. Throws one OptionsError that
 * lists every wrong option of every setting.
 */
export function planRuns(
  settings: Readonly<Record<string, Setting>>,
  options: ComparisonOptions,
): PlannedRun[] {
  const problems = new Problems();
  const isObject = typeof settings === "object" && settings !== null && !Array.isArray(settings);
  problems.expect(isObject, "settings", "an object such as { relu: { … }, tanh: { … } }", settings);
  problems.expectKnownKeys(options, commonKeys);
  const { seed = 1, repeats = 1, signal: _, ...common } = options ?? {};
  problems.expect(Number.isSafeInteger(seed), "seed", "a whole number", seed);
  problems.expect(isCount(repeats) && repeats <= 100, "repeats", "a whole number from 1 to 100", repeats);

  const merged = Object.entries(isObject ? settings : {}).map(([name, own]) => {
    const setting = merge(withoutUndefined(common), withoutUndefined(own));
    const keys = problemsOf(() => {
      const unknown = new Problems();
      unknown.expectKnownKeys(own, settingKeys);
      unknown.throwIfAny(name);
    });
    return { name, setting, problems: [...keys, ...settingProblems(setting, seed)] };
  });
  // A problem that all settings have is one with what they have in common.
  for (const problem of new Set(merged.flatMap((each) => each.problems))) {
    const names = merged.filter((each) => each.problems.includes(problem)).map(({ name }) => name);
    problems.note(names.length === merged.length ? problem : `${names.join(", ")}: ${problem}`);
  }
  problems.throwIfAny("compare");
  return Array.from({ length: repeats }, (_, i) =>
    merged.map(({ name, setting }) => planRun(name, setting, seed + i)),
  ).flat();
}

/** What a setting says goes before what all have in common; it may also make its network in the other way. */
function merge(common: Setting, own: Setting): Setting {
  const replaced = own.network !== undefined ? networkKeys : own.sizes !== undefined ? ["network"] : [];
  const left = Object.entries(common).filter(([key]) => !replaced.includes(key));
  return { ...Object.fromEntries(left), ...own };
}

function planRun(name: string, setting: Setting, seed: number): PlannedRun {
  return {
    setting: name,
    seed,
    data: setting.data as Dataset,
    training: { ...(pick(setting, trainingKeys) as TrainingOptions), seed },
    makeNetwork: (chosen) => makeNetwork(setting, chosen),
  };
}

function makeNetwork(setting: Setting, seed: number): Network {
  if (setting.network === undefined)
    return mlp(setting.sizes as number[], { ...pick(setting, mlpKeys), seed });
  const network = setting.network(seed);
  if (network instanceof Network) return network;
  throw new OptionsError("", [
    `network: expected a function that returns a Network, received ${show(network)} from it`,
  ]);
}

/** What is wrong with one setting. */
function settingProblems(setting: Setting, seed: number): string[] {
  const problems = new Problems();
  const { sizes, network } = setting;
  if (network === undefined) {
    const example = "such as [784, 16, 10], or a network: (seed) => …";
    problems.expect(sizes !== undefined, "sizes", `the sizes of the layers, ${example}`, sizes);
  } else {
    const example = "a function such as (seed) => mlp([784, 16, 10], { seed })";
    problems.expect(typeof network === "function", "network", example, network);
    for (const key of networkKeys as (keyof Setting)[]) {
      problems.expect(setting[key] === undefined, key, "none beside network, which decides it", setting[key]);
    }
  }
  const found = problemsOf(() => problems.throwIfAny(""));
  const { training, data } = planRun("", setting, seed);
  let built: Network | undefined;
  if (found.length === 0) {
    const building = problemsOf(() => {
      built = makeNetwork(setting, seed);
      const again = makeNetwork(setting, seed);
      const own = new Problems();
      own.expect(
        built !== again,
        "network",
        "a function that makes a new network whenever it is called",
        network,
      );
      own.throwIfAny("");
    });
    found.push(...building);
  }
  const wrong = problemsOf(() => checkTraining(built as Network, data, training));
  // Why there is no network has been said.
  return [...found, ...wrong.filter((problem) => built !== undefined || !problem.startsWith("network:"))];
}

/** What an action refuses, problem by problem. */
function problemsOf(action: () => void): string[] {
  try {
    action();
    return [];
  } catch (error) {
    if (error instanceof OptionsError) return [...error.problems];
    if (error instanceof NeuralNetworkError) return [error.message];
    throw error;
  }
}

const pick = <Value extends object>(value: Value, keys: readonly string[]): Partial<Value> =>
  Object.fromEntries(Object.entries(value).filter(([key]) => keys.includes(key))) as Partial<Value>;

const withoutUndefined = <Value extends object>(value: Value): Value =>
  Object.fromEntries(Object.entries(value ?? {}).filter(([, part]) => part !== undefined)) as Value;
