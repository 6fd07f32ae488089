import { addRows } from "./sums";
import { multiplyAdd, rowAddress, storeFirst } from "./vectors";

/*
 * Batch normalization of samples [pixels, channels]; src/nn/normalization.ts explains it. What is one number a channel
 * (means, γ and the like) stays in registers, four channels at a time, while some pixels pass by. Channels that are four
 * have loops of their own, without the branches of `storeFirst`, which take as long as the arithmetic.
 */

/** Pixels that stay in the cache until all of their channels have passed by. */
const TOGETHER = 64;

/** mean = Σ x / n and variance = Σ (x − mean)² / n, where n = batch·pixels. */
export function moments(
  batch: i32,
  pixels: i32,
  channels: i32,
  x: usize,
  rows: usize,
  mean: usize,
  variance: usize,
): void {
  const pixel = 4 * channels;
  memory.fill(mean, 0, pixel);
  memory.fill(variance, 0, pixel);
  for (let i = 0; i < batch; i++) {
    const sample = rowAddress(x, pixels * pixel, rows, i);
    for (let p = 0; p < pixels; p += TOGETHER) {
      addRows(min(TOGETHER, pixels - p), channels, sample + p * pixel, mean);
    }
  }
  divide(channels, mean, batch * pixels);
  for (let i = 0; i < batch; i++) {
    const sample = rowAddress(x, pixels * pixel, rows, i);
    for (let p = 0; p < pixels; p += TOGETHER) {
      addSquares(min(TOGETHER, pixels - p), channels, sample + p * pixel, mean, variance);
    }
  }
  divide(channels, variance, batch * pixels);
}

/** y = γ·(x − mean)·inverse + β. */
export function normalize(
  batch: i32,
  pixels: i32,
  channels: i32,
  x: usize,
  rows: usize,
  mean: usize,
  inverse: usize,
  gamma: usize,
  beta: usize,
  y: usize,
): void {
  const pixel = 4 * channels;
  for (let i = 0; i < batch; i++) {
    const sample = rowAddress(x, pixels * pixel, rows, i);
    for (let p = 0; p < pixels; p += TOGETHER) {
      const count = min(TOGETHER, pixels - p);
      const from = sample + p * pixel;
      for (let c = 0; c < pixel; c += 16) {
        const middle = v128.load(mean + c);
        const scale = f32x4.mul(v128.load(gamma + c), v128.load(inverse + c));
        const offset = v128.load(beta + c);
        if (c + 16 <= pixel) {
          for (let q = 0, at: usize = c; q < count; q++, at += pixel) {
            const centred = f32x4.sub(v128.load(from + at), middle);
            v128.store(y + at, multiplyAdd(centred, scale, offset));
          }
        } else {
          for (let q = 0, at: usize = c; q < count; q++, at += pixel) {
            const centred = f32x4.sub(v128.load(from + at), middle);
            storeFirst(y + at, multiplyAdd(centred, scale, offset), (pixel - c) >> 2);
          }
        }
      }
      y += count * pixel;
    }
  }
}

/**
 * dβ = Σ dy and dγ = Σ dy·x̂, where x̂ = (x − mean)·inverse; dx = γ·inverse·(dy − share·(dβ + x̂·dγ)). Multiplied out, dx
 * is γ·inverse·dy − shift − slope·(x − mean) with two numbers a channel.
 */
export function normalizeGradient(
  batch: i32,
  pixels: i32,
  channels: i32,
  x: usize,
  rows: usize,
  mean: usize,
  inverse: usize,
  gamma: usize,
  dy: usize,
  dGamma: usize,
  dBeta: usize,
  share: f32,
  dx: usize,
): void {
  const pixel = 4 * channels;
  memory.fill(dGamma, 0, pixel);
  memory.fill(dBeta, 0, pixel);
  for (let i = 0, given = dy; i < batch; i++) {
    const sample = rowAddress(x, pixels * pixel, rows, i);
    for (let p = 0; p < pixels; p += TOGETHER) {
      const count = min(TOGETHER, pixels - p);
      addRows(count, channels, given, dBeta);
      addProducts(count, channels, sample + p * pixel, mean, given, dGamma);
      given += count * pixel;
    }
  }
  for (let c = 0; c < pixel; c += 4) {
    store<f32>(dGamma + c, load<f32>(dGamma + c) * load<f32>(inverse + c));
  }
  for (let i = 0; i < batch; i++) {
    const sample = rowAddress(x, pixels * pixel, rows, i);
    for (let p = 0; p < pixels; p += TOGETHER) {
      const count = min(TOGETHER, pixels - p);
      const from = sample + p * pixel;
      for (let c = 0; c < pixel; c += 16) {
        const middle = v128.load(mean + c);
        const direct = f32x4.mul(v128.load(gamma + c), v128.load(inverse + c));
        const part = f32x4.mul(direct, f32x4.splat(share));
        const shift = f32x4.mul(part, v128.load(dBeta + c));
        const slope = f32x4.mul(part, f32x4.mul(v128.load(dGamma + c), v128.load(inverse + c)));
        if (c + 16 <= pixel) {
          for (let q = 0, at: usize = c; q < count; q++, at += pixel) {
            const centred = f32x4.sub(v128.load(from + at), middle);
            const throughMoments = multiplyAdd(centred, slope, shift);
            v128.store(dx + at, f32x4.sub(f32x4.mul(direct, v128.load(dy + at)), throughMoments));
          }
        } else {
          for (let q = 0, at: usize = c; q < count; q++, at += pixel) {
            const centred = f32x4.sub(v128.load(from + at), middle);
            const throughMoments = multiplyAdd(centred, slope, shift);
            storeFirst(
              dx + at,
              f32x4.sub(f32x4.mul(direct, v128.load(dy + at)), throughMoments),
              (pixel - c) >> 2,
            );
          }
        }
      }
      dy += count * pixel;
      dx += count * pixel;
    }
  }
}

function divide(count: i32, numbers: usize, by: i32): void {
  for (; count > 0; count--, numbers += 4) store<f32>(numbers, load<f32>(numbers) / <f32>by);
}

/** sums = sums + Σ (x − mean)². */
function addSquares(count: i32, channels: i32, x: usize, mean: usize, sums: usize): void {
  for (let c = 0; c < channels; c += 4, x += 16, mean += 16, sums += 16) {
    const middle = v128.load(mean);
    let sum = f32x4.splat(0);
    for (let p = 0, from = x; p < count; p++, from += 4 * channels) {
      const centred = f32x4.sub(v128.load(from), middle);
      sum = multiplyAdd(centred, centred, sum);
    }
    storeFirst(sums, f32x4.add(v128.load(sums), sum), channels - c);
  }
}

/** sums = sums + Σ dy·(x − mean). */
function addProducts(count: i32, channels: i32, x: usize, mean: usize, dy: usize, sums: usize): void {
  for (let c = 0; c < channels; c += 4, x += 16, mean += 16, dy += 16, sums += 16) {
    const middle = v128.load(mean);
    let sum = f32x4.splat(0);
    for (let p = 0, at: usize = 0; p < count; p++, at += 4 * channels) {
      sum = multiplyAdd(f32x4.sub(v128.load(x + at), middle), v128.load(dy + at), sum);
    }
    storeFirst(sums, f32x4.add(v128.load(sums), sum), channels - c);
  }
}
