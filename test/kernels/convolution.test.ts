import { describe, expect, test } from "vitest";
import type { Placement } from "../../src/kernels/kernels";
import { plain, plainDouble } from "../../src/kernels/plain";
import { Random } from "../../src/random";
import type { Tensor } from "../../src/tensor";
import { bitsOf, randomTensor, relativeError } from "../support/numbers";

/** Every implementation passes every test below; a new one is added here. */
const implementations = [
  { kernels: plainDouble, tolerance: 1e-13 },
  { kernels: plain, tolerance: 5e-6 },
];

interface Sizes extends Placement {
  readonly batch: number;
  readonly image: readonly [height: number, width: number, channels: number];
  readonly window: readonly [number, number];
  readonly filters: number;
  readonly places: readonly [number, number];
}

/** The edges, the shapes of real networks, and forty in between. */
const sizes: readonly Sizes[] = (() => {
  const random = new Random("convolutions");
  const size = (
    batch: number,
    image: Sizes["image"],
    window: Sizes["window"],
    filters: number,
    strides: Sizes["strides"],
    padding: Sizes["padding"],
  ): Sizes => {
    // As many places as there are with as much padding after the image as before it.
    const places = [0, 1].map(
      (axis) => Math.floor((image[axis] + 2 * padding[axis] - window[axis]) / strides[axis]) + 1,
    );
    return { batch, image, window, filters, strides, padding, places: [places[0], places[1]] };
  };
  const pair = (draw: () => number): [number, number] => [draw(), draw()];
  const drawn = Array.from({ length: 40 }, () => {
    const window = pair(() => 1 + random.integer(4));
    const [height, width] = window.map((length) => length + random.integer(5));
    const channels = 1 + random.integer(9);
    const strides = pair(() => 1 + random.integer(3));
    const padding = pair(() => random.integer(3));
    return size(
      1 + random.integer(3),
      [height, width, channels],
      window,
      1 + random.integer(9),
      strides,
      padding,
    );
  });
  return [
    size(1, [1, 1, 1], [1, 1], 1, [1, 1], [0, 0]),
    size(1, [1, 1, 3], [5, 5], 2, [1, 1], [2, 2]),
    size(2, [28, 28, 1], [3, 3], 8, [1, 1], [0, 0]),
    size(2, [13, 13, 8], [3, 3], 16, [1, 1], [1, 1]),
    size(1, [16, 16, 3], [3, 3], 24, [2, 2], [0, 0]),
    ...drawn,
  ];
})();

const shapesOf = ({ batch, image, window, filters, places }: Sizes) => ({
  x: [batch, ...image],
  weights: [...window, image[2], filters],
  bias: [filters],
  z: [batch, ...places, filters],
});

/** z, dW, db and dx by the definition, one product after the other in double precision. */
function naive(size: Sizes, x: Tensor, weights: Tensor, bias: Tensor, dz: Tensor) {
  const z = dz.toArray() as number[][][][];
  const dWeights = plainDouble.zeros(weights.shape);
  const dBias = plainDouble.zeros(bias.shape);
  const dx = plainDouble.zeros(x.shape);
  const [height, width, channels] = size.image;
  const sums = plainDouble.zeros(dz.shape);
  let to = 0;
  for (let i = 0; i < size.batch; i++) {
    for (let y = 0; y < size.places[0]; y++) {
      for (let column = 0; column < size.places[1]; column++) {
        for (let o = 0; o < size.filters; o++, to++) {
          sums.data[to] = bias.data[o];
          dBias.data[o] += z[i][y][column][o];
          for (let ky = 0; ky < size.window[0]; ky++) {
            for (let kx = 0; kx < size.window[1]; kx++) {
              const row = y * size.strides[0] + ky - size.padding[0];
              const pixel = column * size.strides[1] + kx - size.padding[1];
              if (row < 0 || row >= height || pixel < 0 || pixel >= width) continue;
              for (let c = 0; c < channels; c++) {
                const w = ((ky * size.window[1] + kx) * channels + c) * size.filters + o;
                const value = x.at(i, row, pixel, c);
                sums.data[to] += value * weights.data[w];
                dWeights.data[w] += value * z[i][y][column][o];
                dx.data[((i * height + row) * width + pixel) * channels + c] +=
                  weights.data[w] * z[i][y][column][o];
              }
            }
          }
        }
      }
    }
  }
  return { z: sums, dWeights, dBias, dx };
}

describe.each(implementations)("the convolution of $kernels.name", ({ kernels, tolerance }) => {
  const output = (shape: readonly number[]) => {
    const tensor = kernels.zeros(shape);
    tensor.data.fill(Number.NaN);
    return tensor;
  };
  const compute = (size: Sizes, x: Tensor, weights: Tensor, bias: Tensor, dz: Tensor) => {
    const results = {
      z: output(dz.shape),
      dWeights: output(weights.shape),
      dBias: output(bias.shape),
      dx: output(x.shape),
    };
    kernels.convolve(x, weights, bias, results.z, size);
    kernels.convolutionWeightGradient(x, dz, results.dWeights, results.dBias, size);
    kernels.convolutionInputGradient(dz, weights, results.dx, size);
    return results;
  };
  const problem = (size: Sizes, random: Random) => {
    const shapes = shapesOf(size);
    const [x, weights, bias, dz] = [shapes.x, shapes.weights, shapes.bias, shapes.z].map((shape) =>
      randomTensor(shape, random, kernels.zeros),
    );
    return { x, weights, bias, dz };
  };

  test("agrees with the definition, whatever the shape", () => {
    const random = new Random("values");
    for (const size of sizes) {
      const { x, weights, bias, dz } = problem(size, random);
      const expected = naive(size, x, weights, bias, dz);
      const actual = compute(size, x, weights, bias, dz);
      for (const name of ["z", "dWeights", "dBias", "dx"] as const) {
        const error = relativeError(actual[name].data, expected[name].data);
        expect(error, `${name} of ${JSON.stringify(size)}`).toBeLessThan(tolerance);
      }
    }
  });

  test("takes rows named by an index list, with the bits that the same rows in order give", () => {
    const random = new Random("rows");
    for (const size of sizes) {
      const { weights, bias, dz } = problem(size, random);
      const all = randomTensor([7, ...size.image], random, kernels.zeros);
      const picked = all.take(Array.from({ length: size.batch }, () => random.integer(7)));
      const [byIndex, inOrder] = [picked, picked.copy()].map((x) => compute(size, x, weights, bias, dz));
      expect(bitsOf(byIndex.z.data)).toBe(bitsOf(inOrder.z.data));
      expect(bitsOf(byIndex.dWeights.data)).toBe(bitsOf(inOrder.dWeights.data));
    }
  });

  test("lets a NaN reach every place that looks at it, and no other", () => {
    const size = sizes[3];
    const { x, weights, bias, dz } = problem(size, new Random("NaN"));
    x.data[(4 * 13 + 6) * 8] = Number.NaN;
    const { z } = compute(size, x, weights, bias, dz);
    for (let row = 0; row < 13; row++) {
      for (let column = 0; column < 13; column++) {
        const looks = Math.abs(row - 4) <= 1 && Math.abs(column - 6) <= 1;
        expect(Number.isNaN(z.at(0, row, column, 5))).toBe(looks);
      }
    }
  });
});
