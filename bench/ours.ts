// The library as a contestant: commands come as JSON lines on stdin, each is answered by one line on stdout.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Dataset } from "../src/dataset";
import { kernels } from "../src/kernels/chosen";
import { Conv2D } from "../src/nn/convolution";
import { Dense, Flatten } from "../src/nn/layers";
import { mlp } from "../src/nn/mlp";
import { Network } from "../src/nn/network";
import { MaxPool2D } from "../src/nn/pooling";
import { Tensor } from "../src/tensor";
import { evaluate } from "../src/training/evaluation";
import { fit } from "../src/training/fit";
import type { TrainingOptions } from "../src/training/options";
import type { Data, Reached, Recipe, Repetition } from "./recipe";

function read(data: Data): Dataset {
  const { count, features } = data;
  const bytes = readFileSync(data.images).subarray(data.imagesOffset);
  const labels = readFileSync(data.labels).subarray(data.labelsOffset, data.labelsOffset + count);
  // As the library's own loaders do, so that no batch has to be copied.
  const pixels = kernels.zeros([count, features]);
  for (let i = 0; i < pixels.data.length; i++) pixels.data[i] = bytes[i] / 255;
  return Dataset.classification(pixels, labels, data.classes);
}

const loaded = new Map<string, Dataset>();

/** The first `count` samples; each file is read once. */
function samples(data: Data): Dataset {
  const key = `${data.images} ${data.count}`;
  const known = loaded.get(key) ?? read(data);
  loaded.set(key, known);
  return known;
}

function build({ sizes, data }: Recipe, seed: number): Network {
  if (sizes !== "cnn") return mlp(sizes, { activation: "relu", seed });
  const convolution = (filters: number) =>
    new Conv2D(filters, 3, { padding: "same", activation: "relu", initializer: "he" });
  const side = Math.sqrt(data.features);
  return new Network(
    [side, side, 1],
    [
      convolution(8),
      new MaxPool2D(2),
      convolution(16),
      new MaxPool2D(2),
      new Flatten(),
      new Dense(data.classes, { activation: "softmax" }),
    ],
    { seed },
  );
}

class Contestant {
  private readonly train: Dataset;
  private network: Network;

  constructor(private readonly recipe: Recipe) {
    this.train = samples(recipe.data);
    if (recipe.sizes === "cnn") this.train = this.train.reshape([28, 28, 1]);
    this.network = build(recipe, recipe.seed);
  }

  private get options(): TrainingOptions {
    const { optimizer, learningRate, decay, batchSize, epochs, seed } = this.recipe;
    return { optimizer, learningRate, decay, batchSize, epochs, seed };
  }

  async repeat(): Promise<Repetition> {
    if (this.recipe.fresh) this.network = build(this.recipe, this.recipe.seed);
    const cpuBefore = process.cpuUsage();
    const before = performance.now();
    const history = await fit(this.network, this.train, this.options);
    const milliseconds = (performance.now() - before) / this.recipe.epochs;
    const { user, system } = process.cpuUsage(cpuBefore);
    const { loss, accuracy } = history.last;
    return { milliseconds, cpu: (user + system) / 1000 / this.recipe.epochs, loss, accuracy };
  }

  async reach(accuracy: number, seed: number): Promise<Reached> {
    const network = build(this.recipe, seed);
    const test = samples(this.recipe.test as Data);
    const reached = { seconds: 0, epochs: 0, accuracy: 0 };
    let before = performance.now();
    const onEpoch = () => {
      reached.seconds += (performance.now() - before) / 1000;
      reached.epochs++;
      reached.accuracy = evaluate(network, test).accuracy;
      before = performance.now();
      return reached.accuracy >= accuracy ? { stop: "reached" } : undefined;
    };
    await fit(network, this.train, { ...this.options, epochs: 30, seed, callbacks: [{ onEpoch }] });
    return reached;
  }

  /** Microseconds for the prediction of one image. */
  predict(times: number): number {
    const image = new Tensor(this.train.samples.data.slice(0, this.recipe.data.features), [
      this.recipe.data.features,
    ]);
    for (let i = 0; i < times; i++) this.network.predict(image);
    const before = performance.now();
    for (let i = 0; i < times; i++) this.network.predict(image);
    return ((performance.now() - before) / times) * 1000;
  }

  /** Milliseconds for the evaluation of all test images. */
  evaluate(): number {
    const test = samples(this.recipe.test as Data);
    const before = performance.now();
    evaluate(this.network, test);
    return performance.now() - before;
  }

  /** Megabytes of the process, and of its heap, after a tenth of the epochs and after all of them. */
  async memory(epochs: number): Promise<{ early: number[]; late: number[] }> {
    const measure = () => {
      (globalThis as { gc?: () => void }).gc?.();
      const { rss, heapUsed } = process.memoryUsage();
      return [rss, heapUsed].map((bytes) => bytes / 2 ** 20);
    };
    let early: number[] = [];
    const onEpoch = ({ history }: { history: readonly unknown[] }) => {
      if (history.length === epochs / 10) early = measure();
    };
    await fit(this.network, this.train, { ...this.options, epochs, callbacks: [{ onEpoch }] });
    return { early, late: measure() };
  }
}

let contestant: Contestant | undefined;

async function answer(line: string): Promise<unknown> {
  const command = JSON.parse(line);
  if (command.do === "hello") return { versions: { node: process.versions.node, kernels: kernels.name } };
  if (command.do === "setup") {
    contestant = new Contestant(command.recipe);
    return {};
  }
  if (contestant === undefined) throw new Error("setup comes first");
  if (command.do === "repeat") return contestant.repeat();
  if (command.do === "reach") return contestant.reach(command.accuracy, command.seed);
  if (command.do === "predict") return { value: contestant.predict(command.times) };
  if (command.do === "evaluate") return { value: contestant.evaluate() };
  if (command.do === "memory") return contestant.memory(command.epochs);
  throw new Error(`unknown command ${command.do}`);
}

async function serve(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    const reply = await answer(line).catch((error: Error) => ({ error: error.message }));
    console.log(JSON.stringify(reply));
  }
}

serve();
