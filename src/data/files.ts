import { openSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { DataError, show } from "../errors";

/** The full path of a file that a user named. Throws a DataError for anything but a name. */
export function checkPath(path: unknown, where: string, example: string): string {
  if (typeof path !== "string" || path.trim() === "" || path.includes("\0")) {
    throw new DataError(`${where}: expected the name of ${example}, received ${show(path)}.`);
  }
  return resolve(path);
}

/** Opens a file for reading. Folders are refused on every system alike, and so is what would keep a reader waiting. */
export function openFile(path: string): number {
  const stats = statSync(path);
  if (stats.isDirectory()) throw Object.assign(new Error(), { code: "EISDIR" });
  if (!stats.isFile()) throw new Error("a device or a pipe");
  return openSync(path, "r");
}

/** What a failed attempt to open or to list `path`, expected to be `expected`, means to the reader of a notebook. */
export function explainFileError(error: unknown, path: string, expected: string, todo?: string): DataError {
  const { code = "", message = String(error) } = error as NodeJS.ErrnoException;
  const [problem, remedy] = explanations[code] ?? [message, "Look into it and run the cell again."];
  return new DataError(`${path}: expected ${expected}, received ${problem}. ${todo ?? remedy}`);
}

const explanations: Readonly<Record<string, readonly [problem: string, remedy: string]>> = {
  ENOENT: [
    "nothing: there is no such file or folder",
    "A name without a full path is looked for from the notebook's folder.",
  ],
  ENOTDIR: ["a file, or a path through a file, where a folder should be", "Correct the path."],
  EISDIR: ["a folder", "Give the name of a file in it."],
  EACCES: ["a refusal: this user may not read it", "Change its permissions or copy it elsewhere."],
  EPERM: ["a refusal: this user may not read it", "Change its permissions or copy it elsewhere."],
  ENAMETOOLONG: ["a name that is too long", "Correct the path."],
  ELOOP: ["links that lead in a circle", "Correct the path."],
  EMFILE: ["a refusal: too many files are open", "Restart the kernel and run the cell again."],
};
