import { expect, test } from "vitest";
import { Dropout } from "../../src/nn/dropout";
import { Network } from "../../src/nn/network";
import type { TrainingPass } from "../../src/random";
import { Tensor } from "../../src/tensor";

const ones = new Tensor(new Float32Array(10_000).fill(1), [100, 100]);
const pass: TrainingPass = { seed: 1, epoch: 0, batch: 0 };

/** What is left of 10,000 ones. */
const left = (layers: readonly Dropout[], training: TrainingPass | null = pass) =>
  Array.from(new Network([100], layers).forward(ones, { training }).data);

const shareOf = (numbers: readonly number[], value: number) =>
  numbers.filter((number) => number === value).length / numbers.length;

test("the stated share is silenced while the network learns, and the others grow so that the mean stays", () => {
  const numbers = left([new Dropout(0.2)]);
  // 1 / (1 − 0.2). The standard deviation of the share is 0.004.
  expect(shareOf(numbers, 0)).toBeCloseTo(0.2, 1.5);
  expect(shareOf(numbers, 1.25)).toBe(1 - shareOf(numbers, 0));
});

test("a network that only answers is left alone", () => {
  expect(shareOf(left([new Dropout(0.2)], null), 1)).toBe(1);
});

test("other numbers are silenced in another epoch, batch, layer and with another seed, and the same ones again", () => {
  const first = left([new Dropout(0.5)]);
  expect(left([new Dropout(0.5)])).toEqual(first);
  for (const change of [{ seed: 2 }, { epoch: 1 }, { batch: 1 }]) {
    const other = left([new Dropout(0.5)], { ...pass, ...change });
    const agreeing = first.filter((number, i) => number === other[i]).length / first.length;
    expect(agreeing, JSON.stringify(change)).toBeCloseTo(0.5, 1.5);
  }
  expect(shareOf(left([new Dropout(0.5), new Dropout(0.5)]), 0)).toBeCloseTo(0.75, 1.5);
});
