import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { type Hdf5Answer, type Hdf5Group, hdf5WorkerFile } from "../../../src/data/hdf5";
import { DataError } from "../../../src/errors";

/** After so many files a worker is replaced: each failure costs the HDF5 library some of its stack. */
const FILES_PER_WORKER = 200;

/**
 * Decodes many files as `readHdf5` does, in workers that last, because starting one takes a hundred times as long as
 * decoding a small file.
 */
export class Decoder {
  private worker: Worker | null = null;
  private files = 0;
  /** How many files took too long. */
  hangs = 0;

  constructor(private readonly seconds: number) {}

  /** Throws a DataError for a file that is refused. */
  async decode(bytes: Uint8Array): Promise<Hdf5Group> {
    if (this.files++ % FILES_PER_WORKER === 0) await this.end();
    const { tree, problem } = await this.ask(bytes);
    if (tree === undefined) throw new DataError(String(problem));
    return tree;
  }

  async end(): Promise<void> {
    await this.worker?.terminate();
    this.worker = null;
  }

  private async ask(bytes: Uint8Array): Promise<Hdf5Answer> {
    this.worker ??= new Worker(hdf5WorkerFile(), { execArgv: [], stdout: true, stderr: true });
    const { worker } = this;
    const end = new AbortController();
    const timer = setTimeout(() => end.abort(), 1000 * this.seconds);
    const waiting = once(worker, "message", { signal: end.signal });
    worker.postMessage({ bytes, only: null });
    const answer = await waiting.catch((error) => {
      if (end.signal.aborted) return null;
      throw error;
    });
    clearTimeout(timer);
    if (answer !== null) return answer[0];
    this.hangs++;
    await this.end();
    return { problem: "a file that takes too long" };
  }
}
