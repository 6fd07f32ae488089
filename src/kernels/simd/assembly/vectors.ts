/** x·y + sum for four numbers at once: rounded once where relaxed SIMD is enabled, otherwise twice. */
export function multiplyAdd(x: v128, y: v128, sum: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(x, y, sum) : f32x4.add(sum, f32x4.mul(x, y));
}

/** Address of row i of a matrix, or of the row that an index list names in its place. */
export function rowAddress(a: usize, stride: usize, rows: usize, i: i32): usize {
  return a + (rows ? <usize>load<u32>(rows + 4 * i) : <usize>i) * stride;
}

/** Stores the first `count` numbers of a vector, at most four. */
export function storeFirst(to: usize, numbers: v128, count: i32): void {
  if (count >= 4) {
    v128.store(to, numbers);
    return;
  }
  for (let i = 0; i < count; i++, to += 4) {
    v128.store_lane<f32>(to, numbers, 0);
    numbers = i8x16.shuffle(numbers, numbers, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3);
  }
}

/** All bits of the first `count` numbers, and none of the others. */
export function firstLanes(count: i32): v128 {
  return i32x4.gt_s(i32x4.splat(count), i32x4(0, 1, 2, 3));
}

export function sumOf(v: v128): f32 {
  const pairs = f32x4.add(v, i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

export function largestOf(v: v128): f32 {
  const pairs = f32x4.max(v, i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  return max(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}

/**
 * e^x within 2e-7 of its size: 0 below −87, where single precision ends, and no larger than e^88. NaN stays NaN.
 *
 * x = n·ln 2 + r with a whole number n, so e^x = 2ⁿ·e^r. For r in [−½ ln 2, ½ ln 2] the Taylor series to r⁷ is exact
 * enough; 2ⁿ is a number whose exponent bits are n.
 */
export function exponential(x: v128): v128 {
  const bounded = f32x4.max(f32x4.min(x, f32x4.splat(88)), f32x4.splat(-87));
  const n = f32x4.nearest(f32x4.mul(bounded, f32x4.splat(Mathf.LOG2E)));
  // ln 2 in two parts: n times the first has no rounding error.
  const upper = f32x4.sub(bounded, f32x4.mul(n, f32x4.splat(0.693359375)));
  const r = f32x4.sub(upper, f32x4.mul(n, f32x4.splat(-0.00021219444005469057)));
  let series = f32x4.splat(1 / 5040.0);
  series = multiplyAdd(series, r, f32x4.splat(1 / 720.0));
  series = multiplyAdd(series, r, f32x4.splat(1 / 120.0));
  series = multiplyAdd(series, r, f32x4.splat(1 / 24.0));
  series = multiplyAdd(series, r, f32x4.splat(1 / 6.0));
  series = multiplyAdd(series, r, f32x4.splat(0.5));
  series = multiplyAdd(series, r, f32x4.splat(1));
  series = multiplyAdd(series, r, f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return v128.andnot(f32x4.mul(series, power), f32x4.lt(x, f32x4.splat(-87)));
}
