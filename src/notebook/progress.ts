import { lasting } from "../reload";
import { sizeOf } from "../tensor";
import { explain } from "../training/explanations";
import { factsOf } from "../training/facts";
import type { History } from "../training/history";
import type { Callback, Progress } from "../training/progress";
import { decimal, duration, grouped, share } from "./format";
import { type Line, newLine } from "./progress-line";

/** Milliseconds between two updates. */
const UPDATE_EVERY = 100;

/** Milliseconds between two looks at what there is to explain, or as many times as long as a look takes. */
const EXPLAIN_EVERY = 1000;
const SHARE = 20;

const announced = lasting("announced", () => new WeakSet<History>());

/** Whether a progress bar has shown how this training ended. */
export const wasAnnounced = (history: History): boolean => announced.has(history);

/**
 * One line, updated in place, that says where training stands: `callbacks: [progressBar()]`. When something goes wrong,
 * it says below what, and what to do (the rules are in `src/training/explanations.ts`).
 *
 * `unit` is what the samples are called, by default images where they are at least 8 by 8 numbers. In a terminal the
 * line is text; where output goes to a file, there is one line for each epoch.
 */
export function progressBar({ unit }: { unit?: string } = {}): Callback {
  let line: Line;
  let begin: number;
  let updated: number;
  let notes: string[];
  let nextLook: number;

  const look = (progress: Progress, finished = false) => {
    const before = performance.now();
    notes = explain(factsOf(progress, finished)).map(({ sentence }) => sentence);
    const now = performance.now();
    nextLook = now + Math.max(EXPLAIN_EVERY, SHARE * (now - before));
  };
  const show = (progress: Progress) => {
    line.show(
      positionOf(progress) / progress.epochs,
      [...standing(progress), ...pace(progress, begin, unit)].join(" · "),
      notes,
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
      notes = [];
      nextLook = performance.now() + EXPLAIN_EVERY;
      show(progress);
    },
    onProgress: showIfDue,
    onEpoch(progress) {
      if (performance.now() >= nextLook) look(progress);
      line.step(standing({ ...progress, epoch: progress.history.length, batch: 0 }).join(" · "));
      showIfDue(progress);
    },
    onEnd(progress, history) {
      announced.add(history);
      const results = history.status === "finished" ? standing(progress).slice(1) : [];
      // Why it diverged, and that the weights of before are back, is said in the message.
      if (history.status === "diverged") notes = [];
      else look(progress, history.status === "finished");
      line.end(
        positionOf(progress) / progress.epochs,
        [history.message, ...results].join(" · "),
        progress.seconds,
        notes,
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

/** How fast it goes and how long it will still take, once that can be told. */
function pace(progress: Progress, begin: number, unit: string | undefined): string[] {
  const { samples, seconds, epochs, network } = progress;
  const position = positionOf(progress);
  if (samples === 0 || seconds < 0.2) return [];
  const left = ((epochs - position) * seconds) / (position - begin);
  const name = unit ?? (sizeOf(network.inputShape) >= 64 ? "images" : "samples");
  return [`${grouped(samples / seconds)} ${name}/s`, `${duration(left)} left`];
}
