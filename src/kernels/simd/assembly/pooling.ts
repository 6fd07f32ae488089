import { rowAddress, storeFirst } from "./vectors";

/* The largest number under a window, for each channel of images [height, width, channels]. */

/** y = the largest x of each window. Windows that reach over the border count what is inside. */
export function maxPool(
  batch: i32,
  x: usize,
  rows: usize,
  height: i32,
  width: i32,
  channels: i32,
  windowRows: i32,
  windowColumns: i32,
  rowStep: i32,
  columnStep: i32,
  top: i32,
  left: i32,
  y: usize,
  outputRows: i32,
  outputColumns: i32,
): void {
  const pixel = 4 * channels;
  const line = width * pixel;
  for (let i = 0; i < batch; i++) {
    const image = rowAddress(x, height * line, rows, i);
    for (let r = 0; r < outputRows; r++) {
      const r0 = max(0, r * rowStep - top),
        r1 = min(height, r * rowStep - top + windowRows);
      for (let c = 0; c < outputColumns; c++, y += pixel) {
        const c0 = max(0, c * columnStep - left),
          c1 = min(width, c * columnStep - left + windowColumns);
        largestUnder(r1 - r0, c1 - c0, line, channels, image + r0 * line + c0 * pixel, y);
      }
    }
  }
}

/** dx = 0, and then for each window dy is added where x was the largest, the first if there are several. */
export function maxPoolGradient(
  batch: i32,
  x: usize,
  rows: usize,
  height: i32,
  width: i32,
  channels: i32,
  windowRows: i32,
  windowColumns: i32,
  rowStep: i32,
  columnStep: i32,
  top: i32,
  left: i32,
  y: usize,
  dy: usize,
  outputRows: i32,
  outputColumns: i32,
  dx: usize,
): void {
  const pixel = 4 * channels;
  const line = width * pixel;
  for (let i = 0; i < batch; i++, dx += height * line) {
    const image = rowAddress(x, height * line, rows, i);
    memory.fill(dx, 0, height * line);
    for (let r = 0; r < outputRows; r++) {
      const r0 = max(0, r * rowStep - top),
        r1 = min(height, r * rowStep - top + windowRows);
      for (let c = 0; c < outputColumns; c++, y += pixel, dy += pixel) {
        const c0 = max(0, c * columnStep - left),
          c1 = min(width, c * columnStep - left + windowColumns);
        const corner = r0 * line + c0 * pixel;
        give(r1 - r0, c1 - c0, line, channels, image + corner, y, dy, dx + corner);
      }
    }
  }
}

/** The largest x of a window of so many rows and columns, channel by channel. Almost all are 2×2: these need no loop. */
function largestUnder(rows: i32, columns: i32, line: usize, channels: i32, x: usize, y: usize): void {
  const pixel = 4 * channels;
  if (rows == 2 && columns == 2) {
    for (; channels >= 4; channels -= 4, x += 16, y += 16) {
      const above = f32x4.max(v128.load(x), v128.load(x + pixel));
      v128.store(y, f32x4.max(above, f32x4.max(v128.load(x + line), v128.load(x + line + pixel))));
    }
  }
  for (; channels > 0; channels -= 4, x += 16, y += 16) {
    let largest = f32x4.splat(-Infinity);
    for (let u = 0, from = x; u < rows; u++, from += line) {
      for (let v = 0, at = from; v < columns; v++, at += pixel) largest = f32x4.max(largest, v128.load(at));
    }
    storeFirst(y, largest, channels);
  }
}

/** Adds dy to dx where x is y, the largest of a window as in `largestUnder`. */
function give(
  rows: i32,
  columns: i32,
  line: usize,
  channels: i32,
  x: usize,
  y: usize,
  dy: usize,
  dx: usize,
): void {
  const pixel = 4 * channels;
  if (rows == 2 && columns == 2) {
    for (; channels >= 4; channels -= 4, x += 16, y += 16, dy += 16, dx += 16) {
      const largest = v128.load(y);
      let left = giveTo(x, dx, largest, v128.load(dy), 4);
      left = giveTo(x + pixel, dx + pixel, largest, left, 4);
      left = giveTo(x + line, dx + line, largest, left, 4);
      giveTo(x + line + pixel, dx + line + pixel, largest, left, 4);
    }
  }
  for (; channels > 0; channels -= 4, x += 16, y += 16, dy += 16, dx += 16) {
    const largest = v128.load(y);
    let left = v128.load(dy);
    for (let u = 0, from: usize = 0; u < rows; u++, from += line) {
      for (let v = 0, at = from; v < columns; v++, at += pixel) {
        left = giveTo(x + at, dx + at, largest, left, channels);
      }
    }
  }
}

/** Adds what is left to give to dx where x is the largest; returns what is then left. */
function giveTo(x: usize, dx: usize, largest: v128, left: v128, count: i32): v128 {
  const number = v128.load(x);
  // NaN is not equal to itself, and is the largest where there is one.
  const here = v128.or(f32x4.eq(number, largest), f32x4.ne(number, number));
  storeFirst(dx, f32x4.add(v128.load(dx), v128.and(left, here)), count);
  return v128.andnot(left, here);
}
