import { NeuralNetworkError } from "../errors";
import type { Network } from "../nn/network";
import { countNumbers, readNumbers, writeNumbers } from "../nn/variables";
import { lasting } from "../reload";
import type { Numbers } from "../tensor";
import type { EpochRecord } from "./history";
import { Optimizer, type OptimizerMemory, type OptimizerOptions } from "./optimizers";

/** Where training stands, beside the numbers of the network and of the optimizer. */
export interface Position {
  readonly history: EpochRecord[];
  /** Batches done of the running epoch, and what they add up to. */
  batch: number;
  lossSum: number;
  correct: number;
  seconds: number;
  /** What decides the batches of the running epoch: it starts over when this changes. */
  batchesOf: string;
  /** Completed epochs when the current run began; null when the last run came to its end. */
  runStart: number | null;
  /** Whether an epoch was begun since the last one was completed, so that `epochStart` is to be kept. */
  epochBegun: boolean;
  /** What `earlyStopping` remembers of the current run. */
  best: BestEpoch | null;
}

/** The epoch with the best value of a metric so far, and the network's numbers after it. */
export interface BestEpoch {
  readonly metric: string;
  readonly value: number;
  readonly epoch: number;
  readonly variables: Numbers;
}

/** The numbers that training changes: all variables of the network, and what the optimizer remembers. */
export interface TrainedNumbers {
  readonly variables: Numbers;
  readonly memory: Numbers;
  steps: number;
}

/** Everything that training needs to go on as if it had never stopped. */
export interface LiveState extends Position {
  memory: OptimizerMemory;
  /** The numbers after the last completed epoch, while another one is running. */
  epochStart: TrainedNumbers;
}

const states = lasting("training states", () => new WeakMap<Network, LiveState>());

/** The state that the network was left in, or a new one. */
export function stateOf(network: Network): LiveState {
  let state = states.get(network);
  if (state === undefined) {
    const { memory } = new Optimizer({ name: "sgd" }, network.parameters, network.kernels);
    state = {
      history: [],
      ...{ batch: 0, lossSum: 0, correct: 0, seconds: 0 },
      ...{ batchesOf: "", runStart: null, epochBegun: false, best: null },
      memory,
      epochStart: copyNumbers(network, memory),
    };
    states.set(network, state);
  }
  return state;
}

export const setState = (network: Network, state: LiveState): void => {
  states.set(network, state);
};

/** Forgets what was done of the running epoch. */
export function clearEpoch(state: Position): void {
  state.batch = 0;
  state.lossSum = 0;
  state.correct = 0;
  state.seconds = 0;
}

/** A copy of all numbers, into `target` if that is of the right size. */
export function copyNumbers(
  network: Network,
  memory: OptimizerMemory,
  target: TrainedNumbers | null = null,
): TrainedNumbers {
  const remembered = memory.tensors.map((value) => ({ name: "memory", value }));
  return {
    variables: readNumbers(network.variables, target?.variables),
    memory: readNumbers(remembered, target?.memory),
    steps: memory.steps,
  };
}

/** Puts a copy of all numbers back. What another optimizer remembered when the copy was made is of no use: zeros. */
export function restoreNumbers(network: Network, memory: OptimizerMemory, copy: TrainedNumbers): void {
  const remembered = memory.tensors.map((value) => ({ name: "memory", value }));
  const same = copy.memory.length === countNumbers(remembered);
  network.setParameters(copy.variables);
  writeNumbers(remembered, same ? copy.memory : new Float32Array(countNumbers(remembered)));
  memory.steps = same ? copy.steps : 0;
}

/** The memory of an optimizer with nothing in it yet. */
export const newMemory = (network: Network, name: OptimizerOptions["name"]): OptimizerMemory =>
  new Optimizer({ name }, network.parameters, network.kernels).memory;

const running = lasting("running trainings", () => new WeakSet<Network>());

/** Throws a NeuralNetworkError if the network is being trained already. `release` must follow. */
export function claim(network: Network): void {
  if (running.has(network)) {
    throw new NeuralNetworkError(
      "fit: this network is being trained already. Wait for that to end or interrupt it.",
    );
  }
  running.add(network);
}

export const release = (network: Network): boolean => running.delete(network);

export const isRunning = (network: Network): boolean => running.has(network);
