import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isAlive } from "../../../scripts/lib/processes.mjs";

const repository = fileURLToPath(new URL("../../..", import.meta.url));

const TOKEN = "test";

/** A JupyterLab on this repository, with a folder for notebooks of its own. It keeps nothing outside of that. */
export class Lab {
  /** Where its notebooks are: in the project, as the kernel needs it, and out of git. */
  readonly folder: string;
  private readonly home: string;
  private readonly server: ChildProcess;
  private url = "";
  private log = "";

  private constructor(python: string) {
    const out = join(repository, "out");
    this.folder = join(out, `browser-${process.pid}`);
    this.home = join(this.folder, ".jupyter");
    mkdirSync(this.home, { recursive: true });
    for (const name of readdirSync(out)) {
      // What tests left behind that were killed.
      const [, owner] = /^browser-(\d+)$/.exec(name) ?? [];
      if (owner !== undefined && !isAlive(Number(owner))) remove(join(out, name));
    }
    const spec = {
      argv: [
        process.execPath,
        join(repository, "node_modules", "tslab", "bin", "tslab"),
        "kernel",
        "--config-path",
        "{connection_file}",
      ],
      display_name: "TypeScript (tslab)",
      language: "typescript",
    };
    mkdirSync(join(this.home, "kernels", "tslab"), { recursive: true });
    writeFileSync(join(this.home, "kernels", "tslab", "kernel.json"), JSON.stringify(spec));
    const settings = join(this.home, "settings", "@jupyterlab", "apputils-extension");
    mkdirSync(settings, { recursive: true });
    writeFileSync(join(settings, "notification.jupyterlab-settings"), JSON.stringify({ fetchNews: "false" }));
    const args = [
      `--config=${join(repository, "scripts", "jupyter_config.py")}`,
      `--ServerApp.root_dir=${repository}`,
      "--LabApp.expose_app_in_browser=True",
      "--no-browser",
    ];
    this.server = spawn(python, ["-m", "jupyterlab", ...args], {
      env: {
        ...process.env,
        JUPYTER_TOKEN: TOKEN,
        JUPYTER_PATH: this.home,
        JUPYTER_DATA_DIR: join(this.home, "data"),
        JUPYTER_CONFIG_DIR: join(this.home, "config"),
        JUPYTER_RUNTIME_DIR: join(this.home, "runtime"),
        JUPYTERLAB_SETTINGS_DIR: join(this.home, "settings"),
        JUPYTERLAB_WORKSPACES_DIR: join(this.home, "workspaces"),
        // The configuration ends the server when this process is gone.
        NN_LAUNCHER: String(process.pid),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.server.stdout, this.server.stderr]) {
      stream?.setEncoding("utf8").on("data", (text) => {
        this.log += text;
      });
    }
  }

  static async start(python: string): Promise<Lab> {
    const lab = new Lab(python);
    const runtime = join(lab.home, "runtime");
    mkdirSync(runtime, { recursive: true });
    for (;;) {
      const name = readdirSync(runtime).find((each) => /^jpserver-\d+\.json$/.test(each));
      if (name !== undefined) lab.url = serverUrl(join(runtime, name));
      if (lab.url !== "" && (await lab.request("api/status"))) return lab;
      if (lab.server.exitCode !== null) throw new Error(`JupyterLab did not start:\n${lab.log}`);
      await sleep(100);
    }
  }

  /** The page of a notebook in `folder`. */
  page(name: string): string {
    const path = this.folder.slice(repository.length).split(/[\\/]/).filter(Boolean).join("/");
    return `${this.url}lab/tree/${path}/${name}.ipynb?token=${TOKEN}&reset`;
  }

  write(name: string, notebook: object): void {
    writeFileSync(join(this.folder, `${name}.ipynb`), JSON.stringify(notebook));
  }

  read(name: string): string {
    return readFileSync(join(this.folder, `${name}.ipynb`), "utf8");
  }

  /** Makes an empty file beside the notebooks, which a cell can wait for. */
  signal(name: string): void {
    writeFileSync(join(this.folder, name), "");
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.server.once("close", resolve));
    await this.request("api/shutdown", "POST");
    const lastResort = setTimeout(() => this.server.kill("SIGKILL"), 10_000);
    if (this.server.exitCode === null) await ended;
    clearTimeout(lastResort);
    remove(this.folder);
  }

  private async request(path: string, method = "GET"): Promise<boolean> {
    try {
      return (await fetch(`${this.url}${path}`, { method, headers: { Authorization: `token ${TOKEN}` } })).ok;
    } catch {
      return false;
    }
  }
}

const remove = (folder: string) => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });

/** Empty while the server is still writing the file. */
function serverUrl(file: string): string {
  try {
    return JSON.parse(readFileSync(file, "utf8")).url;
  } catch {
    return "";
  }
}

/** A notebook of code cells for our kernel. */
export const notebookOf = (cells: readonly string[]): object => ({
  cells: cells.map((source, i) => ({
    ...{ cell_type: "code", id: `cell-${i}`, execution_count: null, metadata: {}, outputs: [] },
    source,
  })),
  metadata: { kernelspec: { name: "tslab", display_name: "TypeScript (tslab)", language: "typescript" } },
  ...{ nbformat: 4, nbformat_minor: 5 },
});
