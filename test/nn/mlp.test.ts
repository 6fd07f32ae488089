import { describe, expect, test } from "vitest";
import { OptionsError } from "../../src/errors";
import type { Dense } from "../../src/nn/layers";
import { mlp } from "../../src/nn/mlp";
import type { Network } from "../../src/nn/network";

const activationsOf = (network: Network) => network.layers.map((layer) => (layer as Dense).activation);
const shapesOf = (network: Network) => network.layers.map((layer) => layer.outputShape);

describe("a multilayer perceptron", () => {
  test("has a layer of the size of every number behind the first", () => {
    const network = mlp([784, 16, 12, 10]);
    expect(network.inputShape).toEqual([784]);
    expect(shapesOf(network)).toEqual([[16], [12], [10]]);
    expect(network.parameterCount).toBe(784 * 16 + 16 + 16 * 12 + 12 + 12 * 10 + 10);
  });

  test("has ReLU inside and softmax at the end, sigmoid where the end is one unit", () => {
    expect(activationsOf(mlp([3, 4, 5, 2]))).toEqual(["relu", "relu", "softmax"]);
    expect(activationsOf(mlp([3, 4, 1]))).toEqual(["relu", "sigmoid"]);
    expect(activationsOf(mlp([3, 2]))).toEqual(["softmax"]);
  });

  test("takes one activation for all hidden layers or one for each", () => {
    expect(activationsOf(mlp([3, 4, 5, 2], { activation: "tanh", output: "linear" }))).toEqual([
      "tanh",
      "tanh",
      "linear",
    ]);
    expect(activationsOf(mlp([3, 4, 5, 2], { activation: ["sigmoid", "tanh"] }))).toEqual([
      "sigmoid",
      "tanh",
      "softmax",
    ]);
    expect(activationsOf(mlp([3, 2], { activation: [] }))).toEqual(["softmax"]);
  });

  test("takes the activations of all layers in one list", () => {
    const network = mlp([3, 4, 5, 2], { activations: ["tanh", "relu", "softmax"] });
    expect(activationsOf(network)).toEqual(["tanh", "relu", "softmax"]);
    const same = mlp([3, 4, 5, 2], { activation: ["tanh", "relu"], output: "softmax" });
    expect(network.getParameters()).toEqual(same.getParameters());
  });

  test("has dropout behind each hidden layer that is to have any", () => {
    const sizes: number[] = [3, 4, 5, 2];
    const names = (dropout: number | number[]) => mlp(sizes, { dropout }).layers.map(({ name }) => name);
    expect(names(0.25)).toEqual([
      "Dense relu",
      "Dropout 0.25",
      "Dense relu",
      "Dropout 0.25",
      "Dense softmax",
    ]);
    expect(names([0, 0.5])).toEqual(["Dense relu", "Dense relu", "Dropout 0.5", "Dense softmax"]);
    expect(names(0)).toEqual(["Dense relu", "Dense relu", "Dense softmax"]);
  });
});

const problemsOf = (action: () => unknown): string[] => {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(OptionsError);
    return (error as Error).message.split("\n").map((line) => line.replace(/^\s*- |^mlp: /, ""));
  }
  throw new Error("expected an error");
};

test("refuses everything that is wrong at once", () => {
  const options = { activation: "rellu", output: "soft", initializer: "hee", seed: 0.5, sead: 1 };
  expect(problemsOf(() => mlp([784.5], options as object))).toEqual([
    "mlp:",
    expect.stringMatching(/^sead: unknown option/),
    "sizes: expected at least two numbers, inputs and outputs, received [784.5]",
    "sizes[0]: expected a whole number ≥ 1, received 784.5",
    'activation: expected "linear", "relu", "sigmoid", "tanh" or "softmax", received "rellu"',
    'output: expected "linear", "relu", "sigmoid", "tanh" or "softmax", received "soft"',
    'initializer: expected "he", "xavier" or { normal: standard deviation ≥ 0 }, received "hee"',
    "seed: expected a whole number, received 0.5",
  ]);
});

test.each([
  [
    "a list of activations that is too long",
    { activation: ["relu", "tanh"] },
    /one for each of the 1 hidden layers, received \["relu", "tanh"\]/,
  ],
  [
    "one wrong activation of a list",
    { activation: ["rellu"] },
    /activation\[0\]: expected .*, received "rellu"/,
  ],
  ["an activation that is no name", { activation: 5 }, /activation: expected .*, received 5/],
  ["a misspelt option", { activaton: "tanh" }, /activaton: unknown option, did you mean activation\?/],
  ["an option in place of the options", "tanh", /options: expected an object/],
])("refuses %s", (_, options, message) => {
  expect(problemsOf(() => mlp([3, 4, 2], options as object)).join()).toMatch(message);
});

test("refuses softmax for a single output, which would always be 1", () => {
  expect(problemsOf(() => mlp([3, 1], { output: "softmax" })).join()).toMatch(
    /not softmax for a single output/,
  );
});

test.each([
  ["nothing", undefined],
  ["a number", 784],
  ["a text", "784, 10"],
])("refuses %s in place of the sizes", (_, sizes) => {
  expect(problemsOf(() => mlp(sizes as unknown as number[])).join()).toMatch(
    /sizes: expected a list of numbers/,
  );
});

test.each([[[]], [[784]], [[0, 2]], [[3, -1]], [[3, Number.NaN, 2]], [["3", 2]]])(
  "refuses the sizes %j",
  (sizes) => {
    expect(problemsOf(() => mlp(sizes as number[])).join()).toMatch(/sizes/);
  },
);

test("refuses activations that are not one for each layer, or named twice, and shares that are none", () => {
  const twice = { activations: ["relu", "softmx"], activation: "relu", output: "softmax" };
  expect(problemsOf(() => mlp([3, 4, 5, 2], twice as object))).toEqual([
    "mlp:",
    'activation: expected none beside activations, which name every layer\'s, received "relu"',
    'output: expected none beside activations, which name every layer\'s, received "softmax"',
    'activations: expected one for each of the 3 layers behind the input, received ["relu", "softmx"]',
    'activations[1]: expected "linear", "relu", "sigmoid", "tanh" or "softmax", received "softmx"',
  ]);
  expect(problemsOf(() => mlp([3, 1], { activations: ["softmax"] }))[0]).toMatch(
    /^activations\[0\]: expected not softmax for a single output/,
  );
  expect(problemsOf(() => mlp([3, 4, 2], { activations: 5 } as object))[0]).toMatch(
    /^activations: expected one for each of the 2 layers behind the input, received 5/,
  );
  expect(problemsOf(() => mlp([3, 4, 2], { dropout: [0.5, 1] } as object))).toEqual([
    "mlp:",
    "dropout: expected one for each of the 1 hidden layers, received [0.5, 1]",
    "dropout[1]: expected a number ≥ 0 and < 1, received 1",
  ]);
  expect(problemsOf(() => mlp([3, 2], { dropout: "half" } as object))[0]).toMatch(
    /^dropout: .* received "half"/,
  );
});

test("the compiler counts layers where it knows the sizes, and trusts where it does not", () => {
  // @ts-expect-error: three layers behind the input
  expect(() => mlp([3, 4, 5, 2], { activations: ["relu", "softmax"] })).toThrow(OptionsError);
  // @ts-expect-error: a typo
  expect(() => mlp([3, 4, 2], { activations: ["rellu", "softmax"] })).toThrow(OptionsError);
  // @ts-expect-error: two hidden layers
  expect(() => mlp([3, 4, 5, 2], { activation: ["relu"] })).toThrow(OptionsError);
  // @ts-expect-error: one hidden layer
  expect(() => mlp([3, 4, 2], { dropout: [0.1, 0.1] })).toThrow(OptionsError);
  const sizes: number[] = [3, 4, 2];
  expect(() => mlp(sizes, { activations: ["relu"] })).toThrow(OptionsError);
  const names: ("relu" | "tanh")[] = ["relu", "tanh"];
  expect(mlp([...sizes, 2], { activation: names }).layers).toHaveLength(3);
});
