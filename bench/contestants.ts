// Contestants are processes that stay alive and do one thing for each line that they are sent, so that they can take turns.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

export interface Environment {
  /** Pythons with the peers and with Jupyter; undefined where they are not installed. */
  readonly peersPython?: string;
  readonly jupyterPython?: string;
  /** Whether bench/peers has its packages. */
  readonly peersNode: boolean;
  /** Other versions of Node to run the library on. */
  readonly nodes: readonly string[];
}

const pythonPeers = {
  NumPy: "numpy_peer.py",
  PyTorch: "torch_peer.py",
  "scikit-learn": "sklearn_peer.py",
  Keras: "keras_peer.py",
  "NumPy per sample": "original_peer.py",
};
const nodePeers = { "tfjs-wasm": "tfjs.mjs", "brain.js": "brain.mjs" };

export type PeerName = keyof typeof pythonPeers | keyof typeof nodePeers;

/** One thread for every library that asks the environment. */
const oneThread = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };

export class Contestant {
  /** Whoever has not ended. */
  static readonly running = new Set<Contestant>();
  versions: Record<string, string> = {};
  private readonly answers: AsyncIterator<string>;
  private errors = "";

  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
  ) {
    Contestant.running.add(this);
    if (child.stdout === null) throw new Error("no stdout");
    this.answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stderr?.on("data", (text) => {
      this.errors = (this.errors + text).slice(-2000);
    });
    child.stdin?.on("error", () => {});
    child.on("error", (error) => {
      this.errors += error.message;
    });
  }

  private static async start(name: string, command: string, args: string[], variables = {}) {
    const env = { ...process.env, ...oneThread, ...variables };
    const child = spawn(command, args, { env, stdio: "pipe", windowsHide: true });
    const contestant = new Contestant(name, child);
    const { versions } = await contestant.ask<{ versions: Record<string, string> }>({ do: "hello" });
    contestant.versions = versions;
    return contestant;
  }

  /** The library, on one version of Node and one kind of kernels. */
  static ours(name = "ours", { node = process.execPath, kernels = "" } = {}): Promise<Contestant> {
    const args = ["--expose-gc", "--import", "tsx", path("ours.ts")];
    return Contestant.start(name, node, args, { NN_KERNELS: kernels });
  }

  /** The library in a cell of a notebook, with the live chart and the progress line. */
  static notebook(python: string): Promise<Contestant> {
    return Contestant.start("in a notebook", process.execPath, [
      "--import",
      "tsx",
      path("notebook.ts"),
      python,
    ]);
  }

  /** Undefined for one that is not installed. */
  static async peer(
    name: PeerName,
    { peersPython, peersNode }: Environment,
  ): Promise<Contestant | undefined> {
    const file = { ...pythonPeers, ...nodePeers }[name];
    const command = name in nodePeers ? (peersNode ? process.execPath : undefined) : peersPython;
    return command === undefined ? undefined : Contestant.start(name, command, [path(`peers/${file}`)]);
  }

  /** Sends a command and waits for its answer. */
  async ask<Answer>(command: object): Promise<Answer> {
    this.child.stdin?.write(`${JSON.stringify(command)}\n`);
    const { value, done } = await this.answers.next();
    if (done) throw new Error(`${this.name} ended:\n${this.errors.trim()}`);
    const answer = JSON.parse(value);
    if (answer.error !== undefined) throw new Error(`${this.name}: ${answer.error}`);
    return answer;
  }

  /** Ends the process, and waits for it. */
  async end(): Promise<void> {
    Contestant.running.delete(this);
    const ended = new Promise((resolve) => this.child.once("close", resolve));
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.stdin?.end();
    const lastResort = setTimeout(() => this.child.kill("SIGKILL"), 5000);
    await ended;
    clearTimeout(lastResort);
  }
}
