import { describe, expect, test } from "vitest";
import type { Kernels } from "../../src/kernels/kernels";
import { plain, plainDouble } from "../../src/kernels/plain";
import { Random } from "../../src/random";
import type { Tensor } from "../../src/tensor";
import { compiledKernels } from "../support/kernels";
import { randomTensor } from "../support/numbers";

const implementations: readonly Kernels[] = [plain, plainDouble, ...compiledKernels()];
const STEPS = 10;

/** One number through ten steps of each rule, in double precision. */
const rules = {
  momentum: (value: number, gradients: number[]) => {
    for (let v = 0, t = 0; t < STEPS; t++) {
      v = 0.9 * v + gradients[t];
      value -= 0.01 * v;
    }
    return value;
  },
  nesterov: (value: number, gradients: number[]) => {
    for (let v = 0, t = 0; t < STEPS; t++) {
      v = 0.9 * v + gradients[t];
      value -= 0.01 * (gradients[t] + 0.9 * v);
    }
    return value;
  },
  rmsProp: (value: number, gradients: number[]) => {
    for (let s = 0, t = 0; t < STEPS; t++) {
      s = 0.99 * s + 0.01 * gradients[t] ** 2;
      value -= (0.01 * gradients[t]) / (Math.sqrt(s) + 1e-8);
    }
    return value;
  },
  adam: (value: number, gradients: number[]) => {
    for (let m = 0, s = 0, t = 1; t <= STEPS; t++) {
      m = 0.9 * m + 0.1 * gradients[t - 1];
      s = 0.999 * s + 0.001 * gradients[t - 1] ** 2;
      value -= (0.01 * (m / (1 - 0.9 ** t))) / (Math.sqrt(s / (1 - 0.999 ** t)) + 1e-8);
    }
    return value;
  },
};

type Step = (value: Tensor, gradient: Tensor, memory: Tensor[], t: number) => void;

describe.each(implementations.map((kernels) => ({ name: kernels.name, kernels })))("$name", ({ kernels }) => {
  const steps: Record<keyof typeof rules, Step> = {
    momentum: (w, g, [v]) => kernels.descendWithMomentum(w, g, v, 0.01, 0.9, false),
    nesterov: (w, g, [v]) => kernels.descendWithMomentum(w, g, v, 0.01, 0.9, true),
    rmsProp: (w, g, [s]) => kernels.rmsProp(w, g, s, 0.01, 0.99, 1e-8),
    adam: (w, g, [m, s], t) => kernels.adam(w, g, m, s, 0.01, 0.9, 0.999, 1e-8, t),
  };

  test.each(Object.keys(rules) as (keyof typeof rules)[])("ten steps of %s follow its formula", (rule) => {
    const random = new Random(rule);
    for (let length = 1; length <= 20; length++) {
      const zeros = () => kernels.zeros([length]);
      const value = randomTensor([length], random, kernels.zeros);
      const gradients = Array.from({ length: STEPS }, () => randomTensor([length], random, kernels.zeros));
      const expected = Array.from(value.data, (v, i) =>
        rules[rule](
          v,
          gradients.map(({ data }) => data[i]),
        ),
      );
      const memory = [zeros(), zeros()];
      gradients.forEach((gradient, t) => {
        steps[rule](value, gradient, memory, t + 1);
      });
      const tolerance = value.data instanceof Float32Array ? 3e-6 : 1e-13;
      expected.forEach((number, i) => {
        expect(Math.abs(value.data[i] - number)).toBeLessThanOrEqual(tolerance * (1 + Math.abs(number)));
      });
    }
  });

  test("what decays ends at zero, not among denormal numbers", () => {
    for (const rule of Object.keys(rules) as (keyof typeof rules)[]) {
      const [value, gradient, first, second] = [1, 2, 3, 4].map(() => kernels.zeros([5]));
      first.data.fill(1e-37);
      second.data.fill(1.1754944e-38);
      for (let t = 1; t <= 40; t++) steps[rule](value, gradient, [first, second], t);
      const used = rule === "adam" ? [first, second] : [first];
      for (const { data } of used) {
        expect([...data].every((number) => number === 0 || Math.abs(number) >= 2 ** -126)).toBe(true);
      }
    }
  });

  test("NaN reaches the value and stays in the memory", () => {
    for (const rule of Object.keys(rules) as (keyof typeof rules)[]) {
      const [value, gradient, first, second] = [1, 2, 3, 4].map(() => kernels.zeros([5]));
      gradient.data[3] = Number.NaN;
      steps[rule](value, gradient, [first, second], 1);
      expect(Array.from(value.data, Number.isNaN)).toEqual([false, false, false, true, false]);
      expect(first.data[3]).toBeNaN();
    }
  });
});
