import { below, FILE, FLOAT, INTEGER, library, limitMemory, Refusal, STRING } from "./library.mjs";

/** @typedef {import("../hdf5").Hdf5Group} Hdf5Group */
/** @typedef {import("../hdf5").Hdf5Dataset} Hdf5Dataset */
/** @typedef {import("h5wasm").Metadata} Metadata */

const LARGEST = 2 ** 30;
const DEEPEST = 32;
const MOST_OBJECTS = 20_000;

/** Deflate makes nothing smaller than a 1032nd of its size. */
const GZIP_RATIO = 1032;

/** Bytes that are read at a time, so that the library's own memory stays small. */
const PIECE = 2 ** 25;

/**
 * What the file holds whose bytes these are; of the root only what is named, if anything is.
 * @param {Uint8Array} bytes
 * @param {readonly string[] | null} only
 * @returns {Hdf5Group}
 */
export function decode(bytes, only = null) {
  limitMemory("decode");
  library.FS.writeFile(FILE, bytes);
  const file = library.open(FILE, library.H5F_ACC_RDONLY, false, -1, -1);
  try {
    return new Reading(file, bytes.length).group("/", only);
  } finally {
    library.close_file(file);
  }
}

/** Reads one file that lies in memory. */
class Reading {
  objects = 0;
  bytes = 0;

  /** @param {bigint} file @param {number} size */
  constructor(file, size) {
    this.file = file;
    this.size = size;
  }

  /** @param {string} path @param {readonly string[] | null} only @returns {Hdf5Group} */
  group(path, only = null, depth = 0) {
    if (depth > DEEPEST) throw new Refusal(`groups more than ${DEEPEST} deep`);
    /** @type {[string, Hdf5Group][]} */
    const groups = [];
    /** @type {[string, Hdf5Dataset][]} */
    const datasets = [];
    for (const name of library.get_names(this.file, path, false)) {
      if (only !== null && !only.includes(name)) continue;
      const child = below(path, name);
      if (++this.objects > MOST_OBJECTS)
        throw new Refusal(`more than ${MOST_OBJECTS.toLocaleString("en")} groups and datasets`);
      const type = this.type(child);
      if (type === library.H5G_GROUP) groups.push([name, this.group(child, null, depth + 1)]);
      if (type === library.H5G_DATASET) datasets.push([name, this.dataset(child)]);
    }
    return {
      attributes: this.attributes(path),
      groups: Object.fromEntries(groups),
      datasets: Object.fromEntries(datasets),
    };
  }

  /** @param {string} path */
  type(path) {
    if (library.get_symbolic_link(this.file, path) !== null)
      throw new Refusal(`the link ${path} to another name`);
    const type = library.get_type(this.file, path);
    if (type === library.H5G_UDLINK) throw new Refusal(`the link ${path} to another file`);
    return type;
  }

  /** @param {string} path */
  attributes(path) {
    /** @type {[string, string | number | string[] | number[]][]} */
    const found = [];
    for (const name of library.get_attribute_names(this.file, path)) {
      const metadata = library.get_attribute_metadata(this.file, path, name);
      const { shape, type, size, total_size } = metadata;
      // Others, such as references, are the business of whoever wrote them.
      if (shape === null || shape.length > 1 || ![INTEGER, FLOAT, STRING].includes(type)) continue;
      this.count(`the attribute ${name} of ${path}`, size * total_size, this.size);
      const bytes = this.read(size * total_size, (pointer) =>
        library.get_attribute_data(this.file, path, name, pointer),
      );
      const values = type === STRING ? strings(bytes, metadata) : [...numbers(bytes, metadata, name)];
      found.push([name, shape.length === 0 ? values[0] : values]);
    }
    return Object.fromEntries(found);
  }

  /** @param {string} path @returns {Hdf5Dataset} */
  dataset(path) {
    const metadata = library.get_dataset_metadata(this.file, path);
    const { type, size, total_size } = metadata;
    const shape = metadata.shape ?? [0];
    if (metadata.virtual_sources?.length)
      throw new Refusal(`${path}, which takes its numbers from other files`);
    if (![INTEGER, FLOAT, STRING].includes(type))
      throw new Refusal(`${path}, which holds no numbers or texts`);
    const filters = library.get_dataset_filters(this.file, path);
    const { H5Z_FILTER_DEFLATE, H5Z_FILTER_SHUFFLE, H5Z_FILTER_FLETCHER32 } = library;
    /** @type {number[]} */
    const known = [H5Z_FILTER_DEFLATE, H5Z_FILTER_SHUFFLE, H5Z_FILTER_FLETCHER32];
    const unknown = filters.find(({ id }) => !known.includes(id));
    if (unknown) throw new Refusal(`${path}, which is packed by "${unknown.name}" and not by gzip`);
    this.count(path, size * total_size, this.size * (filters.length > 0 ? GZIP_RATIO : 1));
    const bytes = new Uint8Array(size * total_size);
    const rows = shape[0] ?? 1;
    const step = Math.max(1, Math.floor((PIECE * rows) / Math.max(1, bytes.length)));
    for (let row = 0, end = 0; end < bytes.length; row += step) {
      const count = shape.map((length, axis) => (axis === 0 ? Math.min(step, rows - row) : length));
      const offset = shape.map((_, axis) => (axis === 0 ? row : 0));
      const [counts, offsets, strides] = [count, offset, shape.map(() => 1)].map((list) => list.map(BigInt));
      const piece = this.read(size * count.reduce((product, each) => product * each, 1), (pointer) =>
        shape.length === 0
          ? library.get_dataset_data(this.file, path, null, null, null, pointer)
          : library.get_dataset_data(this.file, path, counts, offsets, strides, pointer),
      );
      bytes.set(piece, end);
      end += piece.length;
    }
    const data = type === STRING ? strings(bytes, metadata) : numbers(bytes, metadata, path);
    const chunks = metadata.chunks === null ? {} : { chunks: metadata.chunks };
    const gzip = filters.find(({ id }) => id === H5Z_FILTER_DEFLATE);
    return { data, shape, ...chunks, ...(gzip ? { gzip: gzip.cd_values[0] } : {}) };
  }

  /** @param {string} what @param {number} bytes @param {number} most that the file can hold */
  count(what, bytes, most) {
    this.bytes += bytes;
    if (bytes > most)
      throw new Refusal(
        `${what}, which declares more than the file can hold: ${bytes.toLocaleString("en")} bytes`,
      );
    if (this.bytes > LARGEST)
      throw new Refusal(`more than ${LARGEST.toLocaleString("en")} bytes, together with ${what}`);
  }

  /** @param {number} length @param {(pointer: bigint) => number} fill */
  read(length, fill) {
    // Never 0 bytes: what it then returns is no failure.
    const pointer = library._malloc(length + 1);
    if (pointer === 0) throw new Refusal("more than memory can hold");
    library.HEAPU8.fill(0, pointer, pointer + length);
    if (fill(BigInt(pointer)) < 0) throw new Refusal("a damaged file");
    const bytes = library.HEAPU8.slice(pointer, pointer + length);
    library._free(pointer);
    return bytes;
  }
}

/** @param {Uint8Array} bytes @param {Metadata} metadata */
function strings(bytes, { vlen, size }) {
  if (vlen) return [...new Uint32Array(bytes.buffer)].map((pointer) => library.UTF8ToString(pointer));
  const decoder = new TextDecoder();
  return Array.from({ length: bytes.length / size }, (_, i) => {
    const text = bytes.subarray(i * size, (i + 1) * size);
    const end = text.indexOf(0);
    return decoder.decode(end < 0 ? text : text.subarray(0, end));
  });
}

/** @param {Uint8Array} bytes @param {Metadata} metadata @param {string} where */
function numbers(bytes, { type, size, signed }, where) {
  const { buffer } = bytes;
  if (type === FLOAT && size === 4) return new Float32Array(buffer);
  if (type === FLOAT && size === 8) return new Float64Array(buffer);
  if (type === INTEGER && size === 1) return signed ? Int32Array.from(new Int8Array(buffer)) : bytes;
  if (type === INTEGER && size === 2)
    return Int32Array.from(signed ? new Int16Array(buffer) : new Uint16Array(buffer));
  if (type === INTEGER && size === 4)
    return signed ? new Int32Array(buffer) : narrowed(Float64Array.from(new Uint32Array(buffer)));
  if (type === INTEGER && size === 8)
    return narrowed(
      Float64Array.from(signed ? new BigInt64Array(buffer) : new BigUint64Array(buffer), Number),
    );
  throw new Refusal(`${where}, whose numbers take ${size} bytes each`);
}

/**
 * Whole numbers as Int32Array if they fit.
 * @param {Float64Array} values
 */
const narrowed = (values) =>
  values.every((value) => (value | 0) === value) ? Int32Array.from(values) : values;
