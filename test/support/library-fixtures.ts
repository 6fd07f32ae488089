import { readFileSync } from "node:fs";
import type { Conv2DOptions } from "../../src/nn/convolution";
import type { BatchNormOptions } from "../../src/nn/normalization";
import type { MaxPool2DOptions } from "../../src/nn/pooling";
import type { OptimizerOptions, RegularizationOptions } from "../../src/training/optimizers";
import type { ScheduleOptions } from "../../src/training/schedules";

/** A batch that went forward, and a gradient that came back; every tensor flat and row-major. */
interface Passed {
  readonly inputShape: number[];
  readonly outputShape: number[];
  readonly x: number[];
  readonly dy: number[];
  readonly y: number[];
  readonly dx: number[];
}

interface NormalizedPass {
  readonly y: number[];
  readonly dx: number[];
  readonly dGamma: number[];
  readonly dBeta: number[];
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../fixtures/${name}`, import.meta.url), "utf8"));

/** What PyTorch computed for single layers; the script that wrote it lies beside the file. */
export const layerFixtures = read("layers.json") as {
  convolutions: (Passed & {
    filters: number;
    kernelSize: [number, number];
    options: Conv2DOptions;
    weights: number[];
    bias: number[];
    dWeights: number[];
    dBias: number[];
  })[];
  poolings: (Passed & { poolSize: [number, number]; options: MaxPool2DOptions })[];
  average: Passed;
  normalizations: (Passed & {
    options: BatchNormOptions;
    gamma: number[];
    beta: number[];
    learning: NormalizedPass;
    movingMean: number[];
    movingVariance: number[];
    answering: NormalizedPass;
  })[];
};

/** Ten steps of each optimizer and twelve epochs of each schedule, by PyTorch. */
export const optimizerFixtures = read("optimizers.json") as {
  optimizers: {
    options: OptimizerOptions;
    regularization: RegularizationOptions;
    learningRate: number;
    start: number[];
    gradients: number[][];
    path: number[][];
  }[];
  schedules: { options: ScheduleOptions; learningRate: number; epochs: number; rates: number[] }[];
};
