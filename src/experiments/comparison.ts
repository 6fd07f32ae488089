import type { EpochRecord, TrainingStatus } from "../training/history";

/** One training of one setting. */
export interface Run {
  readonly setting: string;
  readonly seed: number;
  /** See `fingerprint`. */
  readonly fingerprint: string;
  readonly parameters: number;
  readonly epochs: readonly EpochRecord[];
  readonly status: TrainingStatus | "running";
  /** How it ended, in a sentence. */
  readonly message: string;
}

/** Of several numbers the mean, the standard deviation (NaN for one), the lowest and the highest. */
export interface Spread {
  readonly mean: number;
  readonly deviation: number;
  readonly low: number;
  readonly high: number;
}

export type Metric = "validationAccuracy" | "validationLoss" | "accuracy" | "loss";

/** What came out of all trainings of one setting. Seconds and parameters are those of one training. */
export interface Result {
  readonly setting: string;
  readonly runs: readonly Run[];
  /** The metric by which settings are compared, after the last epoch. */
  readonly final: Spread;
  /** The epoch in which the mean of that metric was best, and how good that was. */
  readonly best: { readonly epoch: number; readonly value: number };
  readonly seconds: number;
  readonly parameters: number;
}

/** Trainings of several settings, side by side. */
export class Comparison {
  /** What settings are compared by: the accuracy, or where there are no classes the loss, on validation data where there are any. */
  readonly metric: Metric;
  /** In the order of the settings. */
  readonly results: readonly Result[];

  constructor(
    readonly name: string,
    readonly runs: readonly Run[],
  ) {
    const measured = (metric: Metric) =>
      runs.some(({ epochs }) => epochs.some((epoch) => Number.isFinite(epoch[metric])));
    const metrics: Metric[] = ["validationAccuracy", "accuracy", "validationLoss"];
    this.metric = metrics.find(measured) ?? "loss";
    this.results = [...new Set(runs.map(({ setting }) => setting))].map((setting) =>
      this.resultOf(runs.filter((run) => run.setting === setting)),
    );
  }

  /** The setting that ends with the best mean, or undefined where no epoch has been completed. */
  get best(): Result | undefined {
    const finite = this.results.filter(({ final }) => Number.isFinite(final.mean));
    return finite.reduce<Result | undefined>(
      (best, each) => (best === undefined || this.isBetter(each.final.mean, best.final.mean) ? each : best),
      undefined,
    );
  }

  /** The mean, the lowest and the highest value of a metric in every epoch that at least one of the runs has completed. */
  curve(runs: readonly Run[], metric: Metric): Spread[] {
    const length = Math.max(0, ...runs.map(({ epochs }) => epochs.length));
    return Array.from({ length }, (_, i) =>
      spreadOf(runs.flatMap(({ epochs }) => (i < epochs.length ? [epochs[i][metric]] : []))),
    );
  }

  private isBetter(one: number, other: number): boolean {
    return this.metric.endsWith("Loss") || this.metric === "loss" ? one < other : one > other;
  }

  private resultOf(runs: readonly Run[]): Result {
    const ended = runs.filter(({ status }) => status === "finished" || status === "diverged");
    const counted = ended.length > 0 ? ended : runs;
    const last = counted.map(({ epochs }) => epochs[epochs.length - 1]?.[this.metric] ?? Number.NaN);
    let best = { epoch: 0, value: Number.NaN };
    for (const [i, { mean }] of this.curve(counted, this.metric).entries()) {
      if (best.epoch === 0 || this.isBetter(mean, best.value)) best = { epoch: i + 1, value: mean };
    }
    const seconds = counted.map(({ epochs }) => epochs.reduce((sum, epoch) => sum + epoch.seconds, 0));
    return {
      setting: runs[0].setting,
      runs,
      final: spreadOf(last),
      best,
      seconds: spreadOf(seconds).mean,
      parameters: runs[0].parameters,
    };
  }
}

function spreadOf(values: readonly number[]): Spread {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = count < 2 ? Number.NaN : Math.sqrt(squares / (count - 1));
  return { mean, deviation, low: Math.min(...values), high: Math.max(...values) };
}
