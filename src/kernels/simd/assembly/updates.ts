import { multiplyAdd, storeFirst } from "./vectors";

/*
 * Updates of parameters, element by element; src/training/optimizers.ts explains them. Counts are in numbers. What is read
 * beyond the end of a tensor is not stored.
 */

/** value ← value − rate·gradient. */
export function descend(count: i32, value: usize, gradient: usize, rate: f32): void {
  const minusRate = f32x4.splat(-rate);
  for (; count > 0; count -= 4, value += 16, gradient += 16) {
    storeFirst(value, multiplyAdd(v128.load(gradient), minusRate, v128.load(value)), count);
  }
}

/** velocity ← momentum·velocity + gradient; value ← value − rate·(velocity, or with Nesterov gradient + momentum·velocity). */
export function descendWithMomentum(
  count: i32,
  value: usize,
  gradient: usize,
  velocity: usize,
  rate: f32,
  momentum: f32,
  nesterov: bool,
): void {
  const minusRate = f32x4.splat(-rate);
  const share = f32x4.splat(momentum);
  for (; count > 0; count -= 4, value += 16, gradient += 16, velocity += 16) {
    const g = v128.load(gradient);
    const v = withoutDenormals(multiplyAdd(share, v128.load(velocity), g));
    storeFirst(velocity, v, count);
    const step = nesterov ? multiplyAdd(share, v, g) : v;
    storeFirst(value, multiplyAdd(minusRate, step, v128.load(value)), count);
  }
}

/** square ← decay·square + (1 − decay)·gradient²; value ← value − rate·gradient / (√square + epsilon). */
export function rmsProp(
  count: i32,
  value: usize,
  gradient: usize,
  square: usize,
  rate: f32,
  decay: f32,
  epsilon: f32,
): void {
  for (; count > 0; count -= 4, value += 16, gradient += 16, square += 16) {
    const g = v128.load(gradient);
    const s = mean(v128.load(square), f32x4.mul(g, g), decay);
    storeFirst(square, s, count);
    storeFirst(value, against(v128.load(value), g, s, rate, epsilon), count);
  }
}

/**
 * mean ← beta1·mean + (1 − beta1)·gradient; square ← beta2·square + (1 − beta2)·gradient²;
 * value ← value − rate·mean / (√square + epsilon). The caller has put the corrections of early steps into the rate
 * and into epsilon.
 */
export function adam(
  count: i32,
  value: usize,
  gradient: usize,
  means: usize,
  square: usize,
  rate: f32,
  beta1: f32,
  beta2: f32,
  epsilon: f32,
): void {
  for (; count > 0; count -= 4, value += 16, gradient += 16, means += 16, square += 16) {
    const g = v128.load(gradient);
    const m = mean(v128.load(means), g, beta1);
    const s = mean(v128.load(square), f32x4.mul(g, g), beta2);
    storeFirst(means, m, count);
    storeFirst(square, s, count);
    storeFirst(value, against(v128.load(value), m, s, rate, epsilon), count);
  }
}

/** share·old + (1 − share)·next. */
function mean(old: v128, next: v128, share: f32): v128 {
  const rest = f32x4.mul(f32x4.splat(1 - share), next);
  return withoutDenormals(multiplyAdd(f32x4.splat(share), old, rest));
}

/** value − rate·direction / (√square + epsilon). */
function against(value: v128, direction: v128, square: v128, rate: f32, epsilon: f32): v128 {
  const size = f32x4.add(f32x4.sqrt(square), f32x4.splat(epsilon));
  return f32x4.sub(value, f32x4.div(f32x4.mul(f32x4.splat(rate), direction), size));
}

/** Moments that decay for long become denormal, below 2⁻¹²⁶, and processors are fifteen times slower with these. */
function withoutDenormals(v: v128): v128 {
  return v128.andnot(v, f32x4.lt(f32x4.abs(v), f32x4.splat(1.1754943508222875e-38)));
}
