// Contestants that take turns at one job, and how the library compares with each of the others.
import { Contestant, type Environment } from "./contestants";
import type { Job, Target } from "./jobs";
import type { Recipe, Repetition } from "./recipe";
import { ratios, type Summary, summarize } from "./statistics";

export interface Row {
  readonly contestant: string;
  /** Milliseconds an epoch: wall clock, and the processor's time. */
  readonly time: Summary;
  readonly cpu: Summary;
  /** The first contestant's time in relation to this one's, turn by turn. */
  readonly ratio?: Summary;
  /** The same of the processor's time, which other programs on the machine disturb less. */
  readonly cpuRatio?: Summary;
  /** Samples it was measured on, where its time is scaled up to all of them. */
  readonly slice?: number;
  /** The same, turn by turn. */
  readonly times: readonly number[];
  readonly cpus: readonly number[];
  readonly loss: number;
  readonly accuracy: number;
}

export interface Verdict {
  readonly what: string;
  readonly measured: number;
  readonly reached: boolean;
}

export interface Outcome {
  readonly title: string;
  readonly unit: string;
  readonly rows: readonly Row[];
  readonly verdicts: readonly Verdict[];
}

/** Whoever takes part, with the recipe that it is given. */
export interface Entrant {
  readonly contestant: Contestant;
  readonly recipe: Recipe;
  readonly repetitions: number;
  /** Samples of which its own are a slice. */
  readonly all: number;
}

export async function takeTurns(everyone: readonly Entrant[]): Promise<Row[]> {
  const entrants: Entrant[] = [];
  for (const entrant of everyone) {
    try {
      await entrant.contestant.ask({ do: "setup", recipe: entrant.recipe });
      // The first time, code is compiled and memory is asked for.
      await entrant.contestant.ask({ do: "repeat" });
      entrants.push(entrant);
    } catch (error) {
      if (entrants.length === 0) throw error;
      console.log(`\nLeft out: ${error instanceof Error ? error.message : error}`);
    }
  }
  const results: Repetition[][] = entrants.map(() => []);
  const rounds = Math.max(...entrants.map(({ repetitions }) => repetitions));
  for (let round = 0; round < rounds; round++) {
    for (const [i, { contestant, repetitions }] of entrants.entries()) {
      if (round < repetitions) results[i].push(await contestant.ask<Repetition>({ do: "repeat" }));
    }
  }
  const times = results.map((each, i) => {
    const scale = entrants[i].all / entrants[i].recipe.data.count;
    return each.map(({ milliseconds }) => milliseconds * scale);
  });
  const cpus = results.map((each, i) =>
    each.map(({ cpu }) => (cpu * entrants[i].all) / entrants[i].recipe.data.count),
  );
  return entrants.map(({ contestant, recipe, all }, i) => {
    const last = results[i][results[i].length - 1];
    const scale = all / recipe.data.count;
    return {
      contestant: contestant.name,
      time: summarize(times[i]),
      cpu: summarize(cpus[i]),
      ratio: i === 0 ? undefined : ratios(times[0], times[i]),
      cpuRatio: i === 0 ? undefined : ratios(cpus[0], cpus[i]),
      slice: scale === 1 ? undefined : recipe.data.count,
      times: times[i],
      cpus: cpus[i],
      loss: last.loss,
      accuracy: last.accuracy,
    };
  });
}

/** One job, with the peers or without; on every other version of Node once more. */
export async function compare(
  job: Job,
  ours: readonly Contestant[],
  environment: Environment | null,
): Promise<Outcome[]> {
  const full = job.recipe();
  const count = Math.min(full.data.count, environment === null ? (job.alone ?? Infinity) : Infinity);
  const recipe = { ...full, data: { ...full.data, count } };
  const entrants: Entrant[] = ours.map((contestant) => ({
    ...{ contestant, recipe, all: full.data.count },
    repetitions: environment === null ? Math.min(5, job.repetitions) : job.repetitions,
  }));
  for (const { name, slice = count, repetitions = job.repetitions } of environment === null
    ? []
    : job.rivals) {
    const contestant = await Contestant.peer(name, environment as Environment);
    if (contestant === undefined) continue;
    const data = { ...full.data, count: Math.min(slice, count) };
    entrants.push({ contestant, recipe: { ...full, data }, repetitions, all: full.data.count });
  }
  const rows = await takeTurns(entrants);
  for (const { contestant } of entrants) if (!ours.includes(contestant)) await contestant.end();
  const rivals = rows.slice(ours.length);
  return ours.map((contestant, i) => {
    const own = rows[i];
    const others = i === 0 ? rivals : rivals.map((row) => relativeTo(own, row));
    return {
      title: i === 0 ? job.title : `${job.title}, on Node ${contestant.versions.node}`,
      unit: "ms an epoch",
      rows: i === 0 ? [own, ...others] : [{ ...own, ratio: undefined, cpuRatio: undefined }, ...others],
      verdicts: job.targets.flatMap((target) => judge(target, others, contestant)),
    };
  });
}

const relativeTo = (own: Row, row: Row): Row => ({
  ...row,
  ratio: ratios(own.times, row.times),
  cpuRatio: ratios(own.cpus, row.cpus),
});

/** Nothing where that rival did not take part. */
export function judge(target: Target, rows: readonly Row[], { versions }: Contestant): Verdict[] {
  const ratio = rows.find(({ contestant }) => contestant === target.of)?.ratio?.median;
  if (ratio === undefined) return [];
  if (target.timesFaster !== undefined) {
    const measured = 1 / ratio;
    const what = `${target.timesFaster} × faster than ${target.of}`;
    return [{ what, measured, reached: measured >= target.timesFaster }];
  }
  const fused = versions.kernels === "relaxed-simd";
  const most = (fused ? target.mostFused : undefined) ?? target.most ?? 0;
  return [{ what: `≤ ${most.toFixed(2)} × ${target.of}`, measured: ratio, reached: ratio <= most }];
}
