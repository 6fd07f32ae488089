/** A real kernel for tests: the one that JupyterLab starts, spoken to through jupyter_client. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../..", import.meta.url));

export interface KernelOptions {
  /** Python with jupyter_client. */
  python: string;
  /** The folder that the kernel starts in: a notebook's. */
  folder?: string;
  /** The tslab that Jupyter starts; it runs the one that it finds upward from `folder`. */
  tslab?: string;
  environment?: Record<string, string>;
  /** How Jupyter interrupts it: with a signal, or with a message as on Windows. */
  interruptMode?: "signal" | "message";
}

type Bundle = Record<string, string>;

export interface Display {
  id: string | undefined;
  /** What is shown now, by MIME type. */
  data: Bundle;
  /** How often it was replaced in place. */
  updates: number;
}

export interface CellResult {
  status: "ok" | "error" | "abort";
  stdout: string;
  stderr: string;
  /** What the cell displays, each entry as it is now. */
  displays: Display[];
  milliseconds: number;
}

type Message = { type: string; request: number; content: Record<string, unknown> };
type Event = { event: "ready" | "interrupted" | "died" | "ended" } | ({ event: "message" } & Message);

/** A cell that is being executed. */
export class RunningCell {
  stdout = "";
  stderr = "";
  readonly displays: Display[] = [];
  readonly result: Promise<CellResult>;
  /** Resolves when the kernel has begun with it. */
  readonly busy: Promise<void>;
  private begin!: () => void;
  private readonly began = performance.now();
  private status: CellResult["status"] | undefined;
  private idle = false;
  private settle!: { resolve: (result: CellResult) => void; reject: (error: Error) => void };
  private readonly waiting: (() => void)[] = [];
  private failure: Error | undefined;

  constructor() {
    this.result = new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
    });
    this.result.catch(() => {});
    this.busy = new Promise((resolve) => {
      this.begin = resolve;
    });
  }

  /** Resolves when the cell's output, stderr included, contains `text`; rejects if it ends without. */
  async printed(text: string): Promise<void> {
    while (!(this.stdout + this.stderr).includes(text)) {
      if (this.failure) throw this.failure;
      if (this.ended)
        throw new Error(
          `the cell ended without printing ${JSON.stringify(text)}:\n${this.stdout}${this.stderr}`,
        );
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  receive({ type, content }: Message, displaysById: Map<string, Display[]>): void {
    if (type === "stream") this[content.name as "stdout" | "stderr"] += content.text as string;
    if (type === "status") this.idle = content.execution_state === "idle";
    if (type === "status") this.begin();
    if (type === "execute_reply") this.status = content.status as CellResult["status"];
    if (type === "display_data") {
      const id = (content.transient as { display_id?: string } | undefined)?.display_id;
      const display: Display = { id, data: content.data as Bundle, updates: 0 };
      this.displays.push(display);
      if (id !== undefined) displaysById.set(id, [...(displaysById.get(id) ?? []), display]);
    }
    if (this.ended) {
      const { stdout, stderr, displays } = this;
      const milliseconds = performance.now() - this.began;
      this.settle.resolve({
        status: this.status as CellResult["status"],
        stdout,
        stderr,
        displays,
        milliseconds,
      });
    }
    this.wake();
  }

  fail(error: Error): void {
    this.failure = error;
    this.settle.reject(error);
    this.wake();
  }

  /** Whether it is over: the reply and the outputs come on two channels, and both have said so. */
  get ended(): boolean {
    return this.idle && this.status !== undefined;
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

export class Kernel {
  /** What the kernel's process wrote outside of any cell. */
  log = "";
  alive = true;
  /** What a page has shown as the kernel's status, and the number of the request that each was about. */
  readonly statuses: { status: string; request: number }[] = [];
  private readonly cells: RunningCell[] = [];
  private readonly completions = new Map<number, (matches: string[]) => void>();
  private readonly displaysById = new Map<string, Display[]>();
  private interruptsSent: (() => void)[] = [];
  private readonly ready: Promise<void>;
  private readonly ended: Promise<void>;

  private constructor(
    private readonly driver: ChildProcess,
    private readonly specs: string,
  ) {
    let markReady: () => void;
    let refuse: (error: Error) => void;
    this.ready = new Promise((resolve, reject) => {
      markReady = resolve;
      refuse = reject;
    });
    this.ready.catch(() => {});
    this.ended = new Promise((resolve) => {
      driver.once("close", () => {
        this.lose("the kernel's driver ended");
        refuse(new Error(`the kernel did not start:\n${this.log}`));
        resolve();
      });
    });
    driver.stderr?.on("data", (text) => {
      this.log += text;
    });
    if (driver.stdout) {
      createInterface({ input: driver.stdout }).on("line", (line) => {
        const event: Event = JSON.parse(line);
        if (event.event === "ready") markReady();
        if (event.event === "interrupted") this.interruptsSent.shift()?.();
        if (event.event === "died") this.lose("the kernel died");
        if (event.event === "message") this.receive(event);
      });
    }
  }

  /** Starts a kernel and waits until it answers. */
  static async start(options: KernelOptions): Promise<Kernel> {
    const kernel = Kernel.launch(options);
    await kernel.ready;
    return kernel;
  }

  /** Starts a kernel without waiting for it. */
  static launch(options: KernelOptions): Kernel {
    const {
      python,
      folder = join(repository, "notebooks"),
      tslab,
      environment = {},
      interruptMode,
    } = options;
    const specs = mkdtempSync(join(tmpdir(), "kernelspecs-"));
    const script = tslab ?? join(repository, "node_modules", "tslab", "bin", "tslab");
    const spec = {
      argv: [process.execPath, script, "kernel", "--config-path={connection_file}"],
      display_name: "TypeScript",
      language: "typescript",
      interrupt_mode: interruptMode ?? (process.platform === "win32" ? "message" : "signal"),
    };
    mkdirSync(join(specs, "tslab"));
    writeFileSync(join(specs, "tslab", "kernel.json"), JSON.stringify(spec));
    const driver = spawn(python, [join(repository, "test", "kernel", "driver.py"), specs, "tslab", folder], {
      env: { ...process.env, JUPYTER_RUNTIME_DIR: join(specs, "runtime"), ...environment },
      // Not our process group: Ctrl-C in the terminal is for vitest, which then shuts the kernel down.
      detached: process.platform !== "win32",
    });
    return new Kernel(driver, specs);
  }

  /** Executes a cell to its end; again if the kernel still drops cells because an earlier one failed a moment ago. */
  async execute(code: string): Promise<CellResult> {
    for (;;) {
      const result = await this.begin(code).result;
      if (result.status !== "abort") return result;
    }
  }

  /** Starts executing a cell. */
  begin(code: string): RunningCell {
    const cell = new RunningCell();
    const request = this.cells.push(cell) - 1;
    if (this.alive) this.tell({ command: "execute", code, request });
    else cell.fail(new Error(`the kernel is dead:\n${this.log}`));
    return cell;
  }

  /** What Tab offers at the end of `code`. */
  complete(code: string): Promise<string[]> {
    return new Promise((resolve) => {
      const request = this.cells.push(new RunningCell()) - 1;
      this.completions.set(request, resolve);
      this.tell({ command: "complete", code, position: code.length, request });
    });
  }

  /** The ■ button. Resolves when the signal has been sent. */
  interrupt(): Promise<void> {
    return new Promise((resolve) => {
      this.interruptsSent.push(resolve);
      this.tell({ command: "interrupt" });
    });
  }

  async shutdown(): Promise<void> {
    if (this.driver.exitCode === null) this.tell({ command: "shutdown" });
    await this.ended;
    rmSync(this.specs, { recursive: true, force: true });
  }

  private tell(command: Record<string, unknown>): void {
    this.driver.stdin?.write(`${JSON.stringify(command)}\n`);
  }

  private receive(message: Message): void {
    const { type, request, content } = message;
    if (type === "status") this.statuses.push({ status: content.execution_state as string, request });
    if (type === "update_display_data") {
      const id = (content.transient as { display_id: string }).display_id;
      for (const display of this.displaysById.get(id) ?? []) {
        display.data = content.data as Bundle;
        display.updates++;
      }
    } else if (type === "complete_reply") {
      this.completions.get(request)?.(content.matches as string[]);
    } else {
      this.cells[request]?.receive(message, this.displaysById);
    }
  }

  private lose(reason: string): void {
    this.alive = false;
    for (const cell of this.cells) cell.fail(new Error(`${reason}:\n${this.log}`));
    for (const resolve of this.interruptsSent.splice(0)) resolve();
  }
}
