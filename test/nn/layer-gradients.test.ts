import { describe, expect, test } from "vitest";
import { inOrder } from "../../src/batches";
import { plainDouble } from "../../src/kernels/plain";
import { ActivationLayer } from "../../src/nn/activation-layer";
import { Conv2D } from "../../src/nn/convolution";
import { Dropout } from "../../src/nn/dropout";
import { Dense, Flatten, type Layer } from "../../src/nn/layers";
import { losses } from "../../src/nn/losses";
import { Network } from "../../src/nn/network";
import { BatchNorm } from "../../src/nn/normalization";
import { GlobalAveragePooling2D, MaxPool2D } from "../../src/nn/pooling";
import { Rescaling } from "../../src/nn/rescaling";
import { Random, type TrainingPass } from "../../src/random";
import type { Shape, Tensor } from "../../src/tensor";
import { numericalGradient, TOLERANCE } from "../support/gradients";
import { randomTensor, relativeError } from "../support/numbers";

const zeros = plainDouble.zeros;
const learning: TrainingPass = { seed: 1, epoch: 2, batch: 3 };

interface Case {
  readonly title: string;
  readonly make: () => Layer;
  readonly inputShape: Shape;
  readonly training?: TrainingPass;
}

const strided = { strides: 2 } as const;
const tanh = { activation: "tanh" } as const;

const cases: readonly Case[] = [
  { title: "Conv2D 3×3", make: () => new Conv2D(3, 3), inputShape: [5, 6, 2] },
  { title: "Conv2D 1×1 tanh", make: () => new Conv2D(2, 1, tanh), inputShape: [3, 3, 3] },
  { title: "Conv2D as large as the image", make: () => new Conv2D(2, [4, 3], tanh), inputShape: [4, 3, 2] },
  { title: "Conv2D 2×3 same", make: () => new Conv2D(2, [2, 3], { padding: "same" }), inputShape: [4, 5, 1] },
  {
    title: "Conv2D 3×3 same, stride 2",
    make: () => new Conv2D(2, 3, { padding: "same", ...strided }),
    inputShape: [5, 6, 2],
  },
  {
    title: "Conv2D 2×2, strides 3 and 1",
    make: () => new Conv2D(2, 2, { strides: [3, 1], ...tanh }),
    inputShape: [7, 4, 2],
  },
  {
    title: "Conv2D 5×5 same on 3×3",
    make: () => new Conv2D(2, 5, { padding: "same", activation: "sigmoid" }),
    inputShape: [3, 3, 1],
  },
  { title: "Conv2D softmax", make: () => new Conv2D(3, 2, { activation: "softmax" }), inputShape: [3, 3, 2] },
  { title: "MaxPool2D 2×2", make: () => new MaxPool2D(2), inputShape: [4, 6, 3] },
  { title: "MaxPool2D 2×2 with an edge left over", make: () => new MaxPool2D(2), inputShape: [5, 3, 2] },
  {
    title: "MaxPool2D 3×3, stride 2, same",
    make: () => new MaxPool2D(3, { padding: "same", ...strided }),
    inputShape: [5, 6, 2],
  },
  {
    title: "MaxPool2D overlapping",
    make: () => new MaxPool2D([2, 3], { strides: 1 }),
    inputShape: [4, 5, 2],
  },
  { title: "GlobalAveragePooling2D", make: () => new GlobalAveragePooling2D(), inputShape: [3, 4, 3] },
  { title: "Flatten", make: () => new Flatten(), inputShape: [2, 3, 2] },
  { title: "Rescaling", make: () => new Rescaling(-1.5, 0.7), inputShape: [2, 3, 2] },
  { title: "an activation by itself", make: () => new ActivationLayer("tanh"), inputShape: [2, 3, 2] },
  { title: "softmax by itself", make: () => new ActivationLayer("softmax"), inputShape: [4] },
  { title: "Dropout, learning", make: () => new Dropout(0.4), inputShape: [10], training: learning },
  { title: "Dropout, answering", make: () => new Dropout(0.4), inputShape: [10] },
  { title: "BatchNorm, learning", make: () => new BatchNorm(), inputShape: [4], training: learning },
  {
    title: "BatchNorm of images, learning",
    make: () => new BatchNorm(),
    inputShape: [3, 2, 4],
    training: learning,
  },
  { title: "BatchNorm, answering", make: () => new BatchNorm({ epsilon: 0.1 }), inputShape: [3, 4] },
];

/** The worst relative error of dx and of every parameter's gradient, for the sum of y with random factors as the loss. */
function worstError({ make, inputShape, training }: Case, batch: number, byIndex: boolean): number {
  const random = new Random("layer", batch);
  const layer = make();
  layer.build(inputShape, { kernels: plainDouble, random, index: 0, needsInputGradient: true });
  for (const { value } of [...layer.parameters, ...(layer.statistics ?? [])]) {
    for (let i = 0; i < value.data.length; i++) value.data[i] = random.uniform(0.5, 1.5);
  }
  // Different numbers at even distances: none is so near to another that a step changes which one is the largest.
  const samples = zeros([batch, ...inputShape]);
  samples.data.set(random.shuffle(inOrder(samples.size)));
  for (let i = 0; i < samples.size; i++) samples.data[i] = (3 * samples.data[i]) / samples.size - 1.4;
  const order = Array.from({ length: batch }, (_, i) => batch - 1 - i);
  const x: Tensor = byIndex ? samples.take(order) : samples;
  const dy = randomTensor([batch, ...layer.outputShape], random, zeros);
  const f = () => {
    const y = layer.forward(x, training).copy().data;
    let sum = 0;
    for (let i = 0; i < y.length; i++) sum += y[i] * dy.data[i];
    return sum;
  };
  const expected = numericalGradient(f, samples.data);
  f();
  const dx = layer.backward(dy) as Tensor;
  expect(dx.shape).toEqual(x.shape);
  const errors = [relativeError((byIndex ? dx.take(order).copy() : dx).data.slice(), expected)];
  const gradients = layer.parameters.map(({ gradient }) => gradient.data.slice());
  for (const [i, { value }] of layer.parameters.entries()) {
    errors.push(relativeError(gradients[i], numericalGradient(f, value.data)));
  }
  return Math.max(...errors);
}

describe.each(cases)("the gradients of $title", (layerCase) => {
  test.each([1, 2, 5])("are the central differences for a batch of %i", (batch) => {
    // One sample alone is its own mean: all that is left of it is 0, and so is every derivative.
    if (batch === 1 && layerCase.title === "BatchNorm, learning") return;
    expect(worstError(layerCase, batch, false)).toBeLessThan(TOLERANCE);
  });

  test("are the central differences for rows named by an index list", () => {
    expect(worstError(layerCase, 4, true)).toBeLessThan(TOLERANCE);
  });
});

test("the gradient of a whole convolutional network is the central difference while it learns", () => {
  const network = new Network(
    [8, 8, 2],
    [
      new Conv2D(3, 3, { activation: "tanh", padding: "same" }),
      new BatchNorm(),
      new MaxPool2D(2),
      new Conv2D(4, 2, { activation: "sigmoid", strides: 2 }),
      new Dropout(0.25),
      new Flatten(),
      new Dense(5, { activation: "tanh" }),
      new BatchNorm(),
      new Dense(3, { activation: "softmax" }),
    ],
    { seed: 3, kernels: plainDouble },
  );
  const random = new Random("network");
  const x = randomTensor([6, 8, 8, 2], random, zeros).take([5, 0, 2, 2, 4]);
  const t = zeros([5, 3]);
  for (let i = 0; i < 5; i++) t.data[i * 3 + (i % 3)] = 1;
  const f = () => losses.crossEntropy.forward(network.forward(x, { logits: true, training: learning }), t);
  f();
  const dz = zeros([5, 3]);
  losses.crossEntropy.backward(network.forward(x, { logits: true, training: learning }), t, dz);
  network.backward(dz, { logits: true });
  const gradients = network.parameters.map(({ gradient }) => gradient.data.slice());
  for (const [i, { name, value }] of network.parameters.entries()) {
    // A bias in front of a BatchNorm has no effect: its gradient is rounding, and nothing to compare with.
    const expected = numericalGradient(f, value.data);
    const largest = Math.max(...expected.map(Math.abs));
    if (largest < 1e-9) expect(Math.max(...gradients[i].map(Math.abs)), name).toBeLessThan(1e-12);
    else expect(relativeError(gradients[i], expected), name).toBeLessThan(TOLERANCE);
  }
});

test("an activation that ends a network is left to the loss, as that of a Dense layer is", () => {
  const [one, two] = [
    [new Dense(3, { activation: "softmax", initializer: "xavier" })],
    [new Dense(3, { initializer: "xavier" }), new ActivationLayer("softmax")],
  ].map((layers) => new Network([4], layers, { kernels: plainDouble }));
  const x = randomTensor([5, 4], new Random(1), zeros);
  const t = zeros([5, 3]);
  for (let i = 0; i < 5; i++) t.data[i * 3 + (i % 3)] = 1;
  const gradients = [one, two].map((network) => {
    const dz = zeros([5, 3]);
    losses.crossEntropy.backward(network.forward(x, { logits: true }), t, dz);
    network.backward(dz, { logits: true });
    return network.parameters.map(({ gradient }) => gradient.toArray());
  });
  expect(two.outputLayer).toBe(two.layers[1]);
  expect(gradients[1]).toEqual(gradients[0]);
  expect(two.predict(x).toArray()).toEqual(one.predict(x).toArray());
});

test("no layer computes an input gradient for parameters that are not there", () => {
  const network = new Network([4, 4, 1], [new MaxPool2D(2), new Flatten(), new Dense(2)], {
    kernels: plainDouble,
  });
  network.forward(randomTensor([2, 4, 4, 1], new Random(1), zeros));
  network.backward(zeros([2, 2]));
  expect(network.layers[2].backward(zeros([2, 2]))).toBeNull();
});
