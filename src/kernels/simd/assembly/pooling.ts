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
        const corner = image + r0 * line + c0 * pixel;
        for (let channel = 0; channel < channels; channel += 4) {
          const largest = largestUnder(corner + 4 * channel, r1 - r0, c1 - c0, line, pixel);
          storeFirst(y + 4 * channel, largest, channels - channel);
        }
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
        for (let channel = 0; channel < channels; channel += 4) {
          const corner = r0 * line + c0 * pixel + 4 * channel;
          const count = channels - channel;
          const largest = v128.load(y + 4 * channel);
          const toGive = v128.load(dy + 4 * channel);
          give(image + corner, dx + corner, r1 - r0, c1 - c0, line, pixel, largest, toGive, count);
        }
      }
    }
  }
}

/** The largest of some rows and columns of pixels, in four channels. Almost all windows are 2×2: these need no loop. */
function largestUnder(x: usize, rows: i32, columns: i32, line: usize, pixel: usize): v128 {
  if (rows == 2 && columns == 2) {
    const above = f32x4.max(v128.load(x), v128.load(x + pixel));
    return f32x4.max(above, f32x4.max(v128.load(x + line), v128.load(x + line + pixel)));
  }
  let largest = f32x4.splat(-Infinity);
  for (; rows > 0; rows--, x += line) {
    for (let v = 0, at = x; v < columns; v++, at += pixel) largest = f32x4.max(largest, v128.load(at));
  }
  return largest;
}

/** Adds `toGive` to dx where x is the largest of some rows and columns of pixels, in four channels of which `count` are stored. */
function give(
  x: usize,
  dx: usize,
  rows: i32,
  columns: i32,
  line: usize,
  pixel: usize,
  largest: v128,
  toGive: v128,
  count: i32,
): void {
  if (rows == 2 && columns == 2) {
    toGive = giveTo(x, dx, largest, toGive, count);
    toGive = giveTo(x + pixel, dx + pixel, largest, toGive, count);
    toGive = giveTo(x + line, dx + line, largest, toGive, count);
    giveTo(x + line + pixel, dx + line + pixel, largest, toGive, count);
    return;
  }
  for (; rows > 0; rows--, x += line, dx += line) {
    for (let v = 0, at: usize = 0; v < columns; v++, at += pixel) {
      toGive = giveTo(x + at, dx + at, largest, toGive, count);
    }
  }
}

/** Adds `toGive` to dx where x is the largest; returns what is left for other pixels. */
function giveTo(x: usize, dx: usize, largest: v128, toGive: v128, count: i32): v128 {
  const number = v128.load(x);
  // NaN is not equal to itself, and is the largest where there is one.
  const here = v128.or(f32x4.eq(number, largest), f32x4.ne(number, number));
  storeFirst(dx, f32x4.add(v128.load(dx), v128.and(toGive, here)), count);
  return v128.andnot(toGive, here);
}
