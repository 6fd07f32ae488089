import { isDeepStrictEqual } from "node:util";
import { decode } from "./decode.mjs";
import { below, FILE, library, limitMemory, newFile, Refusal } from "./library.mjs";

/** @typedef {import("../hdf5").Hdf5Group} Hdf5Group */
/** @typedef {import("../hdf5").Hdf5Dataset} Hdf5Dataset */

/** @param {Hdf5Group} tree @returns {Uint8Array} */
export function encode(tree) {
  limitMemory("encode");
  const file = newFile();
  write(file, tree);
  if (file.close() !== 0) throw new Refusal("a failure at the end");
  const bytes = library.FS.readFile(FILE);
  const changed = difference(tree, decode(bytes), "/");
  if (changed !== null) throw new Refusal(`${changed}, which HDF5 cannot hold as it is`);
  return bytes;
}

/** @param {import("h5wasm").Group} group @param {Hdf5Group} tree */
function write(group, { attributes, groups, datasets }) {
  for (const [name, value] of Object.entries(attributes)) {
    const list = /** @type {string[] | number[]} */ (Array.isArray(value) ? value : [value]);
    group.create_attribute(name, list, Array.isArray(value) ? [list.length] : [], typeOf(list));
  }
  for (const [name, { data, shape, chunks, gzip }] of Object.entries(datasets)) {
    group.create_dataset({
      name,
      data: /** @type {Uint8Array | string[]} */ (data),
      shape: [...shape],
      dtype: typeOf(data),
      chunks: chunks === undefined ? null : [...chunks],
      ...(gzip === undefined ? {} : { compression: gzip }),
    });
  }
  for (const [name, child] of Object.entries(groups)) write(group.create_group(name), child);
}

/**
 * Texts are of fixed length: reading others can take for ever in a damaged file.
 * @param {ArrayLike<string | number>} data
 */
function typeOf(data) {
  if (data instanceof Uint8Array) return "<B";
  if (data instanceof Int32Array) return "<i";
  if (data instanceof Float32Array) return "<f";
  const first = data[0];
  if (data instanceof Float64Array || typeof first === "number") return "<d";
  const lengths = Array.from(data, (text) => Buffer.byteLength(String(text)));
  return `S${lengths.reduce((most, length) => Math.max(most, length), 1)}`;
}

/**
 * Where two trees differ.
 * @param {Hdf5Group} a
 * @param {Hdf5Group} b
 * @param {string} path
 * @returns {string | null}
 */
function difference(a, b, path) {
  for (const name of keys(a.attributes, b.attributes)) {
    if (!isDeepStrictEqual(a.attributes[name], b.attributes[name])) return `the attribute ${name} of ${path}`;
  }
  for (const name of keys(a.datasets, b.datasets)) {
    const [{ data, shape }, other] = [a.datasets[name], b.datasets[name]];
    const same = isDeepStrictEqual(shape, other?.shape) && equal(data, other.data);
    if (!same) return below(path, name);
  }
  for (const name of keys(a.groups, b.groups)) {
    const empty = { attributes: {}, groups: {}, datasets: {} };
    const inside = difference(a.groups[name] ?? empty, b.groups[name] ?? empty, below(path, name));
    if (inside !== null) return inside;
  }
  return null;
}

/** @param {object} a @param {object} b */
const keys = (a, b) => new Set([...Object.keys(a), ...Object.keys(b)]);

/** @param {Hdf5Dataset["data"]} a @param {Hdf5Dataset["data"]} b */
function equal(a, b) {
  if (!ArrayBuffer.isView(a) || !ArrayBuffer.isView(b)) return isDeepStrictEqual(a, b);
  const [left, right] = [a, b].map((view) => Buffer.from(view.buffer, view.byteOffset, view.byteLength));
  return left.equals(right);
}
