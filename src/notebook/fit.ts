import type { Dataset } from "../dataset";
import type { Network } from "../nn/network";
import * as training from "../training/fit";
import type { History } from "../training/history";
import type { TrainingOptions } from "../training/options";
import { untilInterrupted } from "./interrupt";
import { wasAnnounced } from "./progress";

/**
 * `fit` of `src/training/fit.ts`, with the notebook's ■ button: an interrupt ends training at the next batch, keeps the
 * network and its history, and says how to go on. Throws what that `fit` throws.
 */
export const fit = (network: Network, data: Dataset, options: TrainingOptions): Promise<History> =>
  untilInterrupted(options, async (stoppable) => {
    const history = await training.fit(network, data, stoppable);
    if (history.status !== "finished" && !wasAnnounced(history)) console.log(history.message);
    return history;
  });
