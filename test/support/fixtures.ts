import { readFileSync } from "node:fs";
import type { ActivationName } from "../../src/nn/activations";
import type { LossName } from "../../src/nn/losses";

/** What PyTorch computed for one network; the script that wrote it lies beside the files. */
export interface NetworkFixture {
  readonly sizes: number[];
  readonly activations: ActivationName[];
  readonly loss: LossName;
  readonly learningRate: number;
  readonly decay: number;
  readonly batchSize: number;
  readonly x: number[][];
  readonly labels: number[] | null;
  readonly targets: number[][];
  readonly parameters: number[];
  readonly outputs: number[][];
  readonly value: number;
  readonly gradient: number[];
  readonly afterFiveSteps: number[];
  readonly afterFit: number[];
  readonly lossesOfFit: number[];
}

interface ActivationFixture {
  readonly activation: ActivationName;
  readonly z: number[][];
  readonly dy: number[][];
  readonly y: number[][];
  readonly dz: number[][];
}

interface LossFixture {
  readonly loss: LossName;
  readonly z: number[][];
  readonly targets: number[][];
  readonly value: number;
  readonly gradient: number[][];
}

interface RandomFixture {
  readonly fromState: { state: number[]; bits: number[] };
  readonly fromKeys: { keys: (number | string)[]; bits: number[] }[];
  readonly shuffles: { keys: (number | string)[]; count: number; order: number[] }[];
}

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../fixtures/${name}`, import.meta.url), "utf8"));

export const pytorch = read("pytorch.json") as {
  torch: string;
  networks: NetworkFixture[];
  activations: ActivationFixture[];
  losses: LossFixture[];
};

export const randomFixture = read("random.json") as RandomFixture;
