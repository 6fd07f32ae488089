import { describe, expect, test } from "vitest";
import { plain, plainDouble } from "../../src/kernels/plain";
import { Random } from "../../src/random";
import type { Tensor } from "../../src/tensor";
import { randomTensor, relativeError, tensorOf } from "../support/numbers";

/** The smallest number that single precision holds with all its digits. */
const SMALLEST_NORMAL = 2 ** -126;

describe.each([
  { kernels: plainDouble, tolerance: 1e-14 },
  { kernels: plain, tolerance: 1e-6 },
])("the updates of $kernels.name", ({ kernels, tolerance }) => {
  const problem = (length: number, random: Random) => {
    const [value, gradient, first, second] = [1, 2, 3, 4].map(() =>
      randomTensor([length], random, kernels.zeros),
    );
    for (let i = 0; i < length; i++) second.data[i] = Math.abs(second.data[i]);
    const before = [value, gradient, first, second].map(({ data }) => Array.from(data));
    return { value, gradient, first, second, before };
  };
  const lengths = [1, 2, 3, 4, 5, 7, 8, 9, 16, 31, 100];
  const expectNear = (actual: Tensor, expected: number[]) =>
    expect(relativeError(actual.data, expected)).toBeLessThan(tolerance);

  test("are what their formulas say, for any length", () => {
    const random = new Random("updates");
    for (const length of lengths) {
      for (const name of ["momentum", "nesterov"] as const) {
        const { value, gradient, first, before } = problem(length, random);
        const [w, g, v] = before;
        kernels[name](value, gradient, first, 0.1, 0.8);
        const velocity = v.map((old, i) => 0.8 * old + g[i]);
        expectNear(first, velocity);
        expectNear(
          value,
          w.map((old, i) => old - 0.1 * (name === "momentum" ? velocity[i] : g[i] + 0.8 * velocity[i])),
        );
        expect(Array.from(gradient.data)).toEqual(g);
      }
      const rms = problem(length, random);
      kernels.rmsprop(rms.value, rms.gradient, rms.second, 0.1, 0.9, 1e-3);
      const square = rms.before[3].map((old, i) => 0.9 * old + 0.1 * rms.before[1][i] ** 2);
      expectNear(rms.second, square);
      expectNear(
        rms.value,
        rms.before[0].map((old, i) => old - (0.1 * rms.before[1][i]) / (Math.sqrt(square[i]) + 1e-3)),
      );
      for (const step of [1, 2, 10, 100_000]) {
        const { value, gradient, first, second, before } = problem(length, random);
        const [w, g, m0, s0] = before;
        kernels.adam(value, gradient, first, second, 0.1, 0.9, 0.99, 1e-3, step);
        const m = m0.map((old, i) => 0.9 * old + 0.1 * g[i]);
        const s = s0.map((old, i) => 0.99 * old + 0.01 * g[i] ** 2);
        expectNear(first, m);
        expectNear(second, s);
        const [mScale, sScale] = [1 - 0.9 ** step, 1 - 0.99 ** step];
        expectNear(
          value,
          w.map((old, i) => old - (0.1 * (m[i] / mScale)) / (Math.sqrt(s[i] / sScale) + 1e-3)),
        );
      }
    }
  });

  test("never leave a memory that fades away below what single precision holds with all digits", () => {
    const zero = kernels.zeros([5]);
    const memories = [1, 2, 3, 4, 5].map(() => tensorOf([1, -1, 1e-20, -1e-30, 0], [5], kernels.zeros));
    const [velocity, ahead, square, mean, meanSquare] = memories;
    for (let step = 1; step <= 2000; step++) {
      const value = kernels.zeros([5]);
      kernels.momentum(value, zero, velocity, 0.1, 0.9);
      kernels.nesterov(value, zero, ahead, 0.1, 0.9);
      kernels.rmsprop(value, zero, square, 0.1, 0.9, 1e-8);
      kernels.adam(value, zero, mean, meanSquare, 0.1, 0.9, 0.9, 1e-8, step);
      for (const { data } of memories) {
        expect(data.every((number) => number === 0 || Math.abs(number) >= SMALLEST_NORMAL)).toBe(true);
      }
    }
    for (const { data } of memories) expect([...data].every((number) => number === 0)).toBe(true);
  });

  test("let NaN and ∞ through", () => {
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY]) {
      for (const name of ["momentum", "nesterov"] as const) {
        const [value, velocity] = [kernels.zeros([3]), kernels.zeros([3])];
        kernels[name](value, tensorOf([0, wrong, 0], [3], kernels.zeros), velocity, 0.1, 0.9);
        expect([...value.data].map(Number.isFinite)).toEqual([true, false, true]);
      }
    }
  });
});
