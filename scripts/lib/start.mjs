// npm start: install what is missing, then JupyterLab with a notebook open.
import { accessSync, constants } from "node:fs";
import { notebookNamed, parseStartArguments, START_USAGE } from "./arguments.mjs";
import { labOnPath, ownLab, requireFreePort, runLab } from "./jupyter.mjs";
import { ensureKernelspec } from "./kernelspec.mjs";
import { locked } from "./lock.mjs";
import { ensureNodePackages } from "./node-packages.mjs";
import { ROOT } from "./paths.mjs";
import { stopWithNpm } from "./processes.mjs";
import { ensurePython } from "./python.mjs";
import { Problem } from "./report.mjs";

/** @param {string[]} args */
export async function main(args) {
  const { help, port, browser, ...options } = parseStartArguments(args);
  if (help) {
    console.log(START_USAGE);
    return 0;
  }
  stopWithNpm();
  const notebook = notebookNamed(options.notebook);
  if (port !== undefined) await requireFreePort(port);
  requireWritable();
  const lab = await locked(async () => {
    await ensureNodePackages();
    ensureKernelspec();
    return ensureLab();
  });
  return runLab(lab, { notebook, port, browser });
}

/** Our own JupyterLab, or else one that is already here. */
async function ensureLab() {
  try {
    await ensurePython();
    return ownLab();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const other = await labOnPath();
    if (!other) throw error;
    console.log(
      `\n${error.message}\n\nUntil then: JupyterLab ${other.version} of this machine (${other.command}).\n`,
    );
    return other;
  }
}

export function requireWritable() {
  try {
    accessSync(ROOT, constants.W_OK);
  } catch {
    throw new Problem(
      `This folder cannot be written to: ${ROOT}. The packages and the Python environment are installed into ` +
        "it; copy or clone the project to a place that belongs to you and run the command there.",
    );
  }
}
