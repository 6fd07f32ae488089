/* What products are computed in: blocks of four rows and eight columns. */

export const BLOCK_ROWS = 4;
export const BLOCK_COLUMNS = 8;
export const BLOCK_STRIDE: i32 = 32;

/** Where a block at the edge of a matrix, which is not whole, is put together. */
export const edge: usize = memory.data(128, 16);

export function copyBlock(
  height: i32,
  width: i32,
  from: usize,
  fromStride: usize,
  to: usize,
  toStride: usize,
): void {
  for (let i = 0; i < height; i++, from += fromStride, to += toStride) {
    for (let j = 0; j < width; j++) store<f32>(to + 4 * j, load<f32>(from + 4 * j));
  }
}

/**
 * Lays B [k, n] out in panels of eight columns, `panel` bytes apart, the last filled up with zeros. `rowStep` and
 * `columnStep` lead from a number of B to the one below it and beside it: exchanged, they lay out the transpose.
 */
export function pack(
  k: i32,
  n: i32,
  b: usize,
  rowStep: usize,
  columnStep: usize,
  to: usize,
  panel: usize,
): void {
  for (let j = 0; j < n; j += BLOCK_COLUMNS, b += BLOCK_COLUMNS * columnStep, to += panel) {
    const width = min(BLOCK_COLUMNS, n - j);
    for (let p = 0, from = b, into = to; p < k; p++, from += rowStep, into += BLOCK_STRIDE) {
      if (width == BLOCK_COLUMNS && columnStep == 4) {
        v128.store(into, v128.load(from));
        v128.store(into, v128.load(from, 16), 16);
      } else {
        for (let q = 0; q < BLOCK_COLUMNS; q++) {
          store<f32>(into + 4 * q, q < width ? load<f32>(from + <usize>q * columnStep) : 0);
        }
      }
    }
  }
}
