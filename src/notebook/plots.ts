import { randomUUID } from "node:crypto";
import type { EpochRecord } from "../training/history";
import type { Callback, Progress } from "../training/progress";
import type { Chart, Panel, Series } from "./chart";
import { chartHtml } from "./chart-plotly";
import { type Display, inNotebook, newDisplay } from "./display";
import { decimal, share } from "./format";
import { Trail, type Waypoint } from "./trail";

/** Milliseconds between two updates: often enough to look alive, seldom enough to cost nothing. */
const UPDATE_EVERY = 400;

/**
 * A chart of accuracy and cost that grows while a network is trained: `callbacks: [livePlot()]`.
 *
 * Every completed epoch has a point; a dotted line goes ahead through the running one. All epochs since the network was
 * built are shown, so that training which was interrupted goes on in the same curve. Does nothing outside of a notebook.
 */
export function livePlot(): Callback {
  if (!inNotebook()) return {};
  let display: Display;
  let id: string;
  let updated: number;

  const show = (progress: Progress) => {
    const chart = trainingChart(progress, Trail.of(progress.network));
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
      show(progress);
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
export function trainingChart(progress: Progress, trail: Trail): Chart {
  const { history, epochs, batch, accuracy } = progress;
  const begun = history.length > 0 || batch > 0;
  const classes = !begun || [...history, { accuracy }].some((record) => Number.isFinite(record.accuracy));
  const panels = classes ? [ACCURACY, COST] : [COST];
  // A single epoch is all there is to see; later the dotted line starts at the last point.
  const completed = history.length < 2 ? [] : history.slice(-1);
  const waypoints = trail.waypoints(completed.length === 0 ? 0 : history.length);
  const ahead: readonly Waypoint[] = waypoints.length === 0 ? [] : [...completed, ...waypoints];
  const series = panels.flatMap((measure, panel): Series[] => {
    const { training, validation, scale } = measure;
    const x = history.map((record) => record.epoch);
    const validated = history.some((record) => Number.isFinite(record.validationLoss));
    const look = {
      ...{ name: "running epoch", panel, color: 0, line: "dotted" as const, unlisted: true },
      x: ahead.map((point) => point.epoch),
      y: ahead.map((point) => point[training] * scale),
    };
    const lines: Series[] = [
      {
        name: "training",
        panel,
        color: 0,
        line: "solid",
        x,
        y: history.map((record) => record[training] * scale),
      },
    ];
    if (ahead.length > 0) lines.unshift(look);
    if (validated) {
      const y = history.map((record) => record[validation] * scale);
      lines.push({ name: "validation", panel, color: 1, line: "dashed", x, y });
    }
    return lines;
  });
  return { description: describe(history, epochs), xLabel: "epoch", xRange: [0, epochs], panels, series };
}

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
