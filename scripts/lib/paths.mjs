import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder: where package.json is. */
export const ROOT = resolve(fileURLToPath(new URL("../..", import.meta.url)));

/** @param {string[]} names */
export const inProject = (...names) => join(ROOT, ...names);
