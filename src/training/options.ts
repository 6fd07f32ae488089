import { type AugmentationOptions, expectAugmentation } from "../augmentation";
import { Dataset } from "../dataset";
import { isCount, isNotNegative, isPositive, oneOf, Problems } from "../errors";
import { defaultLoss, type LossName, losses, lossNames } from "../nn/losses";
import { Network } from "../nn/network";
import { findNonFinite } from "../nn/variables";
import { sameShape, showShape, sizeOf, type Tensor } from "../tensor";
import {
  expectOptimizer,
  expectRegularization,
  type OptimizerName,
  type OptimizerOptions,
  type RegularizationOptions,
} from "./optimizers";
import type { Callback } from "./progress";
import { expectSchedule, type ScheduleOptions } from "./schedules";

/** What `fit` can be told. */
export interface TrainingOptions extends RegularizationOptions {
  /** How many times training goes through all the data. */
  epochs: number;
  /** Samples per update. Default 32. */
  batchSize?: number;
  /** How far one update goes against the gradient, > 0. */
  learningRate: number;
  /** k ≥ 0 in rate·e^(−k·epoch), with epochs counted from 0. Default 0: the rate stays as it is. */
  decay?: number;
  /** Other ways for the rate to go on, such as `{ name: "cosine" }`. Instead of `decay`. */
  schedule?: ScheduleOptions;
  /** A name, or a name with numbers, such as `{ name: "momentum", momentum: 0.95 }`. Default "sgd". */
  optimizer?: OptimizerName | OptimizerOptions;
  /** How images are varied, differently in every epoch. Default: not at all. */
  augmentation?: AugmentationOptions;
  /** Default: the cross-entropy of the output activation, mean squared error where there is none. */
  loss?: LossName;
  /** Decides the order of the samples in every epoch. Default 1. */
  seed?: number;
  /** Data to measure on after every epoch, never to learn from. */
  validation?: Dataset;
  callbacks?: readonly Callback[];
  /** Ends training at the next batch, as an interrupt does. */
  signal?: AbortSignal;
  /** What happens when the loss is no longer a finite number. Default "stop". */
  onNonFinite?: "stop" | "continue";
}

/** The options with every default filled in. */
export interface Settings
  extends Required<Pick<TrainingOptions, "epochs" | "batchSize" | "learningRate" | "loss" | "seed">>,
    Required<Pick<TrainingOptions, "callbacks" | "onNonFinite">>,
    Pick<TrainingOptions, "validation" | "signal" | "augmentation"> {
  readonly optimizer: OptimizerOptions;
  readonly regularization: RegularizationOptions;
  readonly schedule: ScheduleOptions;
}

/** The names of all options. */
export const trainingKeys: readonly (keyof TrainingOptions)[] = [
  "epochs",
  "batchSize",
  "learningRate",
  "decay",
  "schedule",
  "optimizer",
  "augmentation",
  "l2",
  "weightDecay",
  "clipNorm",
  "clipValue",
  "loss",
  "seed",
  "validation",
  "callbacks",
  "signal",
  "onNonFinite",
];

const EVENTS: readonly (keyof Callback)[] = ["onStart", "onProgress", "onEpoch", "onEnd"];

/** The loss that is asked for, or the one that belongs to the network's output activation. */
export const chooseLoss = (network: Network, loss?: LossName): LossName =>
  loss ?? defaultLoss(network.outputLayer?.activation ?? "linear");

/** Throws one OptionsError that lists everything that is wrong with a call of `where`; else returns complete settings. */
export function checkTraining(
  network: Network,
  data: Dataset,
  options: TrainingOptions,
  where = "fit",
): Settings {
  const problems = new Problems();
  problems.expectKnownKeys(options, trainingKeys);
  const given = withoutUndefined(options);
  const { decay = 0, optimizer = "sgd", l2, weightDecay, clipNorm, clipValue } = given;
  const settings: Settings = {
    batchSize: 32,
    seed: 1,
    callbacks: [],
    onNonFinite: "stop",
    ...given,
    optimizer: typeof optimizer === "string" ? { name: optimizer } : optimizer,
    regularization: withoutUndefined({ l2, weightDecay, clipNorm, clipValue }),
    schedule: given.schedule ?? { name: "exponential", decay },
    loss: network instanceof Network ? chooseLoss(network, options?.loss) : "meanSquaredError",
  };
  problems.expect(isCount(settings.epochs), "epochs", "a whole number ≥ 1", settings.epochs);
  problems.expect(isCount(settings.batchSize), "batchSize", "a whole number ≥ 1", settings.batchSize);
  problems.expect(
    isPositive(settings.learningRate),
    "learningRate",
    "a finite number > 0",
    settings.learningRate,
  );
  problems.expect(isNotNegative(decay), "decay", "a finite number ≥ 0", decay);
  problems.expect(Number.isSafeInteger(settings.seed), "seed", "a whole number", settings.seed);
  const one = given.schedule === undefined || decay === 0;
  problems.expect(one, "decay", "none beside a schedule, which decides the rate", decay);
  if (given.schedule !== undefined) expectSchedule(problems, given.schedule);
  expectOptimizer(problems, settings.optimizer);
  expectRegularization(problems, settings.regularization);
  if (given.augmentation !== undefined) expectAugmentation(problems, given.augmentation, data?.sampleShape);
  const reactions = ["stop", "continue"];
  problems.expect(
    reactions.includes(settings.onNonFinite),
    "onNonFinite",
    oneOf(reactions),
    settings.onNonFinite,
  );
  problems.expect(
    Array.isArray(settings.callbacks) && settings.callbacks.every(isCallback),
    "callbacks",
    "a list of objects such as { onEpoch() {} }",
    settings.callbacks,
  );
  const { signal } = settings;
  problems.expect(signal === undefined || signal instanceof AbortSignal, "signal", "an AbortSignal", signal);
  collectDataProblems(problems, "data", network, data, settings.loss);
  if (settings.validation !== undefined) {
    collectDataProblems(problems, "validation", network, settings.validation, settings.loss);
  }
  if (network instanceof Network && settings.onNonFinite === "stop") {
    const wrong = findNonFinite(network.variables);
    problems.expect(wrong === undefined, "network", "finite weights (build it again)", wrong);
  }
  problems.throwIfAny(where);
  return settings;
}

/** Throws one OptionsError that lists everything in which the data and the loss do not fit the network. */
export function checkData(
  where: string,
  network: Network,
  data: Dataset,
  options: { loss?: LossName },
): void {
  const problems = new Problems();
  problems.expectKnownKeys(options, ["loss"]);
  const loss = network instanceof Network ? chooseLoss(network, options?.loss) : "meanSquaredError";
  collectDataProblems(problems, "data", network, data, loss);
  problems.throwIfAny(where);
}

function collectDataProblems(
  problems: Problems,
  name: string,
  network: Network,
  data: Dataset,
  loss: LossName,
): void {
  if (!problems.expect(network instanceof Network, "network", "a Network", network)) return;
  if (problems.expect(lossNames.includes(loss), "loss", oneOf(lossNames), loss)) {
    const { contains } = losses[loss];
    const output = network.outputLayer?.activation ?? "linear";
    problems.expect(
      contains === null || contains === output,
      "loss",
      `one that goes with the output activation ${output} ("${defaultLoss(output)}" or "meanSquaredError")`,
      loss,
    );
  }
  if (!problems.expect(data instanceof Dataset, name, "a Dataset", data)) return;
  const { inputShape } = network;
  if (!sameShape(data.sampleShape, inputShape)) {
    const reshape =
      sizeOf(data.sampleShape) === sizeOf(inputShape)
        ? ` (reshape(${showShape(inputShape)}) makes them fit)`
        : "";
    problems.expect(false, name, `samples ${showShape(inputShape)}${reshape}`, data.sampleShape);
  }
  const { outputShape } = network;
  const last = "a network that ends with rows of outputs (Flatten and Dense after images)";
  problems.expect(outputShape.length === 1, "network", last, outputShape);
  const outputs = sizeOf(outputShape);
  const wanted = data.targets === null ? data.classes.length : data.targets.shape[1];
  const fits = outputs === wanted || (data.targets === null && outputs === 1 && wanted === 2);
  const asked =
    data.targets === null ? "a network with one output for each class" : "one output for each target";
  problems.expect(fits, name, `${asked}, ${wanted}`, outputs);
  if (fits && data.targets !== null) collectTargetProblems(problems, name, data.targets, loss);
}

/** The cross-entropies compare probabilities: where targets are none, they would fall without end and look like success. */
function collectTargetProblems(problems: Problems, name: string, targets: Tensor, loss: LossName): void {
  const contains = losses[loss]?.contains ?? null;
  if (contains === null) return;
  for (let i = 0; i < targets.shape[0]; i++) {
    const row = Array.from(targets.row(i).data);
    const sum = row.reduce((total, target) => total + target, 0);
    const fine = row.every((target) => target >= 0 && target <= 1);
    if (fine && (contains !== "softmax" || Math.abs(sum - 1) < 1e-3)) continue;
    const probabilities = contains === "softmax" ? "from 0 to 1 that add up to 1" : "from 0 to 1";
    const remedy = 'a network with the output "linear" takes any';
    problems.expect(false, name, `targets ${probabilities} for the loss ${loss} (${remedy})`, row);
    return;
  }
}

const isCallback = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  EVENTS.every((event) => ["undefined", "function"].includes(typeof (value as Callback)[event]));

const withoutUndefined = <Options extends object>(options: Options): Options =>
  Object.fromEntries(Object.entries(options ?? {}).filter(([, value]) => value !== undefined)) as Options;
