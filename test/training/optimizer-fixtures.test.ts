import { describe, expect, test } from "vitest";
import { plain, plainDouble } from "../../src/kernels/plain";
import { readNumbers, writeNumbers } from "../../src/nn/variables";
import { Optimizer } from "../../src/training/optimizers";
import { makeSchedule } from "../../src/training/schedules";
import { optimizerFixtures } from "../support/library-fixtures";
import { relativeError } from "../support/numbers";

describe.each([
  { kernels: plainDouble, tolerance: 1e-11 },
  { kernels: plain, tolerance: 1e-6 },
])("$kernels.name", ({ kernels, tolerance }) => {
  test.each(optimizerFixtures.optimizers)(
    "ten steps of $options with $regularization are PyTorch's",
    ({ options, regularization, learningRate, start, gradients, path }) => {
      const parameter = (name: string, shape: number[]) => ({
        name,
        value: kernels.zeros(shape),
        gradient: kernels.zeros(shape),
      });
      const parameters = [parameter("weights", [4, 3]), parameter("bias", [3])];
      writeNumbers(parameters, start);
      const optimizer = new Optimizer(options, parameters, kernels, regularization);
      const into = parameters.map(({ name, gradient }) => ({ name, value: gradient }));
      for (const [step, gradient] of gradients.entries()) {
        writeNumbers(into, gradient);
        optimizer.step(learningRate);
        const now = readNumbers(parameters, new Float64Array(start.length));
        expect(relativeError(now, path[step]), `step ${step + 1}`).toBeLessThan(tolerance);
      }
    },
  );
});

test.each(optimizerFixtures.schedules)(
  "the rates of $options are PyTorch's",
  ({ options, learningRate, epochs, rates }) => {
    const schedule = makeSchedule(options, learningRate, epochs);
    for (const [epoch, rate] of rates.entries()) expect(schedule(epoch)).toBeCloseTo(rate, 11);
  },
);

test("a cosine stays at its end", () => {
  const schedule = makeSchedule({ name: "cosine", epochs: 5, final: 0.01 }, 0.1, 99);
  expect([5, 6, 50].map(schedule)).toEqual([0.01, 0.01, 0.01]);
});
