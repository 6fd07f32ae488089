import { BatchReader, inOrder } from "../batches";
import type { Dataset } from "../dataset";
import { sizeOf } from "../tensor";
import type { Loss, LossName } from "./losses";
import { countCorrect } from "./metrics";
import type { Network } from "./network";
import { checkData, chooseLoss } from "./options";
import { lossOn } from "./shortcuts";

export interface Evaluation {
  /** Mean over all samples. */
  readonly loss: number;
  /** The share of samples whose class is right, NaN where there are no classes. */
  readonly accuracy: number;
}

const EVALUATION_BATCH = 250;

/** The loss and the accuracy of a network on data it does not learn from. Throws one OptionsError for all that does not fit. */
export function evaluate(network: Network, data: Dataset, options: { loss?: LossName } = {}): Evaluation {
  checkData("evaluate", network, data, options);
  const steps = evaluating(network, data, lossOn(network.kernels, chooseLoss(network, options.loss)));
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/** `evaluate` in steps, so that whoever runs it can let others run in between. */
export function* evaluating(network: Network, data: Dataset, loss: Loss): Generator<void, Evaluation, void> {
  const reader = new BatchReader(data, sizeOf(network.outputShape), network.kernels);
  const logits = loss.contains !== null;
  const order = inOrder(data.length);
  let lossSum = 0;
  let correct = 0;
  for (let start = 0; start < data.length; start += EVALUATION_BATCH) {
    const end = Math.min(start + EVALUATION_BATCH, data.length);
    const { x, t } = reader.read(order, start, end);
    const output = network.forward(x, { logits });
    lossSum += loss.forward(output, t) * (end - start);
    correct += countCorrect(output, t, logits);
    yield;
  }
  return { loss: lossSum / data.length, accuracy: data.labels === null ? Number.NaN : correct / data.length };
}
