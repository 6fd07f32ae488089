import { ActivationLayer } from "../../../src/nn/activation-layer";
import { Conv2D } from "../../../src/nn/convolution";
import { Dropout } from "../../../src/nn/dropout";
import { Dense, Flatten } from "../../../src/nn/layers";
import { Network } from "../../../src/nn/network";
import { BatchNorm } from "../../../src/nn/normalization";
import { GlobalAveragePooling2D, MaxPool2D } from "../../../src/nn/pooling";
import { Rescaling } from "../../../src/nn/rescaling";
import { Random } from "../../../src/random";
import { type Shape, Tensor } from "../../../src/tensor";

/** A convolutional network with every layer that a model file can hold, and numbers as training would leave them. */
export function everyLayer(): Network {
  const network = new Network(
    [12, 10, 3],
    [
      new Rescaling(2, -1),
      new Conv2D(4, 3, { padding: "same", activation: "relu" }),
      new BatchNorm({ momentum: 0.9, epsilon: 0.01 }),
      new ActivationLayer("tanh"),
      new MaxPool2D(2),
      new Conv2D(5, [3, 2], { strides: [2, 1] }),
      new MaxPool2D([2, 3], { strides: 1, padding: "same" }),
      new Dropout(0.25),
      new BatchNorm(),
      new Conv2D(6, 1, { activation: "sigmoid" }),
      new GlobalAveragePooling2D(),
      new Dense(7, { activation: "tanh" }),
      new Dense(3, { activation: "softmax" }),
    ],
    { seed: 3 },
  );
  shake(network);
  return network;
}

/** A network of rows, as the classic one for hot dogs is in small. */
export function rowsOfDense(): Network {
  const layers = [
    new Flatten(),
    new Dense(6, { activation: "relu" }),
    new Dense(1, { activation: "sigmoid" }),
  ];
  const network = new Network([4, 4, 3], layers, { seed: 2 });
  shake(network);
  return network;
}

/** Moves all numbers, those that start as zeros and ones as well; what has to be positive stays so. */
function shake(network: Network): void {
  const random = new Random("shake");
  for (const { name, value } of network.variables) {
    for (let i = 0; i < value.data.length; i++) {
      value.data[i] += name === "movingVariance" ? 0.5 * random.uniform() : 0.3 * random.normal();
    }
  }
}

/** Samples of numbers from 0 to 1. */
export function pixels(count: number, sampleShape: Shape): Tensor {
  const random = new Random("pixels");
  const samples = Tensor.zeros([count, ...sampleShape]);
  for (let i = 0; i < samples.data.length; i++) samples.data[i] = random.uniform();
  return samples;
}
