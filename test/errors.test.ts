import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import {
  DataError,
  isCount,
  isPositive,
  NeuralNetworkError,
  OptionsError,
  oneOf,
  Problems,
  ShapeError,
  show,
} from "../src/errors";

describe("the family of errors", () => {
  test.each([ShapeError, OptionsError, DataError])("%o belongs to it and has its own name", (Kind) => {
    const error = new Kind("what is wrong");
    expect(error).toBeInstanceOf(NeuralNetworkError);
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe(Kind.name);
    expect(error.message).toBe("what is wrong");
  });

  test("prints its name and message alone, and keeps its stack", () => {
    const error = new ShapeError("what is wrong");
    expect(inspect(error)).toBe("ShapeError: what is wrong");
    expect(error.stack).toContain("errors.test.ts");
  });
});

describe("a value in a message", () => {
  test.each([
    [1, "1"],
    ["1", '"1"'],
    [Number.NaN, "NaN"],
    [undefined, "undefined"],
    [null, "null"],
    [true, "true"],
    [[1, "a", [2]], '[1, "a", [2]]'],
    [Array.from({ length: 20 }, (_, i) => i), "[0, 1, 2, 3, 4, 5, 6, 7, …]"],
    [new Float32Array(3), "a Float32Array of 12 bytes"],
    [{ rate: 1, size: 2 }, "{ rate, size }"],
    [new Map(), "a Map"],
    [Math.max, "the function max"],
    [Symbol("s"), "Symbol(s)"],
    [Object.create(null), "{  }"],
  ])("%# is short and plain", (value, text) => {
    expect(show(value)).toBe(text);
  });
});

describe("problems", () => {
  const messageOf = (note: (problems: Problems) => void): string => {
    const problems = new Problems();
    note(problems);
    try {
      problems.throwIfAny("somewhere");
    } catch (error) {
      if (error instanceof OptionsError) return error.message;
      throw error;
    }
    return "";
  };

  test("are none where everything is fine", () => {
    expect(messageOf((p) => p.expect(true, "a", "anything", 1))).toBe("");
    expect(messageOf((p) => p.expectKnownKeys({ a: 1 }, ["a", "b"]))).toBe("");
  });

  test("say what was expected and what was received, on one line for one", () => {
    expect(messageOf((p) => p.expect(false, "epochs", "a whole number ≥ 1", 1.5))).toBe(
      "somewhere: epochs: expected a whole number ≥ 1, received 1.5",
    );
  });

  test("are all named, each on its line", () => {
    const message = messageOf((p) => {
      p.expect(false, "epochs", "a whole number ≥ 1", "7");
      p.expect(true, "seed", "a whole number", 1);
      p.expect(false, "decay", "a finite number ≥ 0", -1);
    });
    expect(message.split("\n")).toEqual([
      "somewhere:",
      '  - epochs: expected a whole number ≥ 1, received "7"',
      "  - decay: expected a finite number ≥ 0, received -1",
    ]);
  });

  test("are named once, however often they are met", () => {
    const message = messageOf((p) => {
      for (let i = 0; i < 2; i++) p.expect(false, "epochs", "a whole number ≥ 1", 1.5);
    });
    expect(message).toBe("somewhere: epochs: expected a whole number ≥ 1, received 1.5");
  });

  test.each([
    ["epoch", "did you mean epochs?"],
    ["batchsize", "did you mean batchSize?"],
    ["BatchSize", "did you mean batchSize?"],
    ["learnRate", "did you mean learningRate?"],
    ["x", "known: epochs, batchSize, learningRate"],
  ])("suggest a known option for %s", (key, suggestion) => {
    const known = ["epochs", "batchSize", "learningRate"];
    const message = messageOf((p) => p.expectKnownKeys({ [key]: 1 }, known));
    expect(message).toContain(`${key}: unknown option`);
    expect(message).toContain(suggestion);
  });

  test.each([[undefined], [null], [5], ["fast"]])("say so when the options are %s", (options) => {
    const message = messageOf((p) => p.expectKnownKeys(options as unknown as object, ["epochs"]));
    expect(message).toMatch(/options: expected an object such as \{ epochs: … \}, received/);
  });
});

test("counts are whole numbers from 1, positive numbers are finite", () => {
  expect([1, 2, 1e9].every(isCount)).toBe(true);
  expect([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "1", null, undefined].some(isCount)).toBe(false);
  expect([1e-300, 1, 1e300].every(isPositive)).toBe(true);
  expect([0, -1, Number.NaN, Number.POSITIVE_INFINITY, "1", null, undefined].some(isPositive)).toBe(false);
});

test("names are listed with or before the last", () => {
  expect(oneOf(["a"])).toBe('"a"');
  expect(oneOf(["a", "b"])).toBe('"a" or "b"');
  expect(oneOf(["a", "b", "c"])).toBe('"a", "b" or "c"');
});
