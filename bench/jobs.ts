// What is measured, against whom, and what issue by issue was promised.
import type { PeerName } from "./contestants";
import { hotdogImages, TRAIN_COUNT, testImages, trainImages } from "./data";
import type { Recipe } from "./recipe";

/** At most this many times as long as `of`, or with `atLeast` that many times faster. */
export interface Target {
  readonly of: PeerName | "plain kernels" | "bare script";
  readonly most?: number;
  /** Where multiplication and addition are one instruction (Node 22 and later). */
  readonly mostFused?: number;
  readonly timesFaster?: number;
}

/** A slow peer sees only the first samples; its time is then scaled to all of them. */
export interface Rival {
  readonly name: PeerName;
  readonly slice?: number;
  readonly repetitions?: number;
}

export interface Job {
  readonly title: string;
  readonly recipe: () => Recipe;
  readonly rivals: readonly Rival[];
  readonly targets: readonly Target[];
  readonly repetitions: number;
  /** Samples where there are no peers, so that the library's own figures take a minute. */
  readonly alone?: number;
}

/** For the smoke test: every job on this many samples, once. */
export const TINY = process.env.BENCH_TINY ? 256 : undefined;

const digits = (sizes: Recipe["sizes"], changes: Partial<Recipe> = {}): Recipe => ({
  data: trainImages(TINY ?? TRAIN_COUNT),
  test: testImages(),
  ...{ sizes, optimizer: "sgd", learningRate: 0.1, decay: 0, batchSize: 32, epochs: 1, seed: 1 },
  ...changes,
});

const hotdog = (batchSize: number, epochs: number): Recipe => ({
  data: hotdogImages(TINY ?? 1000),
  ...{
    sizes: [12288, 20, 7, 5, 1],
    optimizer: "sgd",
    learningRate: 0.01,
    decay: 0,
    batchSize,
    epochs,
    seed: 1,
  },
});

export const SMALL = [784, 16, 16, 10];

export const comparisons: Record<string, Job> = {
  sgd: {
    title: "784-16-16-10, batch 32, SGD",
    recipe: () => digits(SMALL),
    rivals: [
      { name: "NumPy" },
      { name: "PyTorch" },
      { name: "scikit-learn", repetitions: 7 },
      { name: "Keras", slice: 12_000, repetitions: 3 },
      { name: "NumPy per sample", slice: 12_000, repetitions: 3 },
      { name: "tfjs-wasm", slice: 6_000, repetitions: 3 },
      { name: "brain.js", slice: 3_000, repetitions: 3 },
    ],
    targets: [
      { of: "NumPy", most: 0.8, mostFused: 0.72 },
      { of: "PyTorch", most: 0.22 },
      { of: "NumPy per sample", timesFaster: 30 },
      { of: "tfjs-wasm", timesFaster: 30 },
    ],
    repetitions: 15,
  },
  adam: {
    title: "784-16-16-10, batch 32, Adam",
    recipe: () => digits(SMALL, { optimizer: "adam", learningRate: 0.001 }),
    rivals: [{ name: "NumPy", repetitions: 7 }, { name: "PyTorch" }],
    targets: [{ of: "PyTorch", most: 0.15 }],
    repetitions: 11,
  },
  wide: {
    title: "784-512-256-10, batch 128, SGD",
    recipe: () => digits([784, 512, 256, 10], { batchSize: 128 }),
    rivals: [{ name: "NumPy", repetitions: 3 }, { name: "PyTorch" }],
    targets: [{ of: "PyTorch", most: 3.0, mostFused: 2.4 }],
    repetitions: 5,
    alone: 12_000,
  },
  cnn: {
    title: "convolutions 8–16 (3×3, pool), batch 32, SGD",
    recipe: () => digits("cnn", { learningRate: 0.05 }),
    rivals: [{ name: "PyTorch" }],
    targets: [{ of: "PyTorch", most: 0.5 }],
    repetitions: 5,
    alone: 12_000,
  },
  hotdog: {
    title: "hotdog 12288-20-7-5-1, 1,000 images, batch 32",
    recipe: () => hotdog(32, 5),
    rivals: [{ name: "NumPy", repetitions: 7 }, { name: "PyTorch" }],
    targets: [{ of: "PyTorch", most: 1.1, mostFused: 0.95 }],
    repetitions: 11,
  },
  "hotdog-full": {
    title: "hotdog 12288-20-7-5-1, 1,000 images, full batch",
    recipe: () => hotdog(1000, 10),
    rivals: [{ name: "NumPy", repetitions: 7 }, { name: "PyTorch" }],
    targets: [{ of: "PyTorch", most: 2.8, mostFused: 2.4 }],
    repetitions: 11,
  },
};

/** Training until 95 % of the test images are right. */
export const timeToAccuracy = {
  title: "784-16-16-10, ReLU, SGD, until 95 % of the test images are right",
  recipe: (): Recipe => digits(SMALL, { learningRate: 0.15, decay: 0.1 }),
  rivals: [{ name: "NumPy" }, { name: "PyTorch" }, { name: "scikit-learn" }] satisfies Rival[],
  seeds: [1, 2, 3, 4, 5],
  accuracy: TINY ? 0 : 0.95,
  mostSeconds: 0.9,
};

export const small = (changes: Partial<Recipe> = {}): Recipe => digits(SMALL, changes);

/** One thing grows, all else stays; `work` is what the time is divided by. */
export interface Growth {
  readonly title: string;
  readonly unit: string;
  readonly sizes: readonly number[];
  readonly recipe: (size: number) => Recipe;
  readonly work: (size: number) => number;
}

const sizesUpTo = (sizes: number[]): number[] => (TINY ? sizes.slice(0, 2) : sizes);
const WIDTH_SAMPLES = TINY ?? 2_000;

export const growths: Record<string, Growth> = {
  samples: {
    title: "samples",
    unit: "µs a sample",
    sizes: sizesUpTo([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000]),
    recipe: (count) => digits(SMALL, { data: trainImages(count) }),
    work: (count) => count,
  },
  width: {
    title: "width of the first hidden layer",
    unit: "µs a sample and unit",
    sizes: sizesUpTo([16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1_024]),
    recipe: (width) => digits([784, width, 10], { data: trainImages(WIDTH_SAMPLES) }),
    work: (width) => WIDTH_SAMPLES * width,
  },
  batch: {
    title: "samples in a batch",
    unit: "µs a sample",
    sizes: sizesUpTo([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024]),
    recipe: (batchSize) => digits(SMALL, { data: trainImages(TINY ?? 8_192), batchSize }),
    work: () => TINY ?? 8_192,
  },
};
