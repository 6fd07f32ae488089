import { describe, expect, test } from "vitest";
import { plainDouble } from "../../src/kernels/plain";
import { type ActivationName, activationNames, activations } from "../../src/nn/activations";
import { Dense } from "../../src/nn/layers";
import { type LossName, losses, lossNames } from "../../src/nn/losses";
import { mlp } from "../../src/nn/mlp";
import type { Network } from "../../src/nn/network";
import { Random } from "../../src/random";
import { type Shape, Tensor } from "../../src/tensor";
import { distanceToKink, gradientsOf, numericalGradient, STEP, TOLERANCE } from "../support/gradients";
import { randomTensor, relativeError } from "../support/numbers";

const BATCHES = [1, 3, 5];
const zeros = plainDouble.zeros;

/** Answers of the kind that a loss is for: shares of 1, numbers between 0 and 1, any numbers. */
function targetsFor(loss: LossName, shape: Shape, random: Random): Tensor {
  const t = zeros(shape);
  for (let i = 0; i < t.data.length; i++) {
    t.data[i] = loss === "meanSquaredError" ? random.normal() : random.uniform();
  }
  if (loss === "crossEntropy") {
    for (let i = 0; i < shape[0]; i++) {
      const row = t.row(i).data;
      let sum = 0;
      for (const share of row) sum += share;
      for (let j = 0; j < row.length; j++) row[j] /= sum;
    }
  }
  return t;
}

/** A problem on which no ReLU is near its kink: a step of a parameter moves a sum by some 10 steps. */
function smoothProblem(build: (seed: number) => Network, batch: number, name: string): [Network, Tensor] {
  for (let seed = 1; seed < 200; seed++) {
    const random = new Random(seed, name, batch);
    const network = build(seed);
    for (const { value } of network.parameters) {
      for (let i = 0; i < value.data.length; i++) value.data[i] = 0.8 * random.normal();
    }
    const x = randomTensor([batch, ...network.inputShape], random, zeros);
    if (distanceToKink(network, x) > 100 * STEP) return [network, x];
  }
  throw new Error("no seed keeps every ReLU away from its kink");
}

/** The gradient that backward computes for the loss, fused with the output activation or not. */
function analyticGradient(network: Network, x: Tensor, t: Tensor, name: LossName): Float64Array {
  const loss = losses[name];
  const logits = loss.contains !== null;
  const output = network.forward(x, { logits });
  const gradient = zeros(output.shape);
  loss.backward(output, t, gradient);
  network.backward(gradient, { logits });
  return gradientsOf(network);
}

/** The worst relative error of any weight matrix or bias against central differences. */
function gradientError(network: Network, x: Tensor, t: Tensor, name: LossName): number {
  const loss = losses[name];
  const f = () => loss.forward(network.forward(x, { logits: loss.contains !== null }), t);
  analyticGradient(network, x, t, name);
  const errors = network.parameters.map(({ value, gradient }) =>
    relativeError(gradient.data.slice(), numericalGradient(f, value.data)),
  );
  return Math.max(...errors);
}

const pairs = activationNames.flatMap((output) =>
  lossNames
    .filter((loss) => losses[loss].contains === null || losses[loss].contains === output)
    .map((loss) => ({ output, loss })),
);

describe.each(pairs)("the gradient of $loss after $output", ({ output, loss }) => {
  for (const hidden of activationNames) {
    for (const batch of BATCHES) {
      test(`is the central difference, with ${hidden} before it and a batch of ${batch}`, () => {
        const [network, x] = smoothProblem(
          (seed) => mlp([3, 4, 5, 3], { activation: [hidden, hidden], output, seed, kernels: plainDouble }),
          batch,
          `${hidden} ${output}`,
        );
        const t = targetsFor(loss, [batch, 3], new Random("targets", batch));
        expect(gradientError(network, x, t, loss)).toBeLessThan(TOLERANCE);
        expect(Math.max(...gradientsOf(network).map(Math.abs))).toBeGreaterThan(1e-3);
      });
    }
  }
});

test.each(["sigmoid", "tanh", "linear"] as const)(
  "is the central difference with a single %s output",
  (output) => {
    const loss: LossName = output === "sigmoid" ? "binaryCrossEntropy" : "meanSquaredError";
    for (const batch of BATCHES) {
      const [network, x] = smoothProblem(
        (seed) => mlp([3, 4, 1], { activation: "relu", output, seed, kernels: plainDouble }),
        batch,
        output,
      );
      const t = targetsFor(loss, [batch, 1], new Random("targets", batch));
      expect(gradientError(network, x, t, loss)).toBeLessThan(TOLERANCE);
    }
  },
);

test("is the central difference through four layers of different activations, with rows by index", () => {
  const [network, x] = smoothProblem(
    (seed) => mlp([4, 6, 5, 4, 3], { activation: ["relu", "tanh", "sigmoid"], seed, kernels: plainDouble }),
    7,
    "deep",
  );
  const picked = x.take([6, 0, 3, 3, 1]);
  const t = targetsFor("crossEntropy", [5, 3], new Random("targets"));
  expect(gradientError(network, picked, t, "crossEntropy")).toBeLessThan(TOLERANCE);
});

/** Cross-entropies of outputs that have been through their activation, with the gradient that the textbook gives. */
const unfused = {
  crossEntropy: {
    output: "softmax",
    gradient: (y: number, t: number) => -t / y,
  },
  binaryCrossEntropy: {
    output: "sigmoid",
    gradient: (y: number, t: number) => (1 - t) / (1 - y) - t / y,
  },
} as const;

test.each(["crossEntropy", "binaryCrossEntropy"] as const)(
  "%s fused with its activation has the gradient of the two one after the other",
  (name) => {
    const { output, gradient } = unfused[name];
    for (const batch of BATCHES) {
      const [network, x] = smoothProblem(
        (seed) => mlp([3, 4, 3], { activation: "tanh", output, seed, kernels: plainDouble }),
        batch,
        name,
      );
      const t = targetsFor(name, [batch, 3], new Random("targets", batch));
      const fused = analyticGradient(network, x, t, name);
      const y = network.forward(x);
      const dy = new Tensor(
        Float64Array.from(y.data, (value, i) => gradient(value, t.data[i]) / batch),
        y.shape,
      );
      network.backward(dy);
      expect(relativeError(gradientsOf(network), fused)).toBeLessThan(1e-12);
    }
  },
);

describe.each(activationNames)("a Dense layer with %s", (activation: ActivationName) => {
  test("returns the input gradient of the central difference", () => {
    for (const batch of BATCHES) {
      const random = new Random(activation, batch);
      const layer = new Dense(4, { activation });
      layer.build([3], { kernels: plainDouble, random, index: 0, needsInputGradient: true });
      const x = randomTensor([batch, 3], random, zeros);
      const weighting = randomTensor([batch, 4], random, zeros);
      const f = () => {
        const y = layer.forward(x).data;
        let sum = 0;
        for (let i = 0; i < y.length; i++) sum += y[i] * weighting.data[i];
        return sum;
      };
      const expected = numericalGradient(f, x.data);
      f();
      const dx = layer.backward(weighting);
      expect(dx?.shape).toEqual([batch, 3]);
      expect(relativeError(dx?.data ?? [], expected)).toBeLessThan(TOLERANCE);
    }
  });

  test("does not compute an input gradient that nobody needs", () => {
    const layer = new Dense(4, { activation });
    layer.build([3], { kernels: plainDouble, random: new Random(1), index: 0, needsInputGradient: false });
    layer.forward(randomTensor([2, 3], new Random(2), zeros));
    expect(layer.backward(zeros([2, 4]))).toBeNull();
  });

  test("has a derivative that may be written over the gradient it is given", () => {
    const random = new Random(3);
    const z = randomTensor([3, 4], random, zeros);
    const y = zeros([3, 4]);
    activations[activation].forward(z, y);
    const dy = randomTensor([3, 4], random, zeros);
    const dz = zeros([3, 4]);
    activations[activation].backward(y, dy, dz);
    activations[activation].backward(y, dy, dy);
    expect([...dy.data]).toEqual([...dz.data]);
    activations[activation].forward(z, z);
    expect([...z.data]).toEqual([...y.data]);
  });
});

test.each(lossNames)("the gradient of %s is zero where the answer is perfect, and not elsewhere", (name) => {
  const loss = losses[name];
  const z = randomTensor([3, 4], new Random(4), zeros);
  const t = zeros([3, 4]);
  if (loss.contains === null) t.data.set(z.data);
  else activations[loss.contains].forward(z, t);
  const gradient = zeros([3, 4]);
  loss.backward(z, t, gradient);
  expect([...gradient.data].every((value) => Math.abs(value) < 1e-15)).toBe(true);
  z.data[5] += 0.5;
  loss.backward(z, t, gradient);
  expect(Math.abs(gradient.data[5])).toBeGreaterThan(1e-3);
});
