import { storeFirst } from "./vectors";

/** sums = Σ rows of A [m, n]. */
export function sumRows(m: i32, n: i32, a: usize, sums: usize): void {
  memory.fill(sums, 0, 4 * n);
  addRows(m, n, a, sums);
}

/** sums = sums + Σ rows of A [m, n]. */
export function addRows(m: i32, n: i32, a: usize, sums: usize): void {
  const stride: usize = 4 * n;
  for (let j = 0; j < n; j += 4, a += 16, sums += 16) {
    let from = a;
    // Two sums side by side: one alone waits for itself at every step. They begin at 0, since a small number that is
    // added to a large sum loses digits.
    let even = f32x4.splat(0),
      odd = f32x4.splat(0);
    for (let i = m >> 1; i > 0; i--, from += 2 * stride) {
      even = f32x4.add(even, v128.load(from));
      odd = f32x4.add(odd, v128.load(from + stride));
    }
    if (m & 1) even = f32x4.add(even, v128.load(from));
    storeFirst(sums, f32x4.add(v128.load(sums), f32x4.add(even, odd)), n - j);
  }
}
