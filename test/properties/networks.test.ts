import fc from "fast-check";
import { expect, test } from "vitest";
import { plain, plainDouble } from "../../src/kernels/plain";
import { Network } from "../../src/nn/network";
import { Random, type TrainingPass } from "../../src/random";
import type { Tensor } from "../../src/tensor";
import { type Plan, plans } from "../support/arbitraries";
import { gradientsOf, numericalGradient } from "../support/gradients";
import { compiledKernels } from "../support/kernels";
import { bitsOf, randomTensor, relativeError } from "../support/numbers";
import { RUNS_FACTOR } from "../support/torture";

const RUNS = { seed: 7, numRuns: 60 * RUNS_FACTOR };

const learning: TrainingPass = { seed: 3, epoch: 1, batch: 2 };

const build = ({ inputShape, layers, seed }: Plan, kernels = plain) =>
  new Network(inputShape, layers(), { seed, kernels });

/** Samples for a plan, the same in every precision. */
const samplesFor = ({ inputShape, batch, seed }: Plan, zeros: typeof plain.zeros) =>
  randomTensor([batch, ...inputShape], new Random(seed, "samples"), zeros);

/** A direction in which outputs are added up: the gradient of that sum is the direction itself. */
const directionFor = (output: Tensor, { seed }: Plan, zeros: typeof plain.zeros) =>
  randomTensor(output.shape, new Random(seed, "direction"), zeros);

/** Outputs and gradients of a forward and a backward pass. */
function pass(plan: Plan, kernels = plain): { outputs: Tensor; gradients: Float64Array } {
  const network = build(plan, kernels);
  const outputs = network.forward(samplesFor(plan, kernels.zeros), { training: learning });
  network.backward(directionFor(outputs, plan, kernels.zeros));
  return { outputs: outputs.copy(), gradients: gradientsOf(network) };
}

test("networks of any layers answer in the shape that they promise, with finite numbers", () => {
  fc.assert(
    fc.property(plans(), (plan) => {
      const network = build(plan);
      const outputs = network.predict(samplesFor(plan, plain.zeros));
      expect(outputs.shape).toEqual([plan.batch, ...network.outputShape]);
      expect(outputs.data.every(Number.isFinite)).toBe(true);
    }),
    RUNS,
  );
});

test("their parameters come out as they were put in, bit for bit, and make the same answers", () => {
  fc.assert(
    fc.property(plans(), (plan) => {
      const [one, other] = [build(plan), build({ ...plan, seed: plan.seed + 1 })];
      other.setParameters(one.getParameters());
      expect(bitsOf(other.getParameters())).toBe(bitsOf(one.getParameters()));
      const samples = samplesFor(plan, plain.zeros);
      expect(bitsOf(other.predict(samples).data)).toBe(bitsOf(one.predict(samples).data));
    }),
    RUNS,
  );
});

test.each(compiledKernels().map((kernels) => [kernels.name, kernels] as const))(
  "on the kernels %s they compute what they compute on the plain ones",
  (_, kernels) => {
    fc.assert(
      fc.property(plans(), (plan) => {
        const [fast, slow] = [pass(plan, kernels), pass(plan, plain)];
        const exact = pass(plan, plainDouble);
        // Batch norm divides by deviations that can be as small as a rounding error: what single precision
        // itself loses there is no fault of the fast kernels.
        const lost = relativeError(slow.gradients, exact.gradients);
        expect(relativeError(fast.outputs.data, slow.outputs.data)).toBeLessThan(1e-4);
        expect(relativeError(fast.gradients, slow.gradients)).toBeLessThan(1e-4 + 10 * lost);
      }),
      RUNS,
    );
  },
);

test("their gradients are those of central differences", () => {
  fc.assert(
    fc.property(plans({ smooth: true }), (plan) => {
      const network = build(plan, plainDouble);
      const samples = samplesFor(plan, plainDouble.zeros);
      const forward = () => network.forward(samples, { training: learning });
      const direction = directionFor(forward(), plan, plainDouble.zeros);
      const weighted = () => {
        const outputs = forward().data;
        let sum = 0;
        for (let i = 0; i < outputs.length; i++) sum += outputs[i] * direction.data[i];
        return sum;
      };
      forward();
      network.backward(direction);
      const { value, gradient } = network.parameters[0];
      const measured = Float64Array.from(gradient.data);
      // The curve of a batch norm over samples that hardly differ is steep: the difference is then less exact.
      const scale = Math.max(1, ...measured.map(Math.abs));
      const some = numericalGradient(weighted, value.data.subarray(0, 24));
      for (const [i, expected] of some.entries()) {
        expect(Math.abs(expected - measured[i]) / scale).toBeLessThan(1e-5);
      }
    }),
    { ...RUNS, numRuns: RUNS.numRuns / 2 },
  );
});
