import { createHash } from "node:crypto";
import { createWriteStream, existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { DataError, isPositive, NeuralNetworkError, Problems, showCount } from "../../errors";
import { dataFolder } from "../../root";
import { removeAbandoned, renameTo, temporaryBeside } from "../write-file";
import { expectPatience, type Patience } from "./collection";
import { unpackZip } from "./unpack";

export interface DownloadOptions extends Patience {
  /** Where the unpacked images are kept. Default: `d2l-hotdog` in the folder `data`. */
  folder?: string;
  /** Default: the hot-dog set of A. Zhang et al., Dive into Deep Learning, section 14.2. */
  address?: string;
  /** The SHA-1 of the archive, in hexadecimal digits. */
  sha1?: string;
  /** How long nothing may arrive. Default 30. */
  seconds?: number;
}

const ADDRESS = "http://d2l-data.s3-accelerate.amazonaws.com/hotdog.zip";
const SHA1 = "fba480ffa8aa7e0febbb511d181409f899b9baa5";

/** More than the published archive has several times over. */
const MAXIMUM_BYTES = 2 ** 30;

const OTHERWISE =
  'Without a network, use the source "emoji", which is made on this machine, or "folder" with photos of your own.';

/**
 * The folder with the images of an archive from the network, which is fetched and unpacked the first time.
 *
 * Everything goes into a temporary folder beside it, which gets its name when the checksum was right and all is unpacked:
 * the folder is there whole or not at all. Throws a DataError that says what to do, and a NeuralNetworkError when `signal`
 * stops it.
 */
export async function downloadImages(options: DownloadOptions = {}): Promise<string> {
  const { folder = join(dataFolder(), "d2l-hotdog"), address = ADDRESS, sha1 = SHA1, seconds = 30 } = options;
  checkOptions({ ...options, folder, address, sha1, seconds });
  const target = resolve(folder);
  if (existsSync(target)) return target;
  const temporary = temporaryBeside(target);
  try {
    await mkdir(temporary, { recursive: true });
    await removeAbandoned(target);
    const archive = join(temporary, "archive.zip");
    const received = await fetchFile(address, archive, seconds, options);
    if (received !== sha1.toLowerCase()) {
      throw new DataError(
        `${address}: expected a file with the SHA-1 ${sha1}, received ${received}. It was changed or damaged on its way, and is not used. ${OTHERWISE}`,
      );
    }
    await unpackZip(archive, join(temporary, "images"), { name: address, signal: options.signal }).catch(
      (error: Error) => {
        throw new DataError(`${error.message} ${OTHERWISE}`);
      },
    );
    checkStopped(options.signal);
    // Another kernel may have been faster.
    if (!existsSync(target)) await renameTo(join(temporary, "images"), target);
    return target;
  } catch (error) {
    checkStopped(options.signal);
    if (error instanceof DataError) throw error;
    throw new DataError(
      `${address}: expected to store it in ${target}, received an error (${(error as Error).message}). ${OTHERWISE}`,
    );
  } finally {
    await rm(temporary, { recursive: true, force: true }).catch(() => {});
  }
}

function checkOptions(options: DownloadOptions): void {
  const { folder, address, sha1, seconds } = options;
  const problems = new Problems();
  const isName = typeof folder === "string" && folder.trim() !== "";
  problems.expect(isName, "folder", "the name of a folder", folder);
  const isAddress = typeof address === "string" && /^https?:\/\//.test(address) && URL.canParse(address);
  problems.expect(isAddress, "address", "an address that begins with http:// or https://", address);
  const isSha1 = typeof sha1 === "string" && /^[0-9a-f]{40}$/i.test(sha1);
  problems.expect(isSha1, "sha1", "40 hexadecimal digits", sha1);
  const soon = isPositive(seconds) && seconds <= 3600;
  problems.expect(soon, "seconds", "a number > 0, at most 3600", seconds);
  expectPatience(problems, options);
  problems.throwIfAny("findImages");
}

function checkStopped(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  throw new NeuralNetworkError(
    "findImages: the download was stopped, and nothing of it was kept. Run the cell again to start anew.",
  );
}

/** Streams what is at `address` into a file. Returns its SHA-1. */
async function fetchFile(
  address: string,
  file: string,
  seconds: number,
  { onProgress, signal }: Patience,
): Promise<string> {
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(), 1000 * seconds);
  const signals = signal === undefined ? [stalled.signal] : [stalled.signal, signal];
  const either = AbortSignal.any(signals);
  const hash = createHash("sha1");
  try {
    const response = await fetch(address, { signal: either });
    if (!response.ok || response.body === null) {
      throw new DataError(
        `${address}: expected a file, received the answer ${response.status} ${response.statusText}. Try again later. ${OTHERWISE}`,
      );
    }
    const length = Number(response.headers.get("content-length"));
    const total = length > 0 ? length : null;
    let done = 0;
    const count = new Transform({
      transform(chunk: Uint8Array, _, next) {
        timer.refresh();
        done += chunk.length;
        hash.update(chunk);
        onProgress?.({ done, total, unit: "bytes" });
        next(done > MAXIMUM_BYTES ? tooLarge(address) : null, chunk);
      },
    });
    if (length > MAXIMUM_BYTES) throw tooLarge(address);
    const body = Readable.fromWeb(response.body as ReadableStream<Uint8Array>);
    await pipeline(body, count, createWriteStream(file, { flags: "wx" }), { signal: either });
    return hash.digest("hex");
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(
      `${address}: expected a file, received ${stalled.signal.aborted ? `nothing for ${seconds} seconds` : explain(error)}. ` +
        `Look at the network and run the cell again. ${OTHERWISE}`,
    );
  } finally {
    clearTimeout(timer);
  }
}

const tooLarge = (address: string): DataError =>
  new DataError(
    `${address}: expected a file of at most ${showCount(MAXIMUM_BYTES)} bytes, received a larger one. ${OTHERWISE}`,
  );

/** What a failed transfer means: the reason is the innermost error. */
function explain(error: unknown): string {
  const { cause, message } = error as Error;
  if (cause instanceof Error) return explain(cause);
  const { code = "" } = error as NodeJS.ErrnoException;
  const explanations: Readonly<Record<string, string>> = {
    ENOTFOUND: "no answer: its name is not known, as without a network",
    EAI_AGAIN: "no answer: its name is not known, as without a network",
    ECONNREFUSED: "no answer: the connection was refused",
    ECONNRESET: "a part of it: the connection broke",
    UND_ERR_SOCKET: "a part of it: the connection broke",
    ENOSPC: "no room for it: the disk is full",
  };
  return explanations[code] ?? `an error (${message})`;
}
