import type { ComparisonProgress } from "../../experiments/compare";
import type { Comparison, Metric, Result, Spread } from "../../experiments/comparison";
import { decimal, grouped, share } from "../format";
import { type Chart, marks, type Panel, type Series, thin } from "./chart";

/** What is drawn of a metric, and how its values are read. */
interface Measure extends Panel {
  readonly metric: Metric;
  readonly scale: number;
}

const accuracy = { unit: " %", digits: 2, limits: [-1, 101], scale: 100 } as const;
const cost = { digits: 4, scale: 1 };

const measures: Record<Metric, Measure> = {
  validationAccuracy: { ...accuracy, label: "validation accuracy", metric: "validationAccuracy" },
  accuracy: { ...accuracy, label: "training accuracy", metric: "accuracy" },
  validationLoss: { ...cost, label: "validation cost", metric: "validationLoss" },
  loss: { ...cost, label: "training cost", metric: "loss" },
};

/** There may be many curves, each with a shade, and a notebook keeps all of it. */
const MOST_POINTS = 100;

const lines = ["solid", "dashed", "dash-dot"] as const;

/**
 * A curve for every setting, the mean of its trainings, and where there are several, a shade from the lowest to the
 * highest: on the left what settings are compared by, on the right the cost in training.
 */
export function comparisonChart({
  comparison,
  epochs,
}: Pick<ComparisonProgress, "comparison" | "epochs">): Chart {
  const metrics: Metric[] = comparison.metric === "loss" ? ["loss"] : [comparison.metric, "loss"];
  const longest = Math.max(epochs, ...comparison.runs.map((run) => run.epochs.length));
  const series = metrics.flatMap((metric, panel) =>
    comparison.results.map((result, i) => curveOf(comparison, result, measures[metric], panel, i)),
  );
  return {
    description: `${comparison.name}: ${describe(comparison)}`,
    xLabel: "epoch",
    xRange: [0, Math.max(1, longest)],
    panels: metrics.map((metric) => measures[metric]),
    series,
  };
}

function curveOf(
  comparison: Comparison,
  { setting, runs }: Result,
  { metric, scale }: Measure,
  panel: number,
  index: number,
): Series {
  const curve = comparison.curve(runs, metric);
  const values = (part: keyof Spread) => curve.map((spread) => spread[part] * scale);
  const full: Series = {
    ...{ name: setting, panel, color: index },
    // No two settings among the first thirty share colour and mark.
    ...{ line: lines[index % lines.length], mark: marks[index % marks.length] },
    ...{ x: curve.map((_, i) => i + 1), y: values("mean") },
    ...(runs.length > 1 ? { band: [values("low"), values("high")] as const } : {}),
  };
  return thin(full, MOST_POINTS);
}

function describe(comparison: Comparison): string {
  const { label } = measures[comparison.metric];
  const finals = comparison.results.map(
    ({ setting, final }) => `${setting} ${written(comparison.metric, final)}`,
  );
  return finals.length === 0 ? "nothing has been trained yet." : `${label} at the end: ${finals.join(", ")}.`;
}

/** The name of a column, and what stands there for each setting. */
interface Column {
  readonly name: string;
  readonly cells: readonly string[];
  /** Differs from run to run, and is left out where outputs are compared. */
  readonly timing?: true;
}

/** What a table of the comparison shows. */
export function comparisonColumns(comparison: Comparison): Column[] {
  const { results, metric } = comparison;
  const column = (name: string, cell: (result: Result) => string) => ({ name, cells: results.map(cell) });
  const best = ({ best: { epoch, value } }: Result) =>
    epoch === 0 ? "–" : `${single(metric, value)} in epoch ${epoch}`;
  const columns: Column[] = [
    column("setting", ({ setting }) => setting),
    column(measures[metric].label, ({ final }) => written(metric, final)),
    column("at its best", best),
    column("parameters", ({ parameters }) => grouped(parameters)),
    {
      ...column("seconds", ({ seconds }) => (seconds < 10 ? seconds.toPrecision(2) : seconds.toFixed(0))),
      timing: true,
    },
  ];
  const seeds = column("seeds", ({ runs }) => String(runs.length));
  if (seeds.cells.some((cell) => cell !== "1")) columns.splice(1, 0, seeds);
  const notes = column("", ({ runs }) => noteOf(runs.map(({ status }) => status)));
  return notes.cells.some((cell) => cell !== "") ? [...columns, notes] : columns;
}

/** What the numbers do not tell of trainings that did not come to their end. */
function noteOf(statuses: readonly string[]): string {
  const parts = ["running", "stopped", "diverged"].flatMap((status) => {
    const count = statuses.filter((each) => each === status).length;
    return count === 0 ? [] : [statuses.length === 1 ? status : `${count} ${status}`];
  });
  return parts.join(", ");
}

const single = (metric: Metric, value: number): string =>
  metric.endsWith("ccuracy") ? share(value, 2) : decimal(value);

/** The mean, and how far single trainings are from it. */
function written(metric: Metric, { mean, deviation }: Spread): string {
  if (!Number.isFinite(deviation)) return single(metric, mean);
  const unit = / %$/;
  return `${single(metric, mean).replace(unit, "")} ± ${single(metric, deviation)}`;
}
