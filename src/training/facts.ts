import { BatchReader, inOrder } from "../batches";
import type { Dataset } from "../dataset";
import type { LossName } from "../nn/losses";
import type { Network } from "../nn/network";
import { predictedClass } from "../nn/predicted-class";
import { sizeOf, Tensor } from "../tensor";
import type { EpochRecord } from "./history";
import { activationOf, UnitMeasure, type UnitStates } from "./layer-measure";
import type { Progress } from "./progress";

/** Samples that are looked at, which is enough to tell dead units from idle ones. */
const SAMPLES = 500;

/** What `explain` judges a training by. */
export interface Facts {
  readonly history: readonly EpochRecord[];
  /** Whether training has come to the end that it was given. */
  readonly finished: boolean;
  readonly loss: LossName;
  readonly outputs: number;
  /** The mean loss of the best answer that is the same for every sample. */
  readonly constantLoss: number;
  /** null without classes. */
  readonly answers: Answers | null;
  readonly hidden: readonly HiddenUnits[];
  /** How many samples `answers` and `hidden` are about. */
  readonly samples: number;
}

/** The class that is answered most often. */
export interface Answers {
  readonly name: string;
  /** The share of samples that get this answer, and the share that are of this class. */
  readonly answered: number;
  readonly actual: number;
}

/** The units of a layer with an activation that has flat parts. */
export interface HiddenUnits extends UnitStates {
  /** Counted from 1. */
  readonly layer: number;
  readonly activation: string;
  readonly units: number;
}

/** The facts about a training where it stands now. The network answers some of the samples for it. */
export function factsOf(progress: Progress, finished = false): Facts {
  const { network, data, settings, history } = progress;
  const outputs = sizeOf(network.outputShape);
  return {
    ...{ history, finished, loss: settings.loss, outputs },
    constantLoss: constantLoss(data, settings.loss, outputs),
    ...look(network, someOf(data, SAMPLES), settings.batchSize),
  };
}

/** At most `most` of the samples, from the whole of the data. */
export function someOf(data: Dataset, most: number): Dataset {
  if (data.length <= most) return data;
  return data.take(Array.from({ length: most }, (_, i) => Math.floor((i * data.length) / most)));
}

/** In batches like those of training, so that the layers need no more memory than they have. */
function look(
  network: Network,
  data: Dataset,
  batchSize: number,
): Pick<Facts, "answers" | "hidden" | "samples"> {
  const hidden = network.layers.slice(0, -1).flatMap((layer, i) => {
    const [activation, units] = [activationOf(layer), layer.outputShape[layer.outputShape.length - 1]];
    const measure = UnitMeasure.of(units, activation);
    return measure === null || activation === null ? [] : [{ layer: i + 1, activation, units, measure }];
  });
  const reader = new BatchReader(data, sizeOf(network.outputShape), network.kernels);
  const order = inOrder(data.length);
  const predicted: number[] = [];
  for (let start = 0; start < data.length; start += batchSize) {
    const end = Math.min(start + batchSize, data.length);
    let { x } = reader.read(order, start, end);
    network.layers.forEach((layer, i) => {
      x = layer.forward(x);
      hidden.find((one) => one.layer === i + 1)?.measure.add(x);
    });
    for (let row = 0; row < end - start; row++) predicted.push(predictedClass(x, row));
  }
  return {
    answers: answersOf(data, predicted),
    hidden: hidden.map(({ measure, ...which }) => ({ ...which, ...measure.result() })),
    samples: data.length,
  };
}

function answersOf({ labels, classes }: Dataset, predicted: readonly number[]): Answers | null {
  if (labels === null) return null;
  const count = (all: ArrayLike<number>, name: number) =>
    Array.prototype.filter.call(all, (each) => each === name).length;
  const answered = classes.map((_, name) => count(predicted, name));
  const most = answered.indexOf(Math.max(...answered));
  return {
    name: classes[most],
    answered: answered[most] / labels.length,
    actual: count(labels, most) / labels.length,
  };
}

const known = new WeakMap<Dataset, Partial<Record<LossName, number>>>();

/**
 * With p the mean of the targets, which is the best constant answer: the entropy −Σ p·ln p for the cross-entropy, the sum
 * of −p·ln p − (1 − p)·ln(1 − p) for the binary one, and the variance for the mean squared error.
 */
export function constantLoss(data: Dataset, loss: LossName, outputs: number): number {
  const computed = known.get(data) ?? {};
  const value = computed[loss] ?? computeConstantLoss(data, loss, outputs);
  known.set(data, { ...computed, [loss]: value });
  return value;
}

function computeConstantLoss(data: Dataset, loss: LossName, outputs: number): number {
  const targets = Tensor.zeros([1, outputs]);
  const [sums, squares] = [new Float64Array(outputs), new Float64Array(outputs)];
  const index = new Uint32Array(1);
  for (let i = 0; i < data.length; i++) {
    index[0] = i;
    data.writeTargets(index, 0, targets);
    for (let j = 0; j < outputs; j++) {
      sums[j] += targets.data[j];
      squares[j] += targets.data[j] ** 2;
    }
  }
  const each = Array.from(sums, (sum, j) => {
    const p = sum / data.length;
    if (loss === "meanSquaredError") return (squares[j] / data.length - p ** 2) / outputs;
    return loss === "crossEntropy" ? surprise(p) : surprise(p) + surprise(1 - p);
  });
  return each.reduce((total, one) => total + one, 0);
}

/** −p·ln p, which is 0 for p = 0. */
const surprise = (p: number): number => (p > 0 ? -p * Math.log(p) : 0);
