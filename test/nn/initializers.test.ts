import { describe, expect, test } from "vitest";
import { defaultInitializer, type Initializer, initialize, isInitializer } from "../../src/nn/initializers";
import { Dense } from "../../src/nn/layers";
import { mlp } from "../../src/nn/mlp";
import { Network } from "../../src/nn/network";
import { Random } from "../../src/random";
import { Tensor } from "../../src/tensor";

function deviationOf(numbers: Iterable<number>): number {
  const values = [...numbers];
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan(0.01);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

describe("the standard deviation of 200 × 300 first weights", () => {
  test.each<[Initializer, number]>([
    ["he", Math.sqrt(2 / 200)],
    ["xavier", Math.sqrt(2 / 500)],
    [{ normal: 0.01 }, 0.01],
    [{ normal: 0.5 }, 0.5],
  ])("of %j", (initializer, expected) => {
    const weights = Tensor.zeros([200, 300]);
    initialize(weights, initializer, 200, 300, new Random(1));
    // 60,000 draws: the standard error is 0.3 % of the deviation.
    expect(deviationOf(weights.data) / expected).toBeCloseTo(1, 1.8);
    const beyond = weights.data.filter((value) => Math.abs(value) > 2 * expected).length / weights.size;
    expect(beyond).toBeCloseTo(0.0455, 2);
  });

  test.each([
    ["relu", Math.sqrt(2 / 200)],
    ["tanh", Math.sqrt(2 / 500)],
    ["sigmoid", Math.sqrt(2 / 500)],
  ] as const)("suits %s where nothing else is asked for", (activation, expected) => {
    const network = new Network([200], [new Dense(300, { activation })]);
    expect(deviationOf(network.parameters[0].value.data) / expected).toBeCloseTo(1, 1.8);
  });
});

test("he for relu, xavier for the others", () => {
  expect(defaultInitializer("relu")).toBe("he");
  for (const name of ["linear", "sigmoid", "tanh", "softmax"] as const) {
    expect(defaultInitializer(name)).toBe("xavier");
  }
});

test("a deviation of 0 gives zeros, and first biases are zeros always", () => {
  const network = mlp([3, 4, 2], { initializer: { normal: 0 } });
  expect(network.getParameters().every((value) => value === 0)).toBe(true);
  const [, bias] = mlp([3, 4]).parameters;
  expect([...bias.value.data]).toEqual([0, 0, 0, 0]);
});

test("what is an initializer", () => {
  expect(["he", "xavier", { normal: 0 }, { normal: 2 }].every(isInitializer)).toBe(true);
  const wrong = ["He", "", null, undefined, 0.1, {}, { normal: -1 }, { normal: Number.NaN }, { normal: "1" }];
  expect(wrong.some(isInitializer)).toBe(false);
  expect(isInitializer({ normal: Number.POSITIVE_INFINITY })).toBe(false);
});
