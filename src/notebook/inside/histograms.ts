import { randomUUID } from "node:crypto";
import type { Dataset } from "../../dataset";
import { DataError } from "../../errors";
import type { Network } from "../../nn/network";
import { someOf } from "../../training/facts";
import { inspect, inspectNetwork, type LayerInspection } from "../../training/inspection";
import type { TrainingOptions } from "../../training/options";
import type { Callback, Progress } from "../../training/progress";
import { type Display, inNotebook, newDisplay, shown } from "../display";
import { grouped } from "../format";
import { movingPictureHtml } from "../pictures/picture";
import { histogramPicture, histogramSize } from "./histogram-picture";
import { inspectionTable } from "./inspection-table";

/**
 * Shows what happens inside a network while it answers `data`, layer by layer: what each sends on, how large the
 * gradients are that come back to it, how many of its units are dead or saturated, and with `training`, what `fit` is
 * told, how far the next step goes. Returns it too. Throws as `inspectNetwork` does.
 */
export function histograms(
  network: Network,
  data: Dataset,
  training: Partial<TrainingOptions> = {},
): LayerInspection[] {
  const layers = inspectNetwork(network, data, training);
  const title = `over ${grouped(data.length)} samples`;
  if (inNotebook()) show(newDisplay(), randomUUID(), layers, title);
  else console.log(inspectionTable(layers));
  return shown(layers);
}

/** Samples are enough to see the shapes, and are looked at quickly. */
const SAMPLES = 500;

/** Milliseconds between two updates, or as many times as long as a look takes. */
const UPDATE_EVERY = 1000;
const SHARE = 10;

/**
 * `histograms` that move while a network is trained: `callbacks: [liveHistograms()]`. They look at 500 of the samples
 * that are learned from. Does nothing outside of a notebook.
 */
export function liveHistograms(): Callback {
  if (!inNotebook()) return {};
  let display: Display;
  let id: string;
  let samples: Dataset;
  let next: number;

  const look = ({ network, history, batch, batches, settings, learningRate }: Progress) => {
    const before = performance.now();
    try {
      const epochs = history.length + batch / batches;
      const title = `after ${Number(epochs.toFixed(2))} epochs, over ${grouped(samples.length)} samples`;
      show(display, id, inspect(network, samples, settings, learningRate), title);
    } catch (error) {
      // Numbers that are not finite end most trainings; one that is told to go on is shown as it was before.
      if (!(error instanceof DataError)) throw error;
    }
    const now = performance.now();
    next = now + Math.max(UPDATE_EVERY, SHARE * (now - before));
  };
  const lookIfDue = (progress: Progress) => {
    if (performance.now() >= next) look(progress);
  };
  return {
    onStart(progress) {
      display = newDisplay();
      id = randomUUID();
      samples = someOf(progress.data, SAMPLES);
      look(progress);
    },
    onProgress: lookIfDue,
    onEpoch: lookIfDue,
    onEnd: look,
  };
}

function show(display: Display, id: string, layers: readonly LayerInspection[], title: string): void {
  const table = inspectionTable(layers);
  const description = `What happens inside, ${title}.\n${table}`;
  const drawing = histogramPicture(layers, title, description);
  const html = movingPictureHtml(drawing, histogramSize(layers), description, id);
  display.update({ "text/html": html, "text/plain": description });
}
