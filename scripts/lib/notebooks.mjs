// npm run notebooks: the notebooks on the real kernel, without a browser, their results into out/.
import { join, sep } from "node:path";
import { chosenNotebooks } from "./arguments.mjs";
import { cleanUp, ensureKernelspec, jupyterVariables } from "./kernelspec.mjs";
import { locked } from "./lock.mjs";
import { ensureNodePackages } from "./node-packages.mjs";
import { inProject } from "./paths.mjs";
import { execute, onStop } from "./processes.mjs";
import { ensurePython, PYTHON } from "./python.mjs";
import { Problem, step, table } from "./report.mjs";
import { saveOutputs } from "./saved-outputs.mjs";

const USAGE = `Usage: npm run notebooks [names] [-- --save]

Runs notebooks from a fresh kernel, all of them if none is named, in the order in which they need each other.
Results and data files go into out/; the notebooks themselves and data/ stay as they are.

  --save  puts the outputs into the notebooks, for readers who do not run them`;

/** @typedef {{ number: number, source: string, error: string, message: string }} Failure */
/** @typedef {{ name: string, cells: number, seconds: number, accuracy: string, failed?: Failure | null }} Result */

/** @param {string[]} args */
export async function main(args) {
  const options = args.filter((each) => each.startsWith("-"));
  if (options.some((each) => each !== "--save")) {
    console.log(USAGE);
    return options.every((each) => each === "--help" || each === "-h") ? 0 : 1;
  }
  const names = chosenNotebooks(args.filter((each) => !each.startsWith("-")));
  if (names.length === 0) throw new Problem("There are no notebooks in notebooks/.");
  await locked(async () => {
    await ensureNodePackages();
    ensureKernelspec();
    await ensurePython();
  });
  const { runtime, variables } = jupyterVariables();
  const forget = onStop(async () => undefined);
  process.once("exit", () => cleanUp(runtime));
  /** @type {Result[]} */
  const results = [];
  for (const name of names) results.push(await runNotebook(name, runtime, variables));
  forget();

  const rows = results.map((each) => [
    each.name,
    String(each.cells),
    each.seconds.toFixed(1),
    each.failed ? `failed in code cell ${each.failed.number}` : each.accuracy,
  ]);
  console.log(`\n${table(["notebook", "code cells", "seconds", "final accuracy"], rows)}`);
  const failures = results.filter((each) => each.failed);
  if (options.includes("--save")) {
    for (const { name, failed } of results) {
      if (!failed) saveOutputs(inProject("notebooks", `${name}.ipynb`), inProject("out", `${name}.ipynb`));
    }
  }
  for (const { name, failed } of failures) if (failed) console.log(describeFailure(name, failed));
  return failures.length > 0 ? 1 : 0;
}

/**
 * @param {string} name
 * @param {string} runtime
 * @param {NodeJS.ProcessEnv} variables
 * @returns {Promise<Result>}
 */
async function runNotebook(name, runtime, variables) {
  const started = performance.now();
  /** @type {{ cells: number, text: string[], failed: Failure | null } | undefined} */
  let end;
  const outcome = await step(name, (detail) =>
    execute(
      PYTHON,
      [
        inProject("scripts", "execute_notebook.py"),
        inProject("notebooks", `${name}.ipynb`),
        inProject("out", `${name}.ipynb`),
        join(runtime, `kernel-${name}.json`),
      ],
      {
        env: { ...variables, NN_DATA_FOLDER: inProject("out", "data") },
        onLine: (line) => {
          const event = parse(line);
          if (event?.event === "cell") detail(`code cell ${event.number} of ${event.of}`);
        },
      },
    ),
  );
  for (const line of outcome.output.split("\n")) {
    const event = parse(line);
    if (event?.event === "end") end = event;
  }
  const seconds = (performance.now() - started) / 1000;
  if (!end) throw new Problem(`The notebook ${name} could not be run. What was said last:`, outcome.output);
  return { name, cells: end.cells, seconds, accuracy: finalAccuracy(end.text), failed: end.failed };
}

/** @param {string} line @returns {any} */
function parse(line) {
  try {
    return line.startsWith("{") ? JSON.parse(line) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The last accuracy that a notebook printed, as in "test accuracy: 95.83 %".
 * @param {string[]} texts
 */
export function finalAccuracy(texts) {
  const found = [...texts.join("\n").matchAll(/accuracy\s*[:=]?\s*(\d+(?:\.\d+)?)\s*%/gi)];
  return found.length > 0 ? `${found.at(-1)?.[1]} %` : "–";
}

/** @param {string} name @param {Failure} failure */
function describeFailure(name, { number, source, error, message }) {
  /** @param {string} text */
  const indent = (text) => text.replace(/^/gm, "    ");
  return (
    `\n${name}, code cell ${number} failed${message && `: ${message}`}\n\n` +
    `${indent(source)}\n\n${indent(error || "(no output)")}\n\n` +
    `The notebook as far as it got: ${join("out", `${name}.ipynb`).replaceAll(sep, "/")}`
  );
}
