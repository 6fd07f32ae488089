import { randomUUID } from "node:crypto";
import type { Dataset } from "../dataset";
import { type LearningRateOptions, type LearningRates, tryLearningRates } from "../experiments/learning-rate";
import type { Network } from "../nn/network";
import type { Chart } from "./charts/chart";
import { chartHtml } from "./charts/chart-plotly";
import { inNotebook, newDisplay, shown } from "./display";
import { decimal } from "./format";
import { untilInterrupted } from "./interrupt";

/** How far above the first loss the chart goes: what comes after is of no use, and would press all else to the ground. */
const HIGHEST_SHOWN = 1.5;

/**
 * Finds a learning rate that suits: shows the loss against rates that grow from batch to batch, on a logarithmic axis, and
 * returns the numbers with a suggestion. `options` are what `fit` is told, so that `findLearningRate(network, data, training)`
 * does. The network is left as it was; ■ ends it early. Throws as `tryLearningRates`.
 */
export async function findLearningRate(
  network: Network,
  data: Dataset,
  options: LearningRateOptions = {},
): Promise<LearningRates> {
  return untilInterrupted(options, async (stoppable) => {
    const found = await tryLearningRates(network, data, stoppable);
    const chart = learningRateChart(found);
    if (!inNotebook()) console.log(chart.description);
    else
      newDisplay().update({ "text/html": chartHtml(chart, randomUUID()), "text/plain": chart.description });
    return shown(found);
  });
}

function learningRateChart(found: LearningRates): Chart {
  const { rates, losses, smoothed, suggestion } = found;
  const line = { panel: 0, x: rates };
  const within = (values: readonly number[]) =>
    values.map((value) => (value <= HIGHEST_SHOWN * smoothed[0] ? value : Number.NaN));
  const mark = { panel: 0, color: 1, line: "dashed", mark: "diamond" } as const;
  return {
    description: describe(found),
    ...{ xLabel: "learning rate", xScale: "log" },
    xRange: [rates[0] ?? 1e-5, rates.length > 1 ? rates[rates.length - 1] : 100],
    panels: [{ label: "loss of a batch", digits: 4, limits: [0, Number.POSITIVE_INFINITY] }],
    series: [
      { ...line, name: "each batch", color: 5, line: "dotted", y: within(losses) },
      { ...line, name: "running mean", color: 0, line: "solid", y: within(smoothed) },
      ...(suggestion === null
        ? []
        : [{ ...mark, name: `suggestion: ${suggestion}`, x: [suggestion, suggestion], y: [0, smoothed[0]] }]),
    ],
  };
}

function describe({ smoothed, suggestion }: LearningRates): string {
  if (suggestion === null) {
    return (
      "Loss against learning rate: no rate lowered the loss clearly in so few steps. " +
      "Try more of them, such as { steps: 1000 }, or begin with a rate that you know."
    );
  }
  return (
    `Loss against learning rate: the running mean falls from ${decimal(smoothed[0])} to ${decimal(Math.min(...smoothed))}. ` +
    `A tenth of the rate at which it is lowest, ${suggestion}, is suggested.`
  );
}
