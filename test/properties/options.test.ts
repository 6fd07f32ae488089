import fc from "fast-check";
import { expect, test } from "vitest";
import { Dataset } from "../../src/dataset";
import { NeuralNetworkError } from "../../src/errors";
import { Conv2D } from "../../src/nn/convolution";
import { Dropout } from "../../src/nn/dropout";
import { Dense } from "../../src/nn/layers";
import { mlp } from "../../src/nn/mlp";
import { BatchNorm } from "../../src/nn/normalization";
import { MaxPool2D } from "../../src/nn/pooling";
import { Tensor } from "../../src/tensor";
import { earlyStopping } from "../../src/training/early-stopping";
import { fit } from "../../src/training/fit";
import { nonsense } from "../support/arbitraries";
import { bitsOf } from "../support/numbers";
import { RUNS_FACTOR } from "../support/torture";
import { cloudNetwork, clouds } from "../support/training";

const RUNS = { seed: 11, numRuns: 300 * RUNS_FACTOR };

const never = (value: unknown) => value as never;

/** Either it works, or it is refused by one of our own errors, never by a stumble. */
async function worksOrRefuses(action: () => unknown): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof NeuralNetworkError)) throw error;
    expect(error.message.length).toBeLessThan(5000);
  }
}

const trainingKeys = [
  ...["batchSize", "learningRate", "decay", "schedule", "optimizer", "weightDecay", "l2", "clip", "loss"],
  ...["seed", "validation", "callbacks", "signal", "augmentation", "onNonFinite", "epochs", "typo"],
];

/** Options with one or two values that are nonsense beside an ordinary rest. */
const trainingOptions = fc
  .dictionary(fc.constantFrom(...trainingKeys), nonsense, { minKeys: 1, maxKeys: 2 })
  .map((wrong) => ({ epochs: 1, learningRate: 0.01, ...wrong }))
  // Not wrong, only long.
  .filter(({ epochs }) => !(typeof epochs === "number" && epochs > 3));

test("fit either trains or refuses its options with an error of the library, and then leaves the network alone", async () => {
  await fc.assert(
    fc.asyncProperty(trainingOptions, async (options) => {
      const network = cloudNetwork();
      const before = bitsOf(network.getParameters());
      let refused = false;
      await worksOrRefuses(async () => {
        refused = true;
        await fit(network, clouds(12), never(options));
        refused = false;
      });
      if (refused) expect(bitsOf(network.getParameters())).toBe(before);
    }),
    RUNS,
  );
});

const makers: Record<string, (a: unknown, b: unknown) => unknown> = {
  Dense: (units, options) => new Dense(never(units), never(options)),
  Conv2D: (filters, size) => new Conv2D(never(filters), never(size)),
  "Conv2D's options": (strides, padding) => new Conv2D(1, 1, never({ strides, padding })),
  MaxPool2D: (size, options) => new MaxPool2D(never(size), never(options)),
  Dropout: (rate) => new Dropout(never(rate)),
  BatchNorm: (options) => new BatchNorm(never(options)),
  mlp: (sizes, options) => mlp(never(sizes), never(options)),
  "mlp's options": (activation, initializer) => mlp([2, 3, 1], never({ activation, initializer })),
  earlyStopping: (options) => earlyStopping(never(options)),
  "Tensor.from": (values, shape) => Tensor.from(never(values), never(shape)),
  "new Tensor": (data, shape) => new Tensor(never(data), never(shape)),
  "Dataset.classification": (labels, classes) =>
    Dataset.classification(Tensor.zeros([3, 2]), never(labels), never(classes)),
  "Dataset.split": (fraction, options) => clouds(9).split(never(fraction), never(options)),
};

test.each(Object.entries(makers))(
  "%s either works or refuses with an error of the library",
  async (_, make) => {
    await fc.assert(
      fc.asyncProperty(nonsense, nonsense, (a, b) => worksOrRefuses(() => make(a, b))),
      RUNS,
    );
  },
);
