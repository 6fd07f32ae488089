import { Blocks } from "./blocks";
import { type WasmMemory, webAssembly } from "./web-assembly";

const PAGE = 65536;

/** All that 32 bits can address. It is reserved, not used: memory that is never touched costs nothing. */
const MAXIMUM_PAGES = 65536;

/** The kernels' own variables live in the first page. */
const FIRST_ADDRESS = PAGE;

/** A kernel may read, never write, up to a block beyond the end of a matrix. */
const READ_BEYOND = 64;

/**
 * The memory that WebAssembly computes in, shared out as Float32Arrays.
 *
 * The memory is declared as shared because only then may it grow while views of it are in use. Each array has a
 * SharedArrayBuffer of its own, although all of them show the same memory: whatever is derived from the array refers to
 * that buffer, so once the garbage collector has taken the buffer nobody can reach the numbers any more, and their place
 * is given to another array.
 */
export class KernelMemory {
  readonly wasm: WasmMemory;
  private readonly blocks = new Blocks();
  private readonly buffers = new WeakSet<ArrayBufferLike>();
  /** The collector counts ordinary buffers, not this memory: one of the same size, never touched, stands in for it. */
  private readonly ballast = new WeakMap<ArrayBufferLike, ArrayBuffer>();
  private readonly dropped = new FinalizationRegistry<{ start: number; size: number }>(({ start, size }) =>
    this.blocks.give(start, size),
  );
  private end = FIRST_ADDRESS;

  /** Throws a RangeError where the address space cannot be reserved. */
  constructor(maximumPages = MAXIMUM_PAGES) {
    this.wasm = new webAssembly.Memory({ initial: 1, maximum: maximumPages, shared: true });
  }

  /** Zeros. Once the memory is full, an ordinary array. */
  zeros(length: number): Float32Array {
    const size = 4 * length + READ_BEYOND;
    const used = this.blocks.take(size);
    const start = used ?? this.extend(size);
    if (start === null) return new Float32Array(length);
    // Growing by nothing makes a new buffer of the same memory.
    this.wasm.grow(0);
    const { buffer } = this.wasm;
    const zeros = new Float32Array(buffer, start, length);
    if (used !== null) zeros.fill(0);
    this.buffers.add(buffer);
    this.ballast.set(buffer, new ArrayBuffer(size));
    this.dropped.register(buffer, { start, size });
    return zeros;
  }

  /** Whether the numbers are in this memory. Their address is then their byteOffset. */
  holds(numbers: ArrayBufferView): boolean {
    return this.buffers.has(numbers.buffer);
  }

  /** Bytes that the memory has, and how many of them no array uses. */
  get usage(): { size: number; free: number } {
    return {
      size: this.wasm.buffer.byteLength,
      free: this.blocks.free + this.wasm.buffer.byteLength - this.end,
    };
  }

  private extend(size: number): number | null {
    const start = this.end;
    const end = start + Blocks.rounded(size);
    const missing = Math.ceil((end + READ_BEYOND - this.wasm.buffer.byteLength) / PAGE);
    try {
      if (missing > 0) this.wasm.grow(missing);
    } catch {
      return null;
    }
    this.end = end;
    return start;
  }
}
