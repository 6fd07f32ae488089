// The kernel as Jupyter finds it, and where this project's Jupyter keeps its own files.
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readJson, writeJson } from "./files.mjs";
import { inProject } from "./paths.mjs";
import { isAlive, killByCommandLine } from "./processes.mjs";
import { pythonVariables } from "./python.mjs";

const KERNELSPEC = inProject(".jupyter", "kernels", "tslab", "kernel.json");
const PAGE = inProject(".jupyter", "config", "labconfig", "page_config.json");

/** Writes the kernelspec; a moved project or another Node makes a new one. JupyterLab is not to ask about news. */
export function ensureKernelspec() {
  const tslab = inProject("node_modules", "tslab", "bin", "tslab");
  const spec = {
    argv: [process.execPath, tslab, "kernel", "--config-path", "{connection_file}"],
    display_name: "TypeScript (tslab)",
    language: "typescript",
    // Where there is no SIGINT to send, the kernel is asked by a message.
    ...(process.platform === "win32" && { interrupt_mode: "message" }),
  };
  if (JSON.stringify(readJson(KERNELSPEC)) !== JSON.stringify(spec)) writeJson(KERNELSPEC, spec);
  if (!readJson(PAGE)) {
    writeJson(PAGE, { disabledExtensions: { "@jupyterlab/apputils-extension:announcements": true } });
  }
}

/**
 * The variables that keep a Jupyter inside the project's folder, and the folder of its running kernels.
 * That one is not hidden: the page that hands the browser its token lies there, and browsers that are
 * packed as a snap may not read hidden folders.
 */
export function jupyterVariables() {
  const runtime = inProject("out", "jupyter", String(process.pid));
  mkdirSync(runtime, { recursive: true, mode: 0o700 });
  const { JUPYTER_CONFIG_PATH: _, JUPYTERLAB_DIR: __, ...others } = pythonVariables();
  const variables = {
    ...others,
    JUPYTER_PATH: inProject(".jupyter"),
    JUPYTER_DATA_DIR: inProject(".jupyter", "data"),
    JUPYTER_CONFIG_DIR: inProject(".jupyter", "config"),
    JUPYTERLAB_SETTINGS_DIR: inProject(".jupyter", "settings"),
    JUPYTERLAB_WORKSPACES_DIR: inProject(".jupyter", "workspaces"),
    JUPYTER_RUNTIME_DIR: runtime,
    NN_LAUNCHER: String(process.pid),
  };
  return { runtime, variables };
}

/**
 * Ends kernels that were left running and removes the folder of their connection files; the same for
 * commands that were killed earlier.
 * @param {string} runtime
 */
export function cleanUp(runtime) {
  const parent = inProject("out", "jupyter");
  const abandoned = readdirSync(parent).filter((name) => !isAlive(Number(name)));
  for (const folder of new Set([runtime, ...abandoned.map((name) => join(parent, name))])) {
    killByCommandLine(join(folder, "kernel-"));
    rmSync(folder, { recursive: true, force: true });
  }
}
