import { checkPath } from "../data/files";
import { encodeHdf5, type Hdf5Dataset, type Hdf5Group, readHdf5 } from "../data/hdf5";
import { writeFileAtomically } from "../data/write-file";
import { DataError, isCount, Problems } from "../errors";
import type { Network } from "../nn/network";
import { lasting } from "../reload";
import type { Numbers } from "../tensor";
import type { OptimizerName } from "../training/optimizers";
import type { Callback } from "../training/progress";
import { restoreTraining, type SavedTraining, trainingState } from "../training/saved-state";
import type { BestEpoch, TrainedNumbers } from "../training/state";
import { historyGroup, readHistory } from "./history-file";
import { modelConfig } from "./keras";
import { digestOf, group, numberOf, own, textOf } from "./trees";

const FORMAT = "neural-networks-from-scratch checkpoint";
const FORMAT_VERSION = 1;

export interface CheckpointOptions {
  /** Epochs from one checkpoint to the next. Default 1. */
  every?: number;
}

/** The last write to each file: the next one waits for it, or an older state could come last. */
const writes = lasting("checkpoint writes", () => new Map<string, Promise<void>>());

/**
 * A callback that saves the network and everything its training needs to go on: after every `every` epochs, and when
 * training ends, however it does. `restoreCheckpoint` takes it from there, in another kernel.
 *
 * Put it behind the other callbacks: what those remember of the epoch, as `earlyStopping` does, is then part of it.
 * Throws an OptionsError that lists every wrong option, and from `fit` a DataError for a file that cannot be written.
 */
export function checkpoint(path: string, options: CheckpointOptions = {}): Callback {
  const file = checkPath(path, "checkpoint", "a file to write");
  const problems = new Problems();
  problems.expectKnownKeys(options, ["every"]);
  const { every = 1 } = options ?? {};
  problems.expect(isCount(every), "every", "a whole number ≥ 1", every);
  problems.throwIfAny("checkpoint");
  return {
    onEpoch: async ({ network, history }) => {
      if (history.length % every === 0) await save(file, network);
    },
    onEnd: ({ network }) => save(file, network),
  };
}

/**
 * Puts a network of the same layers into the state that a checkpoint holds: the next `fit` with the same data and options
 * ends with the same weights, bit for bit, as if training had never stopped.
 *
 * Throws a DataError for a file that is missing, damaged, newer than this library, or of another network.
 */
export async function restoreCheckpoint(path: string, network: Network): Promise<void> {
  const file = checkPath(path, "restoreCheckpoint", "a checkpoint");
  // Training that is interrupted does not wait for its last checkpoint.
  await Promise.allSettled([writes.get(file)]);
  restoreTree(await readHdf5(file), network, file);
}

/** What `restoreCheckpoint` does with a file that is read already. `file` names it in messages. */
export function restoreTree(tree: Hdf5Group, network: Network, file: string): void {
  if (textOf(tree, "format") !== FORMAT) {
    throw new DataError(
      `${file}: expected a checkpoint, received another HDF5 file. loadModel reads models.`,
    );
  }
  if ((numberOf(tree, "format_version") ?? 0) > FORMAT_VERSION) {
    throw new DataError(
      `${file}: a newer version of this library wrote this checkpoint. Update the project.`,
    );
  }
  const { content_sha256: digest, ...attributes } = tree.attributes;
  const saved = digest === digestOf({ ...tree, attributes }) ? readState(tree) : null;
  if (saved === null) {
    throw new DataError(
      `${file}: expected a checkpoint as it was saved, received one that has been changed or damaged since. ` +
        "Delete it and train from the start.",
    );
  }
  if (textOf(tree, "model_config") !== modelConfig(network)) {
    throw new DataError(
      `${file}: expected the state of a network with the same layers, received that of another one. Build the network ` +
        "as it was when the checkpoint was made, or choose another file.",
    );
  }
  try {
    restoreTraining(network, saved);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new DataError(`${file}: ${error.message}`);
  }
}

/** Writes the state of this moment, once what is being written to the same file is done. */
function save(file: string, network: Network): Promise<void> {
  const encoded = encodeHdf5(stateTree(network));
  const write = Promise.allSettled([encoded, writes.get(file)])
    .then(() => encoded)
    .then((bytes) => writeFileAtomically(file, bytes));
  writes.set(file, write);
  return write;
}

function stateTree(network: Network): Hdf5Group {
  const { history, batchesOf, optimizer, runStart, best, now, epochStart, ...counts } =
    trainingState(network);
  const tree = group({
    attributes: {
      format: FORMAT,
      format_version: FORMAT_VERSION,
      model_config: modelConfig(network),
      ...{ batchesOf, optimizer },
      ...{ ...counts, epochBegun: Number(counts.epochBegun) },
      ...(runStart === null ? {} : { runStart }),
    },
    groups: {
      history: historyGroup(history),
      now: numbersGroup(now),
      epochStart: numbersGroup(epochStart),
      ...(best === null ? {} : { best: bestGroup(best) }),
    },
  });
  return { ...tree, attributes: { ...tree.attributes, content_sha256: digestOf(tree) } };
}

/** The state that `stateTree` put down, null where something is missing. */
function readState(tree: Hdf5Group): SavedTraining | null {
  const counts = ["batch", "lossSum", "correct", "seconds", "epochBegun"].map((name) => numberOf(tree, name));
  const [batch, lossSum, correct, seconds, epochBegun] = counts as number[];
  const groups = ["history", "now", "epochStart"].map((name) => own(tree.groups, name) ?? group({}));
  const history = readHistory(groups[0]);
  const [now, epochStart] = groups.slice(1).map(readNumbers);
  if (counts.includes(null) || history === null || now === null || epochStart === null) return null;
  const best = own(tree.groups, "best");
  return {
    ...{ history, batch, lossSum, correct, seconds, now, epochStart },
    epochBegun: epochBegun === 1,
    batchesOf: textOf(tree, "batchesOf") ?? "",
    optimizer: textOf(tree, "optimizer") as OptimizerName,
    runStart: numberOf(tree, "runStart"),
    best: best === undefined ? null : readBest(best),
  };
}

const listOf = (data: Numbers): Hdf5Dataset => ({ data, shape: [data.length] });

const numbersGroup = ({ variables, memory, steps }: TrainedNumbers): Hdf5Group =>
  group({ attributes: { steps }, datasets: { variables: listOf(variables), memory: listOf(memory) } });

function readNumbers(saved: Hdf5Group): TrainedNumbers | null {
  const [variables, memory] = ["variables", "memory"].map((name) => own(saved.datasets, name)?.data);
  const steps = numberOf(saved, "steps");
  return isNumbers(variables) && isNumbers(memory) && steps !== null ? { variables, memory, steps } : null;
}

const bestGroup = ({ metric, value, epoch, variables }: BestEpoch): Hdf5Group =>
  group({ attributes: { metric, value, epoch }, datasets: { variables: listOf(variables) } });

function readBest(saved: Hdf5Group): BestEpoch | null {
  const variables = own(saved.datasets, "variables")?.data;
  const [value, epoch] = ["value", "epoch"].map((name) => numberOf(saved, name));
  if (!isNumbers(variables) || value === null || epoch === null) return null;
  return { metric: textOf(saved, "metric") ?? "", value, epoch, variables };
}

const isNumbers = (data: unknown): data is Numbers =>
  data instanceof Float32Array || data instanceof Float64Array;
