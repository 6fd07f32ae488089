import { DataError, NeuralNetworkError } from "../errors";
import type { Network } from "../nn/network";
import { type OptimizerName, optimizerNames } from "./optimizers";
import {
  copyNumbers,
  isRunning,
  newMemory,
  type Position,
  restoreNumbers,
  setState,
  stateOf,
  type TrainedNumbers,
} from "./state";

/** Training at one moment, as a plain object: strings, numbers, lists and typed arrays, all of them copies. */
export interface SavedTraining extends Position {
  readonly optimizer: OptimizerName;
  readonly now: TrainedNumbers;
  readonly epochStart: TrainedNumbers;
}

/**
 * Everything that training needs to go on exactly where it is: the network's numbers, what the optimizer remembers, the
 * history, and the place in the running epoch. It may be taken at any time, also by a callback while `fit` runs.
 */
export function trainingState(network: Network): SavedTraining {
  const { memory, epochStart, ...position } = stateOf(network);
  const now = copyNumbers(network, memory);
  return structuredClone({ ...position, optimizer: memory.name, now, epochStart });
}

/**
 * Puts a network of the same layers into a state that `trainingState` gave: the next `fit` with the same data and options
 * ends with the same weights, bit for bit, as if training had never stopped.
 *
 * Throws a DataError for a state of another network, and a NeuralNetworkError while the network is being trained.
 */
export function restoreTraining(network: Network, saved: SavedTraining): void {
  if (isRunning(network)) {
    throw new NeuralNetworkError("restoreTraining: this network is being trained. Interrupt that first.");
  }
  const { optimizer, now, epochStart, ...position } = structuredClone(saved);
  if (!optimizerNames.includes(optimizer)) {
    throw new DataError(`restoreTraining: expected the name of an optimizer, received ${String(optimizer)}.`);
  }
  const memory = newMemory(network, optimizer);
  const expected = copyNumbers(network, memory);
  for (const [name, received] of Object.entries({ now, epochStart, best: position.best })) {
    if (received === null) continue;
    const counts = [received.variables.length, "memory" in received ? received.memory.length : 0];
    // The state at the start of an epoch that has not begun may be that of another optimizer.
    const ofMemory = name === "now" ? expected.memory.length : counts[1];
    if (counts[0] !== expected.variables.length || counts[1] !== ofMemory) {
      throw new DataError(
        `restoreTraining: expected the state of a network with ${expected.variables.length} numbers, of which ` +
          `${optimizer} remembers ${expected.memory.length}; received ${counts.join(" and ")} (${name}).`,
      );
    }
  }
  restoreNumbers(network, memory, now);
  setState(network, { ...position, memory, epochStart });
}
