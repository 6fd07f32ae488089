// How far the same digits can be taken, by deskewing, by augmentation and by larger networks. The recipes were chosen on
// the validation tenth of the training images, but test figures of earlier ones had been seen by then: no blind test.
import {
  type AugmentationOptions,
  Conv2D,
  type Dataset,
  Dense,
  deskew,
  evaluate,
  Flatten,
  fit,
  loadMnist,
  MaxPool2D,
  mlp,
  Network,
  Tensor,
  type TrainingOptions,
} from "../../src";
import { Augmentation } from "../../src/augmentation";
import { predictedClass } from "../../src/nn/predicted-class";

interface Recipe {
  network: string;
  build: (seed: number) => Network;
  /** What is done to all images beforehand, in words and in code. */
  preparation: string;
  prepare: (data: Dataset) => Dataset;
  augmentation: AugmentationOptions;
  epochs: number;
  batchSize: number;
  optimizer: "sgd" | "adam";
  learningRate: number;
}

const image = [28, 28, 1];

const small = { network: "784-16-16-10", build: (seed: number) => mlp([784, 16, 16, 10], { seed }) };
const large = { network: "784-128-64-10", build: (seed: number) => mlp([784, 128, 64, 10], { seed }) };
/** After LeNet-5 (LeCun, Bottou, Bengio and Haffner, 1998), with ReLU and maxima. */
const lenet = {
  network: "convolutions 6 and 16 of 5×5, 120-84-10",
  build: (seed: number) =>
    new Network(
      image,
      [
        new Conv2D(6, 5, { activation: "relu", padding: "same" }),
        new MaxPool2D(2),
        new Conv2D(16, 5, { activation: "relu" }),
        new MaxPool2D(2),
        new Flatten(),
        new Dense(120, { activation: "relu" }),
        new Dense(84, { activation: "relu" }),
        new Dense(10, { activation: "softmax" }),
      ],
      { seed },
    ),
};

const raw = { preparation: "raw", prepare: (data: Dataset) => data };
const deskewed = { preparation: "deskewed", prepare: (data: Dataset) => deskew(data, { shape: image }) };
const asImages = { preparation: "raw", prepare: (data: Dataset) => data.reshape(image) };

const recipes: Record<string, Recipe> = {
  augmented: {
    ...{ ...small, ...raw, epochs: 120, batchSize: 32, optimizer: "sgd", learningRate: 0.2 },
    augmentation: { rotation: 5, scale: 0.1, shift: 0.5 },
  },
  deskewed: {
    ...{ ...small, ...deskewed, epochs: 120, batchSize: 32, optimizer: "sgd", learningRate: 0.2 },
    augmentation: { rotation: 4, scale: 0.12, shift: 0.3 },
  },
  large: {
    ...{ ...large, ...raw, epochs: 20, batchSize: 64, optimizer: "adam", learningRate: 0.002 },
    augmentation: { rotation: 5, scale: 0.05, shift: 0.7 },
  },
  convolutional: {
    ...{ ...lenet, ...asImages, epochs: 12, batchSize: 64, optimizer: "adam", learningRate: 0.002 },
    augmentation: { rotation: 10, scale: 0.1, shift: 1 },
  },
};

function describe(recipe: Recipe): string {
  const { network, preparation, augmentation, epochs, batchSize, optimizer, learningRate } = recipe;
  const { rotation, scale = 0, shift } = augmentation;
  return (
    `${network}, relu, ${preparation}, varied by ±${rotation}°, ${100 * scale} % and ±${shift} px, ` +
    `${optimizer === "sgd" ? "SGD" : "Adam"} ${learningRate}, cosine, batch ${batchSize}, ${epochs} epochs`
  );
}

/** Shares of right answers; `test, seen 16 times` is explained at `rightAtManyLooks`. */
async function train(recipe: Recipe, seed: number): Promise<Record<string, number>> {
  const { build, prepare, augmentation, epochs, batchSize, optimizer, learningRate } = recipe;
  const { train, test } = loadMnist();
  const [fitted, validation] = prepare(train).split(0.9, { seed });
  const network = build(seed);
  const training: TrainingOptions = {
    ...{ epochs, batchSize, optimizer, learningRate, seed, schedule: { name: "cosine" } },
    augmentation: { ...augmentation, shape: image },
  };
  await fit(network, fitted, training);
  const exam = prepare(test);
  return {
    test: evaluate(network, exam).accuracy,
    validation: evaluate(network, validation).accuracy,
    [`test, ${LOOKS} looks`]: rightAtManyLooks(network, exam, augmentation),
    [`validation, ${LOOKS} looks`]: rightAtManyLooks(network, validation, augmentation),
  };
}

const LOOKS = 16;

/** The share of images that are recognised by the mean of what the network says of 16 variations, drawn as in training. */
function rightAtManyLooks(network: Network, data: Dataset, options: AugmentationOptions): number {
  const augmentation = new Augmentation({ ...options, shape: image }, data.sampleShape);
  const samples = data.samples.copy();
  const varied = Tensor.zeros(samples.shape);
  const sums = Tensor.zeros([data.length, 10]);
  for (let look = 0; look < LOOKS; look++) {
    augmentation.draw(samples, varied, { seed: 1, epoch: look, batch: 0 });
    network.predict(varied).data.forEach((probability, i) => {
      sums.data[i] += probability;
    });
  }
  const right = data.labels?.filter((label, i) => predictedClass(sums, i) === label);
  return (right?.length ?? 0) / data.length;
}

async function main([command, name, seed]: string[]): Promise<void> {
  if (command === "list") {
    const entries = Object.entries(recipes).map(([key, recipe]) => [key, { description: describe(recipe) }]);
    console.log(JSON.stringify(Object.fromEntries(entries)));
  } else {
    console.log(JSON.stringify(await train(recipes[name], Number(seed))));
  }
}

main(process.argv.slice(2));
