import { isCount, isNotNegative, OptionsError, oneOf, Problems } from "../errors";
import type { EpochRecord } from "./history";
import type { Callback } from "./progress";
import { newMemory, stateOf } from "./state";

const metrics = ["validationLoss", "validationAccuracy", "loss", "accuracy"] as const;

export interface EarlyStoppingOptions {
  /** How many epochs without improvement are waited for. Default 5. */
  patience?: number;
  /** What should improve: a loss by falling, an accuracy by rising. Default "validationLoss". */
  metric?: (typeof metrics)[number];
  /** An improvement smaller than this counts as none. Default 0. */
  minimumImprovement?: number;
}

/**
 * A callback that ends training when a metric has stopped improving, and then, as at the end of a run that was not cut
 * short, puts the weights of the best epoch back into the network; what the optimizer remembered is forgotten.
 *
 * What it remembers is part of the training state: a run that is interrupted and goes on ends as if it had not been.
 * Throws an OptionsError that lists every wrong option, and when training starts, one for a metric that is not measured.
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): Callback {
  const { patience = 5, metric = "validationLoss", minimumImprovement = 0 } = options ?? {};
  const problems = new Problems();
  problems.expectKnownKeys(options, ["patience", "metric", "minimumImprovement"]);
  problems.expect(isCount(patience), "patience", "a whole number ≥ 1", patience);
  problems.expect(metrics.includes(metric), "metric", oneOf(metrics), metric);
  const fine = isNotNegative(minimumImprovement);
  problems.expect(fine, "minimumImprovement", "a finite number ≥ 0", minimumImprovement);
  problems.throwIfAny("earlyStopping");
  const rises = metric.endsWith("ccuracy");

  const restoreBest = (network: Parameters<typeof stateOf>[0]): number => {
    const state = stateOf(network);
    const { best } = state;
    if (best === null) return state.history.length;
    if (best.epoch < state.history.length) {
      network.setParameters(best.variables);
      state.memory = newMemory(network, state.memory.name);
    }
    state.best = null;
    return best.epoch;
  };

  return {
    onEpoch({ network, history }) {
      const state = stateOf(network);
      const record: EpochRecord = history[history.length - 1];
      const value = record[metric];
      if (Number.isNaN(value)) {
        throw new OptionsError(
          `earlyStopping: ${metric} is not measured here. Give fit a validation set, or choose another metric.`,
        );
      }
      const best = state.best?.metric === metric ? state.best : null;
      const improvement = best === null ? Infinity : rises ? value - best.value : best.value - value;
      if (best === null || (improvement > 0 && improvement >= minimumImprovement)) {
        state.best = { metric, value, epoch: record.epoch, variables: network.getParameters() };
        return;
      }
      if (record.epoch - best.epoch < patience) return;
      const epoch = restoreBest(network);
      return {
        stop: `${metric} has not improved for ${patience} epochs; the weights of epoch ${epoch} are back`,
      };
    },

    onEnd({ network }, { status }) {
      if (status === "finished") restoreBest(network);
    },
  };
}
