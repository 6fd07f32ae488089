import { BatchReader, inOrder } from "../batches";
import type { Dataset } from "../dataset";
import type { Loss, LossName } from "../nn/losses";
import type { Network } from "../nn/network";
import { lossOn } from "../nn/shortcuts";
import { sizeOf } from "../tensor";
import { countCorrect } from "./metrics";
import { checkData, chooseLoss } from "./options";

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
  const steps = new Evaluator(
    network,
    data,
    lossOn(network.kernels, chooseLoss(network, options.loss)),
  ).steps();
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

/** Measures a network on the same data again and again, in the same memory. */
export class Evaluator {
  private readonly reader: BatchReader;
  private readonly order: Uint32Array;

  constructor(
    private readonly network: Network,
    private readonly data: Dataset,
    private readonly loss: Loss,
  ) {
    this.reader = new BatchReader(data, sizeOf(network.outputShape), network.kernels);
    this.order = inOrder(data.length);
  }

  /** One measurement in steps, so that whoever runs it can let others run in between. */
  *steps(): Generator<void, Evaluation, void> {
    const { network, data, loss } = this;
    const logits = loss.contains !== null;
    let lossSum = 0;
    let correct = 0;
    for (let start = 0; start < data.length; start += EVALUATION_BATCH) {
      const end = Math.min(start + EVALUATION_BATCH, data.length);
      const { x, t } = this.reader.read(this.order, start, end);
      const output = network.forward(x, { logits });
      lossSum += loss.forward(output, t) * (end - start);
      correct += countCorrect(output, t, logits);
      yield;
    }
    const accuracy = data.labels === null ? Number.NaN : correct / data.length;
    return { loss: lossSum / data.length, accuracy };
  }
}
