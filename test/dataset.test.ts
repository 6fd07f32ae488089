import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { Dataset } from "../src/dataset";
import { DataError, OptionsError, ShapeError } from "../src/errors";
import { Tensor } from "../src/tensor";

/** Samples [i, −i] with the given labels, so that a sample tells which one it is. */
function numbered(labels: number[], classes: number): Dataset {
  const samples = Tensor.from(labels.map((_, i) => [i, -i]));
  return Dataset.classification(samples, labels, classes);
}

const numbersOf = (data: Dataset): number[] =>
  Array.from({ length: data.length }, (_, i) => data.samples.at(i, 0));

const labelsOf = (data: Dataset): number[] => [...(data.labels ?? [])];

function targetsOf(data: Dataset, indices: number[], start: number, batch: number, outputs: number): unknown {
  const target = Tensor.zeros([batch, outputs]);
  target.data.fill(7);
  data.writeTargets(indices, start, target);
  return target.toArray();
}

describe("a classification set", () => {
  const data = numbered([2, 0, 1, 0], 3);

  test("has samples, labels and names", () => {
    expect(data.length).toBe(4);
    expect(data.sampleShape).toEqual([2]);
    expect(labelsOf(data)).toEqual([2, 0, 1, 0]);
    expect(data.classes).toEqual(["0", "1", "2"]);
    expect(data.targets).toBeNull();
    expect(inspect(data)).toBe("Dataset of 4 samples [2], 3 classes");
  });

  test("keeps a copy of the labels and the names", () => {
    const labels = Uint8Array.of(0, 1);
    const names = ["cat", "dog"];
    const named = Dataset.classification(Tensor.zeros([2, 1]), labels, names);
    labels[0] = 1;
    names[0] = "cow";
    expect(labelsOf(named)).toEqual([0, 1]);
    expect(named.classes).toEqual(["cat", "dog"]);
  });

  test("answers with a 1 at the label", () => {
    expect(targetsOf(data, [0, 1, 2, 3], 1, 2, 3)).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
    expect(targetsOf(data, [3, 0], 0, 2, 3)).toEqual([
      [1, 0, 0],
      [0, 0, 1],
    ]);
  });

  test("answers with the label itself for one output", () => {
    expect(targetsOf(numbered([1, 0, 1], 2), [2, 1, 0], 1, 2, 1)).toEqual([[0], [1]]);
  });
});

describe("a regression set", () => {
  const targets = Tensor.from([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  const data = Dataset.regression(Tensor.from([[0], [1], [2]]), targets);

  test("answers with its targets", () => {
    expect(data.labels).toBeNull();
    expect(targetsOf(data, [2, 0, 1], 1, 2, 2)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(String(data)).toBe("Dataset of 3 samples [1], numbers to predict");
  });

  test("keeps samples and targets together when rows are taken, twice too", () => {
    const taken = data.take([2, 1, 0]).take([0, 2]);
    expect(numbersOf(taken)).toEqual([2, 0]);
    expect(targetsOf(taken, [0, 1], 0, 2, 2)).toEqual([
      [5, 6],
      [1, 2],
    ]);
  });
});

describe("take and slice", () => {
  const data = numbered([0, 1, 2, 0, 1], 3);

  test("keep samples and labels together and share the numbers", () => {
    const taken = data.take([4, 2, 4]);
    expect(numbersOf(taken)).toEqual([4, 2, 4]);
    expect(labelsOf(taken)).toEqual([1, 2, 1]);
    expect(taken.samples.data).toBe(data.samples.data);
    const again = taken.take([1]);
    expect([numbersOf(again), labelsOf(again)]).toEqual([[2], [2]]);
  });

  test("slice takes from start up to, not including, end", () => {
    expect(numbersOf(data.slice(1, 3))).toEqual([1, 2]);
    expect(numbersOf(data.slice(3))).toEqual([3, 4]);
    expect(labelsOf(data.slice(3))).toEqual([0, 1]);
  });
});

describe("split", () => {
  const labels = Array.from({ length: 200 }, (_, i) => (i % 10 < 7 ? 0 : i % 10 < 9 ? 1 : 2));
  const data = numbered(labels, 3);

  test("gives two sets without a sample in common that together are all samples", () => {
    const [first, second] = data.split(0.7, { seed: 3 });
    const numbers = [...numbersOf(first), ...numbersOf(second)];
    expect(numbers.sort((a, b) => a - b)).toEqual(labels.map((_, i) => i));
  });

  test("gives each side its share of every class", () => {
    const [first, second] = data.split(0.7, { seed: 3 });
    const counts = (side: Dataset) => [0, 1, 2].map((c) => labelsOf(side).filter((l) => l === c).length);
    expect(counts(first)).toEqual([98, 28, 14]);
    expect(counts(second)).toEqual([42, 12, 6]);
  });

  test("keeps every sample with its own label", () => {
    for (const side of data.split(0.6)) {
      numbersOf(side).forEach((number, i) => {
        expect(side.labels?.[i]).toBe(labels[number]);
      });
    }
  });

  test("is decided by the seed", () => {
    const of = (seed?: number) => data.split(0.5, { seed }).map(numbersOf);
    expect(of(1)).toEqual(of(1));
    expect(of()).toEqual(of(1));
    expect(of(2)).not.toEqual(of(1));
  });

  test("leaves to chance which samples of a class come to which side", () => {
    const firstOf = (seed: number) => numbersOf(data.split(0.5, { seed })[0]).sort((a, b) => a - b);
    expect(firstOf(2)).not.toEqual(firstOf(1));
  });

  test("mixes the classes and the order", () => {
    const [first] = data.split(0.5);
    expect(new Set(labelsOf(first).slice(0, 20)).size).toBeGreaterThan(1);
    expect(numbersOf(first)).not.toEqual(numbersOf(first).sort((a, b) => a - b));
  });

  test("splits a regression set by its samples", () => {
    const points = Array.from({ length: 10 }, (_, i) => [i]);
    const [first, second] = Dataset.regression(Tensor.from(points), Tensor.from(points)).split(0.8);
    expect([first.length, second.length]).toEqual([8, 2]);
    for (const side of [first, second]) expect(side.targets?.toArray()).toEqual(side.samples.toArray());
  });

  test("splits more samples than a call can have arguments", () => {
    const points = Tensor.zeros([300_000, 1]);
    const [first, second] = Dataset.regression(points, points).split(0.9);
    expect([first.length, second.length]).toEqual([270_000, 30_000]);
  });
});

test("reshape makes rows into images and keeps the answers", () => {
  const data = Dataset.classification(
    Tensor.from([
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ]),
    [0, 1],
    2,
  ).take([1, 0]);
  const images = data.reshape([2, 2, 1]);
  expect(images.sampleShape).toEqual([2, 2, 1]);
  expect(images.samples.at(0, 1, 0, 0)).toBe(7);
  expect(labelsOf(images)).toEqual([1, 0]);
  expect(() => data.reshape([3, 1])).toThrow(ShapeError);
});

const two = Tensor.zeros([2, 3]);
test.each([
  ["no samples", () => Dataset.classification(Tensor.zeros([0, 3]), [], 2), DataError, /at least one sample/],
  [
    "samples without a second axis",
    () => Dataset.classification(Tensor.zeros([2]), [0, 1], 2),
    ShapeError,
    /\[count, \.\.\.shape\], received \[2\]/,
  ],
  [
    "samples of no width",
    () => Dataset.classification(Tensor.zeros([2, 0]), [0, 1], 2),
    ShapeError,
    /received \[2, 0\]/,
  ],
  [
    "more labels than samples",
    () => Dataset.classification(two, [0, 1, 1], 2),
    DataError,
    /as many labels as samples \(2\), received 3/,
  ],
  [
    "fewer targets than samples",
    () => Dataset.regression(two, Tensor.zeros([1, 1])),
    DataError,
    /as many targets as samples \(2\), received 1/,
  ],
  [
    "one class",
    () => Dataset.classification(two, [0, 0], 1),
    DataError,
    /at least two different names, .*received 1/,
  ],
  ["a fractional number of classes", () => Dataset.classification(two, [0, 1], 2.5), DataError, /2\.5/],
  [
    "a label that is too large",
    () => Dataset.classification(two, [0, 2], 2),
    DataError,
    /labels from 0 to 1, received 2 for sample 1/,
  ],
  ["a negative label", () => Dataset.classification(two, [-1, 0], 2), DataError, /received -1 for sample 0/],
  [
    "a fractional label",
    () => Dataset.classification(two, [0, 0.5], 2),
    DataError,
    /received 0\.5 for sample 1/,
  ],
  [
    "a label that is NaN",
    () => Dataset.classification(two, [Number.NaN, 0], 2),
    DataError,
    /received NaN for sample 0/,
  ],
  [
    "NaN among the samples",
    () => Dataset.classification(Tensor.from([[1], [Number.NaN]]), [0, 1], 2),
    DataError,
    /received NaN in samples row 1/,
  ],
  [
    "∞ among the targets",
    () => Dataset.regression(Tensor.from([[1]]), Tensor.from([[Number.POSITIVE_INFINITY]])),
    DataError,
    /received Infinity in targets row 0/,
  ],
  [
    "targets that are not rows",
    () => Dataset.regression(two, Tensor.zeros([2])),
    ShapeError,
    /\[count, outputs\], received \[2\]/,
  ],
  ["taking nothing", () => numbered([0, 1], 2).take([]), DataError, /at least one index, received none/],
  [
    "taking a sample that is not there",
    () => numbered([0, 1], 2).take([0, 2]),
    ShapeError,
    /from 0 to 1, received 2/,
  ],
  [
    "a slice that ends beyond the end",
    () => numbered([0, 1], 2).slice(0, 3),
    OptionsError,
    /end ≤ 2, received 0 and 3/,
  ],
  ["an empty slice", () => numbered([0, 1], 2).slice(1, 1), OptionsError, /received 1 and 1/],
  ["a fractional slice", () => numbered([0, 1], 2).slice(0.5), OptionsError, /received 0\.5 and 2/],
  [
    "a split at 1",
    () => numbered([0, 1], 2).split(1),
    OptionsError,
    /fraction: expected a number between 0 and 1, received 1/,
  ],
  ["a split at NaN", () => numbered([0, 1], 2).split(Number.NaN), OptionsError, /received NaN/],
  [
    "a split that leaves one side empty",
    () => numbered([0, 1], 2).split(0.9),
    OptionsError,
    /leave one side empty/,
  ],
  [
    "a fractional seed",
    () => numbered([0, 1], 2).split(0.5, { seed: 0.5 }),
    OptionsError,
    /seed: expected a whole number, received 0\.5/,
  ],
  [
    "a misspelt option",
    () => numbered([0, 1], 2).split(0.5, { sead: 2 } as object),
    OptionsError,
    /sead: unknown option/,
  ],
])("refuses %s", (_, action, kind, message) => {
  expect(action).toThrow(kind);
  expect(action).toThrow(message);
});

test("finds NaN in rows that were taken, and not in those that were left", () => {
  const samples = Tensor.from([[1], [Number.NaN], [3]]);
  expect(Dataset.classification(samples.take([0, 2]), [0, 1], 2).length).toBe(2);
  expect(() => Dataset.classification(samples.take([0, 1]), [0, 1], 2)).toThrow(/NaN in samples row 1/);
});

test("finds a number that is not finite wherever it is", () => {
  for (let width = 1; width <= 9; width++) {
    for (let place = 0; place < 2 * width; place++) {
      for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        const samples = Tensor.zeros([2, width]);
        samples.data[place] = value;
        const row = Math.floor(place / width);
        expect(() => Dataset.classification(samples, [0, 1], 2)).toThrow(
          `received ${value} in samples row ${row}`,
        );
      }
    }
  }
});

test("takes numbers that are finite though their sum is not", () => {
  const huge = new Tensor(new Float64Array(4).fill(1.7e308), [1, 4]);
  expect(Dataset.classification(huge, [0], 2).length).toBe(1);
});

test("a split has exactly its share of all samples, and each class within one sample of it", () => {
  const labels = Array.from({ length: 60_000 }, (_, i) => (i * i) % 7);
  const data = Dataset.classification(Tensor.zeros([labels.length, 1]), labels, 7);
  const [first] = data.split(0.9, { seed: 3 });
  expect(first.length).toBe(54_000);
  for (let label = 0; label < 7; label++) {
    const of = (set: Dataset) => Array.from(set.labels ?? []).filter((each) => each === label).length;
    expect(Math.abs(of(first) - 0.9 * of(data))).toBeLessThanOrEqual(1);
  }
});
