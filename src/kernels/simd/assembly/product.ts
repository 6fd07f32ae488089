import { BLOCK_COLUMNS, BLOCK_ROWS, BLOCK_STRIDE, copyBlock, edge } from "./blocks";
import { multiplyAdd, rowAddress } from "./vectors";

/*
 * Products of matrices. A block of 4 × 8 sums stays in eight registers while the loop walks along the products that
 * they add up, so that every number loaded is used four or eight times. There are sixteen registers: a larger block,
 * or a loop unrolled by hand, does not fit and is slower.
 *
 * Addresses and strides are in bytes. A stride leads from one row to the next. Rows may be named by an index list.
 */

/** Numbers of A that stay in the cache while the columns of B pass by. */
const CACHED: i32 = 65536;

/**
 * C = start + A·B. A [m, k], B [k, n], C [m, n], none of them empty.
 *
 * Row i of A is made of `runs` runs of k numbers, with `gap` bytes between two of them: one run for a matrix, and for a
 * window of an image as many as the window has rows. B has then runs·k rows.
 * Columns 8j to 8j + 7 of B are at b + j·panel. `start` is what the sums begin with: a row to repeat (startStride 0),
 * or as many rows as C has.
 */
export function product(
  m: i32,
  n: i32,
  k: i32,
  runs: i32,
  gap: usize,
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
  if (k == 0) runs = 0;
  const slab = max(BLOCK_ROWS, (CACHED / max(1, runs * k)) & -BLOCK_ROWS);
  for (let top = 0; top < m; top += slab) {
    const bottom = min(m, top + slab);
    for (let j = 0, bj = b; j < n; j += BLOCK_COLUMNS, bj += panel) {
      for (let i = top; i < bottom; i += BLOCK_ROWS) {
        const height = min(BLOCK_ROWS, bottom - i);
        const width = min(BLOCK_COLUMNS, n - j);
        const whole = height == BLOCK_ROWS && width == BLOCK_COLUMNS;
        const last = i + height - 1;
        const to = c + <usize>i * cStride + 4 * j;
        const from = start + <usize>i * startStride + 4 * j;
        if (!whole) copyBlock(height, width, from, startStride, edge, BLOCK_STRIDE);
        block(
          k,
          runs,
          gap,
          rowAddress(a, aStride, rows, i),
          rowAddress(a, aStride, rows, min(i + 1, last)),
          rowAddress(a, aStride, rows, min(i + 2, last)),
          rowAddress(a, aStride, rows, min(i + 3, last)),
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

/** Four rows and eight columns of `product`; the rows of A begin at a0 to a3. */
// biome-ignore format: a block is a table, read by row
function block(
  k: i32, runs: i32, gap: usize,
  a0: usize, a1: usize, a2: usize, a3: usize,
  b: usize, bStride: usize,
  start: usize, startStride: usize,
  c: usize, cStride: usize,
): void {
  let c00 = v128.load(start), c01 = v128.load(start, 16); start += startStride;
  let c10 = v128.load(start), c11 = v128.load(start, 16); start += startStride;
  let c20 = v128.load(start), c21 = v128.load(start, 16); start += startStride;
  let c30 = v128.load(start), c31 = v128.load(start, 16);
  for (; runs > 0; runs--, a0 += gap, a1 += gap, a2 += gap, a3 += gap) {
    const end = a0 + 4 * k;
    do {
      const b0 = v128.load(b), b1 = v128.load(b, 16);
      let x = v128.load32_splat(a0); c00 = multiplyAdd(x, b0, c00); c01 = multiplyAdd(x, b1, c01);
      x = v128.load32_splat(a1); c10 = multiplyAdd(x, b0, c10); c11 = multiplyAdd(x, b1, c11);
      x = v128.load32_splat(a2); c20 = multiplyAdd(x, b0, c20); c21 = multiplyAdd(x, b1, c21);
      x = v128.load32_splat(a3); c30 = multiplyAdd(x, b0, c30); c31 = multiplyAdd(x, b1, c31);
      a0 += 4; a1 += 4; a2 += 4; a3 += 4; b += bStride;
    } while (a0 < end);
  }
  v128.store(c, c00); v128.store(c, c01, 16); c += cStride;
  v128.store(c, c10); v128.store(c, c11, 16); c += cStride;
  v128.store(c, c20); v128.store(c, c21, 16); c += cStride;
  v128.store(c, c30); v128.store(c, c31, 16);
}
