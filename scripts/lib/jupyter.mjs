// JupyterLab from its start to its end, with every process that it leaves.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { readJson } from "./files.mjs";
import { cleanUp, jupyterVariables } from "./kernelspec.mjs";
import { inProject, ROOT } from "./paths.mjs";
import { execute, findOnPath, killTree, onStop, WINDOWS } from "./processes.mjs";
import { distrustEnvironment, PYTHON } from "./python.mjs";
import { Problem, step } from "./report.mjs";

/** @typedef {{ command: string, args: string[], own: boolean, version: string }} Lab */
/** @typedef {{ notebook: string, port: number | undefined, browser: boolean }} Options */

/** JupyterLab asks the kernel for a history, which tslab does not know. */
const KERNEL_NOISE = /^unknown msg_type: \w+\r?\n/gm;

/** @returns {Lab} the JupyterLab of our environment */
export function ownLab() {
  return { command: PYTHON, args: ["-m", "jupyterlab"], own: true, version: "" };
}

/** @returns {Promise<Lab | undefined>} a JupyterLab that the machine already has, if it is recent enough */
export async function labOnPath() {
  const command = findOnPath("jupyter");
  if (!command) return undefined;
  const { code, output } = await execute("jupyter", ["lab", "--version"], { shell: WINDOWS });
  const version = /^(\d+)\.\d+\S*/m.exec(output);
  if (code !== 0 || !version || Number(version[1]) < 4) return undefined;
  return { command, args: ["lab"], own: false, version: version[0] };
}

/**
 * Runs JupyterLab until someone stops it.
 * @param {Lab} lab
 * @param {Options} options
 * @returns {Promise<number>} our exit code
 */
export async function runLab(lab, options) {
  const { runtime, variables } = jupyterVariables();
  const token = randomBytes(24).toString("hex");
  const server = spawn(lab.command, [...lab.args, ...labArguments(options)], {
    cwd: ROOT,
    env: { ...variables, JUPYTER_TOKEN: token },
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own: Ctrl-C then reaches us alone, and we end the server in good order.
    detached: !WINDOWS,
    windowsHide: true,
  });
  /** @type {Promise<number>} */
  const ended = new Promise((resolve) => {
    server.once("close", (code) => resolve(code ?? 1));
    server.once("error", () => resolve(127));
  });
  /** @type {{ url: string | undefined, stopped: boolean }} */
  const state = { url: undefined, stopped: false };
  let log = "";
  for (const stream of [server.stdout, server.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      // What it says about connections that break off while it ends helps nobody.
      if (state.stopped) return;
      if (state.url) process.stderr.write(text.replace(KERNEL_NOISE, ""));
      else log += text;
    });
  }
  onStop(async (signal) => {
    if (state.stopped) killTree(server.pid);
    else if (state.url) console.log("\nStopping JupyterLab and its kernels …");
    state.stopped = true;
    const lastResort = setTimeout(() => killTree(server.pid), 15_000);
    const asked = state.url !== undefined && (await askToShutDown(state.url, token));
    // On Windows Ctrl-C reaches the server too, and a kill there would keep it from ending its kernels.
    if (!asked && !(WINDOWS && signal === "SIGINT")) server.kill("SIGTERM");
    await ended;
    clearTimeout(lastResort);
    cleanUp(runtime);
    return signal === "SIGINT" ? 0 : undefined;
  });

  await step("JupyterLab", async () => {
    state.url = await Promise.race([address(runtime, token), ended.then(() => undefined)]);
    if (state.url || state.stopped) return;
    cleanUp(runtime);
    if (lab.own) distrustEnvironment();
    throw new Problem(explainFailure(log, options, lab), log);
  });
  if (state.url) {
    const page = `${state.url}lab/tree/notebooks/${encodeURIComponent(options.notebook)}.ipynb?token=${token}`;
    console.log(`\n    ${page}\n\nPress Ctrl-C here to stop JupyterLab.`);
  }
  const code = await ended;
  // Whoever asked for the end waits for it in its own stopper and says how we exit.
  if (state.stopped) return new Promise(() => {});
  cleanUp(runtime);
  if (code !== 0) console.error(`JupyterLab ended by itself (exit code ${code}).`);
  return code;
}

/** @param {Options} options */
function labArguments({ notebook, port, browser }) {
  return [
    `--config=${inProject("scripts", "jupyter_config.py")}`,
    `--ServerApp.root_dir=${ROOT}`,
    `--LabApp.default_url=/lab/tree/notebooks/${notebook}.ipynb`,
    ...(port === undefined ? [] : [`--ServerApp.port=${port}`, "--ServerApp.port_retries=0"]),
    ...(browser ? [] : ["--no-browser"]),
  ];
}

/**
 * The server's address, once it answers there.
 * @param {string} runtime
 * @param {string} token
 * @returns {Promise<string>}
 */
async function address(runtime, token) {
  for (;;) {
    const name = readdirSync(runtime).find((each) => /^jpserver-\d+\.json$/.test(each));
    const url = name && readJson(join(runtime, name))?.url;
    if (url && (await request(`${url}api/status`, token))) return url;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** @param {string} url @param {string} token */
const askToShutDown = (url, token) => request(`${url}api/shutdown`, token, "POST");

/** @param {string} url @param {string} token @param {"GET" | "POST"} [method] */
async function request(url, token, method = "GET") {
  try {
    const headers = { Authorization: `token ${token}` };
    return (await fetch(url, { method, headers, signal: AbortSignal.timeout(3000) })).ok;
  } catch {
    return false;
  }
}

/** @param {string} log @param {Options} options @param {Lab} lab */
function explainFailure(log, { port }, lab) {
  if (port !== undefined && /already in use|Permission to listen|could not be bound/i.test(log)) {
    return explainPort(port);
  }
  return lab.own
    ? "JupyterLab did not start. Run the command again: it will make the Python environment (.venv) anew. " +
        "What JupyterLab said last:"
    : `The JupyterLab on this machine (${lab.command}) did not start. What it said last:`;
}

/** @param {number} port */
const explainPort = (port) =>
  `Port ${port} is taken by another program, or you may not use it. Choose another ` +
  `(\`npm start -- --port ${port < 65535 ? port + 1 : 8888}\`), or leave --port out and a free one is found.`;

/**
 * Refuses a port that cannot be listened on, before anything long is done.
 * @param {number} port
 */
export async function requireFreePort(port) {
  for (const host of ["127.0.0.1", "::1"]) {
    const problem = await new Promise((resolve) => {
      const probe = createServer();
      probe.once("error", (/** @type {NodeJS.ErrnoException} */ error) => resolve(error.code));
      probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(undefined)));
    });
    if (problem === "EADDRINUSE" || problem === "EACCES") throw new Problem(explainPort(port));
  }
}
