import { Dataset } from "../../../src/dataset";
import { Conv2D } from "../../../src/nn/convolution";
import { Dropout } from "../../../src/nn/dropout";
import { Dense, Flatten } from "../../../src/nn/layers";
import { Network } from "../../../src/nn/network";
import { BatchNorm } from "../../../src/nn/normalization";
import { Random } from "../../../src/random";
import { earlyStopping } from "../../../src/training/early-stopping";
import type { TrainingOptions } from "../../../src/training/options";
import { pixels } from "./models";

export const makeNetwork = (filters = 3): Network =>
  new Network(
    [6, 6, 1],
    [
      new Conv2D(filters, 3, { activation: "relu" }),
      new BatchNorm({ momentum: 0.8 }),
      new Flatten(),
      new Dropout(0.2),
      new Dense(2, { activation: "softmax" }),
    ],
    { seed: 4 },
  );

/** A training in which everything has something to remember: layers, optimizer, augmentation and early stopping. */
export function makeTraining(): { network: Network; data: Dataset; options: TrainingOptions } {
  const random = new Random("labels");
  const labels = Array.from({ length: 40 }, () => random.integer(2));
  const data = Dataset.classification(pixels(40, [6, 6, 1]), labels, ["not-hotdog", "hotdog"]);
  const options: TrainingOptions = {
    epochs: 6,
    batchSize: 8,
    learningRate: 0.01,
    optimizer: "adam",
    decay: 0.1,
    validation: data,
    augmentation: { flip: true, shift: 1 },
    callbacks: [earlyStopping({ patience: 4 })],
  };
  return { network: makeNetwork(), data, options };
}
