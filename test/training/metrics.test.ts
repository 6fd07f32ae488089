import { expect, test } from "vitest";
import { predictedClass } from "../../src/nn/predicted-class";
import { Tensor } from "../../src/tensor";
import { accuracyOf, classMetrics, countConfusions, countCorrect } from "../../src/training/metrics";

test("the class of a row is its largest output, the first of equals", () => {
  const outputs = Tensor.from([
    [0.1, 0.7, 0.2],
    [-3, -2, -1],
    [0.4, 0.2, 0.4],
    [9, 1, 1],
  ]);
  expect([0, 1, 2, 3].map((row) => predictedClass(outputs, row))).toEqual([1, 2, 0, 0]);
});

test("the class of a single output is 1 above the threshold, and not at it", () => {
  const outputs = Tensor.from([[0.49], [0.5], [0.51], [1]]);
  expect([0, 1, 2, 3].map((row) => predictedClass(outputs, row))).toEqual([0, 0, 1, 1]);
  expect([0, 1, 2, 3].map((row) => predictedClass(outputs, row, 0))).toEqual([1, 1, 1, 1]);
});

test("correct rows are counted, for outputs and for logits", () => {
  const targets = Tensor.from([
    [1, 0],
    [0, 1],
    [0, 1],
  ]);
  const outputs = Tensor.from([
    [0.6, 0.4],
    [0.6, 0.4],
    [0.1, 0.9],
  ]);
  expect(countCorrect(outputs, targets, false)).toBe(2);
  expect(countCorrect(outputs, targets, true)).toBe(2);
});

test("a logit speaks for yes above 0, an output above one half", () => {
  const targets = Tensor.from([[1], [1], [0]]);
  const values = Tensor.from([[0.3], [0.7], [-0.1]]);
  expect(countCorrect(values, targets, true)).toBe(3);
  expect(countCorrect(values, targets, false)).toBe(2);
});

test("confusions are counted by actual and predicted class", () => {
  expect(countConfusions([0, 0, 1, 2, 2, 2], [0, 1, 1, 2, 0, 2], 3)).toEqual([
    [1, 1, 0],
    [0, 1, 0],
    [1, 0, 2],
  ]);
  expect(countConfusions(Int32Array.of(1), Int32Array.of(0), 2)).toEqual([
    [0, 0],
    [1, 0],
  ]);
  expect(countConfusions([], [], 2)).toEqual([
    [0, 0],
    [0, 0],
  ]);
});

test("precision, recall and F1 of each class follow from the confusions", () => {
  // Rows are actual: 8 of 10 apples are found, and 8 of the 9 taken for apples are some.
  const confusions = [
    [8, 2, 0],
    [1, 4, 0],
    [0, 5, 0],
  ];
  const [apple, pear, plum] = classMetrics(confusions);
  expect(apple).toEqual({ count: 10, precision: 8 / 9, recall: 0.8, f1: 16 / 19 });
  expect(pear).toEqual({ count: 5, precision: 4 / 11, recall: 0.8, f1: 0.5 });
  expect(plum).toEqual({ count: 5, precision: Number.NaN, recall: 0, f1: 0 });
  expect(accuracyOf(confusions)).toBe(12 / 20);
});

test("F1 is the harmonic mean of precision and recall", () => {
  const [{ precision, recall, f1 }] = classMetrics([
    [30, 7],
    [4, 59],
  ]);
  expect(f1).toBeCloseTo(2 / (1 / precision + 1 / recall), 14);
});
