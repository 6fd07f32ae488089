import { vi } from "vitest";
import { Dataset } from "../../src/dataset";
import { mlp } from "../../src/nn/mlp";
import type { Network } from "../../src/nn/network";
import { Random } from "../../src/random";
import { Tensor } from "../../src/tensor";
import type { EpochRecord } from "../../src/training/history";
import type { Callback, Progress } from "../../src/training/progress";

/** Three noisy clouds in the plane, in no order. */
export function clouds(count: number, seed = 1): Dataset {
  const random = new Random(seed, "clouds");
  const samples = Tensor.zeros([count, 2]);
  const labels = Array.from({ length: count }, () => random.integer(3));
  labels.forEach((label, i) => {
    samples.data[2 * i] = Math.cos(2 * label) + 0.4 * random.normal();
    samples.data[2 * i + 1] = Math.sin(2 * label) + 0.4 * random.normal();
  });
  return Dataset.classification(samples, labels, 3);
}

export const cloudNetwork = (seed = 1): Network => mlp([2, 8, 3], { activation: "tanh", seed });

/**
 * Makes training believe that so much time has passed after every batch that it must look outside: `onProgress` is
 * then called, and an AbortSignal noticed, at every boundary. Undone by `vi.restoreAllMocks()`.
 */
export function pauseAfterEveryBatch(): void {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => {
    now += 1000;
    return now;
  });
}

/** Options that stop training at the first pause that `when` chooses; `pause` counts from 1. */
export function stopWhen(when: (progress: Progress, pause: number) => boolean): {
  callbacks: Callback[];
  signal: AbortSignal;
} {
  const controller = new AbortController();
  let pause = 0;
  const onProgress = (progress: Progress) => {
    pause++;
    if (when(progress, pause)) controller.abort();
  };
  return { callbacks: [{ onProgress }], signal: controller.signal };
}

/** The epochs of a history without the time they took, which no two runs share. */
export const withoutTime = (epochs: readonly EpochRecord[]): Omit<EpochRecord, "seconds">[] =>
  epochs.map(({ seconds: _, ...record }) => record);
