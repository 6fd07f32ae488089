import { multiplyAdd } from "./vectors";

/* Updates of parameters, element by element. Addresses are in bytes, counts in numbers. */

/** value ← value − rate·gradient. */
export function descend(count: i32, value: usize, gradient: usize, rate: f32): void {
  const minusRate = f32x4.splat(-rate);
  const end = value + 4 * count;
  for (const wide = value + 4 * (count & -4); value < wide; value += 16, gradient += 16) {
    v128.store(value, multiplyAdd(v128.load(gradient), minusRate, v128.load(value)));
  }
  for (; value < end; value += 4, gradient += 4) {
    store<f32>(value, load<f32>(value) - rate * load<f32>(gradient));
  }
}
