import { expect, test } from "vitest";
import { plainDouble } from "../../src/kernels/plain";
import { Optimizer } from "../../src/training/optimizers";
import { exponentialDecay } from "../../src/training/schedules";
import { tensorOf } from "../support/numbers";

const parameter = (name: string, value: number[], gradient: number[]) => ({
  name,
  value: tensorOf(value, [value.length], plainDouble.zeros),
  gradient: tensorOf(gradient, [gradient.length], plainDouble.zeros),
});

test("SGD goes rate · gradient downhill with every parameter", () => {
  const parameters = [parameter("weights", [1, 2, 3], [10, 0, -10]), parameter("bias", [5], [1])];
  new Optimizer({ name: "sgd" }, parameters, plainDouble).step(0.5);
  expect(parameters.map(({ value }) => [...value.data])).toEqual([[-4, 2, 8], [4.5]]);
  expect(parameters.map(({ gradient }) => [...gradient.data])).toEqual([[10, 0, -10], [1]]);
});

test("an optimizer that goes on with what another one remembers takes no memory of its own", () => {
  const parameters = [parameter("weights", [1, 2], [1, 1])];
  const { memory } = new Optimizer({ name: "adam" }, parameters, plainDouble);
  const zeros = () => {
    throw new Error("memory is asked for");
  };
  const next = new Optimizer({ name: "adam" }, parameters, { ...plainDouble, zeros }, {}, memory);
  expect(next.memory).toBe(memory);
});

test("the rate of an epoch is rate · e^(−decay · epoch), and constant without decay", () => {
  const halving = exponentialDecay(0.8, Math.LN2);
  [0.8, 0.4, 0.2, 0.1].forEach((rate, epoch) => {
    expect(halving(epoch)).toBeCloseTo(rate, 14);
  });
  const constant = exponentialDecay(0.15, 0);
  expect([0, 1, 7, 1000].map(constant)).toEqual([0.15, 0.15, 0.15, 0.15]);
});

test.each([
  ["longer than clipNorm", { clipNorm: 2.5 }, [1.5, 0], [0, 2]],
  ["shorter than clipNorm", { clipNorm: 6 }, [3, 0], [0, 4]],
  ["with numbers larger than clipValue", { clipValue: 3.5 }, [3, 0], [0, 3.5]],
  ["with none larger than clipValue", { clipValue: 5 }, [3, 0], [0, 4]],
])(
  "gradients of length 5 over all parameters, %s, move them as they should",
  (_, clipping, first, second) => {
    const parameters = [parameter("weights", [0, 0], [3, 0]), parameter("bias", [0, 0], [0, -4])];
    new Optimizer({ name: "sgd" }, parameters, plainDouble, clipping).step(1);
    const moved = parameters.map(({ value }) => Array.from(value.data, (number) => Math.abs(number)));
    expect(moved).toEqual([first, second]);
  },
);
