import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** @param {string} path @returns {any} the parsed file, or undefined when there is none or it is not JSON */
export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * Writes a file in one go, so that nobody ever reads half of it.
 * @param {string} path
 * @param {unknown} value
 * @param {number} [indent]
 */
export function writeJson(path, value, indent = 2) {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(value, null, indent)}\n`);
  renameSync(temporary, path);
}

/** @param {string} path */
export function sha256(path) {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

/**
 * How many files a folder holds, hidden entries at its top aside: a cheap way to see that some were deleted.
 * @param {string} folder
 */
export function countFiles(folder) {
  /** @param {string} path @returns {number} */
  const count = (path) =>
    readdirSync(path, { withFileTypes: true }).reduce(
      (sum, entry) => sum + (entry.isDirectory() ? count(join(path, entry.name)) : 1),
      0,
    );
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
      .reduce((sum, entry) => sum + count(join(folder, entry.name)), 0);
  } catch {
    return 0;
  }
}
