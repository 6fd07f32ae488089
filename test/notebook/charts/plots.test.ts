import sharp from "sharp";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Chart } from "../../../src/notebook/charts/chart";
import { chartPicture } from "../../../src/notebook/charts/chart-svg";
import { livePlot, trainingChart } from "../../../src/notebook/charts/plots";
import { Trail } from "../../../src/notebook/charts/trail";
import { History } from "../../../src/training/history";
import { captured, htmlOf, resetDisplays, textOf } from "../support/captured-display";
import { epochs, progressOf } from "../support/progress";

vi.mock("../../../src/notebook/display", () => import("../support/captured-display"));

beforeEach(() => {
  resetDisplays();
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const finished = (count: number) => new History(epochs(count), "finished", `finished ${count} epochs`);

/** What the page would pass to Plotly. */
function figureOf(html: string): {
  id: string;
  data: { name: string; x: number[]; y: (number | null)[] }[];
  layout: object;
} {
  const [, json] = /currentScript, (\{.*\})\);\n\}\)\(\);<\/script>/s.exec(html) as RegExpExecArray;
  return JSON.parse(json);
}

function pictureOf(html: string): string {
  const [, base64] = /src="data:image\/svg\+xml;base64,([^"]+)"/.exec(html) as RegExpExecArray;
  return Buffer.from(base64, "base64").toString();
}

test("one place is updated in place with every epoch, and ends with the last", () => {
  const plot = livePlot();
  const { network } = progressOf({});
  plot.onStart?.(progressOf({ network }));
  for (let count = 1; count <= 20; count++) {
    vi.advanceTimersByTime(2000);
    plot.onEpoch?.(progressOf({ network, history: epochs(count, { validation: true }) }));
  }
  plot.onEnd?.(progressOf({ network, history: epochs(20, { validation: true }) }), finished(20));
  expect(captured.displays).toHaveLength(1);
  expect(captured.displays[0].shown).toHaveLength(22);
  const { data } = figureOf(htmlOf(0));
  const training = data.filter(({ name }) => name === "training");
  expect(training.map(({ y }) => y.length)).toEqual([20, 20]);
  expect(training[0].y[19]).toBeCloseTo(97.5, 3);
  expect(data.filter(({ name }) => name === "validation")).toHaveLength(2);
});

test("within a long epoch it is updated at least every half second and at most thrice a second", () => {
  const plot = livePlot();
  const { network } = progressOf({});
  plot.onStart?.(progressOf({ network }));
  for (let batch = 1; batch <= 1000; batch++) {
    vi.advanceTimersByTime(50);
    plot.onProgress?.(progressOf({ network, batch, batches: 1000, loss: 1, accuracy: 0.5 }));
  }
  const updates = captured.displays[0].shown.length - 1;
  expect(updates).toBeGreaterThanOrEqual(100);
  expect(updates).toBeLessThanOrEqual(150);
});

test("a thousand fast epochs do not flood the page", () => {
  const plot = livePlot();
  const { network } = progressOf({});
  plot.onStart?.(progressOf({ network, epochs: 1000 }));
  for (let count = 1; count <= 1000; count++) {
    vi.advanceTimersByTime(2);
    plot.onEpoch?.(progressOf({ network, epochs: 1000, history: epochs(count) }));
  }
  expect(captured.displays[0].shown.length).toBeLessThan(8);
});

test("a training of one epoch shows the curve within it", () => {
  const plot = livePlot();
  const { network } = progressOf({});
  plot.onStart?.(progressOf({ network, epochs: 1 }));
  for (let batch = 5; batch <= 100; batch += 5) {
    plot.onProgress?.(progressOf({ network, epochs: 1, batch, loss: 1 / batch, accuracy: 0.5 }));
  }
  plot.onEnd?.(progressOf({ network, epochs: 1, history: epochs(1) }), finished(1));
  const { data } = figureOf(htmlOf(0));
  const within = data.find(({ name }) => name === "within the epoch");
  expect(within?.x.length).toBeGreaterThan(15);
  // It ends at the epoch's point.
  const training = data.find(({ name }) => name === "training");
  expect([within?.x.at(-1), within?.y.at(-1)]).toEqual([1, training?.y[0]]);
});

/** A chart in the middle of an epoch, by way of looks at all that came before. */
function midway(done: number, options?: { ended: boolean }) {
  const trail = new Trail();
  for (let epoch = 0; epoch <= done; epoch++) {
    for (let batch = 0; batch <= (epoch < done ? 95 : 50); batch += 5) {
      trail.add(progressOf({ history: epochs(epoch), batch, loss: 0.3, accuracy: 0.8 }));
    }
  }
  const now = progressOf({ history: epochs(done), batch: 50, loss: 0.3, accuracy: 0.8 });
  return trainingChart(now, trail, options);
}

test.each([0, 1, 2, 7])("after %d epochs a dotted line runs on from the last point, to the right", (done) => {
  for (const panel of [0, 1]) {
    const [training, dotted] = ["training", "running epoch, so far"].map((name) =>
      midway(done).series.find((series) => series.name === name && series.panel === panel),
    );
    const x = dotted?.x ?? [];
    expect(x[0]).toBe(done);
    expect(x.at(-1)).toBe(done + 0.5);
    expect([...x].sort((a, b) => a - b)).toEqual(x);
    expect(new Set(x).size).toBe(x.length);
    if (done > 0) expect(dotted?.y[0]).toBe(training?.y.at(-1));
  }
});

test("the legend is the same from the first moment of training to the last", () => {
  const names = [
    trainingChart(progressOf({}), new Trail()),
    midway(0),
    trainingChart(progressOf({ history: epochs(1) }), new Trail()),
    midway(3),
  ].map(({ series }) => [...new Set(series.map(({ name }) => name))]);
  for (const each of names) expect(each).toEqual(["training", "running epoch, so far"]);
  const picture = chartPicture(midway(3));
  expect(picture).toContain(">running epoch, so far</text>");
});

test("training that was stopped within an epoch keeps the dotted line, one that finished does not", () => {
  const dotted = (chart: Chart) => chart.series.filter(({ line }) => line === "dotted");
  expect(dotted(midway(3, { ended: true }))).toHaveLength(2);
  const trail = new Trail();
  const parts = { loss: 0.3, accuracy: 0.8 };
  for (const batch of [50, 90]) trail.add(progressOf({ history: epochs(2), batch, ...parts }));
  const progress = progressOf({ history: epochs(3) });
  trail.add(progress);
  expect(dotted(trainingChart(progress, trail, { ended: true }))).toEqual([]);
});

test("training that goes on shows the whole history, in a place of its own", () => {
  const { network } = progressOf({});
  for (const done of [3, 5]) {
    const plot = livePlot();
    plot.onStart?.(progressOf({ network, history: epochs(done) }));
  }
  expect(captured.displays).toHaveLength(2);
  const [first, second] = [htmlOf(0), htmlOf(1)].map(figureOf);
  expect(second.data.find(({ name }) => name === "training")?.x).toEqual([1, 2, 3, 4, 5]);
  expect(second.id).not.toBe(first.id);
});

test("a plot that is used for two trainings starts anew", () => {
  const plot = livePlot();
  plot.onStart?.(progressOf({}));
  plot.onStart?.(progressOf({}));
  expect(captured.displays).toHaveLength(2);
});

test("where there are no classes, only the cost is drawn", () => {
  const history = epochs(4).map((record) => ({ ...record, accuracy: Number.NaN }));
  const chart = trainingChart(progressOf({ history }), new Trail());
  expect(chart.panels.map(({ label }) => label)).toEqual(["cost (mean loss)"]);
  expect(chart.description).not.toContain("accuracy");
});

test("the saved chart has a picture with the same curve, alternative text and plain text", async () => {
  const plot = livePlot();
  const history = epochs(20, { validation: true });
  plot.onStart?.(progressOf({ history }));
  const html = htmlOf(0);
  const said =
    "After epoch 20 of 20: accuracy 97.50 % in training, 97.00 % in validation; cost 0.0500 in training, 0.0600 in validation.";
  expect(textOf(0)).toContain(said);
  expect(html).toContain(`alt="Accuracy and cost by epoch. ${said}"`);
  const picture = pictureOf(html);
  expect(picture).toContain("accuracy");
  await sharp(Buffer.from(picture)).raw().toBuffer();
  // What remains where scripts are stripped.
  const stripped = html.replace(/<script>.*<\/script>/s, "");
  expect(stripped).toMatch(/^<div [^>]+><img [^>]+><\/div>$/);
});

test("10,000 epochs keep the output small", () => {
  const history = epochs(10_000, { validation: true });
  const plot = livePlot();
  plot.onStart?.(progressOf({ history, epochs: 10_000 }));
  expect(htmlOf(0).length).toBeLessThan(60_000);
});

test("losses that are not finite become gaps", () => {
  const history = epochs(3).map((record, i) => (i === 1 ? { ...record, loss: Number.NaN } : record));
  const plot = livePlot();
  plot.onStart?.(progressOf({ history }));
  const cost = figureOf(htmlOf(0)).data.filter(({ name }) => name === "training")[1];
  expect(cost.y).toEqual([1, null, 0.33333]);
});

test("the same training gives the same bytes but for the chart's id", () => {
  const shown = [1, 2].map(() => {
    resetDisplays();
    livePlot().onStart?.(progressOf({ history: epochs(5) }));
    const { id } = figureOf(htmlOf(0));
    return htmlOf(0).replaceAll(id, "");
  });
  expect(shown[0]).toBe(shown[1]);
});

test("outside of a notebook nothing is shown", () => {
  resetDisplays(false);
  expect(livePlot()).toEqual({});
});
