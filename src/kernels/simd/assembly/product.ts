import { multiplyAdd, rowAddress } from "./vectors";

/*
 * Products of matrices. A block of 4 × 8 sums stays in eight registers while the loop walks along the products that
 * they add up, so that every number loaded is used four or eight times. There are sixteen registers: a larger block,
 * or a loop unrolled by hand, does not fit and is slower.
 *
 * Addresses and strides are in bytes. A stride leads from one row to the next. Rows may be named by an index list.
 */

const BLOCK_ROWS = 4;
const BLOCK_COLUMNS = 8;
const BLOCK_STRIDE: i32 = 32;

/** Numbers of A that stay in the cache while the columns of B pass by. */
const CACHED: i32 = 65536;

/** Rows of A whose addresses are looked up at a time in `transposedProduct`. */
const TABLE_ROWS = 64;

/** Where a block at the edge, which is not whole, is put together. */
const edge: usize = memory.data(128, 16);
const table: usize = memory.data(256, 16);

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
            steps,
            4 * i,
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
}

/** Four rows and eight columns of `transposedProduct`: four neighbours at `offset` in each row of A in the table. */
// biome-ignore format: a block is a table, read by row
function transposedBlock(
  steps: i32, offset: usize,
  b: usize, bStride: usize,
  start: usize, startStride: usize,
  c: usize, cStride: usize,
): void {
  let c00 = v128.load(start), c01 = v128.load(start, 16); start += startStride;
  let c10 = v128.load(start), c11 = v128.load(start, 16); start += startStride;
  let c20 = v128.load(start), c21 = v128.load(start, 16); start += startStride;
  let c30 = v128.load(start), c31 = v128.load(start, 16);
  let entry = table;
  const end = table + 4 * steps;
  do {
    const a = offset + <usize>load<u32>(entry);
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load32_splat(a); c00 = multiplyAdd(x, b0, c00); c01 = multiplyAdd(x, b1, c01);
    x = v128.load32_splat(a, 4); c10 = multiplyAdd(x, b0, c10); c11 = multiplyAdd(x, b1, c11);
    x = v128.load32_splat(a, 8); c20 = multiplyAdd(x, b0, c20); c21 = multiplyAdd(x, b1, c21);
    x = v128.load32_splat(a, 12); c30 = multiplyAdd(x, b0, c30); c31 = multiplyAdd(x, b1, c31);
    entry += 4; b += bStride;
  } while (entry < end);
  v128.store(c, c00); v128.store(c, c01, 16); c += cStride;
  v128.store(c, c10); v128.store(c, c11, 16); c += cStride;
  v128.store(c, c20); v128.store(c, c21, 16); c += cStride;
  v128.store(c, c30); v128.store(c, c31, 16);
}

function copyBlock(
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

/** sums = Σ rows of A [m, n]. */
export function sumRows(m: i32, n: i32, a: usize, sums: usize): void {
  const stride: usize = 4 * n;
  let j = 0;
  for (; j + 4 <= n; j += 4) {
    let sum = f32x4.splat(0);
    for (let i = 0, from = a + 4 * j; i < m; i++, from += stride) sum = f32x4.add(sum, v128.load(from));
    v128.store(sums + 4 * j, sum);
  }
  for (; j < n; j++) {
    let sum: f32 = 0;
    for (let i = 0, from = a + 4 * j; i < m; i++, from += stride) sum += load<f32>(from);
    store<f32>(sums + 4 * j, sum);
  }
}
