import { describe, expect, test } from "vitest";
import { Dataset } from "../../src/dataset";
import { DataError } from "../../src/errors";
import { plainDouble } from "../../src/kernels/plain";
import type { ActivationName } from "../../src/nn/activations";
import { Conv2D } from "../../src/nn/convolution";
import { Dropout } from "../../src/nn/dropout";
import { Dense, Flatten } from "../../src/nn/layers";
import { losses } from "../../src/nn/losses";
import { mlp } from "../../src/nn/mlp";
import { Network } from "../../src/nn/network";
import { BatchNorm } from "../../src/nn/normalization";
import { MaxPool2D } from "../../src/nn/pooling";
import { Random } from "../../src/random";
import { Tensor } from "../../src/tensor";
import { fit } from "../../src/training/fit";
import { inspectNetwork } from "../../src/training/inspection";
import type { Spread } from "../../src/training/layer-measure";
import type { TrainingOptions } from "../../src/training/options";
import { bitsOf } from "../support/numbers";
import { cloudNetwork, clouds } from "../support/training";

const data = clouds(300);

/** What the formulas of mean and standard deviation give. */
function spreadOf(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance) };
}

function expectSpread(spread: Spread | null, values: readonly number[]): void {
  const expected = spreadOf(values);
  expect(spread?.mean).toBeCloseTo(expected.mean, 6);
  expect(spread?.deviation).toBeCloseTo(expected.deviation, 6);
  const counted = spread?.histogram.counts.reduce((sum, count) => sum + count, 0);
  expect(counted).toBe(values.length);
}

/** Images of two brightnesses, one for each class. */
function images(count: number): Dataset {
  const random = new Random(1, "images");
  const samples = Tensor.zeros([count, 6, 6, 1]);
  const labels = Array.from({ length: count }, (_, i) => i % 2);
  for (let i = 0; i < samples.size; i++)
    samples.data[i] = random.uniform() * (labels[Math.floor(i / 36)] + 1);
  return Dataset.classification(samples, labels, 2);
}

const imageNetwork = () =>
  new Network(
    [6, 6, 1],
    [
      new Conv2D(3, 3, { activation: "relu" }),
      new BatchNorm(),
      new MaxPool2D(2),
      new Flatten(),
      new Dropout(0.5),
      new Dense(2, { activation: "softmax" }),
    ],
  );

describe("activations", () => {
  test("are what the layers send on, over all samples", () => {
    const network = mlp([2, 8, 3], { activation: "tanh", kernels: plainDouble });
    const [hidden, output] = inspectNetwork(network, data);
    const h = [...network.layers[0].forward(data.samples).data];
    expectSpread(hidden.activations, h);
    expectSpread(output.activations, [...network.predict(data.samples).data]);
    expect(hidden).toMatchObject({ layer: 1, name: "Dense tanh", units: 8 });
    expect(output).toMatchObject({ layer: 2, name: "Dense softmax", units: 3 });
  });

  test("that are exactly zero are counted", () => {
    const network = mlp([2, 8, 3], { activation: "relu" });
    const h = network.layers[0].forward(data.samples).data;
    const zeros = h.filter((value) => value === 0).length / h.length;
    expect(inspectNetwork(network, data)[0].activations.zeros).toBeCloseTo(zeros, 12);
    expect(zeros).toBeGreaterThan(0.1);
  });
});

describe("gradients", () => {
  test("are those of each sample's own loss with respect to what a layer sends on", () => {
    const kernels = plainDouble;
    const network = mlp([2, 3, 4, 3], { activation: ["tanh", "linear"], kernels });
    const few = data.slice(0, 6);
    const [first, second] = inspectNetwork(network, few);
    // A linear unit sends on its sum: a nudge of its bias is one of its output.
    const lossWith = (sample: number) => {
      const one = few.slice(sample, sample + 1);
      const t = Tensor.zeros([1, 3]);
      t.data[one.labels?.[0] ?? 0] = 1;
      return losses.crossEntropy.forward(network.forward(one.samples, { logits: true }), t);
    };
    const bias = network.layers[1].parameters[1].value.data;
    const nudged: number[] = [];
    for (let sample = 0; sample < 6; sample++) {
      for (let unit = 0; unit < 4; unit++) {
        const value = bias[unit];
        bias[unit] = value + 1e-4;
        const above = lossWith(sample);
        bias[unit] = value - 1e-4;
        nudged.push((above - lossWith(sample)) / 2e-4);
        bias[unit] = value;
      }
    }
    expectSpread(second.gradients, nudged);
    expect(first.gradients?.deviation).toBeGreaterThan(0);
  });

  test("become smaller from layer to layer on the way back through sigmoids", () => {
    const network = mlp([2, 8, 8, 8, 8, 3], { activation: "sigmoid" });
    const sizes = inspectNetwork(network, data).map(({ gradients }) => gradients?.deviation ?? 0);
    for (let i = 1; i < sizes.length; i++) expect(sizes[i - 1]).toBeLessThan(0.7 * sizes[i]);
  });

  test("are not there before the first layer that learns", () => {
    const network = new Network([6, 6, 1], [new MaxPool2D(2), new Flatten(), new Dense(2)]);
    const layers = inspectNetwork(network, images(10));
    expect(layers.map(({ name, gradients }) => [name, gradients === null])).toEqual([
      ["MaxPool2D 2×2", true],
      ["Dense linear", false],
    ]);
  });
});

describe("units", () => {
  /** A layer of four units that see one input, with these weights and biases. */
  const units = (activation: ActivationName, weights: number[], bias: number[]) => {
    const network = mlp([1, 4, 2], { activation });
    network.layers[0].parameters[0].value.data.set(weights);
    network.layers[0].parameters[1].value.data.set(bias);
    return network;
  };
  const line = Dataset.classification(
    Tensor.from(Array.from({ length: 100 }, (_, i) => [i / 99])),
    Array.from({ length: 100 }, (_, i) => i % 2),
    2,
  );

  test("of ReLU are dead where they send 0 for every sample", () => {
    // −1, x − 2 and −x are never above 0; x − 0.99 is for the last sample.
    const [hidden, output] = inspectNetwork(units("relu", [0, 1, -1, 1], [-1, -2, 0, -0.995]), line);
    expect(hidden).toMatchObject({ dead: 3, saturated: null });
    expect(hidden.flat).toBeCloseTo(399 / 400, 12);
    expect(output).toMatchObject({ dead: null, saturated: null, flat: null });
  });

  test.each(["sigmoid", "tanh"] as const)("of %s are saturated where the curve is flat", (activation) => {
    // 100 and −100·x − 20 are far out, x is in the middle, 200·x is far out but for the first few.
    const [hidden] = inspectNetwork(units(activation, [0, -100, 1, 200], [100, -20, 0, 0]), line);
    expect(hidden).toMatchObject({ dead: null, saturated: 3 });
    expect(hidden.flat).toBeGreaterThan(0.73);
    expect(hidden.flat).toBeLessThan(0.75);
  });

  test("of a convolution are its channels, at all places", () => {
    const network = imageNetwork();
    const [weights, bias] = network.layers[0].parameters.map(({ value }) => value.data);
    weights.fill(0.1);
    bias.set([0, -10, 0.5]);
    const [convolution] = inspectNetwork(network, images(20));
    expect(convolution).toMatchObject({ name: "Conv2D 3×3 relu", units: 3, dead: 1 });
    expect(convolution.flat).toBeCloseTo(1 / 3, 12);
  });

  test("of an output layer are left out where the loss contains the activation, and only there", () => {
    const network = mlp([2, 4, 3], { output: "sigmoid" });
    const loss = "meanSquaredError";
    expect(inspectNetwork(network, data)[1].saturated).toBeNull();
    expect(inspectNetwork(network, data, { loss })[1].saturated).toBe(0);
  });
});

describe("updates", () => {
  /** ‖ΔW‖ / ‖W‖ of the first layer after one batch of training. */
  async function changeByTraining(network: Network, options: TrainingOptions): Promise<number> {
    const before = network.layers[0].parameters[0].value.data.slice();
    await fit(network, data, { ...options, epochs: 1 });
    const after = network.layers[0].parameters[0].value.data;
    return Math.hypot(...after.map((value, i) => value - before[i])) / Math.hypot(...before);
  }

  test.each([
    ["sgd", { learningRate: 0.3, l2: 0.1 }],
    ["momentum", { learningRate: 0.1, optimizer: "momentum" }],
    ["adam", { learningRate: 0.01, optimizer: "adam", weightDecay: 0.1 }],
  ] as const)("with %s are those of the next step of training", async (_, rest) => {
    const options = { ...rest, epochs: 3, batchSize: data.length };
    const network = cloudNetwork();
    for (let run = 0; run < 2; run++) {
      const [{ update }] = inspectNetwork(network, data, options);
      expect(update).toBeCloseTo(await changeByTraining(network, options), 6);
      await fit(network, data, options);
    }
  });

  test("are not measured without a learning rate, nor where there are no weights", () => {
    expect(inspectNetwork(cloudNetwork(), data).map(({ update }) => update)).toEqual([null, null]);
    const updates = inspectNetwork(imageNetwork(), images(20), { learningRate: 0.1 });
    expect(updates.map(({ name, update }) => [name, update !== null])).toEqual([
      ["Conv2D 3×3 relu", true],
      ["BatchNorm", false],
      ["MaxPool2D 2×2", false],
      ["Dense softmax", true],
    ]);
  });
});

describe("inspecting", () => {
  test("leaves the network and its training as they were", async () => {
    const [seen, unseen] = [imageNetwork(), imageNetwork()];
    const options: TrainingOptions = { epochs: 2, learningRate: 0.01, optimizer: "adam" };
    for (const network of [seen, unseen]) {
      await fit(network, images(40), options);
      const before = bitsOf(network.getParameters());
      if (network === seen) inspectNetwork(network, images(20), options);
      expect(bitsOf(network.getParameters())).toBe(before);
      await fit(network, images(40), options);
    }
    expect(bitsOf(seen.getParameters())).toBe(bitsOf(unseen.getParameters()));
  });

  test("comes to the same again", () => {
    const network = cloudNetwork();
    expect(inspectNetwork(network, data)).toEqual(inspectNetwork(network, data));
  });

  test("takes the samples in any number, and each as much", () => {
    const network = cloudNetwork();
    const all = clouds(600);
    const [whole] = inspectNetwork(network, all);
    const halves = [all.slice(0, 300), all.slice(300)].map((half) => inspectNetwork(network, half)[0]);
    expect(whole.activations.mean).toBeCloseTo(
      (halves[0].activations.mean + halves[1].activations.mean) / 2,
      6,
    );
    expect(whole.gradients?.mean).toBeCloseTo(
      ((halves[0].gradients?.mean ?? 0) + (halves[1].gradients?.mean ?? 0)) / 2,
      6,
    );
  });

  test("refuses a network whose numbers overflow, and says where", () => {
    const network = mlp([2, 4, 3], { activation: "linear" });
    network.layers[0].parameters[0].value.data.fill(3e38);
    expect(() => inspectNetwork(network, data)).toThrow(DataError);
    expect(() => inspectNetwork(network, data)).toThrow(/received -?(Infinity|NaN) in Dense linear/);
  });

  test("names all wrong options at once, as fit does", () => {
    const wrong = () => inspectNetwork(cloudNetwork(), images(4), { learningRate: -1, batchSize: 0 });
    expect(wrong).toThrow(/^inspectNetwork:/);
    for (const part of ["learningRate: expected", "batchSize: expected", "data: expected samples [2]"]) {
      expect(wrong).toThrow(part);
    }
  });
});
