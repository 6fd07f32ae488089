import { BatchBuffer, BatchReader, inOrder } from "../batches";
import type { Dataset } from "../dataset";
import { isCount, isPositive, OptionsError, Problems } from "../errors";
import type { Network } from "../nn/network";
import { lossOn } from "../nn/shortcuts";
import { Random } from "../random";
import { sizeOf } from "../tensor";
import { Optimizer } from "../training/optimizers";
import { checkTraining, type Settings, type TrainingOptions } from "../training/options";
import { claim, release } from "../training/state";

/** Milliseconds of training between two looks at the outside. */
const PAUSE_EVERY = 50;

/** How much of the running mean each new loss leaves. */
const SMOOTHING = 0.9;

/** The rates have become useless when the mean loss is so many times the lowest. */
const TOO_HIGH = 4;

export interface LearningRateOptions extends Omit<Partial<TrainingOptions>, "validation" | "callbacks"> {
  /** The first rate and the last. Default 0.00001 and 100. */
  lowest?: number;
  highest?: number;
  /** How many rates are tried, a batch with each. Default 200. */
  steps?: number;
}

/** What each rate did to the loss. */
export interface LearningRates {
  readonly rates: readonly number[];
  /** The loss of the batch that was learned with each rate, before the step. */
  readonly losses: readonly number[];
  /** A running mean of the losses. */
  readonly smoothed: readonly number[];
  /** A rate that suits, or null where none of them lowered the loss clearly. */
  readonly suggestion: number | null;
}

/**
 * Trains a network for a short while with a rate that grows from step to step, and suggests the one at a tenth of that at
 * which the loss was lowest (Smith, "Cyclical learning rates for training neural networks", 2017). Ends early when the loss
 * has grown beyond use. The network is left as it was.
 *
 * `options` are what `fit` is told; what they say about epochs and rates does not count. Throws one OptionsError for all
 * that does not fit, and a NeuralNetworkError while the network is being trained.
 */
export async function tryLearningRates(
  network: Network,
  data: Dataset,
  options: LearningRateOptions,
): Promise<LearningRates> {
  const { lowest = 1e-5, highest = 100, steps = 200, ...training } = options ?? {};
  const settings = checkOptions(network, data, training, { lowest, highest, steps });
  claim(network);
  const before = network.getParameters();
  try {
    const rates: number[] = [];
    const losses: number[] = [];
    const smoothed: number[] = [];
    let sum = 0;
    let paused = performance.now();
    for (const loss of trainingSteps(network, data, settings, (step) =>
      rateOf(step, lowest, highest, steps),
    )) {
      sum = SMOOTHING * sum + (1 - SMOOTHING) * loss;
      // The mean of the first few must not begin at 0.
      const mean = sum / (1 - SMOOTHING ** (losses.length + 1));
      if (!Number.isFinite(mean) || mean > TOO_HIGH * Math.min(...smoothed)) break;
      rates.push(rateOf(losses.length, lowest, highest, steps));
      losses.push(loss);
      smoothed.push(mean);
      if (losses.length === steps || settings.signal?.aborted) break;
      if (performance.now() - paused < PAUSE_EVERY) continue;
      await new Promise((resolve) => setImmediate(resolve));
      paused = performance.now();
    }
    return { rates, losses, smoothed, suggestion: suggest(rates, losses, smoothed) };
  } finally {
    network.setParameters(before);
    release(network);
  }
}

/** From `lowest` to `highest` in equal factors. */
const rateOf = (step: number, lowest: number, highest: number, steps: number): number =>
  lowest * (highest / lowest) ** (step / (steps - 1));

/** Training as `fit` does it, batch after batch, with the loss of each. */
function* trainingSteps(
  network: Network,
  data: Dataset,
  { loss: lossName, optimizer: rule, regularization, batchSize, seed, augmentation }: Settings,
  rateAt: (step: number) => number,
): Generator<number, never, void> {
  const { kernels, parameters } = network;
  const loss = lossOn(kernels, lossName);
  const logits = loss.contains !== null;
  const outputs = sizeOf(network.outputShape);
  const reader = new BatchReader(data, outputs, kernels, augmentation);
  const gradients = new BatchBuffer(kernels.zeros, [outputs]);
  const optimizer = new Optimizer(rule, parameters, kernels, regularization);
  for (let step = 0, epoch = 0; ; epoch++) {
    const order = new Random(seed, "learning rates", epoch).shuffle(inOrder(data.length));
    for (let start = 0, batch = 0; start < data.length; start += batchSize, batch++, step++) {
      const pass = { seed, epoch, batch };
      const { x, t } = reader.read(order, start, Math.min(start + batchSize, data.length), pass);
      const output = network.forward(x, { logits, training: pass });
      yield loss.forward(output, t);
      const gradient = gradients.rows(x.shape[0]);
      loss.backward(output, t, gradient);
      network.backward(gradient, { logits });
      optimizer.step(rateAt(step));
    }
  }
}

/**
 * A tenth of the rate with the lowest mean loss, if that is clearly below the loss at the start: by a tenth, and by more
 * than the losses of single batches differ there, the rates being too low to learn.
 */
function suggest(
  rates: readonly number[],
  losses: readonly number[],
  smoothed: readonly number[],
): number | null {
  const begun = Math.max(2, Math.floor(losses.length / 10));
  const beginning = losses.slice(0, begun);
  const start = beginning.reduce((sum, loss) => sum + loss, 0) / beginning.length;
  const spread = Math.sqrt(beginning.reduce((sum, loss) => sum + (loss - start) ** 2, 0) / beginning.length);
  const later = smoothed.slice(begun);
  const fall = start - Math.min(...later);
  if (!(fall > Math.max(0.1 * start, spread))) return null;
  return Number((rates[begun + later.indexOf(Math.min(...later))] / 10).toPrecision(2));
}

function checkOptions(
  network: Network,
  data: Dataset,
  training: Partial<TrainingOptions>,
  { lowest, highest, steps }: { lowest: number; highest: number; steps: number },
): Settings {
  const problems = new Problems();
  problems.expect(isPositive(lowest), "lowest", "a finite number > 0", lowest);
  problems.expect(isPositive(highest) && !(highest <= lowest), "highest", "a number above lowest", highest);
  problems.expect(isCount(steps) && steps >= 10, "steps", "a whole number ≥ 10", steps);
  let settings: Settings | undefined;
  try {
    const complete = { ...training, epochs: 1, learningRate: 1, decay: 0, schedule: undefined };
    settings = checkTraining(network, data, complete, "findLearningRate");
  } catch (error) {
    if (!(error instanceof OptionsError)) throw error;
    for (const problem of error.problems) problems.note(problem);
  }
  problems.throwIfAny("findLearningRate");
  return settings as Settings;
}
