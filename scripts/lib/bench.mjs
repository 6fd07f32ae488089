// npm run bench: how fast the library is, by itself or beside what one would otherwise install.
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { ensurePeers } from "./bench-peers.mjs";
import { locked } from "./lock.mjs";
import { ensureNodePackages } from "./node-packages.mjs";
import { inProject } from "./paths.mjs";
import { execute } from "./processes.mjs";
import { ensurePython, PYTHON } from "./python.mjs";
import { Problem } from "./report.mjs";

export const JOBS = [
  ...["sgd", "adam", "wide", "cnn", "hotdog", "hotdog-full"],
  ...["accuracy", "kernels", "predicting", "memory", "photos", "notebook", "growth"],
];

const USAGE = `Usage: npm run bench [-- jobs --peers --node PATH --json FILE --readme]

  jobs         which to run, all if none is named: ${JOBS.slice(0, 6).join(", ")},
               ${JOBS.slice(6).join(", ")}
  --peers      beside NumPy, PyTorch, scikit-learn, Keras, TensorFlow.js and brain.js, which are installed
               into .venv-bench and bench/peers; about a quarter of an hour
  --node PATH  also on that version of Node; may be given several times
  --json FILE  writes all figures
  --readme     prints the table for README and draws its pictures in docs/`;

/** @param {string[]} args */
export async function main(args) {
  const options = parseBenchArguments(args);
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  const { jobs, nodes, json, readme } = options;
  const needsJupyter = jobs.length === 0 || jobs.includes("notebook");
  let jupyterPython;
  await locked(async () => {
    await ensureNodePackages({ dev: true });
    if (!needsJupyter) return;
    try {
      await ensurePython();
      jupyterPython = PYTHON;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      console.log(`\nThe job notebook is left out.\n${error.message}\n`);
    }
  });
  const environment = options.peers ? await locked(ensurePeers) : null;
  const settings = { environment, jupyterPython, nodes, jobs, json: json && resolve(json), readme };
  const script = inProject("bench", "run.ts");
  const { code } = await execute(process.execPath, ["--import", "tsx", script, JSON.stringify(settings)], {
    show: true,
  });
  return code;
}

/** @param {string[]} args */
export function parseBenchArguments(args) {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        peers: { type: "boolean" },
        node: { type: "string", multiple: true },
        json: { type: "string" },
        readme: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
    const unknown = positionals.filter((name) => !JOBS.includes(name));
    if (unknown.length > 0) throw new Error(`There is no job called ${unknown.join(", ")}`);
    return {
      ...{ jobs: positionals, nodes: values.node ?? [], json: values.json },
      ...{ peers: values.peers ?? false, readme: values.readme ?? false, help: values.help ?? false },
    };
  } catch (error) {
    const [sentence] = /** @type {Error} */ (error).message.split(". ");
    throw new Problem(`${sentence}.\n\n${USAGE}`);
  }
}
