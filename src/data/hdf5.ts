import { closeSync, fstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { DataError, isPositive, Problems, showCount } from "../errors";
import { projectRoot } from "../root";
import { type Shape, showShape, sizeOf } from "../tensor";
import { checkPath, explainFileError, openFile } from "./files";

/** A whole HDF5 file, or a group in one, as plain data. */
export interface Hdf5Group {
  readonly attributes: Readonly<Record<string, Hdf5Attribute>>;
  readonly groups: Readonly<Record<string, Hdf5Group>>;
  readonly datasets: Readonly<Record<string, Hdf5Dataset>>;
}

export type Hdf5Attribute = string | number | readonly string[] | readonly number[];

/** Numbers or texts in rows: `data` has as many as `shape` says. */
export interface Hdf5Dataset {
  readonly data: Uint8Array | Int32Array | Float32Array | Float64Array | readonly string[];
  readonly shape: Shape;
  /** The shape of the pieces in which the file holds the data. Default: one piece. */
  readonly chunks?: Shape;
  /** How hard to compress each chunk, from 1 to 9. Default: not at all. */
  readonly gzip?: number;
}

/** What the worker is asked for. */
export type Hdf5Request =
  | { readonly tree: Hdf5Group }
  | { readonly bytes: Uint8Array; readonly only: readonly string[] | null };

export interface Hdf5Answer {
  readonly bytes?: Uint8Array;
  readonly tree?: Hdf5Group;
  readonly problem?: string;
}

export interface ReadHdf5Options {
  /** The groups and datasets of the root that are wanted; the others are not looked at. Default: all. */
  only?: readonly string[];
  /** How long it may take. Default 30. */
  seconds?: number;
}

const SIGNATURE = Buffer.from("\x89HDF\r\n\x1a\n", "latin1");

/** Larger files are refused before they are read. */
const MAXIMUM_FILE_BYTES = 2 ** 30;

const HDF5_FILE = "an HDF5 file";

/**
 * The bytes of an HDF5 file that holds `tree`. They have been decoded again and compared.
 *
 * Texts have a fixed length in the file, and numbers in attributes double precision. Throws a DataError for what HDF5
 * cannot hold: shapes and data that disagree, names with a slash, texts with a zero character.
 */
export async function encodeHdf5(tree: Hdf5Group): Promise<Uint8Array> {
  const transferred: ArrayBuffer[] = [];
  const answer = await ask({ tree: copied(tree, "", transferred) }, transferred);
  if (answer.bytes !== undefined) return answer.bytes;
  throw new DataError(`encodeHdf5: expected what an HDF5 file can hold, received ${answer.problem}.`);
}

/**
 * What an HDF5 file holds, be it from here, from Python's h5py, or from anywhere: whole numbers become a Uint8Array or an
 * Int32Array where they fit, and attributes that are neither numbers nor texts are left out.
 *
 * The file is decoded in memory by a worker that has a time and a memory limit. Throws a DataError for a file that is
 * missing, no HDF5 file, damaged, or too large, that takes too long, that refers to other files or names, or that
 * declares more data than it can hold.
 */
export async function readHdf5(path: string, options: ReadHdf5Options = {}): Promise<Hdf5Group> {
  const problems = new Problems();
  problems.expectKnownKeys(options, ["only", "seconds"]);
  const { only = null, seconds = 30 } = options ?? {};
  problems.expect(only === null || Array.isArray(only), "only", "a list of names", only);
  const soon = isPositive(seconds) && seconds <= 3600;
  problems.expect(soon, "seconds", "a number > 0, at most 3600", seconds);
  problems.throwIfAny("readHdf5");
  const file = checkPath(path, "readHdf5", HDF5_FILE);
  const bytes = readBytes(file);
  const { tree, problem } = await ask({ bytes, only }, [bytes.buffer as ArrayBuffer], seconds);
  if (tree !== undefined) return tree;
  throw new DataError(
    `${file}: expected ${HDF5_FILE} that can be read, received ${problem}. Make the file again.`,
  );
}

/** The dataset of a group with this name. Throws a DataError that names `file` where there is none. */
export function findDataset(group: Hdf5Group, name: string, file: string): Hdf5Dataset {
  const found = Object.hasOwn(group.datasets, name) ? group.datasets[name] : undefined;
  if (found !== undefined) return found;
  const names = Object.keys(group.datasets);
  throw new DataError(
    `${file}: expected a dataset named ${name}, received ${names.length === 0 ? "none" : names.slice(0, 8).join(", ")}.`,
  );
}

/** Where the worker is: a file that no compiler touches. */
export const hdf5WorkerFile = (): string => join(projectRoot(), "src", "data", "hdf5", "worker.mjs");

/** Asks a new worker, and ends it. */
function ask(
  request: Hdf5Request,
  transferred: readonly ArrayBuffer[],
  seconds = Number.POSITIVE_INFINITY,
): Promise<Hdf5Answer> {
  const worker = new Worker(hdf5WorkerFile(), {
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
    stdout: true,
    stderr: true,
  });
  // What the library prints of a damaged file would land in the cell.
  worker.stdout.resume();
  worker.stderr.resume();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const answer = new Promise<Hdf5Answer>((resolve) => {
    worker.once("message", resolve);
    worker.once("error", (error) => resolve({ problem: `what cannot be handled (${error.message})` }));
    worker.once("exit", () => resolve({ problem: "what ended the worker that reads it" }));
    if (seconds === Number.POSITIVE_INFINITY) return;
    const problem = `one that takes longer than ${seconds} seconds, as damaged files do`;
    timer = setTimeout(() => resolve({ problem }), 1000 * seconds);
  });
  worker.postMessage(request, transferred);
  return answer.finally(() => {
    clearTimeout(timer);
    return worker.terminate();
  });
}

/** A copy whose numbers can be handed over: those of a tensor may be a small part of a large memory. */
function copied(tree: Hdf5Group, path: string, transferred: ArrayBuffer[]): Hdf5Group {
  const datasets = Object.entries(tree.datasets).map(([name, dataset]) => {
    const { data, shape } = dataset;
    if (data.length !== sizeOf(shape)) {
      throw new DataError(
        `encodeHdf5: expected ${showCount(sizeOf(shape))} numbers for ${path}/${name} ${showShape(shape)}, ` +
          `received ${showCount(data.length)}.`,
      );
    }
    if (!ArrayBuffer.isView(data)) return [name, dataset];
    const copy = data.slice();
    transferred.push(copy.buffer as ArrayBuffer);
    return [name, { ...dataset, data: copy }];
  });
  const groups = Object.entries(tree.groups).map(([name, group]) => [
    name,
    copied(group, `${path}/${name}`, transferred),
  ]);
  return { ...tree, datasets: Object.fromEntries(datasets), groups: Object.fromEntries(groups) };
}

function readBytes(file: string): Uint8Array {
  try {
    const descriptor = openFile(file);
    try {
      const { size } = fstatSync(descriptor);
      if (size > MAXIMUM_FILE_BYTES) {
        throw new DataError(
          `${file}: expected ${HDF5_FILE} of at most ${showCount(MAXIMUM_FILE_BYTES)} bytes, received ${showCount(size)}. Use fewer or smaller samples.`,
        );
      }
      // Not a Buffer, which may be a part of a memory that others use.
      const bytes = new Uint8Array(readFileSync(descriptor));
      if (!SIGNATURE.equals(bytes.subarray(0, SIGNATURE.length))) throw foreign(file, bytes);
      return bytes;
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw error instanceof DataError ? error : explainFileError(error, file, HDF5_FILE);
  }
}

function foreign(file: string, bytes: Uint8Array): DataError {
  const start = Buffer.from(bytes.subarray(0, 2)).toString("latin1");
  const [what, todo] =
    bytes.length === 0
      ? ["an empty file", "Make it again."]
      : start === "PK"
        ? ["a zip archive", 'If Keras wrote it, save it there as HDF5: model.save("model.h5").']
        : ["another kind of file", "Check its name."];
  return new DataError(`${file}: expected ${HDF5_FILE}, received ${what}. ${todo}`);
}
