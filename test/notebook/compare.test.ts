import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Comparison, type Run } from "../../src/experiments/comparison";
import { plotlyFigure } from "../../src/notebook/charts/chart-plotly";
import { chartPicture } from "../../src/notebook/charts/chart-svg";
import { comparisonChart, comparisonColumns } from "../../src/notebook/charts/comparison-chart";
import { compare, forgetRuns } from "../../src/notebook/compare";
import { clouds } from "../support/training";
import { captured, htmlOf, resetDisplays, textOf } from "./support/captured-display";
import { epochs } from "./support/progress";

vi.mock("../../src/notebook/display", () => import("./support/captured-display"));

const common = {
  ...{ sizes: [2, 4, 3], data: clouds(60), validation: clouds(30, 2), epochs: 3, learningRate: 0.1 },
};

let folder: string;
let printed: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "comparison-"));
  vi.stubEnv("NN_DATA_FOLDER", folder);
  resetDisplays();
  printed = [];
  vi.spyOn(console, "log").mockImplementation((text) => void printed.push(String(text)));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const runOf = (setting: string, more: Partial<Run> = {}): Run => ({
  ...{ setting, seed: 1, fingerprint: setting, parameters: 1234, status: "finished", message: "" },
  epochs: epochs(4, { validation: true }),
  ...more,
});

const chartOf = (...runs: Run[]) => comparisonChart({ comparison: new Comparison("trial", runs), epochs: 4 });

test("one chart and one table, updated in place, however many trainings there are", async () => {
  const comparison = await compare(
    "trial",
    { relu: {}, tanh: { activation: "tanh" } },
    { ...common, repeats: 2 },
  );
  expect(captured.displays).toHaveLength(2);
  expect(captured.displays[0].shown.length).toBeGreaterThan(1);
  expect(textOf(0)).toMatch(/^trial: validation accuracy at the end: relu \d\d\.\d\d ± \d+\.\d\d %, tanh /);
  expect(htmlOf(0)).toContain("showChart");
  expect(textOf(1)).toMatch(
    /setting +seeds +validation accuracy +at its best +parameters\nrelu .*\ntanh .*\nbest at the end: (relu|tanh|relu and tanh)$/,
  );
  expect(htmlOf(1).match(/<tr/g)).toHaveLength(3);
  expect(captured.values).toEqual([comparison]);
  expect(printed).toEqual([]);
});

test("what a run takes is marked as such, for who compares outputs", async () => {
  const shown = [];
  for (const _ of [1, 2]) {
    resetDisplays();
    await compare("trial", { relu: {} }, common);
    await forgetRuns("trial", "relu");
    shown.push([htmlOf(1).replace(/<span class="timing">.*?<\/span>/g, ""), textOf(1)]);
  }
  expect(shown[0]).toEqual(shown[1]);
});

test("■ ends all of it normally and says how to go on", async () => {
  const interrupting = { callbacks: [{ onEpoch: () => void process.emit("SIGINT") }] };
  const comparison = await compare("trial", { first: {}, second: interrupting, third: {} }, common);
  expect(comparison.runs.map(({ setting, status }) => [setting, status])).toEqual([
    ["first", "finished"],
    ["second", "stopped"],
  ]);
  expect(textOf(1)).toContain("1 of 3 trainings are done; run the cell again to go on");
  expect(textOf(1)).toMatch(/second .* stopped$/m);
});

test("outside of a notebook the table is printed once, at the end", async () => {
  resetDisplays(false);
  await compare("trial", { relu: {}, tanh: {} }, common);
  expect(printed).toHaveLength(1);
  expect(printed[0]).toMatch(/^setting .* seconds\nrelu /);
});

test("settings differ in colour, in line and in mark", () => {
  const { series, panels } = chartOf(...Array.from({ length: 12 }, (_, i) => runOf(`setting ${i}`)));
  expect(panels.map(({ label }) => label)).toEqual(["validation accuracy", "training cost"]);
  const left = series.filter(({ panel }) => panel === 0);
  expect(new Set(left.map(({ color, mark }) => `${color % 6} ${mark}`)).size).toBe(12);
  for (const [i, one] of left.slice(1).entries()) expect(one.line).not.toBe(left[i].line);
});

test("several seeds are one curve with a shade, and one entry of the legend", () => {
  const low = epochs(4, { validation: true }).map((epoch) => ({ ...epoch, validationAccuracy: 0.25 }));
  const chart = chartOf(runOf("relu"), runOf("relu", { seed: 2, epochs: low }));
  const [curve] = chart.series;
  expect(curve.y[3]).toBeCloseTo((100 * (0.25 + 0.85)) / 2, 9);
  expect(curve.band?.map((edge) => edge[3])).toEqual([25, 85]);
  const { data } = plotlyFigure(chart) as { data: { showlegend: boolean; fill?: string; y: number[] }[] };
  expect(data.filter(({ showlegend }) => showlegend)).toHaveLength(1);
  expect(data.map(({ fill }) => fill)).toEqual([
    undefined,
    "tonexty",
    undefined,
    undefined,
    "tonexty",
    undefined,
  ]);
  expect(chartPicture(chart)).toContain("fill-opacity");
});

test("a regression is compared by its cost, which is best where it is lowest", () => {
  const regression = epochs(4, { validation: true }).map((epoch) => ({
    ...epoch,
    accuracy: Number.NaN,
    validationAccuracy: Number.NaN,
  }));
  const worse = regression.map((epoch) => ({ ...epoch, validationLoss: 9 - epoch.epoch }));
  const comparison = new Comparison("trial", [
    runOf("worse", { epochs: worse }),
    runOf("better", { epochs: regression }),
  ]);
  expect(comparison.best?.setting).toBe("better");
  expect(comparison.results[0].best).toEqual({ epoch: 4, value: 5 });
  expect(chartOf(...comparison.runs).panels.map(({ label }) => label)).toEqual([
    "validation cost",
    "training cost",
  ]);
  expect(comparisonColumns(comparison)[1].cells).toEqual(["5.0000", "0.3000"]);
});

test("an empty comparison says so", async () => {
  await compare("trial");
  expect(textOf(0)).toBe("trial: nothing has been trained yet.");
});
