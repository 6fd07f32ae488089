// What is measured of the library alone, or against itself.
import { type Outcome, takeTurns } from "./compare";
import { Contestant, type Environment } from "./contestants";
import { TRAIN_COUNT, trainImages } from "./data";
import { growths, small, TINY, timeToAccuracy } from "./jobs";
import type { Reached, Recipe } from "./recipe";
import { median, type Summary, summarize } from "./statistics";

const NONE: Summary = { median: Number.NaN, low: Number.NaN, high: Number.NaN };

/** A line of a table that has one kind of number. */
export const line = (contestant: string, times: readonly number[], accuracy = Number.NaN) => ({
  ...{ contestant, time: summarize(times), cpu: NONE, times, cpus: [], loss: Number.NaN, accuracy },
});

/** Seconds of training until the test accuracy is there, seed by seed. */
export async function reachAccuracy(ours: Contestant, environment: Environment | null): Promise<Outcome> {
  const { title, rivals, seeds, accuracy, mostSeconds } = timeToAccuracy;
  const recipe = timeToAccuracy.recipe();
  const contestants = [ours];
  for (const { name } of environment === null ? [] : rivals) {
    const contestant = await Contestant.peer(name, environment as Environment);
    if (contestant !== undefined) contestants.push(contestant);
  }
  const results: Reached[][] = contestants.map(() => []);
  for (const contestant of contestants) {
    await contestant.ask({ do: "setup", recipe });
    await contestant.ask({ do: "repeat" });
  }
  for (const seed of seeds) {
    for (const [i, contestant] of contestants.entries())
      results[i].push(await contestant.ask<Reached>({ do: "reach", accuracy, seed }));
  }
  for (const contestant of contestants.slice(1)) await contestant.end();
  const rows = contestants.map(({ name }, i) => {
    const epochs = summarize(results[i].map((each) => each.epochs)).median;
    const test = summarize(results[i].map((each) => each.accuracy)).median;
    return line(
      `${name}, ${epochs} epochs`,
      results[i].map((each) => each.seconds),
      test,
    );
  });
  const measured = rows[0].time.median;
  return {
    ...{ title, unit: "s of training", rows },
    verdicts: [{ what: `≤ ${mostSeconds} s`, measured, reached: measured <= mostSeconds }],
  };
}

export async function againstPlain(ours: Contestant): Promise<Outcome> {
  const plain = await Contestant.ours("plain kernels", { kernels: "plain" });
  const slice = small({ data: trainImages(TINY ?? 12_000) });
  const all = TINY ?? TRAIN_COUNT;
  const rows = await takeTurns([
    { contestant: ours, recipe: slice, repetitions: 7, all },
    { contestant: plain, recipe: slice, repetitions: 7, all },
  ]);
  await plain.end();
  const measured = 1 / (rows[1].ratio?.median ?? Number.NaN);
  return {
    ...{ title: "fast against plain kernels, 784-16-16-10, batch 32", unit: "ms an epoch", rows },
    verdicts: [{ what: "8 × faster than plain kernels", measured, reached: measured >= 8 }],
  };
}

export async function inNotebook(bare: Contestant, python: string): Promise<Outcome> {
  const notebook = await Contestant.notebook(python);
  const recipe: Recipe = small({ epochs: TINY ? 2 : 20, fresh: true });
  const entrant = (contestant: Contestant) => ({
    contestant,
    recipe,
    repetitions: TINY ? 1 : 5,
    all: recipe.data.count,
  });
  const [inside, outside] = await takeTurns([entrant(notebook), entrant(bare)]);
  await notebook.end();
  const measured = outside.ratio?.median ?? Number.NaN;
  return {
    title: "in a notebook cell, live chart and progress on, 20 epochs of 784-16-16-10",
    unit: "ms an epoch",
    rows: [inside, { ...outside, contestant: "bare script" }],
    verdicts: [{ what: "≤ 1.10 × bare script", measured, reached: measured <= 1.1 }],
  };
}

export async function predicting(ours: Contestant): Promise<Outcome> {
  await ours.ask({ do: "setup", recipe: small() });
  const several = async (command: object) => {
    const values: number[] = [];
    for (let i = 0; i < 11; i++) values.push((await ours.ask<{ value: number }>(command)).value);
    return values.slice(1);
  };
  const single = await several({ do: "predict", times: TINY ? 100 : 20_000 });
  const whole = await several({ do: "evaluate" });
  return {
    title: "784-16-16-10: one prediction (µs), 10,000 images evaluated (ms)",
    unit: "µs, ms",
    rows: [line("one image", single), line("10,000 images", whole)],
    verdicts: [
      { what: "one prediction in ≤ 10 µs", measured: median(single), reached: median(single) <= 10 },
      { what: "10,000 evaluated in ≤ 30 ms", measured: median(whole), reached: median(whole) <= 30 },
    ],
  };
}

/** Megabytes after a tenth of the epochs and after all, in a process of its own. */
export async function memory(): Promise<Outcome> {
  const contestant = await Contestant.ours();
  await contestant.ask({ do: "setup", recipe: small({ data: trainImages(TINY ?? 640) }) });
  const epochs = TINY ? 20 : 1000;
  const { early, late } = await contestant.ask<Record<"early" | "late", number[]>>({ do: "memory", epochs });
  await contestant.end();
  const row = (name: string, value: number) => line(name, [value]);
  const grown = late[1] - early[1];
  return {
    ...{ title: `memory over ${epochs.toLocaleString("en")} epochs of 640 samples`, unit: "MB" },
    rows: [
      row(`process, after ${epochs / 10} epochs`, early[0]),
      row(`process, after ${epochs} epochs`, late[0]),
      row(`heap, after ${epochs / 10} epochs`, early[1]),
      row(`heap, after ${epochs} epochs`, late[1]),
    ],
    verdicts: [{ what: "heap grows by ≤ 1 MB", measured: grown, reached: grown <= 1 }],
  };
}

export interface Curve {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly sizes: readonly number[];
  /** Milliseconds of an epoch, the best of several, and the same in `unit`. */
  readonly milliseconds: readonly number[];
  readonly values: readonly number[];
}

export async function grow(ours: Contestant): Promise<Curve[]> {
  const curves: Curve[] = [];
  for (const [name, { title, unit, sizes, recipe, work }] of Object.entries(growths)) {
    const milliseconds: number[] = [];
    for (const size of sizes) {
      const repetitions = Math.max(3, Math.min(15, Math.round(32_000 / recipe(size).data.count)));
      const [row] = await takeTurns([
        { contestant: ours, recipe: recipe(size), repetitions, all: recipe(size).data.count },
      ]);
      milliseconds.push(row.time.median);
    }
    const values = milliseconds.map((value, i) => (value * 1000) / work(sizes[i]));
    curves.push({ name, title, unit, sizes, milliseconds, values });
  }
  return curves;
}

/** A step in size may not cost more than half as much again for each piece of work. */
export function cliffs(curves: readonly Curve[]): string[] {
  return curves.flatMap(({ title, sizes, values }) =>
    values.flatMap((value, i) =>
      i > 0 && value > 1.5 * values[i - 1] ? [`${title}: ${sizes[i - 1]} → ${sizes[i]}`] : [],
    ),
  );
}
