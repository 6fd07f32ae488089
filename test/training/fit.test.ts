import { describe, expect, test } from "vitest";
import { Dataset } from "../../src/dataset";
import { plainDouble } from "../../src/kernels/plain";
import { mlp } from "../../src/nn/mlp";
import { Random } from "../../src/random";
import { Tensor } from "../../src/tensor";
import { evaluate } from "../../src/training/evaluation";
import { fit } from "../../src/training/fit";
import { bitsOf, randomTensor } from "../support/numbers";
import { cloudNetwork, clouds, withoutTime } from "../support/training";

describe("training learns", () => {
  const xor = Dataset.classification(
    Tensor.from([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]),
    [0, 1, 1, 0],
    2,
  );

  test.each([
    { sizes: [2, 8, 1], activation: "tanh", learningRate: 0.5, epochs: 300 },
    { sizes: [2, 8, 2], activation: "tanh", learningRate: 0.5, epochs: 300 },
    { sizes: [2, 16, 1], activation: "relu", learningRate: 0.3, epochs: 500 },
  ] as const)(
    "XOR with $sizes $activation, from every first weights",
    async ({ sizes, activation, ...options }) => {
      for (let seed = 1; seed <= 5; seed++) {
        const network = mlp(sizes, { activation, seed });
        await fit(network, xor, { ...options, batchSize: 4, seed });
        expect(evaluate(network, xor).accuracy, `seed ${seed}`).toBe(1);
        expect([...network.predictClasses(xor.samples)]).toEqual([0, 1, 1, 0]);
      }
    },
  );

  test("twenty samples of noise by heart", async () => {
    for (let seed = 1; seed <= 3; seed++) {
      const random = new Random(seed, "noise");
      const labels = Array.from({ length: 20 }, () => random.integer(4));
      const data = Dataset.classification(randomTensor([20, 10], random), labels, 4);
      const network = mlp([10, 32, 4], { seed });
      const history = await fit(network, data, { epochs: 100, learningRate: 0.2, batchSize: 5, seed });
      expect(evaluate(network, data)).toMatchObject({ accuracy: 1, loss: expect.closeTo(0, 1) });
      expect(history.last.accuracy).toBe(1);
    }
  });

  test("a line, to the solution of least squares", async () => {
    const x = randomTensor([40, 2], new Random("line"));
    const y = Tensor.zeros([40, 1]);
    for (let i = 0; i < 40; i++) y.data[i] = 3 * x.at(i, 0) - 2 * x.at(i, 1) + 0.5;
    const network = mlp([2, 1], { output: "linear" });
    const history = await fit(network, Dataset.regression(x, y), { epochs: 100, learningRate: 0.1 });
    const [a, b, c] = network.getParameters();
    expect([a, b, c]).toEqual([3, -2, 0.5].map((value) => expect.closeTo(value, 4)));
    expect(history.last.accuracy).toBeNaN();
  });
});

describe("the same seed", () => {
  const data = clouds(50);
  const trained = async (seed: number, networkSeed = 1) => {
    const network = cloudNetwork(networkSeed);
    await fit(network, data, { epochs: 3, batchSize: 8, learningRate: 0.1, seed });
    return bitsOf(network.getParameters());
  };

  test("gives the same weights bit for bit, another gives others", async () => {
    const weights = await trained(1);
    expect(await trained(1)).toBe(weights);
    expect(await trained(2)).not.toBe(weights);
    expect(await trained(1, 2)).not.toBe(weights);
  });

  test("gives the same weights whatever is measured and watched on the way", async () => {
    const network = cloudNetwork();
    const watch = () => {
      evaluate(network, data);
      network.predict(data.samples);
    };
    const callbacks = [{ onStart: watch, onProgress: watch, onEpoch: watch, onEnd: watch }];
    const validation = clouds(300, 2);
    await fit(network, data, { epochs: 3, batchSize: 8, learningRate: 0.1, seed: 1, validation, callbacks });
    expect(bitsOf(network.getParameters())).toBe(await trained(1));
  });

  test("gives the same weights for the same samples in other memory", async () => {
    const network = cloudNetwork();
    const order = Array.from({ length: 50 }, (_, i) => 49 - i);
    const again = data.take(order).take(order);
    await fit(network, again, { epochs: 3, batchSize: 8, learningRate: 0.1, seed: 1 });
    expect(bitsOf(network.getParameters())).toBe(await trained(1));
  });
});

describe("an epoch", () => {
  const data = clouds(50);

  test("goes through every sample once, in an order of its own", async () => {
    // One weight for each sample and no sum: the update of a sample shows in its own weight only.
    const count = 7;
    const identity = Tensor.zeros([count, count]);
    for (let i = 0; i < count; i++) identity.data[i * count + i] = 1;
    const one = Dataset.regression(identity, Tensor.from(new Array(count).fill([1])));
    const network = mlp([count, 1], { output: "linear", initializer: { normal: 0 }, kernels: plainDouble });
    await fit(network, one, { epochs: 1, batchSize: 3, learningRate: 1e-9 });
    const [weights] = network.parameters;
    // dw = 2/batch · (0 − 1): batches of 3, 3 and 1.
    const steps = [...weights.value.data]
      .map((value) => Math.round((value / 1e-9) * 3))
      .sort((a, b) => a - b);
    expect(steps).toEqual([2, 2, 2, 2, 2, 2, 6]);
  });

  test.each([1, 3, 7, 16, 49, 50, 1e9])(
    "with batches of %i has the mean loss and accuracy of all samples",
    async (batchSize) => {
      const network = cloudNetwork();
      // A step this small changes no weight, so that every batch meets the same network.
      const history = await fit(network, data, { epochs: 2, batchSize, learningRate: 1e-30 });
      const { loss, accuracy } = evaluate(network, data);
      for (const epoch of history.epochs) {
        expect(epoch.loss).toBeCloseTo(loss, 12);
        expect(epoch.accuracy).toBeCloseTo(accuracy, 12);
      }
      expect(accuracy).toBeGreaterThan(0);
      expect(accuracy).toBeLessThan(1);
    },
  );

  test("of batches that do not divide the data is what single steps by hand give", async () => {
    const fitted = mlp([2, 3], { kernels: plainDouble });
    const weights = Float64Array.from(fitted.getParameters());
    const options = { epochs: 2, batchSize: 8, learningRate: 0.2, decay: 0.5, seed: 4 };
    const history = await fit(fitted, data, options);
    for (let epoch = 0; epoch < 2; epoch++) {
      const order = new Random(4, "shuffle", epoch).shuffle(Array.from({ length: 50 }, (_, i) => i));
      let total = 0;
      for (let start = 0; start < 50; start += 8) {
        total += softmaxRegressionStep(
          weights,
          data,
          order.slice(start, start + 8),
          0.2 * Math.exp(-0.5 * epoch),
        );
      }
      expect(history.epochs[epoch].loss).toBeCloseTo(total / 50, 10);
    }
    [...fitted.getParameters()].forEach((value, i) => {
      expect(value).toBeCloseTo(weights[i], 10);
    });
  });

  test("is measured on the validation data as evaluate does afterwards", async () => {
    const network = cloudNetwork();
    const validation = clouds(601, 2);
    const measured: object[] = [];
    const onEpoch = () => {
      measured.push(evaluate(network, validation));
    };
    const options = { epochs: 4, batchSize: 16, learningRate: 0.1, validation, callbacks: [{ onEpoch }] };
    const { epochs } = await fit(network, data, options);
    expect(
      epochs.map((epoch) => ({ loss: epoch.validationLoss, accuracy: epoch.validationAccuracy })),
    ).toEqual(measured);
    expect(new Set(epochs.map((epoch) => epoch.validationLoss)).size).toBe(4);
  });

  test("uses the loss that is asked for, for training and validation", async () => {
    const network = cloudNetwork();
    const options = { epochs: 1, batchSize: 50, learningRate: 0.1, loss: "meanSquaredError" } as const;
    const before = evaluate(network, data, { loss: "meanSquaredError" });
    const history = await fit(network, data, { ...options, validation: data });
    expect(history.last.loss).toBeCloseTo(before.loss, 6);
    expect(history.last.validationLoss).toBe(evaluate(network, data, { loss: "meanSquaredError" }).loss);
  });
});

/** One step of softmax regression [2 → 3] written out in loops; returns the sum of the samples' losses. */
function softmaxRegressionStep(weights: Float64Array, data: Dataset, batch: number[], rate: number): number {
  const gradient = new Float64Array(weights.length);
  let total = 0;
  for (const sample of batch) {
    const x = [data.samples.at(sample, 0), data.samples.at(sample, 1), 1];
    const z = [0, 1, 2].map((j) => x[0] * weights[j] + x[1] * weights[3 + j] + weights[6 + j]);
    const sum = z.reduce((all, value) => all + Math.exp(value), 0);
    const label = data.labels?.[sample] ?? -1;
    total += Math.log(sum) - z[label];
    for (let j = 0; j < 3; j++) {
      const dz = Math.exp(z[j]) / sum - (j === label ? 1 : 0);
      for (let k = 0; k < 3; k++) gradient[3 * k + j] += (x[k] * dz) / batch.length;
    }
  }
  for (let i = 0; i < weights.length; i++) weights[i] -= rate * gradient[i];
  return total;
}

describe("the history", () => {
  const data = clouds(30);

  test("has a record for every epoch, with the learning rate of each", async () => {
    const options = { epochs: 4, learningRate: 0.2, decay: 0.3, validation: clouds(20, 2) };
    const history = await fit(cloudNetwork(), data, options);
    expect(history.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
    history.epochs.forEach((record, i) => {
      expect(record.learningRate).toBeCloseTo(0.2 * Math.exp(-0.3 * i), 14);
      expect(record.seconds).toBeGreaterThan(0);
      expect(record.loss).toBeGreaterThan(0);
    });
    expect(history.status).toBe("finished");
    expect(history.message).toBe("finished 4 epochs");
    expect(history.last).toBe(history.epochs[3]);
  });

  test("has no validation numbers where there are no validation data", async () => {
    const history = await fit(cloudNetwork(), data, { epochs: 1, learningRate: 0.1 });
    expect(history.last.validationLoss).toBeNaN();
    expect(history.last.validationAccuracy).toBeNaN();
    expect(history.message).toBe("finished 1 epoch");
  });

  test("is not changed by what follows", async () => {
    const network = cloudNetwork();
    const first = await fit(network, data, { epochs: 2, learningRate: 0.1 });
    const second = await fit(network, data, { epochs: 3, learningRate: 0.1 });
    expect([first.epochs.length, second.epochs.length]).toEqual([2, 5]);
    expect(second.epochs.slice(0, 2)).toEqual(first.epochs);
  });
});

test("ten epochs and ten more are twenty, bit for bit, decay included", async () => {
  const data = clouds(30);
  const options = { batchSize: 8, learningRate: 0.2, decay: 0.1, validation: clouds(20, 2) };
  const [parts, whole] = [cloudNetwork(), cloudNetwork()];
  await fit(parts, data, { ...options, epochs: 10 });
  const inParts = await fit(parts, data, { ...options, epochs: 10 });
  const inOne = await fit(whole, data, { ...options, epochs: 20 });
  expect(bitsOf(parts.getParameters())).toBe(bitsOf(whole.getParameters()));
  expect(withoutTime(inParts.epochs)).toEqual(withoutTime(inOne.epochs));
});
