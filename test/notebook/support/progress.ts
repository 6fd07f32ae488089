import { Dataset } from "../../../src/dataset";
import { mlp } from "../../../src/nn/mlp";
import { Tensor } from "../../../src/tensor";
import type { EpochRecord } from "../../../src/training/history";
import { checkTraining } from "../../../src/training/options";
import type { Progress } from "../../../src/training/progress";

/** Epochs of a training that goes well, without validation unless asked. */
export function epochs(count: number, { validation = false } = {}): EpochRecord[] {
  return Array.from({ length: count }, (_, i) => ({
    epoch: i + 1,
    loss: 1 / (i + 1),
    accuracy: 1 - 0.5 / (i + 1),
    validationLoss: validation ? 1.2 / (i + 1) : Number.NaN,
    validationAccuracy: validation ? 1 - 0.6 / (i + 1) : Number.NaN,
    learningRate: 0.1,
    seconds: 1,
  }));
}

export function progressOf(parts: Partial<Progress>): Progress {
  const { history = [], network = mlp([784, 2, 2], { activation: "tanh" }) } = parts;
  const data = Dataset.regression(
    Tensor.zeros([2, ...network.inputShape]),
    Tensor.from([
      [1, 0],
      [0, 1],
    ]),
  );
  return {
    ...{ network, data, settings: checkTraining(network, data, { epochs: 20, learningRate: 0.1 }) },
    history,
    epoch: Math.min(history.length + 1, parts.epochs ?? 20),
    epochs: 20,
    batch: 0,
    batches: 100,
    loss: Number.NaN,
    accuracy: Number.NaN,
    guessing: Number.NaN,
    learningRate: 0.1,
    samples: 0,
    seconds: 0,
    ...parts,
  };
}
