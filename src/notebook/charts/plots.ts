import { randomUUID } from "node:crypto";
import type { EpochRecord } from "../../training/history";
import type { Callback, Progress } from "../../training/progress";
import { type Display, inNotebook, newDisplay } from "../display";
import { decimal, share } from "../format";
import type { Chart, Panel, Series } from "./chart";
import { chartHtml } from "./chart-plotly";
import { Trail, type Waypoint } from "./trail";

/** Milliseconds between two updates: often enough to look alive, seldom enough to cost nothing. */
const UPDATE_EVERY = 400;

/**
 * A chart of accuracy and cost that grows while a network is trained: `callbacks: [livePlot()]`.
 *
 * Every completed epoch has a point; a dotted line goes ahead through the running one, with
 * the means over its batches so far. All epochs since the network was
 * built are shown, so that training which was interrupted goes on in the same curve. Does nothing outside of a notebook.
 */
export function livePlot(): Callback {
  if (!inNotebook()) return {};
  let display: Display;
  let id: string;
  let updated: number;

  const show = (progress: Progress, ended = false) => {
    const chart = trainingChart(progress, Trail.of(progress.network), { ended });
    display.update({ "text/html": chartHtml(chart, id), "text/plain": chart.description });
    updated = performance.now();
  };
  const showIfDue = (progress: Progress) => {
    Trail.of(progress.network).add(progress);
    if (performance.now() - updated >= UPDATE_EVERY) show(progress);
  };

  return {
    onStart(progress) {
      display = newDisplay();
      id = randomUUID();
      Trail.of(progress.network).add(progress);
      show(progress);
    },
    onProgress: showIfDue,
    onEpoch: showIfDue,
    onEnd(progress) {
      Trail.of(progress.network).add(progress);
      show(progress, true);
    },
  };
}

/** A panel, and what of an epoch it shows. */
interface Measure extends Panel {
  readonly training: "accuracy" | "loss";
  readonly validation: "validationAccuracy" | "validationLoss";
  readonly scale: number;
}

const ACCURACY: Measure = {
  ...{ label: "accuracy", unit: " %", digits: 2, limits: [-1, 101], scale: 100 },
  ...{ training: "accuracy", validation: "validationAccuracy" },
};

const COST: Measure = {
  ...{ label: "cost (mean loss)", digits: 4, scale: 1 },
  ...{ training: "loss", validation: "validationLoss" },
};

/** Accuracy and cost by epoch, in training and on validation data; only cost where there are no classes. */
export function trainingChart(progress: Progress, trail: Trail, { ended = false } = {}): Chart {
  const { history, epochs, batch, accuracy } = progress;
  const begun = history.length > 0 || batch > 0;
  const classes = !begun || [...history, { accuracy }].some((record) => Number.isFinite(record.accuracy));
  const panels = classes ? [ACCURACY, COST] : [COST];
  const validated = history.some((record) => Number.isFinite(record.validationLoss));
  const within = withinEpoch(progress, trail, ended);
  const series = panels.flatMap((measure, panel): Series[] => {
    const { training, validation, scale } = measure;
    const x = history.map((record) => record.epoch);
    const y = (value: keyof EpochRecord) => history.map((record) => record[value] * scale);
    const lines: Series[] = [
      { name: "training", panel, color: 0, line: "solid", x, y: y(training) },
      { name: "validation", panel, color: 1, line: "dashed", x, y: validated ? y(validation) : [] },
      {
        ...{ name: within.name, panel, color: 0, line: "dotted" },
        x: within.points.map((point) => point.epoch),
        y: within.points.map((point) => point[training] * scale),
      },
    ];
    return lines.filter((line) => line.name === "training" || (line.x.length > 0 && line.y.length > 0));
  });
  return { description: describe(history, epochs), xLabel: "epoch", xRange: [0, epochs], panels, series };
}

/** The dotted line, from the last point into the epoch that is not finished, and through the only one of a training. */
function withinEpoch(
  { history, batch }: Progress,
  trail: Trail,
  ended: boolean,
): { name: string; points: readonly Waypoint[] } {
  if (ended && batch === 0) {
    return { name: "within the epoch", points: history.length === 1 ? trail.waypoints(0) : [] };
  }
  // One point at least: the legend does not change while training runs.
  const start = history[history.length - 1] ?? NOTHING;
  return { name: "running epoch, so far", points: [start, ...trail.waypoints(history.length)] };
}

const NOTHING: Waypoint = { epoch: 0, loss: Number.NaN, accuracy: Number.NaN };

function describe(history: readonly EpochRecord[], epochs: number): string {
  const last = history[history.length - 1];
  if (last === undefined) return "Accuracy and cost by epoch: no epoch is complete yet.";
  const measured = (name: string, training: string, validation: string | null) =>
    `${name} ${training} in training${validation === null ? "" : `, ${validation} in validation`}`;
  const validated = Number.isFinite(last.validationLoss);
  const parts = [measured("cost", decimal(last.loss), validated ? decimal(last.validationLoss) : null)];
  if (Number.isFinite(last.accuracy)) {
    parts.unshift(
      measured("accuracy", share(last.accuracy, 2), validated ? share(last.validationAccuracy, 2) : null),
    );
  }
  return `Accuracy and cost by epoch. After epoch ${last.epoch} of ${epochs}: ${parts.join("; ")}.`;
}
