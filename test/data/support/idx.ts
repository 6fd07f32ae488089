import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** An empty folder that is removed when the test has ended. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "neural-networks-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Bytes of an IDX file written down as its specification has it: 00 00 08, dimensions, lengths, contents. */
export function idxBytes(lengths: readonly number[], contents: readonly number[]): Uint8Array {
  const bigEndian = lengths.flatMap((length) => [
    Math.floor(length / 2 ** 24) % 256,
    Math.floor(length / 2 ** 16) % 256,
    Math.floor(length / 2 ** 8) % 256,
    length % 256,
  ]);
  return Uint8Array.from([0, 0, 8, lengths.length, ...bigEndian, ...contents]);
}

/** Writes files into a new folder and returns the folder. */
export function folderWith(files: Readonly<Record<string, Uint8Array>>): string {
  const folder = temporaryFolder();
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  return folder;
}

/** Two training images and one test image of 2 rows with 3 pixels, with their labels. */
export const smallSet = {
  "train-images-idx3-ubyte": idxBytes([2, 2, 3], [0, 51, 102, 153, 204, 255, 255, 0, 0, 0, 0, 1]),
  "train-labels-idx1-ubyte": idxBytes([2], [0, 3]),
  "t10k-images-idx3-ubyte": idxBytes([1, 2, 3], [1, 2, 3, 4, 5, 6]),
  "t10k-labels-idx1-ubyte": idxBytes([1], [2]),
} as const;
