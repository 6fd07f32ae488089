import { describe, expect, test } from "vitest";
import type { Kernels } from "../../src/kernels/kernels";
import { plain, plainDouble } from "../../src/kernels/plain";
import { Random } from "../../src/random";
import { Tensor } from "../../src/tensor";
import { compiledKernels } from "../support/kernels";
import { bitsOf, randomTensor, tensorOf } from "../support/numbers";

/** Every implementation passes every test below; a new one is added here. */
const implementations: readonly Kernels[] = [plain, plainDouble, ...compiledKernels()];

interface Sizes {
  readonly batch: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** The edges, the shapes of real networks, and sixty in between. */
const sizes: readonly Sizes[] = (() => {
  const random = new Random("shapes");
  const fixed = [
    [1, 1, 1],
    [1, 40, 1],
    [1, 1, 40],
    [40, 1, 1],
    [4, 4, 4],
    [5, 3, 7],
    [8, 16, 8],
    [9, 17, 33],
    [32, 784, 16],
    [31, 16, 10],
    [2, 1000, 1],
  ].map(([batch, inputs, outputs]) => ({ batch, inputs, outputs }));
  const drawn = Array.from({ length: 60 }, () => ({
    batch: 1 + random.integer(12),
    inputs: 1 + random.integer(40),
    outputs: 1 + random.integer(40),
  }));
  return [...fixed, ...drawn];
})();

type Entry = (row: number, column: number) => number;

/** start + a·b by three loops in double precision, and the sum of the terms' magnitudes, which bounds the rounding. */
function naiveProduct(rows: number, inner: number, columns: number, a: Entry, b: Entry, start?: Entry) {
  const values = new Float64Array(rows * columns);
  const magnitudes = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = start?.(i, j) ?? 0;
      let magnitude = Math.abs(sum);
      for (let k = 0; k < inner; k++) {
        sum += a(i, k) * b(k, j);
        magnitude += Math.abs(a(i, k) * b(k, j));
      }
      values[i * columns + j] = sum;
      magnitudes[i * columns + j] = magnitude;
    }
  }
  return { values, magnitudes, terms: inner + 1 };
}

/** n terms added in any order are off by at most about n·ε·Σ|terms| (Higham, 2002), with ε of the numbers' precision. */
function expectProduct(actual: Tensor, expected: ReturnType<typeof naiveProduct>): void {
  const { values, magnitudes, terms } = expected;
  const epsilon = actual.data instanceof Float32Array ? 2 ** -24 : 2 ** -52;
  expect(actual.data.length).toBe(values.length);
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) {
      const bound = (terms + 1) * epsilon * magnitudes[i];
      if (!(Math.abs(actual.data[i] - values[i]) <= bound)) {
        expect.fail(`element ${i}: expected ${values[i]} ± ${bound}, received ${actual.data[i]}`);
      }
    } else {
      expect(actual.data[i], `element ${i}`).toBe(values[i]);
    }
  }
}

/** A problem of the given sizes; what the kernels write to starts out as NaN, so that adding to it would show. */
function problem(kernels: Kernels, { batch, inputs, outputs }: Sizes, random: Random) {
  const output = (shape: number[]) => {
    const tensor = kernels.zeros(shape);
    tensor.data.fill(Number.NaN);
    return tensor;
  };
  return {
    x: randomTensor([batch, inputs], random, kernels.zeros),
    weights: randomTensor([inputs, outputs], random, kernels.zeros),
    bias: randomTensor([outputs], random, kernels.zeros),
    dz: randomTensor([batch, outputs], random, kernels.zeros),
    z: output([batch, outputs]),
    dx: output([batch, inputs]),
    dWeights: output([inputs, outputs]),
    dBias: output([outputs]),
  };
}

type Problem = ReturnType<typeof problem>;

function computeAll(kernels: Kernels, { x, weights, bias, dz, z, dx, dWeights, dBias }: Problem): void {
  kernels.affine(x, weights, bias, z);
  kernels.weightGradient(x, dz, dWeights, dBias);
  kernels.inputGradient(dz, weights, dx);
}

function expectAllRight({ batch, inputs, outputs }: Sizes, p: Problem): void {
  const x: Entry = (i, k) => p.x.data[p.x.rowStart(i) + k];
  const weights: Entry = (k, j) => p.weights.data[k * outputs + j];
  const dz: Entry = (i, j) => p.dz.data[i * outputs + j];
  expectProduct(
    p.z,
    naiveProduct(batch, inputs, outputs, x, weights, (_, j) => p.bias.data[j]),
  );
  expectProduct(
    p.dWeights,
    naiveProduct(inputs, batch, outputs, (k, i) => x(i, k), dz),
  );
  expectProduct(
    p.dBias,
    naiveProduct(1, batch, outputs, () => 1, dz),
  );
  expectProduct(
    p.dx,
    naiveProduct(batch, outputs, inputs, dz, (j, k) => weights(k, j)),
  );
}

const outputsOf = ({ z, dWeights, dBias, dx }: Problem) =>
  [z, dWeights, dBias, dx].map((t) => bitsOf(t.data));

describe.each(implementations.map((kernels) => ({ name: kernels.name, kernels })))("$name", ({ kernels }) => {
  test("zeros has the shape that is asked for and holds zeros", () => {
    for (const shape of [[], [0], [1], [3, 5], [2, 3, 4]]) {
      const tensor = kernels.zeros(shape);
      expect(tensor.shape).toEqual(shape);
      expect(tensor.data.every((value) => value === 0)).toBe(true);
    }
    const [a, b] = [kernels.zeros([4]), kernels.zeros([4])];
    a.data.fill(1);
    expect([...b.data]).toEqual([0, 0, 0, 0]);
  });

  test("the three products agree with a triple loop in double precision, whatever the shape", () => {
    const random = new Random("products");
    for (const size of sizes) {
      const p = problem(kernels, size, random);
      computeAll(kernels, p);
      expectAllRight(size, p);
    }
  });

  test("nothing is read but the arguments, and nothing is written but the results", () => {
    const random = new Random("arguments");
    for (const size of sizes.slice(0, 40)) {
      const p = problem(kernels, size, random);
      const read = [p.x, p.weights, p.bias, p.dz];
      const before = read.map(({ data }) => bitsOf(data));
      computeAll(kernels, p);
      expect(read.map(({ data }) => bitsOf(data))).toEqual(before);
    }
  });

  test("rows named by an index list give the bits that the same rows in order give", () => {
    const random = new Random("rows");
    for (const size of sizes) {
      const all = randomTensor([20, size.inputs], random, kernels.zeros);
      const picked = all.take(Array.from({ length: size.batch }, () => random.integer(20)));
      const p = { ...problem(kernels, size, random), x: picked };
      computeAll(kernels, p);
      const byIndex = outputsOf(p);
      computeAll(kernels, { ...p, x: picked.copy() });
      expect(outputsOf(p)).toEqual(byIndex);
      expectAllRight(size, p);
    }
  });

  test("samples may lie in ordinary memory, at any offset", () => {
    const random = new Random("ordinary memory");
    for (const size of sizes.slice(0, 40)) {
      const memory = randomTensor([3 + size.batch * size.inputs], random).data;
      const p = {
        ...problem(kernels, size, random),
        x: new Tensor(memory.subarray(3), [size.batch, size.inputs]),
      };
      computeAll(kernels, p);
      expectAllRight(size, p);
    }
  });

  test("a batch smaller than its memory leaves the rest of the memory alone", () => {
    const random = new Random("small batch");
    for (const size of sizes.slice(0, 40)) {
      const p = problem(kernels, size, random);
      const guard = 7;
      const [z, dx] = [p.z, p.dx].map(({ shape, size: count }) => {
        const memory = kernels.zeros([count + guard]);
        memory.data.fill(42);
        return { memory, view: new Tensor(memory.data.subarray(0, count), shape) };
      });
      computeAll(kernels, { ...p, z: z.view, dx: dx.view });
      expectAllRight(size, { ...p, z: z.view, dx: dx.view });
      for (const { memory } of [z, dx]) {
        expect([...memory.data.subarray(-guard)]).toEqual(new Array(guard).fill(42));
      }
    }
  });

  test("the same arguments give the same bits", () => {
    for (const size of sizes.slice(0, 20)) {
      const [first, second] = [1, 2].map(() => problem(kernels, size, new Random("same")));
      computeAll(kernels, first);
      computeAll(kernels, second);
      expect(outputsOf(first)).toEqual(outputsOf(second));
    }
  });

  test("NaN and ∞ reach every result that depends on them, and no other", () => {
    const random = new Random("not finite");
    const special = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const size of sizes.filter(({ inputs, outputs }) => inputs * outputs < 1000)) {
      for (const value of special) {
        const p = problem(kernels, size, random);
        const into = [p.x, p.weights, p.bias, p.dz][random.integer(4)].data;
        into[random.integer(into.length)] = value;
        computeAll(kernels, p);
        expectAllRight(size, p);
      }
    }
  });

  test("0 · ∞ is NaN: a zero is not skipped", () => {
    const p = problem(kernels, { batch: 5, inputs: 5, outputs: 5 }, new Random("zeros"));
    p.x.data.fill(0);
    p.dz.data.fill(0);
    p.weights.data[0] = Number.POSITIVE_INFINITY;
    computeAll(kernels, p);
    expectAllRight({ batch: 5, inputs: 5, outputs: 5 }, p);
    expect(p.z.data[0]).toBeNaN();
    expect(p.dx.data[0]).toBeNaN();
  });

  test("descend takes rate · gradient from every element", () => {
    const random = new Random("descend");
    for (let length = 1; length <= 40; length++) {
      const [value, gradient] = [1, 2].map(() => randomTensor([length], random, kernels.zeros));
      const rate = random.uniform(0, 2);
      const expected = Array.from(value.data, (v, i) => v - rate * gradient.data[i]);
      const single = value.data instanceof Float32Array;
      kernels.descend(value, gradient, rate);
      for (let i = 0; i < length; i++) {
        // Rate, product and difference may each be rounded once.
        const size = Math.abs(expected[i]) + 3 * rate * Math.abs(gradient.data[i]);
        expect(Math.abs(value.data[i] - expected[i])).toBeLessThanOrEqual(
          size * (single ? 2 ** -24 : 2 ** -52),
        );
      }
    }
  });

  test("descend lets NaN and ∞ through and leaves the gradient alone", () => {
    const value = tensorOf([1, 2, Number.NaN, 4, Number.POSITIVE_INFINITY], [5], kernels.zeros);
    const gradient = tensorOf([Number.NaN, Number.POSITIVE_INFINITY, 1, 0, 1], [5], kernels.zeros);
    kernels.descend(value, gradient, 0.5);
    expect([...value.data]).toEqual([
      Number.NaN,
      Number.NEGATIVE_INFINITY,
      Number.NaN,
      4,
      Number.POSITIVE_INFINITY,
    ]);
    expect([...gradient.data]).toEqual([Number.NaN, Number.POSITIVE_INFINITY, 1, 0, 1]);
  });
});
