import { DataError, isCount, ShapeError, show, showCount } from "./errors";
import { isKind } from "./reload";

/** The numbers of a tensor: single precision everywhere, double precision where gradients are checked. */
export type Numbers = Float32Array | Float64Array;

export type Shape = readonly number[];

/** Anything that `Tensor.from` understands: numbers nested to any depth. */
export type NestedNumbers = number | readonly NestedNumbers[] | Numbers;

export const sizeOf = (shape: Shape): number => shape.reduce((product, length) => product * length, 1);

/** More are refused before memory is asked for: as floats these are 4 GiB. */
export const MAXIMUM_NUMBERS = 2 ** 30;

/** More are refused: nothing has so many, but a list that contains itself. */
const MAXIMUM_AXES = 32;

/** How many numbers to allocate for a shape. Throws a ShapeError for what is no shape, or one with more than MAXIMUM_NUMBERS. */
export function sizeToAllocate(shape: Shape): number {
  checkShape(shape);
  const size = sizeOf(shape);
  if (size > MAXIMUM_NUMBERS) {
    throw new ShapeError(
      `Tensor: expected at most ${showCount(MAXIMUM_NUMBERS)} numbers, received the shape ${showShape(shape)} of ` +
        `${showCount(size)}. Use fewer samples at a time, or smaller layers.`,
    );
  }
  return size;
}

export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((length, axis) => length === b[axis]);

export const showShape = (shape: Shape): string => `[${shape.join(", ")}]`;

/**
 * Numbers and a shape, row-major: element (i, j) of a tensor [rows, columns] is `data[i * columns + j]`.
 *
 * A tensor may name its rows by an index list instead of holding them in order: row i is then row `rows[i]` of `data`.
 * A shuffled batch is such a tensor, and costs no copy of the samples.
 */
export class Tensor {
  readonly kind = "Tensor";

  static [Symbol.hasInstance](value: unknown): boolean {
    return isKind(value, "Tensor");
  }

  /** Numbers in one row, which is everything behind the first axis: the width of a sample. */
  readonly rowSize: number;

  /** Throws a ShapeError if the number of elements and the shape disagree. */
  constructor(
    readonly data: Numbers,
    readonly shape: Shape,
    readonly rows: Uint32Array | null = null,
  ) {
    checkShape(shape);
    if (!(data instanceof Float32Array || data instanceof Float64Array)) {
      throw new DataError(
        `Tensor: expected a Float32Array, received ${show(data)}. Tensor.from takes lists.`,
      );
    }
    if (rows === null && data.length !== sizeOf(shape)) {
      throw new ShapeError(
        `Tensor: shape ${showShape(shape)} needs ${sizeOf(shape)} numbers, received ${data.length}.`,
      );
    }
    if (rows !== null && rows.length !== shape[0]) {
      throw new ShapeError(
        `Tensor: shape ${showShape(shape)} needs ${shape[0]} row indices, received ${rows.length}.`,
      );
    }
    this.rowSize = sizeOf(shape.slice(1));
    if (rows?.some((row) => (row + 1) * this.rowSize > data.length)) {
      throw new ShapeError(`Tensor: a row index lies outside of the ${data.length} numbers there are.`);
    }
  }

  static zeros(shape: Shape): Tensor {
    return new Tensor(new Float32Array(sizeToAllocate(shape)), shape);
  }

  /**
   * A tensor from nested arrays, `Tensor.from([[1, 2], [3, 4]])`, or flat numbers and a shape. A Float32Array is shared,
   * all else is copied. Throws a ShapeError for ragged rows.
   */
  static from(values: NestedNumbers, shape?: Shape): Tensor {
    if (values instanceof Float32Array) return new Tensor(values, shape ?? [values.length]);
    const nesting = shapeOf(values);
    const flat = new Float32Array(sizeToAllocate(nesting));
    flatten(values, nesting, 0, flat, 0);
    return new Tensor(flat, shape ?? nesting);
  }

  /** Number of elements. */
  get size(): number {
    return sizeOf(this.shape);
  }

  /** Where row `index` begins in `data`. */
  rowStart(index: number): number {
    return (this.rows === null ? index : this.rows[index]) * this.rowSize;
  }

  /** Row `index` without its first axis, sharing the numbers. Throws a ShapeError outside of the rows there are. */
  row(index: number): Tensor {
    this.checkRow(index);
    const start = this.rowStart(index);
    return new Tensor(this.data.subarray(start, start + this.rowSize), this.shape.slice(1));
  }

  /** The rows that `indices` names, in that order, sharing the numbers. Throws a ShapeError outside of the rows there are. */
  take(indices: ArrayLike<number>): Tensor {
    const rows = new Uint32Array(lengthOf(indices));
    for (let i = 0; i < rows.length; i++) {
      this.checkRow(indices[i]);
      rows[i] = this.rows === null ? indices[i] : this.rows[indices[i]];
    }
    return new Tensor(this.data, [rows.length, ...this.shape.slice(1)], rows);
  }

  /** The same numbers with another shape. Throws a ShapeError if the sizes differ or if the rows would change. */
  reshape(shape: Shape): Tensor {
    checkShape(shape);
    if (sizeOf(shape) !== this.size || (this.rows !== null && shape[0] !== this.shape[0])) {
      throw new ShapeError(
        `reshape: ${showShape(this.shape)} has ${this.size} numbers and cannot become ${showShape(shape)}.`,
      );
    }
    return new Tensor(this.data, shape, this.rows);
  }

  /** A copy that holds its rows in order. */
  copy(): Tensor {
    const size = sizeToAllocate(this.shape);
    const data = this.data instanceof Float64Array ? new Float64Array(size) : new Float32Array(size);
    return copyRows(this, new Tensor(data, this.shape));
  }

  /** The element at the given index of every axis. Throws a ShapeError outside of the shape. */
  at(...index: number[]): number {
    if (
      index.length !== this.shape.length ||
      !index.every((i, axis) => Number.isInteger(i) && i >= 0 && i < this.shape[axis])
    ) {
      throw new ShapeError(`at: expected an index into ${showShape(this.shape)}, received ${show(index)}.`);
    }
    const offset = index.slice(1).reduce((sum, i, axis) => sum * this.shape[axis + 1] + i, 0);
    return index.length === 0 ? this.data[0] : this.data[this.rowStart(index[0]) + offset];
  }

  /** The numbers as nested arrays, for printing and comparing. */
  toArray(): NestedNumbers {
    const nest = (offset: number, axis: number): NestedNumbers => {
      if (axis === this.shape.length) return this.data[offset];
      const step = sizeOf(this.shape.slice(axis + 1));
      return Array.from({ length: this.shape[axis] }, (_, i) =>
        nest(axis === 0 ? this.rowStart(i) : offset + i * step, axis + 1),
      );
    };
    return nest(0, 0);
  }

  toString(): string {
    const text = (values: NestedNumbers): string =>
      typeof values === "number"
        ? String(Number(values.toPrecision(6)))
        : `[${Array.from(values, text).join(",")}]`;
    const head = `Tensor ${showShape(this.shape)}`;
    return this.size <= 100 ? `${head} ${text(this.toArray())}` : head;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  private checkRow(index: number): void {
    if (!Number.isInteger(index) || index < 0 || index >= this.shape[0]) {
      throw new ShapeError(
        `Tensor ${showShape(this.shape)}: expected a row from 0 to ${this.shape[0] - 1}, received ${show(index)}.`,
      );
    }
  }
}

/** Writes the rows of `from`, in order, to `to`, which has as many rows of the same size, and returns `to`. */
export function copyRows(from: Tensor, to: Tensor): Tensor {
  if (from.rows === null) {
    to.data.set(from.data);
    return to;
  }
  for (let i = 0, k = 0; k < to.data.length; i++) {
    const end = from.rowStart(i) + from.rowSize;
    for (let j = end - from.rowSize; j < end; j++, k++) to.data[k] = from.data[j];
  }
  return to;
}

function checkShape(shape: Shape): void {
  if (!Array.isArray(shape) || !shape.every((length) => Number.isInteger(length) && length >= 0)) {
    throw new ShapeError(`Tensor: expected a shape of whole numbers ≥ 0, received ${show(shape)}.`);
  }
  if (shape.length > MAXIMUM_AXES) {
    throw new ShapeError(
      `Tensor: expected a shape of at most ${MAXIMUM_AXES} lengths, received ${shape.length}.`,
    );
  }
}

/** The shape that nested numbers have if all rows are like the first. */
function shapeOf(values: NestedNumbers, depth = 0): number[] {
  if (typeof values === "number") return [];
  if (depth === MAXIMUM_AXES) {
    throw new DataError(
      `Tensor.from: expected lists in lists at most ${MAXIMUM_AXES} deep, received deeper ones. Does a list contain itself?`,
    );
  }
  const length = lengthOf(values);
  return length === 0 ? [0] : [length, ...shapeOf(values[0], depth + 1)];
}

/** Writes nested numbers of the given shape one after the other, from `next` on. Returns where it stopped. */
function flatten(values: NestedNumbers, shape: Shape, axis: number, into: Numbers, next: number): number {
  const length = typeof values === "number" ? undefined : lengthOf(values);
  if (length !== shape[axis]) {
    const parts = [shape[axis], length].map((n) => (n === undefined ? "a number" : `a list of ${n}`));
    throw new ShapeError(`Tensor.from: expected rows of the same length, received ${parts.join(" and ")}.`);
  }
  if (typeof values === "number") {
    into[next] = values;
    return next + 1;
  }
  for (let i = 0; i < values.length; i++) next = flatten(values[i], shape, axis + 1, into, next);
  return next;
}

function lengthOf(values: unknown): number {
  if (Array.isArray(values) || (ArrayBuffer.isView(values) && "length" in values)) {
    return (values as ArrayLike<unknown>).length;
  }
  throw new DataError(`Tensor: expected a list of numbers, received ${show(values)}.`);
}

/** True for a shape of whole positive numbers, as a network's input needs. */
export const isShape = (value: unknown): value is Shape =>
  Array.isArray(value) && value.length > 0 && value.every(isCount);
