/** Numbers in rows, one for each pixel of an image. */
export interface Plane {
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** About this many pixels are enough to find a smooth surface. */
const SAMPLES = 3000;

/** Tukey's biweight counts nothing that lies further off than this many standard deviations. */
const REACH = 4.685;

const ROUNDS = 6;

const RIDGE = 0.001;

/** The standard deviation of normally distributed numbers is this many times the median of their distances from the mean. */
export const DEVIATION = 1.4826;

/** The pixels of a grid that is as fine as it needs to be. */
export function spreadSamples({ width, height }: Plane): number[] {
  const step = Math.max(1, Math.floor(Math.sqrt((width * height) / SAMPLES)));
  const samples: number[] = [];
  for (let y = 0; y < height; y += step) {
    for (let x = 0; x < width; x += step) samples.push(y * width + x);
  }
  return samples;
}

/** Evenly spread pixels within a twentieth of the edge. */
export function borderSamples({ width, height }: Plane): number[] {
  const depth = Math.max(1, Math.round(0.05 * Math.min(width, height)));
  const samples: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (Math.min(x, y, width - 1 - x, height - 1 - y) < depth) samples.push(y * width + x);
    }
  }
  const step = Math.max(1, Math.floor(samples.length / SAMPLES));
  return samples.filter((_, i) => i % step === 0);
}

/**
 * The surface a + b·u + c·v (degree 1), + d·u² + e·u·v + f·v² (degree 2), u and v from −1 to 1, over the whole image that is nearest to its
 * values at `samples`. Values that lie off the surface count less the further off they are (least squares, reweighted
 * by Tukey's biweight), so that a part of the samples may be something else.
 */
export function fitSurface(image: Plane, samples: readonly number[], degree: 1 | 2): Float32Array {
  const { values, width, height } = image;
  const across = (x: number) => (2 * x + 1) / width - 1;
  const down = (y: number) => (2 * y + 1) / height - 1;
  const count = degree === 1 ? 3 : 6;
  const rows = new Float64Array(samples.length * count);
  const wanted = new Float64Array(samples.length);
  samples.forEach((i, k) => {
    const u = across(i % width);
    const v = down(Math.floor(i / width));
    rows.set([1, u, v, u * u, u * v, v * v].slice(0, count), k * count);
    wanted[k] = values[i];
  });
  let coefficients = [median(wanted), 0, 0, 0, 0, 0];
  const off = new Float64Array(samples.length);
  for (let round = 0; round < ROUNDS; round++) {
    for (let k = 0; k < off.length; k++) {
      let value = 0;
      for (let term = 0; term < count; term++) value += coefficients[term] * rows[k * count + term];
      off[k] = Math.abs(wanted[k] - value);
    }
    const reach = REACH * Math.max(1, DEVIATION * median(off));
    const weights = off.map((distance) => Math.max(0, 1 - (distance / reach) ** 2) ** 2);
    coefficients = leastSquares(rows, wanted, weights);
  }

  const [a, b, c, d = 0, e = 0, f = 0] = coefficients;
  const surface = new Float32Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    const v = down(y);
    for (let x = 0; x < width; x++, i++) {
      const u = across(x);
      surface[i] = a + b * u + c * v + d * u * u + e * u * v + f * v * v;
    }
  }
  return surface;
}

/**
 * The x with the least Σ weight · (row · x − value)² + ridge · Σ weight · |x|², x₀ left out of the last sum: what the
 * samples hardly decide, such as the middle where all lie in the corners, stays near to flat.
 */
function leastSquares(rows: Float64Array, values: Float64Array, weights: Float64Array): number[] {
  const count = rows.length / values.length;
  const equations = Array.from({ length: count }, () => new Array<number>(count + 1).fill(0));
  for (let i = 0; i < values.length; i++) {
    if (weights[i] === 0) continue;
    const row = i * count;
    for (let j = 0; j < count; j++) {
      const weighted = weights[i] * rows[row + j];
      for (let k = 0; k < count; k++) equations[j][k] += weighted * rows[row + k];
      equations[j][count] += weighted * values[i];
    }
  }
  const total = equations[0][0];
  for (let j = 1; j < count; j++) equations[j][j] += RIDGE * total;
  for (let pivot = 0; pivot < count; pivot++) {
    for (let j = 0; j < count; j++) {
      if (j === pivot) continue;
      const factor = equations[j][pivot] / equations[pivot][pivot];
      for (let k = pivot; k <= count; k++) equations[j][k] -= factor * equations[pivot][k];
    }
  }
  return equations.map((equation, j) => equation[count] / equation[j]);
}

export function median(values: Float32Array | Float64Array): number {
  return values.length === 0 ? 0 : values.slice().sort()[Math.floor(values.length / 2)];
}
