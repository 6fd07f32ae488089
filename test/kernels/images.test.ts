import { describe, expect, test } from "vitest";
import type { Kernels, Window } from "../../src/kernels/kernels";
import { plain, plainDouble } from "../../src/kernels/plain";
import { Random } from "../../src/random";
import type { Tensor } from "../../src/tensor";
import { compiledKernels } from "../support/kernels";
import { bitsOf, randomTensor } from "../support/numbers";

const implementations: readonly Kernels[] = [plain, plainDouble, ...compiledKernels()];

interface Case extends Window {
  readonly batch: number;
  readonly image: readonly [height: number, width: number];
  readonly inputs: number;
  readonly outputs: number;
  readonly places: readonly [rows: number, columns: number];
}

/** What Keras calls "same": ⌈length / stride⌉ outputs, the smaller half of the border first. */
function along(length: number, size: number, stride: number, same: boolean): [number, number] {
  if (!same) return [Math.floor((length - size) / stride) + 1, 0];
  const count = Math.ceil(length / stride);
  return [count, Math.floor(Math.max(0, (count - 1) * stride + size - length) / 2)];
}

function makeCase(
  [batch, inputs, outputs]: number[],
  image: [number, number],
  size: [number, number],
  strides: [number, number],
  same: boolean,
): Case {
  const [rows, top] = along(image[0], size[0], strides[0], same);
  const [columns, left] = along(image[1], size[1], strides[1], same);
  return { batch, inputs, outputs, image, size, strides, padding: [top, left], places: [rows, columns] };
}

/** The layers of real networks, the edges, and sixty in between. */
const cases: readonly Case[] = (() => {
  const random = new Random("images");
  const upTo = (most: number) => 1 + random.integer(most);
  const drawn = Array.from({ length: 60 }, () => {
    const size: [number, number] = [upTo(4), upTo(4)];
    const image: [number, number] = [size[0] + random.integer(7), size[1] + random.integer(7)];
    return makeCase([upTo(3), upTo(9), upTo(10)], image, size, [upTo(3), upTo(3)], random.integer(2) === 0);
  });
  return [
    makeCase([2, 1, 8], [28, 28], [3, 3], [1, 1], true),
    makeCase([2, 8, 16], [14, 14], [3, 3], [1, 1], true),
    makeCase([2, 3, 24], [12, 12], [3, 3], [2, 2], true),
    makeCase([1, 2, 72], [6, 5], [3, 2], [1, 1], false),
    makeCase([1, 1, 1], [1, 1], [1, 1], [1, 1], false),
    ...drawn,
  ];
})();

/** Every pixel that a window sees, straight from the definition. */
function eachPixel(
  { batch, image, places, size, strides, padding }: Case,
  visit: (i: number, r: number, c: number, y: number, x: number, u: number, v: number) => void,
): void {
  for (let i = 0; i < batch; i++)
    for (let r = 0; r < places[0]; r++)
      for (let c = 0; c < places[1]; c++)
        for (let u = 0; u < size[0]; u++)
          for (let v = 0; v < size[1]; v++) {
            const [y, x] = [r * strides[0] + u - padding[0], c * strides[1] + v - padding[1]];
            if (y >= 0 && x >= 0 && y < image[0] && x < image[1]) visit(i, r, c, y, x, u, v);
          }
}

function expectNear(actual: Tensor, expected: Float64Array, terms: number, what: string): void {
  const epsilon = actual.data instanceof Float32Array ? 2 ** -24 : 2 ** -52;
  // Normal numbers: products of two of them are hardly ever above 20.
  const bound = 20 * terms * epsilon;
  for (let i = 0; i < expected.length; i++) {
    if (!(Math.abs(actual.data[i] - expected[i]) <= bound)) {
      expect.fail(`${what}, element ${i}: expected ${expected[i]} ± ${bound}, received ${actual.data[i]}`);
    }
  }
}

describe.each(implementations.map((kernels) => ({ name: kernels.name, kernels })))("$name", ({ kernels }) => {
  const random = new Random("numbers");
  const filled = (shape: number[]) => randomTensor(shape, random, kernels.zeros);
  const spoiled = (shape: number[]) => {
    const tensor = kernels.zeros(shape);
    tensor.data.fill(Number.NaN);
    return tensor;
  };

  test("convolution and both of its gradients are the sums of their definitions", () => {
    for (const one of cases) {
      const { batch, image, places, size, inputs, outputs } = one;
      const [x, dz] = [filled([batch, ...image, inputs]), filled([batch, ...places, outputs])];
      const [weights, bias] = [filled([...size, inputs, outputs]), filled([outputs])];
      const [z, dx] = [spoiled([...dz.shape]), spoiled([...x.shape])];
      const [dWeights, dBias] = [spoiled([...weights.shape]), spoiled([outputs])];
      kernels.convolve(x, weights, bias, one, z);
      kernels.convolutionWeightGradient(x, dz, one, dWeights, dBias);
      kernels.convolutionInputGradient(dz, weights, one, dx);

      const expected = {
        z: Float64Array.from(z.data, (_, i) => bias.data[i % outputs]),
        dx: new Float64Array(dx.size),
        dWeights: new Float64Array(dWeights.size),
        dBias: new Float64Array(outputs),
      };
      dz.data.forEach((value, i) => {
        expected.dBias[i % outputs] += value;
      });
      eachPixel(one, (i, r, c, row, column, u, v) => {
        const from = ((i * image[0] + row) * image[1] + column) * inputs;
        const to = ((i * places[0] + r) * places[1] + c) * outputs;
        for (let k = 0; k < inputs; k++) {
          for (let o = 0; o < outputs; o++) {
            const w = ((u * size[1] + v) * inputs + k) * outputs + o;
            expected.z[to + o] += x.data[from + k] * weights.data[w];
            expected.dx[from + k] += dz.data[to + o] * weights.data[w];
            expected.dWeights[w] += dz.data[to + o] * x.data[from + k];
          }
        }
      });
      const what = JSON.stringify(one);
      expectNear(z, expected.z, size[0] * size[1] * inputs + 1, `z of ${what}`);
      expectNear(dx, expected.dx, size[0] * size[1] * outputs, `dx of ${what}`);
      expectNear(dWeights, expected.dWeights, batch * places[0] * places[1], `dWeights of ${what}`);
      expectNear(dBias, expected.dBias, batch * places[0] * places[1], `dBias of ${what}`);
    }
  });

  test("pooling finds the largest, and its gradient goes there and nowhere else", () => {
    for (const one of cases) {
      const { batch, image, places, inputs } = one;
      const [x, dy] = [filled([batch, ...image, inputs]), filled([batch, ...places, inputs])];
      const [y, dx] = [spoiled([...dy.shape]), spoiled([...x.shape])];
      // Few different numbers, so that there are ties.
      for (let i = 0; i < x.size; i++) x.data[i] = Math.round(2 * x.data[i]) + 0;
      kernels.maxPool(x, one, y);
      kernels.maxPoolGradient(x, y, dy, one, dx);

      const expected = new Float64Array(y.size).fill(Number.NEGATIVE_INFINITY);
      const winner = new Int32Array(y.size);
      eachPixel(one, (i, r, c, row, column) => {
        for (let k = 0; k < inputs; k++) {
          const from = ((i * image[0] + row) * image[1] + column) * inputs + k;
          const to = ((i * places[0] + r) * places[1] + c) * inputs + k;
          if (x.data[from] <= expected[to]) continue;
          expected[to] = x.data[from];
          winner[to] = from;
        }
      });
      expect([...y.data]).toEqual([...expected]);
      const gradient = new Float64Array(x.size);
      dy.data.forEach((value, to) => {
        gradient[winner[to]] += value;
      });
      expectNear(dx, gradient, one.size[0] * one.size[1], JSON.stringify(one));
    }
  });

  test("pooling passes NaN on, and the gradient to it", () => {
    const window: Window = { size: [2, 2], strides: [2, 2], padding: [0, 0] };
    const [x, y, dy, dx] = [
      [1, 2, 2, 1],
      [1, 1, 1, 1],
      [1, 1, 1, 1],
      [1, 2, 2, 1],
    ].map(filled);
    x.data.set([1, 5, Number.NaN, 7]);
    dy.data[0] = 3;
    kernels.maxPool(x, window, y);
    kernels.maxPoolGradient(x, y, dy, window, dx);
    expect(y.data[0]).toBeNaN();
    expect([...dx.data]).toEqual([0, 0, 3, 0]);
  });

  test("images named by an index list, or in ordinary memory, give the same bits", () => {
    for (const one of cases.slice(0, 30)) {
      const { batch, image, places, size, inputs, outputs } = one;
      const all = filled([5, ...image, inputs]);
      const picked = all.take(Array.from({ length: batch }, () => random.integer(5)));
      const [weights, bias] = [filled([...size, inputs, outputs]), filled([outputs])];
      const dz = filled([batch, ...places, outputs]);
      const results = [picked, picked.copy()].map((x) => {
        const [z, y] = [spoiled([...dz.shape]), spoiled([batch, ...places, inputs])];
        const [dWeights, dBias] = [spoiled([...weights.shape]), spoiled([outputs])];
        kernels.convolve(x, weights, bias, one, z);
        kernels.convolutionWeightGradient(x, dz, one, dWeights, dBias);
        kernels.maxPool(x, one, y);
        return [z, dWeights, dBias, y].map(({ data }) => bitsOf(data));
      });
      expect(results[1]).toEqual(results[0]);
    }
  });
});
