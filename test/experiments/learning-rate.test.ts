import { afterEach, expect, test, vi } from "vitest";
import { noisySine, toySet } from "../../src/data/toys";
import { NeuralNetworkError, OptionsError } from "../../src/errors";
import { type LearningRateOptions, tryLearningRates } from "../../src/experiments/learning-rate";
import { Dropout } from "../../src/nn/dropout";
import { Dense } from "../../src/nn/layers";
import { mlp } from "../../src/nn/mlp";
import { Network } from "../../src/nn/network";
import { BatchNorm } from "../../src/nn/normalization";
import { fit } from "../../src/training/fit";
import { errorOf } from "../support/errors";
import { bitsOf } from "../support/numbers";
import { wrong } from "../support/refusals";
import { cloudNetwork, clouds, withoutTime } from "../support/training";

afterEach(() => vi.restoreAllMocks());

const sine = () => mlp([1, 16, 16, 1], { activation: "tanh", output: "linear" });

test.each<[what: string, make: () => Network, data: ReturnType<typeof clouds>, options: LearningRateOptions]>(
  [
    ["SGD", () => mlp([2, 16, 16, 2]), toySet("moons"), {}],
    ["momentum", () => mlp([2, 16, 16, 2]), toySet("moons"), { optimizer: "momentum" }],
    ["Adam and a regression", sine, noisySine(), { optimizer: "adam" }],
    [
      "sigmoid and squared errors",
      () => mlp([2, 8, 3], { activation: "sigmoid", output: "sigmoid" }),
      clouds(300),
      { loss: "meanSquaredError" },
    ],
  ],
)(
  "with %s, the rate that it suggests learns, much smaller and much larger ones do not",
  async (_, make, data, options) => {
    const { suggestion } = await tryLearningRates(make(), data, options);
    const after = async (learningRate: number) => {
      const { epochs, status } = await fit(make(), data, { ...options, epochs: 20, learningRate });
      return status === "diverged" ? Number.POSITIVE_INFINITY : epochs[19].loss;
    };
    const rate = suggestion ?? Number.NaN;
    const loss = await after(rate);
    expect(loss).toBeLessThan(0.9 * (await after(rate / 100)));
    expect(loss).toBeLessThan(0.9 * (await after(rate * 100)));
  },
);

test("rates grow by equal factors, and the first losses are those of training with the first rates", async () => {
  const { rates, losses, smoothed } = await tryLearningRates(cloudNetwork(), clouds(64), {
    lowest: 1e-9,
    highest: 1,
    steps: 40,
  });
  expect(rates[0]).toBe(1e-9);
  expect(rates.length).toBe(40);
  expect(rates[39]).toBeCloseTo(1, 12);
  for (let i = 1; i < 40; i++) expect(rates[i] / rates[i - 1]).toBeCloseTo(1e9 ** (1 / 39), 9);
  // With rates that change nothing, two batches of 32 have the loss of all 64.
  const still = await fit(cloudNetwork(), clouds(64), { epochs: 1, learningRate: 1e-12 });
  expect((losses[0] + losses[1]) / 2).toBeCloseTo(still.last.loss, 5);
  expect(smoothed[0]).toBeCloseTo(losses[0], 12);
  expect(smoothed[1]).toBeCloseTo((0.09 * losses[0] + 0.1 * losses[1]) / 0.19, 12);
});

test("the network is left as it was, statistics and training state too", async () => {
  const make = () =>
    new Network(
      [2],
      [new Dense(8), new BatchNorm(), new Dropout(0.2), new Dense(3, { activation: "softmax" })],
    );
  const [tried, untouched] = [make(), make()];
  const training = { epochs: 2, learningRate: 0.05, optimizer: "adam" } as const;
  for (const network of [tried, untouched]) await fit(network, clouds(60), training);
  const before = bitsOf(tried.getParameters());
  await tryLearningRates(tried, clouds(60), training);
  expect(bitsOf(tried.getParameters())).toBe(before);
  const [one, other] = [await fit(tried, clouds(60), training), await fit(untouched, clouds(60), training)];
  expect(withoutTime(one.epochs)).toEqual(withoutTime(other.epochs));
  expect(bitsOf(tried.getParameters())).toBe(bitsOf(untouched.getParameters()));
});

test("it ends when the loss grows beyond use, and suggests nothing where nothing was learned", async () => {
  const { rates, suggestion } = await tryLearningRates(mlp([2, 4, 2], { output: "linear" }), toySet("xor"), {
    lowest: 1,
    highest: 1e30,
  });
  expect(rates.length).toBeLessThan(200);
  expect(suggestion).toBeNull();
  const slow = await tryLearningRates(cloudNetwork(), clouds(60), { lowest: 1e-9, highest: 1e-8 });
  expect(slow.suggestion).toBeNull();
});

test("a signal ends it with what there is, and the network as it was", async () => {
  vi.spyOn(performance, "now").mockImplementation(
    (
      (now) => () =>
        (now += 1000)
    )(0),
  );
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 0);
  const network = cloudNetwork();
  const before = bitsOf(network.getParameters());
  const { rates } = await tryLearningRates(network, clouds(60), {
    signal: controller.signal,
    steps: 100_000,
    highest: 1e-4,
  });
  expect(rates.length).toBeGreaterThan(0);
  expect(rates.length).toBeLessThan(100_000);
  expect(bitsOf(network.getParameters())).toBe(before);
});

test("all wrong options are refused at once, and a network that is being trained", async () => {
  const options = {
    lowest: -1,
    highest: 0,
    steps: 2,
    optimizer: "sgdd",
    batchsize: 3,
    learningRate: -5,
    epochs: 0,
  };
  const error = await errorOf(() => tryLearningRates(cloudNetwork(), clouds(9), wrong(options)));
  expect(error).toBeInstanceOf(OptionsError);
  expect(error.message.split("\n").map((line) => line.replace(/:.*/, ""))).toEqual([
    ...["findLearningRate", "  - lowest", "  - highest", "  - steps", "  - batchsize", "  - optimizer"],
  ]);
  const network = cloudNetwork();
  const busy = {
    onStart: async () => {
      expect(await errorOf(() => tryLearningRates(network, clouds(9), {}))).toBeInstanceOf(
        NeuralNetworkError,
      );
    },
  };
  await fit(network, clouds(9), { epochs: 1, learningRate: 0.1, callbacks: [busy] });
  expect.assertions(3);
});
