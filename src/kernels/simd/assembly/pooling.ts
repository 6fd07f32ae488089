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
  for (let i = 0; i < batch; i++) {
    const image = rowAddress(x, height * width * pixel, rows, i);
    for (let r = 0; r < outputRows; r++) {
      const r0 = max(0, r * rowStep - top),
        r1 = min(height, r * rowStep - top + windowRows);
      for (let c = 0; c < outputColumns; c++, y += pixel) {
        const c0 = max(0, c * columnStep - left),
          c1 = min(width, c * columnStep - left + windowColumns);
        for (let channel = 0; channel < channels; channel += 4) {
          let largest = f32x4.splat(-Infinity);
          for (let u = r0; u < r1; u++) {
            const line = image + u * width * pixel + 4 * channel;
            for (let v = c0; v < c1; v++) largest = f32x4.max(largest, v128.load(line + v * pixel));
          }
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
  memory.fill(dx, 0, batch * height * width * pixel);
  for (let i = 0; i < batch; i++, dx += height * width * pixel) {
    const image = rowAddress(x, height * width * pixel, rows, i);
    for (let r = 0; r < outputRows; r++) {
      const r0 = max(0, r * rowStep - top),
        r1 = min(height, r * rowStep - top + windowRows);
      for (let c = 0; c < outputColumns; c++, y += pixel, dy += pixel) {
        const c0 = max(0, c * columnStep - left),
          c1 = min(width, c * columnStep - left + windowColumns);
        for (let channel = 0; channel < channels; channel += 4) {
          const largest = v128.load(y + 4 * channel);
          let toGive = v128.load(dy + 4 * channel);
          for (let u = r0; u < r1; u++) {
            for (let v = c0; v < c1; v++) {
              const at = (u * width + v) * pixel + 4 * channel;
              const number = v128.load(image + at);
              // NaN is not equal to itself, and is the largest where there is one.
              const here = v128.or(f32x4.eq(number, largest), f32x4.ne(number, number));
              const sum = f32x4.add(v128.load(dx + at), v128.and(toGive, here));
              storeFirst(dx + at, sum, channels - channel);
              toGive = v128.andnot(toGive, here);
            }
          }
        }
      }
    }
  }
}
