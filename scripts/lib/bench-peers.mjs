// .venv-bench and bench/peers: what the library is measured beside. Nothing else in the project uses them.
import { existsSync } from "node:fs";
import { readJson, sha256, writeJson } from "./files.mjs";
import { shareLock } from "./lock.mjs";
import { findNpm } from "./node-packages.mjs";
import { inProject } from "./paths.mjs";
import { execute } from "./processes.mjs";
import { ensurePython, PEERS } from "./python.mjs";
import { Problem, step } from "./report.mjs";

const FOLDER = inProject("bench", "peers");

/** Installs the peers that can be installed, and says of the others why not. */
export async function ensurePeers() {
  return {
    peersPython: await attempt("The Python peers are left out.", pythonPeers),
    peersNode: (await attempt("TensorFlow.js and brain.js are left out.", nodePeers)) ?? false,
    nodes: [],
  };
}

/**
 * @template T
 * @param {string} otherwise
 * @param {() => Promise<T>} install
 * @returns {Promise<T | undefined>}
 */
async function attempt(otherwise, install) {
  try {
    return await install();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    console.log(`\n${otherwise} ${error.message}\n`);
    return undefined;
  }
}

/** @returns {Promise<string>} their Python */
async function pythonPeers() {
  await ensurePython(PEERS);
  return PEERS.python;
}

/** @returns {Promise<boolean>} */
async function nodePeers() {
  const lock = inProject("bench", "peers", "package-lock.json");
  const stamp = inProject("bench", "peers", "node_modules", ".complete.json");
  if (existsSync(stamp) && readJson(stamp)?.lock === sha256(lock)) return true;
  await step("TensorFlow.js and brain.js (bench/peers)", async (detail) => {
    const { command, args, shell } = findNpm();
    // brain.js brings a graphics library that it compiles; on the processor it does without.
    const install = [...args, "ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    const options = { cwd: FOLDER, shell, onLine: detail, onStart: shareLock };
    const { code, output } = await execute(command, install, options);
    if (code !== 0) throw new Problem(EXPLANATION, output);
    writeJson(stamp, { lock: sha256(lock) });
  });
  return true;
}

const EXPLANATION =
  "npm could not install them. It needs the network once. The library's own figures need none of this: " +
  "`npm run bench`. What npm said last:";
