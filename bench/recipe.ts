// What every contestant is told: the data, the network and how to train it.

/** Bytes of images, 0 to 255, and bytes of labels, each behind a header. Pixels are divided by 255. */
export interface Data {
  readonly images: string;
  readonly labels: string;
  readonly imagesOffset: number;
  readonly labelsOffset: number;
  /** How many of the samples in the files are used, from the first on. */
  readonly count: number;
  readonly features: number;
  readonly classes: number;
}

/**
 * Weights are drawn from normal numbers with deviation √(2 / inputs) in layers with ReLU and √(2 / (inputs + outputs)) in
 * the last; biases start at 0. Hidden layers have ReLU; the output is softmax, or sigmoid for two classes, with its
 * cross-entropy. Samples are shuffled before each epoch, and each batch adds to the mean loss and the accuracy of its epoch.
 */
export interface Recipe {
  readonly data: Data;
  readonly test?: Data;
  /** A network of Dense layers, or two convolutions with 8 and 16 filters 3×3, each pooled by 2, and a Dense layer. */
  readonly sizes: readonly number[] | "cnn";
  readonly optimizer: "sgd" | "adam";
  readonly learningRate: number;
  /** rate·e^(−decay·epoch), from epoch 0. */
  readonly decay: number;
  readonly batchSize: number;
  /** Epochs in one repetition. Times are divided by it. */
  readonly epochs: number;
  readonly seed: number;
  /** Whether every repetition starts with a new network. */
  readonly fresh?: boolean;
}

/** One repetition: wall clock and CPU time of one epoch, and where the last epoch ended. */
export interface Repetition {
  readonly milliseconds: number;
  readonly cpu: number;
  readonly loss: number;
  readonly accuracy: number;
}

/** How long training took until the test accuracy was reached; measuring it is not counted. */
export interface Reached {
  readonly seconds: number;
  readonly epochs: number;
  readonly accuracy: number;
}
