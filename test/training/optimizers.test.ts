import { expect, test } from "vitest";
import { plainDouble } from "../../src/kernels/plain";
import { Optimizer } from "../../src/training/optimizers";
import { exponentialDecay } from "../../src/training/schedules";
import { tensorOf } from "../support/numbers";

test("SGD goes rate · gradient downhill with every parameter", () => {
  const parameter = (name: string, value: number[], gradient: number[]) => ({
    name,
    value: tensorOf(value, [value.length], plainDouble.zeros),
    gradient: tensorOf(gradient, [gradient.length], plainDouble.zeros),
  });
  const parameters = [parameter("weights", [1, 2, 3], [10, 0, -10]), parameter("bias", [5], [1])];
  new Optimizer({ name: "sgd" }, parameters, plainDouble).step(0.5);
  expect(parameters.map(({ value }) => [...value.data])).toEqual([[-4, 2, 8], [4.5]]);
  expect(parameters.map(({ gradient }) => [...gradient.data])).toEqual([[10, 0, -10], [1]]);
});

test("the rate of an epoch is rate · e^(−decay · epoch), and constant without decay", () => {
  const halving = exponentialDecay(0.8, Math.LN2);
  [0.8, 0.4, 0.2, 0.1].forEach((rate, epoch) => {
    expect(halving(epoch)).toBeCloseTo(rate, 14);
  });
  const constant = exponentialDecay(0.15, 0);
  expect([0, 1, 7, 1000].map(constant)).toEqual([0.15, 0.15, 0.15, 0.15]);
});
