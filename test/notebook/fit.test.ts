import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Dataset } from "../../src/dataset";
import { OptionsError } from "../../src/errors";
import { mlp } from "../../src/nn/mlp";
import { fit } from "../../src/notebook/fit";
import { progressBar } from "../../src/notebook/progress";
import { Random } from "../../src/random";
import { Tensor } from "../../src/tensor";
import type { TrainingOptions } from "../../src/training/options";
import { resetDisplays, textOf } from "./support/captured-display";

vi.mock("../../src/notebook/display", () => import("./support/captured-display"));

const random = new Random(1);
const samples = Tensor.zeros([640, 4]);
for (let i = 0; i < samples.size; i++) samples.data[i] = random.normal();
const data = Dataset.classification(
  samples,
  Array.from({ length: 640 }, (_, i) => (samples.at(i, 0) > 0 ? 1 : 0)),
  2,
);

const options: TrainingOptions = { epochs: 4, learningRate: 0.1 };

let printed: string[];

beforeEach(() => {
  resetDisplays();
  printed = [];
  vi.spyOn(console, "log").mockImplementation((text) => {
    printed.push(String(text));
  });
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** What presses ■ at the end of the given epoch. */
const interruptAfter = (epoch: number) => ({
  onEpoch({ history }: { history: readonly unknown[] }) {
    if (history.length === epoch) process.emit("SIGINT");
  },
});

test("an interrupt ends training normally, says how to go on, and the next call goes on", async () => {
  const network = mlp([4, 3, 2]);
  const stopped = await fit(network, data, { ...options, callbacks: [interruptAfter(2)] });
  expect(stopped.status).toBe("stopped");
  expect(printed).toEqual([stopped.message]);
  expect(stopped.message).toMatch(/^stopped .*; run the cell again to go on$/);
  const finished = await fit(network, data, options);
  expect(finished.epochs).toHaveLength(4);

  const other = mlp([4, 3, 2]);
  await fit(other, data, options);
  expect(network.getParameters()).toEqual(other.getParameters());
});

test("what the progress bar has said is not printed again", async () => {
  const { message } = await fit(mlp([4, 3, 2]), data, {
    ...options,
    callbacks: [progressBar(), interruptAfter(1)],
  });
  expect(printed).toEqual([]);
  expect(textOf(0)).toBe(message);
});

test("a finished training prints nothing", async () => {
  await fit(mlp([4, 3, 2]), data, options);
  expect(printed).toEqual([]);
});

test("a training that diverges says why", async () => {
  const history = await fit(mlp([4, 3, 2], { output: "linear" }), data, { ...options, learningRate: 1e30 });
  expect(history.status).toBe("diverged");
  expect(printed).toEqual([history.message]);
});

test("the caller's own signal stops it too", async () => {
  const controller = new AbortController();
  const abort = { onEpoch: () => controller.abort() };
  const history = await fit(mlp([4, 3, 2]), data, {
    ...options,
    signal: controller.signal,
    callbacks: [abort],
  });
  expect(history.status).toBe("stopped");
  expect(history.epochs).toHaveLength(1);
  const before = await fit(mlp([4, 3, 2]), data, { ...options, signal: AbortSignal.abort() });
  expect(before.epochs).toHaveLength(0);
});

test("listeners for interrupts are as before, however it ends", async () => {
  const before = process.listeners("SIGINT");
  await fit(mlp([4, 3, 2]), data, options);
  await expect(fit(mlp([4, 3, 2]), data, { ...options, epochs: 0 })).rejects.toThrow(OptionsError);
  await new Promise((resolve) => setImmediate(resolve));
  expect(process.listeners("SIGINT")).toEqual(before);
});

test("wrong options are refused, a wrong signal among them", async () => {
  const wrong = { epochs: 0, learningRate: 0.1, signal: "stop" } as unknown as TrainingOptions;
  const failure = fit(mlp([4, 3, 2]), data, wrong);
  await expect(failure).rejects.toThrow(OptionsError);
  await expect(failure).rejects.toThrow(
    /epochs: expected[\s\S]*signal: expected an AbortSignal, received "stop"/,
  );
});
