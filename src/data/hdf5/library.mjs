// The one caller of h5wasm, the HDF5 library as WebAssembly. It is loaded in a worker of its own only: a damaged file can
// make it run for ever, and what it takes of memory is given back with the worker.
import { File, ready } from "h5wasm";

// A single flipped bit can make the library ask for gigabytes. What it writes, it holds once more.
const MEMORY = { encode: 2 ** 31, decode: 2 ** 29 };
let limit = MEMORY.decode;

/** @param {keyof typeof MEMORY} work */
export const limitMemory = (work) => {
  limit = MEMORY[work];
};

/** @typedef {{ buffer: ArrayBuffer, grow(pages: number): number }} Memory */

const global = /** @type {{ WebAssembly: { Memory: { prototype: Memory } } }} */ (
  /** @type {unknown} */ (globalThis)
);
const memory = global.WebAssembly.Memory.prototype;
const { grow } = memory;
/** @this {Memory} @param {number} pages */
memory.grow = function (pages) {
  if (this.buffer.byteLength + pages * 65_536 > limit) throw new RangeError("more memory than it may have");
  return grow.call(this, pages);
};

export const library = await ready;
// Without it a failure is a return value that most functions swallow.
library.activate_throwing_error_handler();

const { H5T_INTEGER, H5T_FLOAT, H5T_STRING } = library.H5T_class_t;
/** @type {number} */
export const INTEGER = H5T_INTEGER.value;
/** @type {number} */
export const FLOAT = H5T_FLOAT.value;
/** @type {number} */
export const STRING = H5T_STRING.value;

/** The name of every file, in the library's own memory: there is one at a time. */
export const FILE = "/file.h5";

/** An empty file to write to. */
export const newFile = () => new File(FILE, "w");

/** What is wrong with a file, as the end of "expected …, received …". */
export class Refusal extends Error {}

/** @param {string} path @param {string} name */
export const below = (path, name) => `${path === "/" ? "" : path}/${name}`;
