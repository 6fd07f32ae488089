import { exponential, firstLanes, largestOf, storeFirst, sumOf } from "./vectors";

/*
 * Softmax and its cross-entropy, row by row of z [rows, n], as src/nn/activations.ts and src/nn/losses.ts explain them:
 * e^(z − largest) cannot overflow.
 */

/** y = e^z / Σ e^z. */
export function softmax(rows: i32, n: i32, z: usize, y: usize): void {
  for (const stride: usize = 4 * n; rows > 0; rows--, z += stride, y += stride) {
    const sum = exponentials(n, z, largest(n, z), y);
    const share = f32x4.splat(1 / sum);
    for (let j = 0; j < n; j += 4) storeFirst(y + 4 * j, f32x4.mul(v128.load(y + 4 * j), share), n - j);
  }
}

/** The sum over all rows of ln Σ e^z − Σ t·z. */
export function crossEntropy(rows: i32, n: i32, z: usize, t: usize): f64 {
  let total: f64 = 0;
  for (const stride: usize = 4 * n; rows > 0; rows--, z += stride, t += stride) {
    const shift = largest(n, z);
    total += NativeMathf.log(exponentials(n, z, shift, 0));
    for (let j: usize = 0; j < stride; j += 4) {
      const share = load<f32>(t + j);
      if (share != 0) total -= share * (load<f32>(z + j) - shift);
    }
  }
  return total;
}

/** dz = (softmax(z) − t)·scale. */
export function crossEntropyGradient(rows: i32, n: i32, z: usize, t: usize, dz: usize, scale: f32): void {
  softmax(rows, n, z, dz);
  const factor = f32x4.splat(scale);
  for (let count = rows * n; count > 0; count -= 4, t += 16, dz += 16) {
    storeFirst(dz, f32x4.mul(f32x4.sub(v128.load(dz), v128.load(t)), factor), count);
  }
}

function largest(n: i32, z: usize): f32 {
  let most = f32x4.splat(-Infinity);
  for (let j = 0; j < n; j += 4) {
    most = f32x4.max(most, v128.bitselect(v128.load(z + 4 * j), most, firstLanes(n - j)));
  }
  return largestOf(most);
}

/** The sum of e^(z − shift) in a row, and the numbers themselves at y unless it is 0. */
function exponentials(n: i32, z: usize, shift: f32, y: usize): f32 {
  let sum = f32x4.splat(0);
  for (let j = 0; j < n; j += 4) {
    const e = exponential(f32x4.sub(v128.load(z + 4 * j), f32x4.splat(shift)));
    sum = f32x4.add(sum, v128.and(e, firstLanes(n - j)));
    if (y) storeFirst(y + 4 * j, e, n - j);
  }
  return sumOf(sum);
}
