import { exponential, multiplyAdd, storeFirst } from "./vectors";

/*
 * Activations, four numbers at a time. Their formulas, and derivatives in terms of y = f(z), are explained in
 * src/nn/activations.ts. What is read beyond the end of a tensor is not stored. ReLU takes sixteen at a time, because a turn
 * of a loop takes longer than the little that it does with four.
 */

/** y = max(0, z). */
export function relu(count: i32, z: usize, y: usize): void {
  const zero = f32x4.splat(0);
  for (; count >= 16; count -= 16, z += 64, y += 64) {
    v128.store(y, f32x4.pmax(v128.load(z), zero));
    v128.store(y, f32x4.pmax(v128.load(z, 16), zero), 16);
    v128.store(y, f32x4.pmax(v128.load(z, 32), zero), 32);
    v128.store(y, f32x4.pmax(v128.load(z, 48), zero), 48);
  }
  for (; count > 0; count -= 4, z += 16, y += 16) {
    storeFirst(y, f32x4.pmax(v128.load(z), zero), count);
  }
}

/** dz = dy where y > 0, and dy·0 elsewhere. */
export function reluGradient(count: i32, y: usize, dy: usize, dz: usize): void {
  for (; count >= 16; count -= 16, y += 64, dy += 64, dz += 64) {
    v128.store(dz, reluSlope(v128.load(y), v128.load(dy)));
    v128.store(dz, reluSlope(v128.load(y, 16), v128.load(dy, 16)), 16);
    v128.store(dz, reluSlope(v128.load(y, 32), v128.load(dy, 32)), 32);
    v128.store(dz, reluSlope(v128.load(y, 48), v128.load(dy, 48)), 48);
  }
  for (; count > 0; count -= 4, y += 16, dy += 16, dz += 16) {
    storeFirst(dz, reluSlope(v128.load(y), v128.load(dy)), count);
  }
}

function reluSlope(y: v128, dy: v128): v128 {
  return f32x4.mul(dy, v128.and(f32x4.gt(y, f32x4.splat(0)), f32x4.splat(1)));
}

/** y = 1 / (1 + e^−z). */
export function sigmoid(count: i32, z: usize, y: usize): void {
  const one = f32x4.splat(1);
  for (; count > 0; count -= 4, z += 16, y += 16) {
    const e = exponential(f32x4.neg(v128.load(z)));
    storeFirst(y, f32x4.div(one, f32x4.add(one, e)), count);
  }
}

/** dz = dy·y·(1 − y). */
export function sigmoidGradient(count: i32, y: usize, dy: usize, dz: usize): void {
  for (; count > 0; count -= 4, y += 16, dy += 16, dz += 16) {
    const v = v128.load(y);
    const slope = f32x4.mul(v, f32x4.sub(f32x4.splat(1), v));
    storeFirst(dz, f32x4.mul(v128.load(dy), slope), count);
  }
}

/**
 * y = tanh(z) = 1 − 2 / (1 + e^2z), and near 0, where that difference would lose digits, the fraction
 * z·(945 + 105z² + z⁴) / (945 + 420z² + 15z⁴) that Lambert's continued fraction ends with.
 */
export function tanh(count: i32, z: usize, y: usize): void {
  const one = f32x4.splat(1);
  for (; count > 0; count -= 4, z += 16, y += 16) {
    const x = v128.load(z);
    const e = exponential(f32x4.add(x, x));
    const far = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(one, e)));
    const square = f32x4.mul(x, x);
    const above = multiplyAdd(f32x4.add(square, f32x4.splat(105)), square, f32x4.splat(945));
    const below = multiplyAdd(
      multiplyAdd(square, f32x4.splat(15), f32x4.splat(420)),
      square,
      f32x4.splat(945),
    );
    const near = f32x4.mul(x, f32x4.div(above, below));
    const isNear = f32x4.lt(f32x4.abs(x), f32x4.splat(0.5));
    storeFirst(y, v128.bitselect(near, far, isNear), count);
  }
}

/** dz = dy·(1 − y²). */
export function tanhGradient(count: i32, y: usize, dy: usize, dz: usize): void {
  for (; count > 0; count -= 4, y += 16, dy += 16, dz += 16) {
    const v = v128.load(y);
    const slope = f32x4.sub(f32x4.splat(1), f32x4.mul(v, v));
    storeFirst(dz, f32x4.mul(v128.load(dy), slope), count);
  }
}
