import { afterEach, describe, expect, test, vi } from "vitest";
import { Dataset } from "../../src/dataset";
import { OptionsError } from "../../src/errors";
import { mlp } from "../../src/nn/mlp";
import type { Network } from "../../src/nn/network";
import { Tensor } from "../../src/tensor";
import { fit } from "../../src/training/fit";
import type { History } from "../../src/training/history";
import type { TrainingOptions } from "../../src/training/options";
import type { Progress } from "../../src/training/progress";
import { errorOf } from "../support/errors";
import { bitsOf } from "../support/numbers";
import { clouds, pauseAfterEveryBatch, stopWhen } from "../support/training";

afterEach(() => {
  vi.restoreAllMocks();
});

/** One weight and a bias that learn y = x from two samples. */
const line = Dataset.regression(Tensor.from([[1], [-1]]), Tensor.from([[1], [-1]]));
/** A line so flat that a rate of 0.5 is far too high. */
const flat = Dataset.regression(Tensor.from([[1000], [-1000]]), Tensor.from([[1], [-1]]));
const lineNetwork = () => mlp([1, 1], { output: "linear", initializer: { normal: 0 } });

/** Trains and notes the weights after every epoch, and the last batch that was completed. */
async function watched(network: Network, data: Dataset, options: TrainingOptions) {
  pauseAfterEveryBatch();
  const weights: string[] = [bitsOf(network.getParameters())];
  let completed = { epoch: 1, batch: 0 };
  const callbacks = [
    {
      onEpoch: () => {
        weights.push(bitsOf(network.getParameters()));
      },
      onProgress: ({ epoch, batch }: Progress) => {
        completed = { epoch, batch };
      },
    },
  ];
  const history: History = await fit(network, data, { ...options, callbacks });
  return { history, weights, completed };
}

describe("a loss that is no longer finite", () => {
  // Every update multiplies the error by 1 − 2·rate, which soon leaves the range of single precision.
  const options = { epochs: 50, batchSize: 1, learningRate: 5e5 };

  test("stops training and names the epoch and the batch", async () => {
    const { history, completed } = await watched(lineNetwork(), line, options);
    const { epoch, batch } = completed;
    expect(history.status).toBe("diverged");
    expect(epoch).toBeGreaterThan(2);
    expect(history.message).toMatch(/^the loss became (NaN|Infinity) in epoch /);
    expect(history.message).toContain(
      `in epoch ${epoch}, batch ${batch + 1} of 2, with learning rate 500000;`,
    );
    expect(history.epochs.length).toBe(epoch - 1);
  });

  test("puts back the weights of the last completed epoch", async () => {
    const network = lineNetwork();
    const { history, weights } = await watched(network, line, options);
    expect(weights.length).toBeGreaterThan(3);
    expect(bitsOf(network.getParameters())).toBe(weights[weights.length - 1]);
    expect(history.message).toContain(`the weights of epoch ${weights.length - 1} are back in the network`);
    expect(network.getParameters().every(Number.isFinite)).toBe(true);
  });

  test("puts back the first weights where no epoch was completed", async () => {
    const network = mlp([2, 8, 3]);
    const steep = { epochs: 3, batchSize: 8, learningRate: 1e30 };
    const { history, weights } = await watched(network, clouds(30), steep);
    expect(history.status).toBe("diverged");
    expect(history.epochs).toEqual([]);
    expect(bitsOf(network.getParameters())).toBe(weights[0]);
    expect(history.message).toContain("the first weights are back in the network");
  });

  test("suggests a rate that is ten times lower, and never one far from all that work", async () => {
    const { history } = await watched(lineNetwork(), line, options);
    expect(history.message).toMatch(/try a lower learning rate, such as 0\.1$/);
    const other = await watched(lineNetwork(), flat, { ...options, learningRate: 0.5 });
    expect(other.history.message).toMatch(/try a lower learning rate, such as 0\.05$/);
  });

  test("leaves a network that learns with a lower rate", async () => {
    const network = lineNetwork();
    const { history } = await watched(network, line, { epochs: 50, learningRate: 1e12 });
    expect([history.status, history.epochs.length]).toEqual(["diverged", 3]);
    network.setParameters([0, 0]);
    const again = await fit(network, line, { epochs: 60, learningRate: 0.2 });
    expect([again.status, again.epochs.length]).toEqual(["finished", 63]);
    expect([...network.getParameters()]).toEqual([expect.closeTo(1, 3), expect.closeTo(0, 3)]);
  });

  test("puts back the weights of the last completed epoch of a run that was stopped within the next", async () => {
    pauseAfterEveryBatch();
    const network = mlp([2, 8, 3], { activation: "linear" });
    const training = { epochs: 3, batchSize: 8, learningRate: 0.1 };
    let completed = "";
    const stopping = stopWhen(({ epoch, batch }) => {
      if (epoch === 2 && batch === 0) completed = bitsOf(network.getParameters());
      return epoch === 2 && batch === 2;
    });
    await fit(network, clouds(30), { ...training, ...stopping });
    expect(bitsOf(network.getParameters())).not.toBe(completed);
    const history = await fit(network, clouds(30), { ...training, learningRate: 1e38 });
    expect(history.message).toMatch(
      /^the loss became NaN in epoch 2, batch 4 of 4,.*weights of epoch 1 are back/,
    );
    expect(bitsOf(network.getParameters())).toBe(completed);
  });

  test("puts them back too where another batch size started that next epoch over", async () => {
    pauseAfterEveryBatch();
    const network = mlp([2, 8, 3], { activation: "linear" });
    const training = { epochs: 3, batchSize: 8, learningRate: 0.1 };
    const first = bitsOf(network.getParameters());
    await fit(network, clouds(30), { ...training, ...stopWhen(({ batch }) => batch === 2) });
    expect(bitsOf(network.getParameters())).not.toBe(first);
    const history = await fit(network, clouds(30), { ...training, batchSize: 10, learningRate: 1e38 });
    expect(history.message).toContain("the first weights are back in the network");
    expect(bitsOf(network.getParameters())).toBe(first);
  });

  test("suggests a rate below the one that was asked for, however far that has decayed", async () => {
    const network = lineNetwork();
    await fit(network, flat, { epochs: 3, learningRate: 1e-7 });
    const { history } = await watched(network, flat, { ...options, learningRate: 0.5, decay: 0.5 });
    expect(history.status).toBe("diverged");
    expect(history.message).toMatch(/such as 0\.05$/);
  });

  test("begins the epoch anew when training goes on", async () => {
    const network = lineNetwork();
    const diverged = await watched(network, line, options);
    const done = diverged.history.epochs.length;
    expect(diverged.completed.batch).toBeGreaterThanOrEqual(0);
    const starts: Progress[] = [];
    const onStart = (progress: Progress) => {
      starts.push(progress);
    };
    await fit(network, line, { epochs: 1, learningRate: 1e-30, callbacks: [{ onStart }] });
    expect(starts[0]).toMatchObject({ epoch: done + 1, epochs: done + 1, batch: 0 });
  });
});

describe("weights that the last update of an epoch spoils", () => {
  // The loss is measured before the update: with one batch an epoch, no batch is left to notice.
  const options = { epochs: 1, batchSize: 2, learningRate: 3e38 };

  test("stop training like a loss does", async () => {
    const network = lineNetwork();
    const data = Dataset.regression(Tensor.from([[1], [-1]]), Tensor.from([[10], [-10]]));
    const { history, weights } = await watched(network, data, options);
    expect(history.status).toBe("diverged");
    expect(history.message).toContain("in epoch 1, batch 1 of 1,");
    expect(history.epochs).toEqual([]);
    expect(bitsOf(network.getParameters())).toBe(weights[0]);
  });

  test("stop it too when only the validation data can tell", async () => {
    const network = lineNetwork();
    // w becomes 2·10³⁸, which is finite; times 4 it is not.
    const validation = Dataset.regression(Tensor.from([[4]]), Tensor.from([[4]]));
    const { history, weights } = await watched(network, line, { ...options, learningRate: 1e38, validation });
    expect(history.status).toBe("diverged");
    expect(history.message).toContain("the validation loss became Infinity in epoch 1, batch 1 of 1,");
    expect(bitsOf(network.getParameters())).toBe(weights[0]);
  });
});

describe("with onNonFinite: continue", () => {
  const options = { epochs: 5, batchSize: 1, learningRate: 1e38, onNonFinite: "continue" } as const;

  test("training goes on to the end and shows what happened", async () => {
    const network = lineNetwork();
    const { history } = await watched(network, line, options);
    expect([history.status, history.epochs.length]).toEqual(["finished", 5]);
    expect(history.last.loss).toBeNaN();
    expect(network.getParameters().every(Number.isFinite)).toBe(false);
  });

  test("a network of such weights is not trained by default, and the error says what to do", async () => {
    const network = lineNetwork();
    await watched(network, line, options);
    const before = bitsOf(network.getParameters());
    const error = await errorOf(() => fit(network, line, { epochs: 1, learningRate: 0.1 }));
    expect(error).toBeInstanceOf(OptionsError);
    expect(error.message).toMatch(
      /network: expected finite weights \(build it again\), received (NaN|-?Infinity)/,
    );
    expect(bitsOf(network.getParameters())).toBe(before);
  });
});
