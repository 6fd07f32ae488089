import { describe, expect, test } from "vitest";
import type { Kernels } from "../../src/kernels/kernels";
import { plain, plainDouble } from "../../src/kernels/plain";
import { Random } from "../../src/random";
import type { Tensor } from "../../src/tensor";
import { compiledKernels } from "../support/kernels";
import { bitsOf, randomTensor } from "../support/numbers";

const implementations: readonly Kernels[] = [plain, plainDouble, ...compiledKernels()];

/** Rows of numbers, images, one of each, several times as many pixels as are summed up at a time, and forty in between. */
const shapes: readonly (readonly number[])[] = (() => {
  const random = new Random("normalization");
  const upTo = (most: number) => 1 + random.integer(most);
  const drawn = Array.from({ length: 40 }, () => [upTo(5), upTo(9), upTo(9), upTo(20)]);
  return [[32, 16], [7, 3], [1, 1], [1, 1, 1, 1], [3, 14, 14, 8], [2, 13, 17, 5], ...drawn];
})();

/** |actual − expected| is at most so many roundings of `size`. */
function expectNear(actual: Tensor, expected: ArrayLike<number>, roundings: number, what: string): void {
  const bound = roundings * (actual.data instanceof Float32Array ? 2 ** -24 : 2 ** -52);
  for (let i = 0; i < expected.length; i++) {
    const size = 1 + Math.abs(expected[i]);
    if (!(Math.abs(actual.data[i] - expected[i]) <= bound * size)) {
      expect.fail(`${what}, element ${i}: expected ${expected[i]}, received ${actual.data[i]}`);
    }
  }
}

describe.each(implementations.map((kernels) => ({ name: kernels.name, kernels })))("$name", ({ kernels }) => {
  const random = new Random("numbers");
  const filled = (shape: readonly number[]) => randomTensor([...shape], random, kernels.zeros);
  const spoiled = (shape: readonly number[]) => {
    const tensor = kernels.zeros([...shape]);
    tensor.data.fill(Number.NaN);
    return tensor;
  };
  /** All that is needed for samples of a shape, and what is computed of it. */
  const problem = (shape: readonly number[]) => {
    const channels = [shape[shape.length - 1]];
    const [gamma, beta, dy] = [filled(channels), filled(channels), filled(shape)];
    const [mean, variance, dGamma, dBeta] = [1, 2, 3, 4].map(() => spoiled(channels));
    const [inverse, y, dx] = [spoiled(channels), spoiled(shape), spoiled(shape)];
    return { gamma, beta, dy, mean, variance, inverse, y, dGamma, dBeta, dx, share: random.uniform() };
  };
  const compute = (x: Tensor, p: ReturnType<typeof problem>) => {
    kernels.moments(x, p.mean, p.variance);
    for (let c = 0; c < p.inverse.size; c++) p.inverse.data[c] = 1 / Math.sqrt(p.variance.data[c] + 0.01);
    kernels.normalize(x, p.mean, p.inverse, p.gamma, p.beta, p.y);
    kernels.normalizeGradient(x, p.mean, p.inverse, p.gamma, p.dy, p.dGamma, p.dBeta, p.share, p.dx);
  };

  test("moments, normalized numbers and gradients are those of their definitions, whatever the shape", () => {
    for (const shape of shapes) {
      const [x, p] = [filled(shape), problem(shape)];
      // A mean far from zero for its deviation.
      for (let i = 0; i < x.size; i++) x.data[i] += 3;
      compute(x, p);
      const channels = p.mean.size;
      const n = x.size / channels;
      const what = `of ${shape}`;
      const ofChannel = (f: (i: number, c: number) => number) => {
        const sums = new Float64Array(channels);
        for (let i = 0; i < x.size; i++) sums[i % channels] += f(i, i % channels);
        return sums;
      };
      const mean = ofChannel((i) => x.data[i] / n);
      expectNear(p.mean, mean, 4 * n, `mean ${what}`);
      expectNear(
        p.variance,
        ofChannel((i, c) => (x.data[i] - mean[c]) ** 2 / n),
        10 * n,
        `variance ${what}`,
      );
      const normalized = Float64Array.from(
        x.data,
        (value, i) => (value - p.mean.data[i % channels]) * p.inverse.data[i % channels],
      );
      const [dBeta, dGamma] = [
        ofChannel((i) => p.dy.data[i]),
        ofChannel((i) => p.dy.data[i] * normalized[i]),
      ];
      const y = normalized.map((value, i) => p.gamma.data[i % channels] * value + p.beta.data[i % channels]);
      const dx = normalized.map((value, i) => {
        const c = i % channels;
        const through = p.share * (dBeta[c] + value * dGamma[c]);
        return p.gamma.data[c] * p.inverse.data[c] * (p.dy.data[i] - through);
      });
      expectNear(p.y, y, 40, `y ${what}`);
      expectNear(p.dBeta, dBeta, 10 * n, `dBeta ${what}`);
      expectNear(p.dGamma, dGamma, 20 * n, `dGamma ${what}`);
      expectNear(p.dx, dx, 200 * n, `dx ${what}`);
    }
  });

  test("the mean of 40,000 numbers is exact to five digits", () => {
    const x = kernels.zeros([40_000, 3]);
    for (let i = 0; i < x.size; i++) x.data[i] = 0.1 + (i % 3);
    const [mean, variance] = [spoiled([3]), spoiled([3])];
    kernels.moments(x, mean, variance);
    for (let c = 0; c < 3; c++) {
      expect(mean.data[c]).toBeCloseTo(0.1 + c, 4);
      expect(variance.data[c]).toBeLessThan(1e-9);
    }
  });

  test("samples named by an index list, or in ordinary memory, give the numbers of the same samples in order", () => {
    for (const shape of shapes.slice(0, 20)) {
      const all = filled([6, ...shape.slice(1)]);
      const picked = all.take(Array.from({ length: shape[0] }, () => random.integer(6)));
      const inOrder = filled(shape);
      inOrder.data.set(picked.copy().data);
      const p = problem(shape);
      const [first, ...others] = [inOrder, picked, picked.copy()].map((x) => {
        const results = { ...p, ...{ y: spoiled(shape), dx: spoiled(shape) } };
        compute(x, results);
        return [p.mean, p.variance, p.dGamma, p.dBeta, results.y, results.dx].map(({ data }) => [...data]);
      });
      for (const other of others) {
        other.forEach((numbers, i) => {
          const wrong = numbers.findIndex(
            (number, k) => !(Math.abs(number - first[i][k]) <= 1e-4 * (1 + Math.abs(first[i][k]))),
          );
          expect(wrong, `result ${i} of ${shape}`).toBe(-1);
        });
      }
    }
  });

  test("nothing is read but the arguments, and NaN stays in its channel", () => {
    const [x, p] = [filled([3, 5, 5, 7]), problem([3, 5, 5, 7])];
    x.data[2] = Number.NaN;
    const read = [x, p.gamma, p.beta, p.dy];
    const before = read.map(({ data }) => bitsOf(data));
    compute(x, p);
    expect(read.map(({ data }) => bitsOf(data))).toEqual(before);
    for (const { data } of [p.mean, p.variance, p.dGamma, p.y, p.dx]) {
      expect(Array.from(data, Number.isNaN)).toEqual(Array.from(data, (_, i) => i % 7 === 2));
    }
  });
});
