import { describe, expect, test } from "vitest";
import { plain, plainDouble } from "../../src/kernels/plain";
import { activationNames } from "../../src/nn/activations";
import { defaultLoss, type LossName, losses, lossNames } from "../../src/nn/losses";
import { tensorOf } from "../support/numbers";

function lossOf(name: LossName, z: number[], t: number[], outputs: number, zeros = plainDouble.zeros) {
  const shape = [z.length / outputs, outputs];
  const [output, target, gradient] = [tensorOf(z, shape, zeros), tensorOf(t, shape, zeros), zeros(shape)];
  const value = losses[name].forward(output, target);
  losses[name].backward(output, target, gradient);
  return { value, gradient: [...gradient.data] };
}

test("the losses have the values that can be worked out by hand", () => {
  // (1² + 2² + 0² + 3²) / 4
  expect(lossOf("meanSquaredError", [1, 2, 3, 4], [0, 0, 3, 1], 2).value).toBe(14 / 4);
  // Three equal logits: −ln ⅓ for each of the two samples.
  expect(lossOf("crossEntropy", [5, 5, 5, 0, 0, 0], [1, 0, 0, 0, 0, 1], 3).value).toBeCloseTo(
    Math.log(3),
    14,
  );
  // softmax = (⅓, ⅔): −¼·ln ⅓ − ¾·ln ⅔.
  expect(lossOf("crossEntropy", [0, Math.log(2)], [0.25, 0.75], 2).value).toBeCloseTo(
    -0.25 * Math.log(1 / 3) - 0.75 * Math.log(2 / 3),
    14,
  );
  // σ(0) = ½ in both outputs of one sample: 2·ln 2.
  expect(lossOf("binaryCrossEntropy", [0, 0], [1, 0], 2).value).toBeCloseTo(2 * Math.log(2), 14);
  // σ(ln 3) = ¾: −ln ¾ for yes, −ln ¼ for no; the mean of two samples.
  expect(lossOf("binaryCrossEntropy", [Math.log(3), Math.log(3)], [1, 0], 1).value).toBeCloseTo(
    -(Math.log(0.75) + Math.log(0.25)) / 2,
    14,
  );
});

test("a loss is the mean over the batch: a batch of copies has the loss of one", () => {
  for (const name of lossNames) {
    const one = lossOf(name, [0.3, -1, 2], [0, 1, 0], 3);
    const three = lossOf(name, [0.3, -1, 2, 0.3, -1, 2, 0.3, -1, 2], [0, 1, 0, 0, 1, 0, 0, 1, 0], 3);
    expect(three.value).toBeCloseTo(one.value, 14);
    for (let i = 0; i < 3; i++) expect(three.gradient[i]).toBeCloseTo(one.gradient[i] / 3, 14);
  }
});

describe.each([plain, plainDouble])("with $name", ({ zeros }) => {
  test.each(lossNames)("%s and its gradient are finite and right at |z| = 1000", (name) => {
    const values = [-1000, -1, 0, 1, 1000];
    for (const a of values) {
      for (const b of values) {
        for (const t of [
          [1, 0],
          [0, 1],
        ]) {
          const { value, gradient } = lossOf(name, [a, b], t, 2, zeros);
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThan(1e7);
          expect(gradient.every(Number.isFinite)).toBe(true);
        }
      }
    }
    expect(lossOf(name, [1000], [1], 1, zeros).gradient[0]).toBeGreaterThanOrEqual(0);
  });

  test("a wrong answer given with certainty costs as much as it should", () => {
    expect(lossOf("crossEntropy", [1000, -1000], [0, 1], 2, zeros).value).toBe(2000);
    expect(lossOf("crossEntropy", [1000, -1000], [1, 0], 2, zeros).value).toBe(0);
    expect(lossOf("binaryCrossEntropy", [1000], [0], 1, zeros).value).toBe(1000);
    expect(lossOf("binaryCrossEntropy", [-1000], [1], 1, zeros).value).toBe(1000);
    expect(lossOf("binaryCrossEntropy", [-1000], [0], 1, zeros).value).toBe(0);
  });

  test.each(lossNames)("NaN in an output makes %s NaN instead of passing for a loss", (name) => {
    expect(lossOf(name, [0, Number.NaN, 1], [1, 0, 0], 3, zeros).value).toBeNaN();
  });
});

test("a logit of −∞ that the answer does not ask for costs nothing", () => {
  const { value, gradient } = lossOf("crossEntropy", [0, Number.NEGATIVE_INFINITY], [1, 0], 2);
  expect(value).toBe(0);
  expect(gradient).toEqual([0, 0]);
});

test("every output activation has the loss that contains it, and the squared error otherwise", () => {
  expect(activationNames.map((name) => [name, defaultLoss(name)])).toEqual([
    ["linear", "meanSquaredError"],
    ["relu", "meanSquaredError"],
    ["sigmoid", "binaryCrossEntropy"],
    ["tanh", "meanSquaredError"],
    ["softmax", "crossEntropy"],
  ]);
});
