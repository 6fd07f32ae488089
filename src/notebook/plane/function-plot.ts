import { randomUUID } from "node:crypto";
import type { Dataset } from "../../dataset";
import { DataError, Problems } from "../../errors";
import type { Network } from "../../nn/network";
import { Tensor } from "../../tensor";
import { checkData } from "../../training/options";
import type { Callback, Progress } from "../../training/progress";
import type { Chart, Series } from "../charts/chart";
import { chartHtml } from "../charts/chart-plotly";
import { inNotebook, newDisplay, shown } from "../display";
import { decimal } from "../format";
import { checkSampleShape, rangeOf } from "./plane";

/** Milliseconds between two updates. */
const UPDATE_EVERY = 400;

/** How many places of the axis the network is asked about. */
const PLACES = 200;

/** More points than this hide each other. */
const MOST_POINTS = 500;

export interface FunctionPlotOptions {
  /** The function that the data come from, to be drawn as well, such as `Math.sin`. */
  truth?: (x: number) => number;
}

/** What a network answers: `y[output][i]` at `x[i]`. */
export interface FunctionValues {
  readonly x: readonly number[];
  readonly y: readonly (readonly number[])[];
}

/**
 * Shows the function that a network of one input has become, with the samples it learned from, and returns its values.
 * The axis goes a little beyond the samples, where nothing holds the function any more.
 *
 * `data` are samples [count, 1] with numbers to predict. Throws a ShapeError or a DataError for others, and an OptionsError
 * for data that do not fit the network.
 */
export function functionPlot(
  network: Network,
  data: Dataset,
  options: FunctionPlotOptions = {},
): FunctionValues {
  const { truth } = checkFunction("functionPlot", data, options);
  checkData("functionPlot", network, data, {});
  const values = valuesOf(network, data);
  const chart = functionChart(values, data, truth);
  if (inNotebook()) {
    newDisplay().update({ "text/html": chartHtml(chart, randomUUID()), "text/plain": chart.description });
  } else console.log(chart.description);
  return shown(values);
}

/**
 * The function, redrawn in place while a network learns it: `callbacks: [liveFunction(data)]`. Does nothing outside of a
 * notebook. Throws as `functionPlot` does, what does not fit the network when training starts.
 */
export function liveFunction(data: Dataset, options: FunctionPlotOptions = {}): Callback {
  const { truth } = checkFunction("liveFunction", data, options);
  if (!inNotebook()) return {};
  let update: (progress: Progress) => void;
  let updated: number;
  const showIfDue = (progress: Progress) => {
    if (performance.now() - updated >= UPDATE_EVERY) update(progress);
  };
  return {
    onStart(progress) {
      checkData("liveFunction", progress.network, data, {});
      const [display, id] = [newDisplay(), randomUUID()];
      update = ({ network }) => {
        const chart = functionChart(valuesOf(network, data), data, truth);
        display.update({ "text/html": chartHtml(chart, id), "text/plain": chart.description });
        updated = performance.now();
      };
      update(progress);
    },
    onProgress: showIfDue,
    onEpoch: showIfDue,
    onEnd: (progress) => update(progress),
  };
}

function checkFunction(where: string, data: Dataset, options: FunctionPlotOptions): FunctionPlotOptions {
  const problems = new Problems();
  problems.expectKnownKeys(options, ["truth"]);
  const { truth } = options ?? {};
  problems.expect(truth === undefined || typeof truth === "function", "truth", "a function of x", truth);
  problems.throwIfAny(where);
  checkSampleShape(where, data, [1], "single numbers");
  if (data.targets === null)
    throw new DataError(`${where}: expected numbers to predict, received data that belong to classes.`);
  return { truth };
}

function valuesOf(network: Network, { samples }: Dataset): FunctionValues {
  const [low, high] = rangeOf(samples, 0);
  const room = 0.12 * (high - low) || 1;
  const step = (high - low + 2 * room) / (PLACES - 1);
  const x = Array.from({ length: PLACES }, (_, i) => low - room + i * step);
  // `forward` and not `predict`, which refuses to answer while a network diverges: gaps are drawn instead.
  const outputs = network.forward(Tensor.from(x.map((value) => [value])));
  const y = Array.from({ length: outputs.shape[1] }, (_, output) => x.map((_, i) => outputs.at(i, output)));
  return { x, y };
}

function functionChart({ x, y }: FunctionValues, data: Dataset, truth?: (x: number) => number): Chart {
  const { samples, targets } = data;
  const points = Array.from({ length: Math.min(data.length, MOST_POINTS) }, (_, i) => i);
  const numbered = (name: string, output: number) => (y.length === 1 ? name : `${name} ${output + 1}`);
  const series = y.flatMap((values, output): Series[] => [
    {
      ...{ name: numbered("samples", output), panel: 0, color: 5 + output, line: "none" },
      x: points.map((i) => samples.at(i, 0)),
      y: points.map((i) => targets?.at(i, output) ?? Number.NaN),
    },
    { name: numbered("network", output), panel: 0, color: output, line: "solid", x, y: values },
  ]);
  if (truth !== undefined)
    series.push({ name: "truth", panel: 0, color: 1, line: "dashed", x, y: x.map((value) => truth(value)) });
  const errors = points.map((i) => (targets?.at(i, 0) ?? 0) - nearest(x, y[0], samples.at(i, 0)));
  const deviation = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / errors.length);
  return {
    description:
      `The network's answers from x = ${decimal(x[0])} to ${decimal(x[x.length - 1])} beside ${data.length} samples, ` +
      `which are ${decimal(deviation)} away from them (root of the mean square).`,
    ...{ xLabel: "x", xRange: [x[0], x[x.length - 1]], xScale: "linear" },
    panels: [{ label: "y", digits: 3 }],
    series,
  };
}

/** The value at the place that is nearest to `at`. */
const nearest = (x: readonly number[], y: readonly number[], at: number): number =>
  y[Math.round((at - x[0]) / (x[1] - x[0]))];
