import { describe, expect, test } from "vitest";
import { plain, plainDouble } from "../../src/kernels/plain";
import { type ActivationName, activationNames, activations } from "../../src/nn/activations";
import { Random } from "../../src/random";
import { tensorOf } from "../support/numbers";

/** Sums from the ordinary to the absurd, with both zeros; the largest are beyond what e^z can hold. */
const EXTREMES = [-1e30, -1000, -100, -40, -1, -1e-10, -0, 0, 1e-10, 1, 40, 100, 1000, 1e30];

function apply(name: ActivationName, values: number[], zeros = plainDouble.zeros): number[] {
  const z = tensorOf(values, [1, values.length], zeros);
  const y = zeros(z.shape);
  activations[name].forward(z, y);
  return [...y.data];
}

function slope(name: ActivationName, values: number[], zeros = plainDouble.zeros): number[] {
  const z = tensorOf(values, [1, values.length], zeros);
  const dy = zeros(z.shape);
  dy.data.fill(1);
  activations[name].forward(z, z);
  activations[name].backward(z, dy, dy);
  return [...dy.data];
}

test("the functions have the values that can be worked out by hand", () => {
  expect(apply("linear", [-2, 0, 3])).toEqual([-2, 0, 3]);
  expect(apply("relu", [-2, 0, 3])).toEqual([0, 0, 3]);
  for (const [i, y] of apply("sigmoid", [0, Math.log(3), -Math.log(3)]).entries()) {
    expect(y).toBeCloseTo([0.5, 0.75, 0.25][i], 15);
  }
  for (const [i, y] of apply("tanh", [0, Math.log(3) / 2, -Math.log(3) / 2]).entries()) {
    expect(y).toBeCloseTo([0, 0.5, -0.5][i], 15);
  }
  for (const [i, y] of apply("softmax", [0, Math.log(2), Math.log(3)]).entries()) {
    expect(y).toBeCloseTo((i + 1) / 6, 15);
  }
});

test("the slopes have the values that can be worked out by hand", () => {
  expect(slope("linear", [-2, 0, 3])).toEqual([1, 1, 1]);
  expect(slope("relu", [-2, 0, 3])).toEqual([0, 0, 1]);
  expect(slope("sigmoid", [0])[0]).toBeCloseTo(1 / 4, 15);
  expect(slope("tanh", [0])[0]).toBeCloseTo(1, 15);
});

describe.each([plain, plainDouble])("with $name", ({ zeros }) => {
  test.each(activationNames)("%s is finite, and its slope too, up to |z| = 10³⁰", (name) => {
    const y = apply(name, EXTREMES, zeros);
    expect(y.every(Number.isFinite)).toBe(true);
    expect(slope(name, EXTREMES, zeros).every(Number.isFinite)).toBe(true);
    for (const z of EXTREMES) {
      expect(apply(name, [z, z, z], zeros).every(Number.isFinite)).toBe(true);
    }
  });

  test.each([
    ["relu", 0, Number.POSITIVE_INFINITY],
    ["sigmoid", 0, 1],
    ["tanh", -1, 1],
    ["softmax", 0, 1],
  ] as const)("%s stays between %d and %d and never falls", (name, low, high) => {
    const y = apply(name, EXTREMES, zeros);
    for (let i = 0; i < y.length; i++) {
      expect(y[i]).toBeGreaterThanOrEqual(low);
      expect(y[i]).toBeLessThanOrEqual(high);
      if (i > 0) expect(y[i]).toBeGreaterThanOrEqual(y[i - 1]);
    }
  });

  test("every row of softmax adds up to 1, whatever its size and scale", () => {
    const random = new Random("softmax");
    const single = zeros([1]).data instanceof Float32Array;
    for (const scale of [1e-3, 1, 30, 1000]) {
      for (let units = 1; units <= 40; units++) {
        const z = tensorOf(
          Array.from({ length: 3 * units }, () => scale * random.normal()),
          [3, units],
          zeros,
        );
        activations.softmax.forward(z, z);
        for (let row = 0; row < 3; row++) {
          let sum = 0;
          for (const y of z.row(row).data) sum += y;
          expect(Math.abs(sum - 1)).toBeLessThan(units * (single ? 2 ** -24 : 2 ** -52));
        }
      }
    }
  });

  test.each(activationNames)("NaN stays NaN in %s", (name) => {
    expect(apply(name, [1, Number.NaN, 2], zeros)[1]).toBeNaN();
  });
});

test("softmax does not change when a number is added to a whole row", () => {
  const row = [0.5, -1, 2, 0];
  const shifted = row.map((z) => z + 512);
  expect(apply("softmax", shifted)).toEqual(apply("softmax", row));
});

test("softmax treats every row by itself", () => {
  const z = tensorOf([1, 2, 3, 900, 1000, 1100], [2, 3], plainDouble.zeros);
  activations.softmax.forward(z, z);
  expect([...z.data.subarray(0, 3)]).toEqual(apply("softmax", [1, 2, 3]));
  expect([...z.data.subarray(3)]).toEqual(apply("softmax", [900, 1000, 1100]));
});
