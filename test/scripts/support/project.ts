import { type ChildProcess, spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export const repository = fileURLToPath(new URL("../../..", import.meta.url));
const support = fileURLToPath(new URL(".", import.meta.url));

/** A command of ours that was started in a project. */
export interface Running {
  readonly process: ChildProcess;
  readonly pid: number;
  /** What it printed so far. */
  output(): string;
  /** Resolves once it printed the text; rejects when it ends without. */
  printed(text: string | RegExp): Promise<void>;
  /** Its exit code, once it ended. */
  readonly code: Promise<number | null>;
}

/** A folder with the real commands in it, whose path has spaces and letters that are not ASCII. */
export class Project {
  readonly folder: string;
  private readonly parent: string;

  constructor(private environment: NodeJS.ProcessEnv) {
    this.parent = mkdtempSync(join(tmpdir(), "project "));
    this.folder = join(this.parent, "Netze verstehen – Übung");
    cpSync(join(repository, "scripts"), this.path("scripts"), { recursive: true });
    for (const name of ["requirements.txt", "requirements-test.txt"]) {
      cpSync(join(repository, name), this.path(name));
    }
    this.notebook("app_mnist", ["1 + 1"]);
    this.notebook("train", ["1 + 1"]);
    onTestFinished(() => rmSync(this.parent, { recursive: true, force: true, maxRetries: 5 }));
  }

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  write(path: string, content: string): void {
    mkdirSync(join(this.path(path), ".."), { recursive: true });
    writeFileSync(this.path(path), content);
  }

  read(path: string): string {
    return existsSync(this.path(path)) ? readFileSync(this.path(path), "utf8") : "";
  }

  notebook(name: string, cells: readonly string[]): void {
    const metadata = {
      kernelspec: { name: "tslab", display_name: "TypeScript (tslab)", language: "typescript" },
    };
    const code = cells.map((source, i) => ({
      cell_type: "code",
      execution_count: null,
      id: `cell-${i}`,
      metadata: {},
      outputs: [],
      source,
    }));
    const content = { cells: code, metadata, nbformat: 4, nbformat_minor: 5 };
    this.write(`notebooks/${name}.ipynb`, JSON.stringify(content));
  }

  /** Starts `scripts/<command>.mjs`. */
  start(command: string, args: readonly string[] = [], environment: NodeJS.ProcessEnv = {}): Running {
    const child = spawn(process.execPath, [this.path("scripts", `${command}.mjs`), ...args], {
      cwd: this.folder,
      env: { ...this.environment, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const listeners = new Set<() => void>();
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
        for (const listener of listeners) listener();
      });
    }
    const code = new Promise<number | null>((resolve) => child.once("close", resolve));
    onTestFinished(() => {
      child.kill("SIGKILL");
    });
    const printed = (text: string | RegExp) =>
      new Promise<void>((resolve, reject) => {
        const listener = () => {
          if (typeof text === "string" ? output.includes(text) : text.test(output)) resolve();
        };
        listeners.add(listener);
        listener();
        void code.then(() => reject(new Error(`It ended without printing ${text}:\n${output}`)));
      });
    return { process: child, pid: child.pid ?? 0, output: () => output, printed, code };
  }

  /** Runs `scripts/<command>.mjs` to its end. */
  async run(command: string, args: readonly string[] = [], environment: NodeJS.ProcessEnv = {}) {
    const running = this.start(command, args, environment);
    return { code: await running.code, output: running.output() };
  }
}

/** A project on a machine of which everything but Node is a stand-in: npm, Python and what is on PATH. */
export class FakeMachine extends Project {
  constructor() {
    super({ CI: process.env.CI });
    this.write("package.json", JSON.stringify({ name: "project", version: "1.0.0" }));
    this.lock("1.0.0");
    mkdirSync(this.path("bin"));
    this.install("python3");
  }

  /** Puts a program of that name on PATH; it behaves like Python, or like `jupyter`. */
  install(name: string): void {
    const script = `#!/bin/sh\nexec "${process.execPath}" "${join(support, "fake-python.mjs")}" "$0" "$@"\n`;
    this.write(`bin/${name}`, script);
    chmodSync(this.path("bin", name), 0o755);
  }

  uninstall(name: string): void {
    rmSync(this.path("bin", name));
  }

  /** Writes a lock file: a package with the kernel, and one for developers. */
  lock(version: string): void {
    const packages = {
      "": { name: "project" },
      "node_modules/kernel": { version },
      "node_modules/linter": { version, dev: true },
      "node_modules/other-system": { version, optional: true, os: ["none"] },
    };
    this.write("package-lock.json", JSON.stringify({ packages }));
  }

  override start(
    command: string,
    args: readonly string[] = [],
    environment: NodeJS.ProcessEnv = {},
  ): Running {
    return super.start(command, args, {
      PATH: this.path("bin"),
      FAKE_LOG: this.path("log"),
      npm_execpath: join(support, "npm-cli.js"),
      ...environment,
    });
  }

  /** Starts JupyterLab, lets it get ready, and stops it as Ctrl-C would. */
  async startAndStop(args: readonly string[] = [], environment: NodeJS.ProcessEnv = {}): Promise<string> {
    const running = this.start("start", ["--no-browser", ...args], environment);
    await running.printed("Press Ctrl-C");
    running.process.kill("SIGINT");
    await running.code;
    return running.output();
  }

  /** What the stand-ins were asked to do since the last call. */
  log(): string[] {
    const lines = this.read("log").split("\n").filter(Boolean);
    this.write("log", "");
    return lines;
  }
}
