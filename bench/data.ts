// Where the contestants find the samples: files that each reads by itself.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mnistFolder } from "../src/data/mnist";
import { Random } from "../src/random";
import { projectRoot } from "../src/root";
import type { Data } from "./recipe";

export const TRAIN_COUNT = 60_000;

function mnist(role: "train" | "t10k", count: number): Data {
  const folder = mnistFolder(projectRoot());
  return {
    images: join(folder, `${role}-images-idx3-ubyte`),
    labels: join(folder, `${role}-labels-idx1-ubyte`),
    ...{ imagesOffset: 16, labelsOffset: 8, count, features: 784, classes: 10 },
  };
}

export const trainImages = (count = TRAIN_COUNT): Data => mnist("train", count);
export const testImages = (): Data => mnist("t10k", 10_000);

/** Noise 64×64×3, the second class a little brighter: what it shows does not matter for the time it takes. */
export function hotdogImages(count: number): Data {
  const folder = join(projectRoot(), "out", "bench");
  mkdirSync(folder, { recursive: true });
  const features = 64 * 64 * 3;
  const random = new Random(1, "hotdog");
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 2);
  const images = new Uint8Array(count * features);
  for (let i = 0; i < images.length; i++) {
    const brighter = 20 * labels[Math.floor(i / features)];
    images[i] = Math.floor(random.uniform() * 230) + brighter;
  }
  const data = { images: join(folder, "hotdog.images"), labels: join(folder, "hotdog.labels") };
  writeFileSync(data.images, images);
  writeFileSync(data.labels, labels);
  return { ...data, imagesOffset: 0, labelsOffset: 0, count, features, classes: 2 };
}
