import { BLOCK_COLUMNS, BLOCK_ROWS, BLOCK_STRIDE, copyBlock, edge } from "./blocks";
import { multiplyAdd, rowAddress } from "./vectors";

/* Products with the transpose of a matrix, in blocks as in product.ts. */

/** Rows of A whose addresses are looked up at a time. */
const TABLE_ROWS = 64;
const table: usize = memory.data(256, 16);

/**
 * C = start + Aᵀ·B. A [k, m], B [k, n], C [m, n]. The sums run over `TABLE_ROWS` rows of A and B at a time, so that
 * these stay in the cache. `start` is as in `product`.
 */
export function transposedProduct(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  aStride: usize,
  rows: usize,
  b: usize,
  bStride: usize,
  panel: usize,
  start: usize,
  startStride: usize,
  c: usize,
  cStride: usize,
): void {
  for (let p = 0; p < k; p += TABLE_ROWS, b += TABLE_ROWS * bStride, start = c, startStride = cStride) {
    const steps = min(TABLE_ROWS, k - p);
    for (let q = 0; q < steps; q++) store<u32>(table + 4 * q, <u32>rowAddress(a, aStride, rows, p + q));
    addTransposed(m, n, steps, 0, table, b, bStride, panel, start, startStride, c, cStride);
  }
}

/** `transposedProduct` of so few rows that they stay in the cache. They begin at `a` plus the offsets in a table. */
export function addTransposed(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  offsets: usize,
  b: usize,
  bStride: usize,
  panel: usize,
  start: usize,
  startStride: usize,
  c: usize,
  cStride: usize,
): void {
  // Sixteen columns of A are one line of the cache: all of B's pass before the next.
  for (let left = 0; left < m; left += 16) {
    for (let j = 0, bj = b; j < n; j += BLOCK_COLUMNS, bj += panel) {
      for (let i = left, right = min(m, left + 16); i < right; i += BLOCK_ROWS) {
        const height = min(BLOCK_ROWS, right - i);
        const width = min(BLOCK_COLUMNS, n - j);
        const whole = height == BLOCK_ROWS && width == BLOCK_COLUMNS;
        const to = c + <usize>i * cStride + 4 * j;
        const from = start + <usize>i * startStride + 4 * j;
        if (!whole) copyBlock(height, width, from, startStride, edge, BLOCK_STRIDE);
        transposedBlock(
          k,
          a + 4 * i,
          offsets,
          bj,
          bStride,
          whole ? from : edge,
          whole ? startStride : BLOCK_STRIDE,
          whole ? to : edge,
          whole ? cStride : BLOCK_STRIDE,
        );
        if (!whole) copyBlock(height, width, edge, BLOCK_STRIDE, to, cStride);
      }
    }
  }
}

/** Four rows and eight columns of `transposedProduct`: four neighbours in each row of A. */
// biome-ignore format: a block is a table, read by row
function transposedBlock(
  k: i32, a: usize, offsets: usize,
  b: usize, bStride: usize,
  start: usize, startStride: usize,
  c: usize, cStride: usize,
): void {
  let c00 = v128.load(start), c01 = v128.load(start, 16); start += startStride;
  let c10 = v128.load(start), c11 = v128.load(start, 16); start += startStride;
  let c20 = v128.load(start), c21 = v128.load(start, 16); start += startStride;
  let c30 = v128.load(start), c31 = v128.load(start, 16);
  const end = offsets + 4 * k;
  do {
    const row = a + <usize>load<u32>(offsets);
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load32_splat(row); c00 = multiplyAdd(x, b0, c00); c01 = multiplyAdd(x, b1, c01);
    x = v128.load32_splat(row, 4); c10 = multiplyAdd(x, b0, c10); c11 = multiplyAdd(x, b1, c11);
    x = v128.load32_splat(row, 8); c20 = multiplyAdd(x, b0, c20); c21 = multiplyAdd(x, b1, c21);
    x = v128.load32_splat(row, 12); c30 = multiplyAdd(x, b0, c30); c31 = multiplyAdd(x, b1, c31);
    offsets += 4; b += bStride;
  } while (offsets < end);
  v128.store(c, c00); v128.store(c, c01, 16); c += cStride;
  v128.store(c, c10); v128.store(c, c11, 16); c += cStride;
  v128.store(c, c20); v128.store(c, c21, 16); c += cStride;
  v128.store(c, c30); v128.store(c, c31, 16);
}
