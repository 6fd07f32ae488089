import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { mlp } from "../../src/nn/mlp";
import { fit } from "../../src/training/fit";
import type { TrainingOptions } from "../../src/training/options";
import type { Progress } from "../../src/training/progress";
import { bitsOf } from "../support/numbers";
import { cloudNetwork, clouds, pauseAfterEveryBatch, stopWhen, withoutTime } from "../support/training";

// 30 samples in batches of 8: four batches an epoch, the last of 6. Validation takes three steps of up to 250.
const data = clouds(30);
const options: TrainingOptions = {
  epochs: 4,
  batchSize: 8,
  learningRate: 0.2,
  decay: 0.1,
  validation: clouds(600, 2),
};

beforeEach(pauseAfterEveryBatch);
afterEach(() => {
  vi.restoreAllMocks();
});

type When = (progress: Progress, pause: number) => boolean;

const at =
  (epoch: number, batch: number): When =>
  (progress) =>
    progress.epoch === epoch && progress.batch === batch;

/** Chooses the nth pause at a place: with all batches of an epoch done, the later ones are during validation. */
function nth(count: number, place: When): When {
  let seen = 0;
  return (progress, pause) => place(progress, pause) && ++seen === count;
}

describe("training that is stopped and called again ends with the weights of an uninterrupted run", () => {
  test.each<[string, () => When, string]>([
    ["before the first batch", () => (_, pause) => pause === 1, "stopped before epoch 1 of 4"],
    ["after the first batch", () => at(1, 1), "stopped at epoch 1 of 4, batch 1 of 4"],
    ["in the middle of an epoch", () => at(2, 2), "stopped at epoch 2 of 4, batch 2 of 4"],
    ["before the last, smaller batch", () => at(3, 3), "stopped at epoch 3 of 4, batch 3 of 4"],
    [
      "after the last batch, before validation",
      () => nth(1, at(2, 4)),
      "stopped at epoch 2 of 4, batch 4 of 4",
    ],
    ["during validation", () => nth(3, at(2, 4)), "stopped at epoch 2 of 4, batch 4 of 4"],
    ["at the end of validation", () => nth(4, at(2, 4)), "stopped at epoch 2 of 4, batch 4 of 4"],
    ["between two epochs", () => at(3, 0), "stopped before epoch 3 of 4"],
    ["in the last epoch", () => at(4, 3), "stopped at epoch 4 of 4, batch 3 of 4"],
  ])("%s", async (_, when, message) => {
    const [stopped, whole] = [cloudNetwork(), cloudNetwork()];
    const first = await fit(stopped, data, { ...options, ...stopWhen(when()) });
    expect(first.status).toBe("stopped");
    expect(first.message).toBe(`${message}; run the cell again to go on`);
    const resumed = await fit(stopped, data, options);
    const uninterrupted = await fit(whole, data, options);
    expect(resumed.status).toBe("finished");
    expect(bitsOf(stopped.getParameters())).toBe(bitsOf(whole.getParameters()));
    expect(withoutTime(resumed.epochs)).toEqual(withoutTime(uninterrupted.epochs));
    expect(first.epochs.length).toBeLessThan(4);
    expect(resumed.epochs.slice(0, first.epochs.length)).toEqual(first.epochs);
  });

  test("after every single batch", async () => {
    const [stopped, whole] = [cloudNetwork(), cloudNetwork()];
    const unwatched = { ...options, epochs: 2, validation: undefined };
    const places: string[] = [];
    for (let status = "stopped"; status === "stopped" && places.length < 100; ) {
      // The first pause of a call comes before its first batch.
      const history = await fit(stopped, data, { ...unwatched, ...stopWhen((_, pause) => pause === 2) });
      status = history.status;
      places.push(history.message.split(";")[0]);
    }
    await fit(whole, data, unwatched);
    expect(bitsOf(stopped.getParameters())).toBe(bitsOf(whole.getParameters()));
    expect(places).toEqual([
      "stopped at epoch 1 of 2, batch 1 of 4",
      "stopped at epoch 1 of 2, batch 2 of 4",
      "stopped at epoch 1 of 2, batch 3 of 4",
      "stopped at epoch 1 of 2, batch 4 of 4",
      "stopped before epoch 2 of 2",
      "stopped at epoch 2 of 2, batch 1 of 4",
      "stopped at epoch 2 of 2, batch 2 of 4",
      "stopped at epoch 2 of 2, batch 3 of 4",
      "stopped at epoch 2 of 2, batch 4 of 4",
      "finished 2 epochs",
    ]);
  });

  test("with samples that were read again in between", async () => {
    const [stopped, whole] = [cloudNetwork(), cloudNetwork()];
    await fit(stopped, clouds(30), { ...options, ...stopWhen(at(2, 2)) });
    await fit(stopped, clouds(30), options);
    await fit(whole, data, options);
    expect(bitsOf(stopped.getParameters())).toBe(bitsOf(whole.getParameters()));
  });
});

test("a signal that was given before the call stops it before the first batch", async () => {
  const network = cloudNetwork();
  const before = bitsOf(network.getParameters());
  const history = await fit(network, data, { ...options, signal: AbortSignal.abort() });
  expect(history.status).toBe("stopped");
  expect(history.message).toBe("stopped before epoch 1 of 4; run the cell again to go on");
  expect(history.epochs).toEqual([]);
  expect(bitsOf(network.getParameters())).toBe(before);
});

test("stopping after the last batch of all is finishing", async () => {
  const network = cloudNetwork();
  const history = await fit(network, data, {
    ...options,
    ...stopWhen((progress) => progress.history.length === 4),
  });
  expect([history.status, history.epochs.length]).toEqual(["finished", 4]);
  expect((await fit(network, data, options)).epochs.length).toBe(8);
});

test("the place is told with thousands separated", async () => {
  const many = clouds(1875);
  const network = cloudNetwork();
  const history = await fit(network, many, {
    epochs: 20,
    batchSize: 1,
    learningRate: 0.01,
    ...stopWhen(at(7, 120)),
  });
  expect(history.message).toBe("stopped at epoch 7 of 20, batch 120 of 1,875; run the cell again to go on");
});

test("the weights of a stopped run are those after the last complete batch", async () => {
  const [stopped, single] = [mlp([2, 3]), mlp([2, 3])];
  await fit(stopped, data, { ...options, ...stopWhen(at(1, 1)) });
  // The first batch of 8 as an epoch of its own: its samples are the first eight of the shuffled order.
  let first: Float32Array | Float64Array = new Float32Array();
  const onProgress = ({ batch, network }: Progress) => {
    if (batch === 1 && first.length === 0) first = network.getParameters();
  };
  await fit(single, data, { ...options, epochs: 1, callbacks: [{ onProgress }] });
  expect(bitsOf(stopped.getParameters())).toBe(bitsOf(first));
});

describe("when called again with other options", () => {
  async function stoppedInTheSecondEpoch() {
    const network = cloudNetwork();
    await fit(network, data, { ...options, ...stopWhen(at(2, 2)) });
    return network;
  }

  async function placeOfFirstPause(changed: Partial<TrainingOptions>) {
    const network = await stoppedInTheSecondEpoch();
    const weights = bitsOf(network.getParameters());
    const places: string[] = [];
    const onStart = ({ epoch, epochs, batch, batches }: Progress) => {
      places.push(`epoch ${epoch} of ${epochs}, batch ${batch} of ${batches}`);
      expect(bitsOf(network.getParameters())).toBe(weights);
    };
    const history = await fit(network, data, { ...options, ...changed, callbacks: [{ onStart }] });
    return { place: places[0], history };
  }

  test.each([
    ["a learning rate", { learningRate: 0.1 }],
    ["no decay", { decay: 0 }],
    ["no validation", { validation: undefined }],
  ])("%s leaves training where it was", async (_, changed) => {
    const { place, history } = await placeOfFirstPause(changed);
    expect(place).toBe("epoch 2 of 4, batch 2 of 4");
    expect(history.epochs.length).toBe(4);
  });

  test.each([
    ["another batch size", { batchSize: 10 }, "epoch 2 of 4, batch 0 of 3"],
    ["another seed", { seed: 2 }, "epoch 2 of 4, batch 0 of 4"],
    ["another loss", { loss: "meanSquaredError" as const }, "epoch 2 of 4, batch 0 of 4"],
  ])("%s starts the running epoch over, from the weights reached", async (_, changed, expected) => {
    const { place, history } = await placeOfFirstPause(changed);
    expect(place).toBe(expected);
    expect(history.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4]);
  });

  test("another number of samples starts the running epoch over, its mean loss included", async () => {
    const network = await stoppedInTheSecondEpoch();
    const other = clouds(17, 5);
    const history = await fit(network, other, { ...options, learningRate: 1e-30 });
    const again = await fit(network, other, { ...options, learningRate: 1e-30, epochs: 1 });
    expect(history.epochs[1].loss).toBeCloseTo(again.last.loss, 10);
  });

  test("more epochs go on to the new number", async () => {
    const { place, history } = await placeOfFirstPause({ epochs: 6 });
    expect([place, history.epochs.length]).toEqual(["epoch 2 of 6, batch 2 of 4", 6]);
  });

  test("fewer epochs than are done begin a new run", async () => {
    const { place, history } = await placeOfFirstPause({ epochs: 1 });
    expect([place, history.epochs.length]).toEqual(["epoch 2 of 2, batch 2 of 4", 2]);
  });
});

test("a stop by the clock arrives within 0.3 seconds", async () => {
  vi.restoreAllMocks();
  const network = mlp([2, 64, 3]);
  const controller = new AbortController();
  let aborted = Number.POSITIVE_INFINITY;
  setTimeout(() => {
    aborted = performance.now();
    controller.abort();
  }, 150);
  const history = await fit(network, clouds(2000), {
    epochs: 1e6,
    learningRate: 0.01,
    signal: controller.signal,
  });
  expect(history.status).toBe("stopped");
  expect(performance.now() - aborted).toBeLessThan(300);
});
