import { expect, test } from "vitest";
import { Dataset } from "../src/dataset";
import { deskew } from "../src/deskew";
import { Tensor } from "../src/tensor";
import { errorOf } from "./support/errors";
import { relativeError } from "./support/numbers";

/** A soft stroke through (`middleY`, `middleX`) that goes `lean` pixels to the side for each pixel down. */
function stroke(lean: number, middleY = 14, middleX = 14): Tensor {
  const image = Tensor.zeros([1, 28, 28, 1]);
  for (let y = 0; y < 28; y++) {
    for (let x = 0; x < 28; x++) {
      const aside = x - middleX - lean * (y - middleY);
      image.data[y * 28 + x] = Math.exp(-(aside ** 2) / 4 - (y - middleY) ** 2 / 30);
    }
  }
  return image;
}

const dataOf = (samples: Tensor) =>
  Dataset.classification(samples, new Array(samples.shape[0]).fill(1), ["a", "b"]);

/** Centre of mass, counted from the middle of the image, and covariance of y and x by the definition. */
function moments(image: Tensor) {
  let [mass, sy, sx] = [0, 0, 0];
  const each = (f: (value: number, y: number, x: number) => void) => {
    for (let k = 0; k < 784; k++) f(image.data[k], Math.floor(k / 28) - 13.5, (k % 28) - 13.5);
  };
  each((value, y, x) => {
    mass += value;
    sy += value * y;
    sx += value * x;
  });
  const [y, x] = [sy / mass, sx / mass];
  let covariance = 0;
  each((value, row, column) => {
    covariance += (value * (row - y) * (column - x)) / mass;
  });
  return { y, x, covariance };
}

test.each([0.6, 0.3, -0.4])("a stroke that leans by %f is upright and in the middle afterwards", (lean) => {
  const skewed = stroke(lean, 12, 16);
  expect(Math.abs(moments(skewed).covariance)).toBeGreaterThan(3);
  const { y, x, covariance } = moments(deskew(dataOf(skewed)).samples);
  expect(Math.abs(covariance)).toBeLessThan(0.15);
  expect(Math.hypot(y, x)).toBeLessThan(0.05);
  const upright = deskew(dataOf(stroke(0))).samples.data;
  expect(relativeError(deskew(dataOf(skewed)).samples.data, upright)).toBeLessThan(0.12);
});

test("an upright stroke in the middle stays, and so does an empty image", () => {
  const upright = stroke(0, 13.5, 13.5);
  expect(relativeError(deskew(dataOf(upright)).samples.data, upright.data)).toBeLessThan(1e-5);
  expect(deskew(dataOf(Tensor.zeros([1, 28, 28, 1]))).samples.data.every((value) => value === 0)).toBe(true);
});

test("rows of pixels stay rows, labels and order stay, and the samples given are not touched", () => {
  const rows = Tensor.zeros([3, 784]);
  for (const [i, lean] of [0.5, 0, -0.5].entries()) rows.data.set(stroke(lean).data, i * 784);
  const data = Dataset.classification(rows, [2, 0, 1], 3);
  const picked = data.take([2, 0]);
  const straight = deskew(picked, { shape: [28, 28, 1] });
  expect(straight.samples.shape).toEqual([2, 784]);
  expect([...(straight.labels ?? [])]).toEqual([1, 2]);
  expect(rows.data.slice(0, 784)).toEqual(stroke(0.5).data);
  expect(relativeError(straight.samples.row(1).data, deskew(dataOf(stroke(0.5))).samples.data)).toBe(0);
});

test("samples that are no images are refused, with what to do", async () => {
  const data = dataOf(Tensor.zeros([2, 784]));
  expect((await errorOf(() => deskew(data))).message).toMatch(
    /expected samples that are images.*received \[784\].*\{ shape: \[28, 28, 1\] \}/,
  );
  expect((await errorOf(() => deskew(data, { shape: [28, 27, 1] }))).message).toMatch(
    /the shape \[28, 27, 1\]/,
  );
});
