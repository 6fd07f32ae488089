import { describe, expect, test } from "vitest";
import { Augmentation, type AugmentationOptions, augment } from "../src/augmentation";
import { BatchReader, inOrder } from "../src/batches";
import { Dataset } from "../src/dataset";
import { OptionsError } from "../src/errors";
import { Random } from "../src/random";
import { type Shape, Tensor } from "../src/tensor";
import { bitsOf, randomTensor } from "./support/numbers";

const ordinary = { zeros: Tensor.zeros, holds: () => false };
const pass = { seed: 1, epoch: 0, batch: 0 };

function drawn(options: AugmentationOptions, x: Tensor, at = pass): Tensor {
  const target = Tensor.zeros(x.shape);
  new Augmentation(options, x.shape.slice(1)).draw(x, target, at);
  return target;
}

/** A bright square of 3×3 pixels in the middle of a dark image, `count` times. */
function squares(count: number, shape: Shape = [9, 9, 1]): Tensor {
  const x = Tensor.zeros([count, ...shape]);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < 9; k++) x.data[i * 81 + (3 + Math.floor(k / 3)) * 9 + 3 + (k % 3)] = 1;
  }
  return x;
}

/** Centre of mass and mass of one image. */
function centre(image: Tensor): { y: number; x: number; mass: number } {
  let [mass, y, x] = [0, 0, 0];
  const [height, width] = image.shape;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      mass += image.at(row, column, 0);
      y += row * image.at(row, column, 0);
      x += column * image.at(row, column, 0);
    }
  }
  return { y: y / mass, x: x / mass, mass };
}

test("without options every image stays as it is, bit for bit", () => {
  const x = randomTensor([3, 5, 4, 2], new Random("images"));
  expect(bitsOf(drawn({}, x).data)).toBe(bitsOf(x.data));
});

test("the same seed, epoch and batch give the same variations, and any other do not", () => {
  const x = randomTensor([3, 6, 6, 1], new Random("images"));
  const options = { flip: true, shift: 1, rotation: 20, scale: 0.1, brightness: 0.2 };
  const bits = (at: typeof pass) => bitsOf(drawn(options, x, at).data);
  expect(bits(pass)).toBe(bits({ ...pass }));
  const others = [
    { ...pass, seed: 2 },
    { ...pass, epoch: 1 },
    { ...pass, batch: 1 },
  ].map(bits);
  expect(new Set([bits(pass), ...others]).size).toBe(4);
});

test("flip mirrors about half of the images and leaves the others", () => {
  const x = Tensor.from(
    Array.from({ length: 200 }, () => [
      [[1], [2], [3]],
      [[4], [5], [6]],
    ]),
  );
  const flipped = drawn({ flip: true }, x);
  let mirrored = 0;
  for (let i = 0; i < 200; i++) {
    const image = JSON.stringify(flipped.row(i).toArray());
    if (image === "[[[3],[2],[1]],[[6],[5],[4]]]") mirrored++;
    else expect(image).toBe("[[[1],[2],[3]],[[4],[5],[6]]]");
  }
  expect(mirrored).toBeGreaterThan(70);
  expect(mirrored).toBeLessThan(130);
});

test("shift moves by up to so many pixels, in both directions, and keeps all of it", () => {
  const shifted = drawn({ shift: 2 }, squares(300));
  const moves = Array.from({ length: 300 }, (_, i) => centre(shifted.row(i)));
  for (const { y, x, mass } of moves) {
    expect(mass).toBeCloseTo(9, 4);
    expect(Math.max(Math.abs(y - 4), Math.abs(x - 4))).toBeLessThanOrEqual(2.0001);
  }
  for (const axis of ["x", "y"] as const) {
    const along = moves.map((move) => move[axis] - 4);
    expect(Math.min(...along)).toBeLessThan(-1.8);
    expect(Math.max(...along)).toBeGreaterThan(1.8);
  }
});

test("rotation turns about the middle: a bar of pixels ends where sine and cosine say", () => {
  // A bar to the right of the middle of a large image; its own centre of mass turns like a point.
  const x = Tensor.zeros([100, 31, 31, 1]);
  for (let i = 0; i < 100; i++) {
    for (const row of [14, 15, 16])
      for (const column of [23, 24, 25]) x.data[(i * 31 + row) * 31 + column] = 1;
  }
  const turned = drawn({ rotation: 30 }, x);
  const angles = Array.from({ length: 100 }, (_, i) => {
    const at = centre(turned.row(i));
    expect(Math.hypot(at.y - 15, at.x - 15)).toBeCloseTo(9, 1);
    return (Math.atan2(at.y - 15, at.x - 15) * 180) / Math.PI;
  });
  expect(Math.max(...angles.map(Math.abs))).toBeLessThan(30.5);
  expect(Math.min(...angles)).toBeLessThan(-25);
  expect(Math.max(...angles)).toBeGreaterThan(25);
});

test("scale changes the area by the square of its share, brightness every pixel by its own", () => {
  // A linear slope: bilinear interpolation is exact on it, so that its steepness tells the scale.
  const x = Tensor.zeros([200, 11, 11, 1]);
  for (let k = 0; k < x.data.length; k++) x.data[k] = (k % 11) - 5;
  const scaled = drawn({ scale: 0.2 }, x);
  const sizes = Array.from({ length: 200 }, (_, i) => 1 / (scaled.at(i, 5, 6, 0) - scaled.at(i, 5, 5, 0)));
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(0.7999);
  expect(Math.min(...sizes)).toBeLessThan(0.83);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1.2001);
  expect(Math.max(...sizes)).toBeGreaterThan(1.17);
  const lit = drawn({ brightness: 0.5 }, squares(200));
  const factors = Array.from({ length: 200 }, (_, i) => lit.at(i, 4, 4, 0));
  expect(Math.min(...factors)).toBeLessThan(0.55);
  expect(Math.max(...factors)).toBeGreaterThan(1.45);
  expect(lit.at(0, 0, 0, 0)).toBe(0);
});

test("beyond its edge an image goes on as at the edge", () => {
  const x = Tensor.from([Array.from({ length: 6 }, () => Array.from({ length: 6 }, () => [7, 3]))]);
  const moved = drawn({ shift: 5, rotation: 90, scale: 0.5 }, x);
  for (let k = 0; k < moved.data.length; k += 2) {
    expect(moved.data[k]).toBeCloseTo(7, 5);
    expect(moved.data[k + 1]).toBeCloseTo(3, 5);
  }
});

describe("a reader of batches", () => {
  const images = randomTensor([10, 16], new Random("rows"));
  const data = Dataset.classification(images, [0, 1, 0, 1, 0, 1, 0, 1, 0, 1], 2).take([9, 3, 5, 7, 1]);
  const options = { shift: 1, shape: [4, 4, 1] };

  test("varies rows of pixels that are said to be images, of the samples that the batch names", () => {
    const { x, t } = new BatchReader(data, 2, ordinary, options).read(inOrder(5), 1, 4, pass);
    const expected = drawn(options, data.samples.take([1, 2, 3]));
    expect(bitsOf(x.copy().data)).toBe(bitsOf(expected.data));
    expect(x.shape).toEqual([3, 16]);
    expect(t.toArray()).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
    ]);
  });

  test("leaves the samples alone, and does not vary them outside of training", () => {
    const before = bitsOf(images.data);
    const reader = new BatchReader(data, 2, ordinary, options);
    reader.read(inOrder(5), 0, 5, pass);
    expect(bitsOf(images.data)).toBe(before);
    const { x } = reader.read(inOrder(5), 0, 5);
    expect(bitsOf(x.copy().data)).toBe(bitsOf(data.samples.copy().data));
  });

  test("uses the same memory for every batch of a size", () => {
    const reader = new BatchReader(data, 2, ordinary, options);
    const first = reader.read(inOrder(5), 0, 2, pass).x;
    expect(reader.read(inOrder(5), 2, 4, pass).x).toBe(first);
  });
});

test("augment varies samples as the first batch of a training with that seed, and leaves them as they were", () => {
  const x = randomTensor([3, 6, 6, 1], new Random("images"));
  const before = bitsOf(x.data);
  const options = { flip: true, shift: 1, rotation: 20 };
  expect(bitsOf(augment(x, options, { seed: 4 }).data)).toBe(
    bitsOf(drawn(options, x, { seed: 4, epoch: 0, batch: 0 }).data),
  );
  expect(bitsOf(x.data)).toBe(before);
});

test("augment refuses what training would refuse, all at once", () => {
  const wrong = () => augment(Tensor.zeros([2, 9]), { shift: -1 }, { seed: 0.5 });
  expect(wrong).toThrow(OptionsError);
  for (const part of ["augmentation.shift", "augmentation.shape", "seed: expected"])
    expect(wrong).toThrow(part);
});
