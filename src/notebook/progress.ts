import { lasting } from "../reload";
import { sizeOf } from "../tensor";
import type { History } from "../training/history";
import type { Callback, Progress } from "../training/progress";
import { decimal, duration, grouped, share } from "./format";
import { type Line, newLine } from "./progress-line";

/** Milliseconds between two updates. */
const UPDATE_EVERY = 100;

const announced = lasting("announced", () => new WeakSet<History>());

/** Whether a progress bar has shown how this training ended. */
export const wasAnnounced = (history: History): boolean => announced.has(history);

/**
 * One line, updated in place, that says where training stands: `callbacks: [progressBar()]`.
 *
 * `unit` is what the samples are called, by default images where they are at least 8 by 8 numbers. In a terminal the
 * line is text; where output goes to a file, there is one line for each epoch.
 */
export function progressBar({ unit }: { unit?: string } = {}): Callback {
  let line: Line;
  let begin: number;
  let updated: number;

  const show = (progress: Progress) => {
    line.show(
      positionOf(progress) / progress.epochs,
      [...standing(progress), ...pace(progress, begin, unit)].join(" · "),
    );
    updated = performance.now();
  };
  const showIfDue = (progress: Progress) => {
    if (performance.now() - updated >= UPDATE_EVERY) show(progress);
  };
  return {
    onStart(progress) {
      line = newLine();
      begin = positionOf(progress);
      show(progress);
    },
    onProgress: showIfDue,
    onEpoch(progress) {
      line.step(standing({ ...progress, epoch: progress.history.length, batch: 0 }).join(" · "));
      showIfDue(progress);
    },
    onEnd(progress, history) {
      announced.add(history);
      const results =
        history.status === "finished" ? [...standing(progress).slice(1), ...hints(progress)] : [];
      line.end(
        positionOf(progress) / progress.epochs,
        [history.message, ...results].join(" · "),
        progress.seconds,
      );
    },
  };
}

/** Epochs done, with the fraction of the running one. */
const positionOf = ({ history, batch, batches }: Progress): number => history.length + batch / batches;

/** Which epoch it is and what the network can do. */
function standing({ history, epoch, epochs, batch, batches, loss, accuracy }: Progress): string[] {
  const last = history[history.length - 1];
  const now = batch > 0 || last === undefined ? { loss, accuracy } : last;
  const parts = [
    batch > 0 ? `epoch ${epoch}/${epochs}, ${share(batch / batches, 0)}` : `epoch ${epoch}/${epochs}`,
  ];
  if (batch > 0 || last !== undefined) parts.push(`loss ${decimal(now.loss)}`);
  if (Number.isFinite(now.accuracy)) parts.push(`accuracy ${share(now.accuracy, 2)}`);
  if (Number.isFinite(last?.validationAccuracy))
    parts.push(`validation ${share(last.validationAccuracy, 2)}`);
  else if (Number.isFinite(last?.validationLoss))
    parts.push(`validation loss ${decimal(last.validationLoss)}`);
  return parts;
}

/** What to do about a network that has learned nothing; the hundredth is chance. */
function hints({ history, guessing }: Progress): string[] {
  const last = history[history.length - 1];
  if (last === undefined || !(last.accuracy <= guessing + 0.01 * (1 - guessing))) return [];
  return [
    "no better than guessing: if the cost no longer falls, the units may have died; " +
      "build the network again and train it with a lower learning rate",
  ];
}

/** How fast it goes and how long it will still take, once that can be told. */
function pace(progress: Progress, begin: number, unit: string | undefined): string[] {
  const { samples, seconds, epochs, network } = progress;
  const position = positionOf(progress);
  if (samples === 0 || seconds < 0.2) return [];
  const left = ((epochs - position) * seconds) / (position - begin);
  const name = unit ?? (sizeOf(network.inputShape) >= 64 ? "images" : "samples");
  return [`${grouped(samples / seconds)} ${name}/s`, `${duration(left)} left`];
}
