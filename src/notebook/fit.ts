import type { Dataset } from "../dataset";
import type { Network } from "../nn/network";
import * as training from "../training/fit";
import type { History } from "../training/history";
import type { TrainingOptions } from "../training/options";
import { onInterrupt } from "./interrupt";
import { wasAnnounced } from "./progress";

/**
 * `fit` of `src/training/fit.ts`, with the notebook's ■ button: an interrupt ends training at the next batch, keeps the
 * network and its history, and says how to go on. Throws what that `fit` throws.
 */
export async function fit(network: Network, data: Dataset, options: TrainingOptions): Promise<History> {
  // An interrupt ends what a cell does before its first await on the spot: training comes after one.
  await Promise.resolve();
  const controller = new AbortController();
  const release = onInterrupt(() => controller.abort());
  // Anything but a signal is passed on as it is, to be refused with all other wrong options.
  const asked: unknown = options?.signal ?? controller.signal;
  const signal = asked instanceof AbortSignal ? AbortSignal.any([asked, controller.signal]) : options.signal;
  try {
    const history = await training.fit(network, data, { ...options, signal });
    if (history.status !== "finished" && !wasAnnounced(history)) console.log(history.message);
    return history;
  } finally {
    release();
  }
}
