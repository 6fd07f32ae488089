import { afterEach, expect, test, vi } from "vitest";
import { Dataset } from "../../src/dataset";
import { Conv2D } from "../../src/nn/convolution";
import { Dropout } from "../../src/nn/dropout";
import { Dense, Flatten } from "../../src/nn/layers";
import { Network } from "../../src/nn/network";
import { BatchNorm } from "../../src/nn/normalization";
import { MaxPool2D } from "../../src/nn/pooling";
import { Random } from "../../src/random";
import { Tensor } from "../../src/tensor";
import { earlyStopping } from "../../src/training/early-stopping";
import { fit } from "../../src/training/fit";
import { optimizerNames } from "../../src/training/optimizers";
import type { TrainingOptions } from "../../src/training/options";
import { restoreTraining, type SavedTraining, trainingState } from "../../src/training/saved-state";
import { errorOf } from "../support/errors";
import { bitsOf } from "../support/numbers";
import { cloudNetwork, clouds, pauseAfterEveryBatch, stopWhen, withoutTime } from "../support/training";

afterEach(() => {
  vi.restoreAllMocks();
});

/** Pictures with a bright half, above or below. */
function halves(count: number): Dataset {
  const random = new Random("halves");
  const samples = Tensor.zeros([count, 6, 6, 1]);
  const labels = Array.from({ length: count }, () => random.integer(2));
  for (let k = 0; k < samples.data.length; k++) {
    const below = k % 36 >= 18 ? 1 : 0;
    samples.data[k] = (below === labels[Math.floor(k / 36)] ? 0.6 : 0) + 0.5 * random.uniform();
  }
  return Dataset.classification(samples, labels, 2);
}

const data = halves(21);

/** Every layer that has something to remember or to draw. */
const build = (): Network =>
  new Network(
    [6, 6, 1],
    [
      new Conv2D(3, 3, { activation: "relu", padding: "same" }),
      new BatchNorm({ momentum: 0.8 }),
      new MaxPool2D(2),
      new Dropout(0.3),
      new Flatten(),
      new Dense(5, { activation: "tanh" }),
      new Dropout(0.2),
      new Dense(2, { activation: "softmax" }),
    ],
    { seed: 4 },
  );

const options = (optimizer: TrainingOptions["optimizer"]): TrainingOptions => ({
  epochs: 3,
  batchSize: 4,
  learningRate: 0.01,
  optimizer,
  schedule: { name: "warmup", epochs: 1, followedBy: { name: "cosine" } },
  clipNorm: 1,
  weightDecay: 0.01,
  validation: data,
  augmentation: { flip: true, shift: 1, rotation: 10, scale: 0.1, brightness: 0.2 },
});

test.each(optimizerNames)(
  "training with %s that stops after any batch ends with the same bits",
  async (optimizer) => {
    const whole = build();
    const expected = await fit(whole, data, options(optimizer));
    for (const pauses of [1, 2, 5, 8, 9, 14, 18]) {
      const network = build();
      pauseAfterEveryBatch();
      const history = await fit(network, data, {
        ...options(optimizer),
        ...stopWhen((_, pause) => pause === pauses),
      });
      vi.restoreAllMocks();
      expect(history.status).toBe("stopped");
      const resumed = await fit(network, data, options(optimizer));
      expect(bitsOf(network.getParameters())).toBe(bitsOf(whole.getParameters()));
      expect(withoutTime(resumed.epochs)).toEqual(withoutTime(expected.epochs));
    }
  },
);

test("a state taken at any moment, and put into another network, leads to the same bits", async () => {
  const whole = build();
  const states: SavedTraining[] = [];
  const take = { onProgress: () => void states.push(trainingState(whole)) };
  pauseAfterEveryBatch();
  await fit(whole, data, { ...options("adam"), callbacks: [take] });
  vi.restoreAllMocks();
  expect(states.length).toBeGreaterThan(20);
  for (const state of states.filter((_, i) => i % 4 === 1)) {
    const network = build();
    restoreTraining(network, state);
    await fit(network, data, options("adam"));
    // A run that has just ended goes on for three more epochs.
    if (state.history.length < 3) expect(bitsOf(network.getParameters())).toBe(bitsOf(whole.getParameters()));
  }
});

test("a state is a copy: training on does not change it", async () => {
  const network = build();
  await fit(network, data, options("adam"));
  const state = trainingState(network);
  const before = structuredClone(state);
  await fit(network, data, options("adam"));
  expect(state).toEqual(before);
  expect(state.history).toHaveLength(3);
  expect(state.now.steps).toBe(18);
});

test("a state of another network is refused, and nothing is changed", async () => {
  const network = cloudNetwork();
  const before = bitsOf(network.getParameters());
  const error = await errorOf(() => restoreTraining(network, trainingState(build())));
  expect(error.name).toBe("DataError");
  expect(error.message).toMatch(/expected the state of a network with 51 numbers.*received/);
  expect(bitsOf(network.getParameters())).toBe(before);
});

test("a state cannot be put into a network that is being trained", async () => {
  const network = cloudNetwork();
  const state = trainingState(network);
  const error = new Promise<Error>((resolve) => {
    const onStart = async () => resolve(await errorOf(() => restoreTraining(network, state)));
    void fit(network, clouds(20), { epochs: 1, learningRate: 0.1, callbacks: [{ onStart }] });
  });
  expect((await error).message).toMatch(/is being trained/);
});

test("divergence puts back weights, moving means and what the optimizer remembered", async () => {
  const network = build();
  await fit(network, data, { ...options("adam"), epochs: 1 });
  const before = trainingState(network);
  const history = await fit(network, data, { ...options("adam"), learningRate: 1e38, clipNorm: Infinity });
  expect(history.status).toBe("diverged");
  const after = trainingState(network);
  expect(bitsOf(after.now.variables)).toBe(bitsOf(before.now.variables));
  expect(bitsOf(after.now.memory)).toBe(bitsOf(before.now.memory));
  expect(after.now.steps).toBe(before.now.steps);
});

test("another optimizer begins with an empty memory, also in the middle of an epoch", async () => {
  const network = build();
  pauseAfterEveryBatch();
  await fit(network, data, { ...options("adam"), ...stopWhen((_, pause) => pause === 3) });
  vi.restoreAllMocks();
  const history = await fit(network, data, options("momentum"));
  expect(history.status).toBe("finished");
  expect(trainingState(network).optimizer).toBe("momentum");
  expect(network.getParameters().every(Number.isFinite)).toBe(true);
});

test("divergence does not give one optimizer what another one remembered", async () => {
  const network = build();
  pauseAfterEveryBatch();
  await fit(network, data, {
    ...options("rmsprop"),
    ...stopWhen(({ epoch, batch }) => epoch === 2 && batch === 2),
  });
  vi.restoreAllMocks();
  expect(trainingState(network).batch).toBe(2);
  expect(trainingState(network).epochStart.memory.some((number) => number !== 0)).toBe(true);
  // Both remember one number for each parameter.
  const wild = { ...options("momentum"), learningRate: 1e38, clipNorm: Infinity };
  expect((await fit(network, data, wild)).status).toBe("diverged");
  const { now } = trainingState(network);
  expect(now.memory.every((number) => number === 0)).toBe(true);
  expect(now.steps).toBe(0);
});

test("a run that early stopping ends, ends the same way when it was interrupted", async () => {
  const [train, validation] = clouds(60).split(0.5);
  const stopping: TrainingOptions = {
    ...{ epochs: 200, batchSize: 5, learningRate: 0.5, optimizer: "momentum", validation },
  };
  const whole = cloudNetwork();
  const expected = await fit(whole, train, { ...stopping, callbacks: [earlyStopping({ patience: 3 })] });
  expect(expected.epochs.length).toBeLessThan(200);
  const network = cloudNetwork();
  pauseAfterEveryBatch();
  const { callbacks, signal } = stopWhen((_, pause) => pause === 6 * expected.epochs.length - 8);
  await fit(network, train, {
    ...stopping,
    callbacks: [...callbacks, earlyStopping({ patience: 3 })],
    signal,
  });
  vi.restoreAllMocks();
  const copy = cloudNetwork();
  restoreTraining(copy, trainingState(network));
  const resumed = await fit(copy, train, { ...stopping, callbacks: [earlyStopping({ patience: 3 })] });
  expect(resumed.message).toBe(expected.message);
  expect(bitsOf(copy.getParameters())).toBe(bitsOf(whole.getParameters()));
});
