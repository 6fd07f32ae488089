import { ActivationLayer } from "../../../src/nn/activation-layer";
import { Conv2D } from "../../../src/nn/convolution";
import { Dropout } from "../../../src/nn/dropout";
import { Dense, Flatten } from "../../../src/nn/layers";
import { mlp } from "../../../src/nn/mlp";
import { Network } from "../../../src/nn/network";
import { BatchNorm } from "../../../src/nn/normalization";
import { GlobalAveragePooling2D, MaxPool2D } from "../../../src/nn/pooling";
import { Rescaling } from "../../../src/nn/rescaling";
import { Random } from "../../../src/random";
import { Tensor } from "../../../src/tensor";

const softmax = () => new Dense(10, { activation: "softmax" });

/** Networks that between them have every layer the pad knows, with weights as training may leave them. */
export const networks: Readonly<Record<string, () => Network>> = {
  "784-16-16-10": () => scattered(mlp([784, 16, 16, 10])),
  "tanh, then sigmoids": () => scattered(mlp([784, 40, 10], { activation: ["tanh"], output: "sigmoid" })),
  "rows of pixels that are flattened": () => scattered(new Network([28, 28], [new Flatten(), softmax()])),
  "convolutions, pooling and batch norm": () =>
    scattered(
      new Network(
        [28, 28, 1],
        [
          new Conv2D(6, 3, { padding: "same" }),
          new BatchNorm(),
          new ActivationLayer("relu"),
          new MaxPool2D(2),
          new Conv2D(4, [3, 5], { activation: "tanh", strides: [2, 1] }),
          new MaxPool2D(3, { strides: 2, padding: "same" }),
          new Flatten(),
          new Dropout(0.5),
          new Dense(12, { activation: "relu" }),
          softmax(),
        ],
      ),
    ),
  "the mean of each map": () =>
    scattered(
      new Network(
        [28, 28, 1],
        [
          new Rescaling(2, -1),
          new BatchNorm({ epsilon: 0.01 }),
          new Conv2D(5, 5, { activation: "relu" }),
          new GlobalAveragePooling2D(),
          softmax(),
        ],
      ),
    ),
};

/** Biases and statistics begin at 0 and 1, which would hide one that is forgotten. */
function scattered(network: Network): Network {
  const random = new Random("scattered");
  network.setParameters(network.getParameters().map((value) => value + random.uniform(0, 0.05)));
  return network;
}

/** A picture of noise, a third of it paper, as the network wants it. */
export function noise(network: Network, seed = 1): Tensor {
  const random = new Random(seed, "noise");
  const pixels = Float32Array.from({ length: 784 }, () => Math.max(0, random.uniform(-0.5, 1)));
  return new Tensor(pixels, [...network.inputShape]);
}
