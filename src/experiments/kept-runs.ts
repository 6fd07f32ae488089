import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { explainFileError } from "../data/files";
import { writeFileAtomically } from "../data/write-file";
import { DataError, OptionsError, show } from "../errors";
import { dataFolder } from "../root";
import { type EpochRecord, epochColumns } from "../training/history";
import type { Run } from "./comparison";

const FORMAT = 1;

const NAME = /^[\p{L}\p{N}][\p{L}\p{N} _.-]{0,59}$/u;

/** The file in which the results of a comparison are kept. Throws an OptionsError for a name that files cannot have. */
export function keptRunsPath(name: string): string {
  if (typeof name !== "string" || !NAME.test(name)) {
    throw new OptionsError(
      `compare: name: expected a short name of letters, digits, spaces and hyphens such as "activations", received ${show(name)}.`,
    );
  }
  return join(dataFolder(), "comparisons", `comparison ${name}.json`);
}

/**
 * The runs that were kept under a name, none where there is no such file.
 * Throws a DataError for a file that cannot be read or was not written by `writeRuns`.
 */
export function readRuns(name: string): Run[] {
  const path = keptRunsPath(name);
  const remedy = `forgetRuns(${show(name)}) removes it.`;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw explainFileError(error, path, "the results of a comparison", remedy);
  }
  const content = parse(text);
  if (content?.format !== FORMAT || !Array.isArray(content.runs) || !content.runs.every(isRun)) {
    throw new DataError(
      `${path}: expected the results of a comparison, as this version keeps them, received something else. ${remedy}`,
    );
  }
  return content.runs.map((run: Run) => ({ ...run, epochs: run.epochs.map(withoutNull) }));
}

/** Keeps the runs of a comparison, instead of those kept under its name before. */
export async function writeRuns(name: string, runs: readonly Run[]): Promise<void> {
  const path = keptRunsPath(name);
  mkdirSync(dirname(path), { recursive: true });
  await writeFileAtomically(path, Buffer.from(JSON.stringify({ format: FORMAT, runs })));
}

/** Forgets the runs of the settings that are named, or the whole file, even one that nobody can read any more. */
export async function removeRuns(name: string, settings: readonly string[]): Promise<void> {
  if (settings.length === 0) rmSync(keptRunsPath(name), { force: true });
  else {
    const left = readRuns(name).filter(({ setting }) => !settings.includes(setting));
    await writeRuns(name, left);
  }
}

function parse(text: string): { format?: unknown; runs?: unknown[] } | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const isNumber = (value: unknown): boolean => value === null || typeof value === "number";

function isRun(value: unknown): value is Run {
  const { setting, fingerprint, status, message, seed, parameters, epochs } = (value ?? {}) as Partial<Run>;
  return (
    [setting, fingerprint, status, message].every((text) => typeof text === "string") &&
    [seed, parameters].every(Number.isSafeInteger) &&
    Array.isArray(epochs) &&
    epochs.every((epoch) => epochColumns.every((name) => isNumber(epoch?.[name])))
  );
}

/** JSON writes what is not a number as null. */
const withoutNull = (epoch: EpochRecord): EpochRecord =>
  Object.fromEntries(epochColumns.map((name) => [name, epoch[name] ?? Number.NaN])) as unknown as EpochRecord;
