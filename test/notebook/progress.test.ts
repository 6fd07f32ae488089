import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Dataset } from "../../src/dataset";
import { mlp } from "../../src/nn/mlp";
import { progressBar, wasAnnounced } from "../../src/notebook/progress";
import { Tensor } from "../../src/tensor";
import { fit } from "../../src/training/fit";
import { History } from "../../src/training/history";
import { cloudNetwork, clouds } from "../support/training";
import { captured, htmlOf, resetDisplays, textOf } from "./support/captured-display";
import { epochs, progressOf } from "./support/progress";

vi.mock("../../src/notebook/display", () => import("./support/captured-display"));

const { isTTY, columns } = process.stdout;

beforeEach(() => {
  resetDisplays();
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  Object.assign(process.stdout, { isTTY, columns });
});

const halfway = progressOf({
  ...{ history: epochs(6, { validation: true }), epoch: 7, batch: 45, loss: 0.18214, accuracy: 0.94521 },
  ...{ samples: 387_000, seconds: 12.9 },
});

test("the line says where training stands, how fast it is and how long it will take", () => {
  const bar = progressBar();
  bar.onStart?.(progressOf({}));
  vi.advanceTimersByTime(1000);
  bar.onProgress?.(halfway);
  // 6.45 of 20 epochs in 12.9 s leave 27.1 s.
  expect(textOf(0)).toBe(
    "epoch 7/20, 45 % · loss 0.1821 · accuracy 94.52 % · validation 90.00 % · 30,000 images/s · 27 s left",
  );
  expect(htmlOf(0)).toContain("width:32.3%");
});

test("time left counts from where this training began", () => {
  const bar = progressBar();
  bar.onStart?.(progressOf({ history: epochs(10) }));
  vi.advanceTimersByTime(1000);
  bar.onProgress?.(progressOf({ history: epochs(15), samples: 1000, seconds: 50 }));
  expect(textOf(0)).toContain("50 s left");
});

test("one place, at most ten updates a second", () => {
  const bar = progressBar();
  bar.onStart?.(progressOf({}));
  for (let i = 0; i < 1000; i++) {
    vi.advanceTimersByTime(10);
    bar.onProgress?.(halfway);
    bar.onEpoch?.(halfway);
  }
  expect(captured.displays).toHaveLength(1);
  expect(captured.displays[0].shown.length).toBeLessThanOrEqual(101);
  expect(captured.displays[0].shown.length).toBeGreaterThan(90);
});

test("between two epochs it shows what the last one brought", () => {
  const bar = progressBar();
  bar.onStart?.(progressOf({ history: epochs(2) }));
  expect(textOf(0)).toBe("epoch 3/20 · loss 0.5000 · accuracy 75.00 %");
});

test("without classes it shows losses", () => {
  const history = epochs(1, { validation: true }).map((record) => ({
    ...record,
    ...{ accuracy: Number.NaN, validationAccuracy: Number.NaN },
  }));
  progressBar().onStart?.(progressOf({ history, batch: 50, loss: 1234567 }));
  expect(textOf(0)).toBe("epoch 2/20, 50 % · loss 1.23e+6 · validation loss 1.2000");
});

test("samples are images where they are large, or what the caller says", () => {
  const network = mlp([2, 2, 2]);
  const parts = { network, batch: 50, samples: 1000, seconds: 1, loss: 1, accuracy: 0.5 };
  progressBar().onStart?.(progressOf(parts));
  progressBar({ unit: "points" }).onStart?.(progressOf(parts));
  expect(textOf(0)).toContain("1,000 samples/s");
  expect(textOf(1)).toContain("1,000 points/s");
});

test.each([
  ["finished", "finished 20 epochs", "finished 20 epochs · loss 0.0500 · accuracy 97.50 %"],
  [
    "stopped",
    "stopped at epoch 7 of 20, batch 120 of 1,875; run the cell again to go on",
    "stopped at epoch 7 of 20, batch 120 of 1,875; run the cell again to go on",
  ],
  ["diverged", "the loss became NaN in epoch 1", "the loss became NaN in epoch 1"],
] as const)("the last line says how training that %s ended", (status, message, text) => {
  const bar = progressBar();
  const history = new History(epochs(20), status, message);
  bar.onStart?.(progressOf({}));
  expect(wasAnnounced(history)).toBe(false);
  bar.onEnd?.(progressOf({ history: epochs(20), seconds: 34.4, samples: 5 }), history);
  expect(wasAnnounced(history)).toBe(true);
  expect(textOf(0).split("\n")[0]).toBe(text);
  expect(htmlOf(0)).toContain(`${text}<span class="timing"> · 34 s</span>`);
});

describe("what there is to explain", () => {
  const training = { epochs: 4, learningRate: 0.1, callbacks: [progressBar()] };
  // Negative weights before ReLU, and points that are positive: no unit ever sends anything.
  const deadNetwork = () => {
    const network = mlp([2, 4, 3]);
    network.layers[0].parameters[0].value.data.fill(-1);
    return network;
  };
  const points = Dataset.classification(
    Tensor.from(Array.from({ length: 60 }, (_, i) => [1 + (i % 3), 1])),
    Array.from({ length: 60 }, (_, i) => i % 3),
    3,
  );

  test("stands below the line, while training runs and when it has ended", async () => {
    const pace = { onEpoch: () => void vi.advanceTimersByTime(1100) };
    await fit(deadNetwork(), points, { ...training, callbacks: [pace, progressBar()] });
    const texts = captured.displays[0].shown.map((bundle) => bundle["text/plain"].split("\n"));
    expect(texts[0]).toHaveLength(1);
    expect(texts[1][1]).toMatch(/^All 4 units of layer 1 are dead/);
    expect(texts.at(-1)?.slice(0, 2)).toEqual([
      expect.stringMatching(/^finished 4 epochs · loss/),
      expect.stringMatching(/^All 4 units of layer 1 are dead: .* lower learning rate\.$/),
    ]);
    expect(htmlOf(0)).toMatch(/<span class="timing">[^<]*<\/span><div>All 4 units .*<\/div>.*<\/div>$/);
  });

  test("is printed after the last line where nothing can be updated", async () => {
    resetDisplays(false);
    for (const isTTY of [false, true]) {
      Object.assign(process.stdout, { isTTY, columns: 60 });
      const written = await writtenWhile(() => fit(deadNetwork(), points, { ...training, epochs: 2 }));
      expect(written).toMatch(/finished 2 epochs .*\nAll 4 units of layer 1 are dead: [^\n]*\n/);
    }
  });

  test("is nothing where all is well, nor where the message says it", async () => {
    await fit(cloudNetwork(), clouds(300), { ...training, epochs: 20 });
    await fit(mlp([2, 8, 3]), clouds(300), { ...training, learningRate: 1e30 });
    expect(textOf(0)).toMatch(/^finished 20 epochs[^\n]*$/);
    expect(textOf(1)).toMatch(/^the loss became [^\n]*$/);
  });
});

test("what is saved differs from run to run only where the time is marked", () => {
  const [first, second] = [33.1, 58.9].map((seconds, i) => {
    const bar = progressBar();
    bar.onStart?.(progressOf({}));
    bar.onEnd?.(
      progressOf({ history: epochs(20), seconds }),
      new History(epochs(20), "finished", "finished 20 epochs"),
    );
    return htmlOf(i);
  });
  expect(first).not.toBe(second);
  const timing = /<span class="timing">[^<]*<\/span>/;
  expect(first.replace(timing, "")).toBe(second.replace(timing, ""));
});

/** What is written to the terminal before the promise that `run` returns is fulfilled. */
async function writtenWhile(run: () => unknown): Promise<string> {
  let written = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    written += text;
    return true;
  });
  vi.spyOn(console, "log").mockImplementation((text) => {
    written += `${text}\n`;
  });
  await run();
  vi.restoreAllMocks();
  return written;
}

test("in a terminal one line is written over, never wider than the terminal", async () => {
  resetDisplays(false);
  Object.assign(process.stdout, { isTTY: true, columns: 60 });
  const written = await writtenWhile(() => {
    const bar = progressBar();
    bar.onStart?.(progressOf({}));
    vi.advanceTimersByTime(1000);
    bar.onProgress?.(halfway);
    bar.onEnd?.(
      progressOf({ history: epochs(20), seconds: 3.21 }),
      new History(epochs(20), "finished", "finished 20 epochs"),
    );
  });
  const lines = written.split("\r").slice(1);
  expect(lines).toHaveLength(3);
  expect(lines[1]).toMatch(/^█{6}░{14} epoch 7\/20, 45 %/);
  for (const line of lines.slice(0, 2)) expect(line).toHaveLength(59);
  expect(lines[2].split("\n")[0].trimEnd()).toBe(
    "finished 20 epochs · loss 0.0500 · accuracy 97.50 % · 3.2 s",
  );
  expect(written.endsWith("\n")).toBe(true);
});

test("where output goes to a file there is one line for each epoch", async () => {
  resetDisplays(false);
  Object.assign(process.stdout, { isTTY: false });
  const written = await writtenWhile(() => {
    const bar = progressBar();
    bar.onStart?.(progressOf({}));
    bar.onProgress?.(halfway);
    bar.onEpoch?.(progressOf({ history: epochs(1) }));
    bar.onEpoch?.(progressOf({ history: epochs(2) }));
    bar.onEnd?.(
      progressOf({ history: epochs(2), seconds: 125 }),
      new History(epochs(2), "stopped", "stopped after epoch 2"),
    );
  });
  expect(written).toBe(
    "epoch 1/20 · loss 1.0000 · accuracy 50.00 %\nepoch 2/20 · loss 0.5000 · accuracy 75.00 %\nstopped after epoch 2 · 2 min 5 s\n",
  );
});
