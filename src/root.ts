import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { NeuralNetworkError } from "./errors";

const PROJECT = "neural-networks-from-scratch";

// In a notebook this file knows where it is; as an ES module it does not. Either way, remembered from when it was loaded:
// a notebook may change its working directory later.
const start = typeof __dirname === "string" ? __dirname : process.cwd();
let found: string | undefined;

/**
 * The folder of this project: the nearest one, from this file or else the working directory upward, whose package.json has
 * its name. Throws a NeuralNetworkError if there is none.
 */
export function projectRoot(): string {
  found ??= search();
  return found;
}

/** Where notebooks keep their data files: the folder `data`, or what the variable NN_DATA_FOLDER says. */
export const dataFolder = (): string => resolve(projectRoot(), process.env.NN_DATA_FOLDER || "data");

/** The full path of a file in the data folder, which is made where it is missing. */
export function dataFile(name: string): string {
  mkdirSync(dataFolder(), { recursive: true });
  return join(dataFolder(), name);
}

function search(): string {
  for (let folder = start; ; folder = dirname(folder)) {
    const file = join(folder, "package.json");
    if (existsSync(file) && JSON.parse(readFileSync(file, "utf8")).name === PROJECT) return folder;
    if (dirname(folder) === folder) {
      throw new NeuralNetworkError(
        `The project's folder was expected above ${start} and is not there. Open the notebook from the folder "notebooks".`,
      );
    }
  }
}
