import { afterEach, beforeEach, expect, type MockInstance, test, vi } from "vitest";
import { NeuralNetworkError, ShapeError } from "../../src/errors";
import { agree } from "../../src/notebook/agree";
import { Tensor } from "../../src/tensor";

let log: MockInstance;
beforeEach(() => {
  log = vi.spyOn(console, "log").mockImplementation(() => {});
});
afterEach(() => log.mockRestore());

test("what agrees is said in one line, which does not depend on the last digits", () => {
  agree([[0.5, 0.25]], Tensor.from([[0.5, 0.250001]]));
  agree([0.5, 0.25], [0.500003, 0.25]);
  const line = "✓ by hand and library agree (largest difference at most 0.00001)";
  expect(log.mock.calls).toEqual([[line], [line]]);
});

test("the line says what was compared, and how closely", () => {
  agree(1, 1.00009, { within: 1e-4, what: "formula and nudge" });
  expect(log).toHaveBeenCalledWith("✓ formula and nudge agree (largest difference at most 0.0001)");
});

test.each([
  ["a difference", [1, 2, 3], [1, 2.5, 3], /by hand and library differ by 0\.5, more than 0\.00001/],
  ["a number that is none", [1, 2], [1, Number.NaN], /differ by NaN/],
])("%s is an error that names it and both values", (_, one, other, message) => {
  expect(() => agree(one, other)).toThrow(NeuralNetworkError);
  expect(() => agree(one, other)).toThrow(message);
  expect(() => agree(one, other)).toThrow(`one:   ${one.join(", ")}\nother: ${other.join(", ")}`);
  expect(log).not.toHaveBeenCalled();
});

test("different counts of numbers are an error, whatever the numbers are", () => {
  expect(() => agree([1, 1], [1, 1, 1], { what: "rows" })).toThrow(ShapeError);
  expect(() => agree([1, 1], [1, 1, 1], { what: "rows" })).toThrow("of rows, received 2 and 3");
});
