import { createHash, type Hash } from "node:crypto";
import { closeSync, fstatSync, readFileSync, readSync } from "node:fs";
import { constants, gunzipSync } from "node:zlib";
import { DataError } from "../errors";
import { kernels } from "../kernels/chosen";
import { MAXIMUM_NUMBERS, type Numbers } from "../tensor";
import { explainFileError, openFile } from "./files";

/** How much of a file is in memory at a time. */
const PIECE = 2 ** 20;

/** Enough of a compressed file to contain the header of the IDX file in it. */
const GZIP_HEAD = 4096;

/** Deflate makes nothing smaller than a 1032nd of its size. */
const GZIP_RATIO = 1032;

export interface IdxImages {
  /** count · height · width numbers from 0 to 1, image by image and row by row. */
  readonly pixels: Numbers;
  readonly count: number;
  readonly height: number;
  readonly width: number;
}

export interface FileChecks {
  /** The SHA-256 of the contents that are expected, in hexadecimal. */
  sha256?: string;
  /** What to do about a file that is not as it should be. */
  remedy?: string;
}

/** Images of unsigned bytes, scaled from 0…255 to 0…1. Throws a DataError for any other file. */
export function readIdxImages(path: string, checks: FileChecks = {}): IdxImages {
  const scaled = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);
  const file = new IdxFile(path, "images", 3, checks);
  let pixels: Numbers = new Float32Array(0);
  const [count, height, width] = file.read((size) => {
    if (size > MAXIMUM_NUMBERS) {
      const [limit, received] = [MAXIMUM_NUMBERS, size].map((pixels) => pixels.toLocaleString("en"));
      file.fail(`expected at most ${limit} pixels, received ${received}`, "Use a file with fewer images.");
    }
    // In the kernels' memory from the start, so that training need not copy them.
    const target = kernels.zeros([size]).data;
    pixels = target;
    return (piece, offset) => {
      for (let i = 0; i < piece.length; i++) target[offset + i] = scaled[piece[i]];
    };
  });
  return { pixels, count, height, width };
}

/** Labels of one unsigned byte each. Throws a DataError for any other file. */
export function readIdxLabels(path: string, checks: FileChecks = {}): Uint8Array {
  let labels = new Uint8Array(0);
  new IdxFile(path, "labels", 1, checks).read((size) => {
    labels = new Uint8Array(size);
    return (piece, offset) => labels.set(piece, offset);
  });
  return labels;
}

/** Takes a piece of the numbers and the place of its first number among them. */
type Consumer = (piece: Uint8Array, offset: number) => void;

/**
 * A file in the IDX format, possibly compressed with gzip: two zero bytes, the type of the numbers (8: unsigned bytes),
 * how many dimensions there are, the length of each as a big-endian 32-bit integer, and then the numbers.
 */
class IdxFile {
  private readonly headerSize: number;
  private readonly hash: Hash | null;

  constructor(
    private readonly path: string,
    private readonly what: "images" | "labels",
    private readonly dimensions: number,
    private readonly checks: FileChecks,
  ) {
    this.headerSize = 4 + 4 * dimensions;
    this.hash = checks.sha256 === undefined ? null : createHash("sha256");
  }

  /** Returns the lengths of the dimensions. `begin` is called once the declared size is known to be the real one. */
  read(begin: (size: number) => Consumer): number[] {
    const file = this.open();
    try {
      const { size } = fstatSync(file);
      const head = new Uint8Array(Math.min(GZIP_HEAD, size));
      readSync(file, head, 0, head.length, 0);
      const compressed = head[0] === 0x1f && head[1] === 0x8b;
      const lengths = compressed
        ? this.readCompressed(file, head, size, begin)
        : this.readPlain(file, head, size, begin);
      this.checkHash();
      return lengths;
    } finally {
      closeSync(file);
    }
  }

  fail(problem: string, remedy = this.checks.remedy ?? "Download or extract the file again."): never {
    throw new DataError(`${this.path}: ${problem}. ${remedy}`);
  }

  private open(): number {
    try {
      return openFile(this.path);
    } catch (error) {
      const expected = `a file of ${this.what} in the IDX format`;
      throw explainFileError(error, this.path, expected, this.checks.remedy);
    }
  }

  private readPlain(
    file: number,
    head: Uint8Array,
    fileSize: number,
    begin: (size: number) => Consumer,
  ): number[] {
    const lengths = this.parseHeader(head);
    const size = this.sizeOf(lengths);
    if (this.headerSize + size !== fileSize) this.failSize(size, fileSize);
    const consume = begin(size);
    this.hash?.update(head.subarray(0, this.headerSize));
    const piece = new Uint8Array(Math.min(PIECE, size));
    for (let offset = 0; offset < size; ) {
      const length = readSync(file, piece, 0, Math.min(PIECE, size - offset), this.headerSize + offset);
      if (length === 0) this.failSize(size, this.headerSize + offset);
      this.hash?.update(piece.subarray(0, length));
      consume(piece.subarray(0, length), offset);
      offset += length;
    }
    return lengths;
  }

  private readCompressed(
    file: number,
    head: Uint8Array,
    fileSize: number,
    begin: (size: number) => Consumer,
  ): number[] {
    const lengths = this.parseHeader(this.unpack(head, GZIP_HEAD * GZIP_RATIO, constants.Z_SYNC_FLUSH));
    const size = this.sizeOf(lengths);
    const whole = this.headerSize + size;
    if (whole > fileSize * GZIP_RATIO) {
      this.fail(
        `expected ${whole} bytes as its header declares, received a compressed file of ${fileSize} bytes, which cannot hold them`,
      );
    }
    const contents = this.unpack(readFileSync(file), whole, constants.Z_FINISH);
    if (contents.length !== whole) this.failSize(size, contents.length);
    this.hash?.update(contents);
    begin(size)(contents.subarray(this.headerSize), 0);
    return lengths;
  }

  private unpack(packed: Uint8Array, maxOutputLength: number, finishFlush: number): Uint8Array {
    try {
      return gunzipSync(packed, { maxOutputLength, finishFlush });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === "ERR_BUFFER_TOO_LARGE") {
        this.fail(
          `expected ${maxOutputLength} bytes as its header declares, received a compressed file with more`,
        );
      }
      return this.fail(`expected a complete gzip file, received one that cannot be unpacked (${message})`);
    }
  }

  private parseHeader(head: Uint8Array): number[] {
    const { what, dimensions } = this;
    if (head.length < this.headerSize) {
      this.fail(
        `expected ${what} in the IDX format with a header of ${this.headerSize} bytes, received ${head.length} bytes`,
      );
    }
    const header = new DataView(head.buffer, head.byteOffset, this.headerSize);
    const expected = 0x0800 + dimensions;
    const received = header.getUint32(0);
    if (received !== expected) {
      const other = received === 0x0801 ? " (labels)" : received === 0x0803 ? " (images)" : "";
      this.fail(
        `expected the magic number ${hexadecimal(expected)} (${what}), received ${hexadecimal(received)}${other}`,
        other === "" ? undefined : "Give the files in the other order.",
      );
    }
    return Array.from({ length: dimensions }, (_, i) => header.getUint32(4 + 4 * i));
  }

  private sizeOf(lengths: readonly number[]): number {
    if (lengths.includes(0)) {
      this.fail(`expected at least one of the ${this.what}, received the lengths ${lengths.join(" × ")}`);
    }
    return lengths.reduce((product, length) => product * length);
  }

  private failSize(size: number, received: number): never {
    this.fail(`expected ${this.headerSize + size} bytes as its header declares, received ${received} bytes`);
  }

  private checkHash(): void {
    const received = this.hash?.digest("hex");
    if (received !== this.checks.sha256) {
      this.fail(`expected the published file with SHA-256 ${this.checks.sha256}, received ${received}`);
    }
  }
}

const hexadecimal = (number: number) => `0x${number.toString(16).padStart(8, "0")}`;
