// The hot-dog recipes of README, and those for photos where the variable HOTDOG_PHOTOS names a folder of them. They were
// chosen on a part of the training images that was set aside; the test images are looked at once, at the end of a run.
import {
  type AugmentationOptions,
  BatchNorm,
  Conv2D,
  type Dataset,
  Dense,
  Dropout,
  Flatten,
  fit,
  GlobalAveragePooling2D,
  type Layer,
  MaxPool2D,
  Network,
  Rescaling,
  Tensor,
  type TrainingOptions,
} from "../../src";
import type { FoundImage, ImageCollection } from "../../src/data/hotdog/collection";
import { imageDataset } from "../../src/data/hotdog/dataset";
import { findImages } from "../../src/data/hotdog/find";
import { type DrawingStyle, drawingStyles } from "../../src/data/hotdog/icons";
import { type ImageSet, prepareImages } from "../../src/data/hotdog/prepare";
import { drawTransformed, imageShape } from "../../src/images";

interface Recipe {
  readonly description: string;
  /** The drawing styles that are held out in turn; photos have none. */
  readonly variants?: readonly DrawingStyle[];
  /** Width and height of the images. Default 64. */
  readonly size?: number;
  readonly layers: () => Layer[];
  readonly training: TrainingOptions;
  /** Whether an answer is the mean of what the network says of the image and of its mirror image. */
  readonly mirrored?: boolean;
}

/** The share of the training images that a network learns from; on such a rest the recipes were chosen. */
const FITTED = 0.9;

/** Of each class, so many photos train, in the order of their names; the others test. */
const TRAINING_PHOTOS = 800;

const photoFolder = process.env.HOTDOG_PHOTOS;

/** The pictures show icons turned by any angle, and a convolutional network can learn that from all of them. */
const turned: AugmentationOptions = { flip: true, shift: 5, rotation: 180, scale: 0.2, brightness: 0.25 };

/** For photos, which have an above and a below, and for networks that have to learn every angle by itself. */
const upright: AugmentationOptions = { flip: true, shift: 6, rotation: 12, scale: 0.2, brightness: 0.3 };

const denseLayers = (): Layer[] => [
  new Rescaling(2, -1),
  new Flatten(),
  new Dense(64, { activation: "relu" }),
  new Dropout(0.5),
  new Dense(1, { activation: "sigmoid" }),
];

const denseTraining: TrainingOptions = {
  epochs: 40,
  learningRate: 0.0005,
  optimizer: "adam",
  schedule: { name: "cosine" },
};

const convolutionalLayers = (...filters: number[]): Layer[] => [
  new BatchNorm({ momentum: 0.9 }),
  ...filters.flatMap((count) => [
    new Conv2D(count, 3, { activation: "relu", padding: "same" }),
    // Before the normalisation, which then has a quarter of the numbers to normalise.
    new MaxPool2D(2),
    new BatchNorm({ momentum: 0.9 }),
  ]),
  new GlobalAveragePooling2D(),
  new Dropout(0.3),
  new Dense(1, { activation: "sigmoid" }),
];

const convolutionalTraining: TrainingOptions = {
  epochs: 25,
  learningRate: 0.003,
  optimizer: "adam",
  weightDecay: 0.01,
  schedule: { name: "warmup", epochs: 2, followedBy: { name: "cosine" } },
};

const recipes: Record<string, Recipe> = {
  dense: {
    description: "12288-64-1, pictures",
    variants: drawingStyles,
    layers: denseLayers,
    training: { ...denseTraining, augmentation: upright },
  },
  convolutional: {
    description: "16-32-64-64, pictures",
    variants: drawingStyles,
    layers: () => convolutionalLayers(16, 32, 64, 64),
    training: { ...convolutionalTraining, augmentation: turned },
  },
  ...(photoFolder && {
    "dense-photos": {
      description: "3072-64-1, photos of 32×32",
      size: 32,
      layers: denseLayers,
      training: { ...denseTraining, augmentation: { ...upright, shift: 3 } },
    },
    "convolutional-photos": {
      description: "16-32-64-128, photos",
      layers: () => convolutionalLayers(16, 32, 64, 128),
      training: { ...convolutionalTraining, epochs: 40, augmentation: upright },
      mirrored: true,
    },
  }),
};

async function train(recipe: Recipe, seed: number, images: ImageCollection): Promise<Record<string, number>> {
  const { classes, preprocessing, ...sets } = await prepareImages(images, { size: recipe.size });
  const dataset = (set: ImageSet) => imageDataset(set, classes, preprocessing);
  const [fitted, validation] = dataset(sets.train).split(FITTED, { seed });
  const network = new Network(fitted.sampleShape, recipe.layers(), { seed });
  await fit(network, fitted, { ...recipe.training, seed });
  const accuracy = (data: Dataset) => accuracyOf(network, data, recipe.mirrored);
  return {
    test: accuracy(dataset(sets.test)),
    ...(sets.unseen && { unseen: accuracy(dataset(sets.unseen)) }),
    validation: accuracy(validation),
  };
}

/** The share of right answers of a network with one output. */
function accuracyOf(network: Network, { samples, labels }: Dataset, mirrored = false): number {
  const views = mirrored ? [samples, mirror(samples)] : [samples];
  const outputs = views.map((view) => network.predict(view).data);
  const answers = Array.from(
    labels ?? [],
    (_, i) => outputs.reduce((sum, each) => sum + each[i], 0) / views.length,
  );
  const right = answers.filter((answer, i) => (answer > 0.5 ? 1 : 0) === labels?.[i]);
  return right.length / answers.length;
}

/** Left and right exchanged. samples [count, height, width, channels]. */
function mirror(samples: Tensor): Tensor {
  const { data, shape, rowSize } = samples.copy();
  const mirrored = new Float32Array(data.length);
  const transform = { yy: 1, yx: 0, xy: 0, xx: -1, y: 0, x: 0 };
  const image = imageShape("mirror", shape.slice(1));
  for (let start = 0; start < data.length; start += rowSize) {
    drawTransformed(data, start, mirrored, start, image, transform);
  }
  return new Tensor(mirrored, shape);
}

/** The photos of a folder, split by their names, so that every run and every figure agrees. */
async function findPhotos(folder: string): Promise<ImageCollection> {
  const collection = await findImages("folder", { folder });
  const part = (i: number) => (i < TRAINING_PHOTOS ? "train" : "test");
  const images = collection.classes.flatMap((_, label) =>
    collection.images
      .filter((image) => image.label === label)
      .map((image, i): FoundImage => ({ ...image, part: part(i) })),
  );
  return { ...collection, images };
}

async function main([command, name, seed, heldOut]: string[]): Promise<void> {
  if (command === "list") {
    const entries = Object.entries(recipes).map(([key, { description, variants }]) => [
      key,
      { description, variants },
    ]);
    console.log(JSON.stringify(Object.fromEntries(entries)));
  } else {
    const images =
      recipes[name].variants === undefined
        ? await findPhotos(photoFolder ?? "")
        : await findImages("emoji", { heldOut: heldOut as DrawingStyle });
    console.log(JSON.stringify(await train(recipes[name], Number(seed), images)));
  }
}

main(process.argv.slice(2));
