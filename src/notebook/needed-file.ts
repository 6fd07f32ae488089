import { existsSync } from "node:fs";
import { NeuralNetworkError } from "../errors";
import { dataFile } from "../root";

/**
 * The full path of a file in the data folder that the notebook `madeBy` makes. Throws a NeuralNetworkError that says what
 * to run first where it is missing.
 */
export function neededFile(name: string, { madeBy }: { madeBy: string }): string {
  const path = dataFile(name);
  if (existsSync(path)) return path;
  throw new NeuralNetworkError(
    `data/${name} is not there yet. The notebook ${madeBy} makes it: open ${madeBy}.ipynb beside this one and choose ` +
      `Run → Run All Cells (or, in a terminal, \`npm start ${madeBy}\`). Then run this cell again.`,
  );
}
