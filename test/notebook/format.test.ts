import { expect, test } from "vitest";
import { probability } from "../../src/notebook/format";

test.each([
  [1, "> 99.9 %"],
  [0.9996, "> 99.9 %"],
  [0.9994, "99.9 %"],
  [0.5, "50.0 %"],
  [0.0006, "0.1 %"],
  [0.0004, "< 0.1 %"],
  [0, "< 0.1 %"],
  [Number.NaN, "–"],
])("a probability of %d is written as %s", (value, text) => {
  expect(probability(value)).toBe(text);
});
