import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { composeEmoji } from "../../src/data/hotdog/emoji";
import { prepareImages } from "../../src/data/hotdog/prepare";
import { loadImages, saveImages } from "../../src/data/hotdog/saved-images";
import { readIdx } from "../../src/data/idx";
import { readImage } from "../../src/data/images";
import { NeuralNetworkError } from "../../src/errors";
import { loadModel, saveModel } from "../../src/models/model-file";
import { Random } from "../../src/random";
import { idxBytes, temporaryFolder } from "../data/support/idx";
import { everyLayer, rowsOfDense } from "../models/support/models";
import { MUTATIONS, PATIENCE } from "../support/torture";
import { mutated } from "./mutations";

interface Reader {
  /** Whole files. */
  readonly files: () => Promise<readonly Uint8Array[]>;
  readonly ending: string;
  readonly read: (path: string) => unknown;
  /** Seconds that one file may take, on a machine that does other things beside. */
  readonly seconds: number;
  /** Megabytes by which the process may grow for files of a few kilobytes. */
  readonly megabytes: number;
  /** Files that are read at the same time. */
  readonly atOnce: number;
}

const numbers = (length: number, seed: number) => {
  const random = new Random(seed);
  return Uint8Array.from({ length }, () => random.integer(256));
};

const labels = idxBytes([5], [0, 1, 2, 3, 4]);

const readers: Record<string, Reader> = {
  "MNIST's format": {
    files: async () => [idxBytes([5, 4, 3], [...numbers(60, 1)])],
    ending: "-images-idx3-ubyte",
    read: (path) => {
      writeFileSync(`${path}.labels`, labels);
      return readIdx(path, `${path}.labels`, { classes: 5 });
    },
    ...{ seconds: 5, megabytes: 200, atOnce: 1 },
  },

  "an image": {
    files: async () => {
      const picture = () => sharp(numbers(48 * 32 * 3, 2), { raw: { width: 48, height: 32, channels: 3 } });
      return Promise.all([
        picture().jpeg().toBuffer(),
        picture().png().toBuffer(),
        picture().webp().toBuffer(),
        picture().gif().toBuffer(),
        picture().tiff().toBuffer(),
        Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="48" height="32"><circle r="9"/></svg>'),
      ]);
    },
    ending: ".jpg",
    read: (path) => readImage(path, { width: 16, height: 16 }),
    ...{ seconds: 25, megabytes: 600, atOnce: 2 },
  },

  "a file of prepared images": {
    files: async () => {
      const prepared = await prepareImages(composeEmoji({ count: 30 }), { size: 8 });
      return [await written((path) => saveImages(path, prepared))];
    },
    ending: ".h5",
    read: loadImages,
    ...{ seconds: 45, megabytes: 800, atOnce: 2 },
  },

  "a model file": {
    files: async () => [
      await written((path) => saveModel(path, everyLayer(), { classes: ["a", "b", "c"] })),
      await written((path) => saveModel(path, rowsOfDense(), { classes: ["a", "b"], source: "emoji" })),
    ],
    ending: ".h5",
    read: loadModel,
    ...{ seconds: 45, megabytes: 800, atOnce: 2 },
  },
};

/** The bytes of a file that `save` writes. */
async function written(save: (path: string) => Promise<void>): Promise<Uint8Array> {
  const path = join(temporaryFolder(), "file.h5");
  await save(path);
  return readFileSync(path);
}

const megabytes = () => process.memoryUsage().rss / 2 ** 20;

test.each(Object.entries(readers))(
  "%s, damaged, is read or refused, in little time and memory",
  {
    timeout: PATIENCE,
  },
  async (name, { files, ending, read, seconds, megabytes: most, atOnce }) => {
    const folder = temporaryFolder();
    const originals = (await files()).map((bytes) => new Uint8Array(bytes));
    const seen = { read: 0, refused: 0, slowest: 0, grown: 0 };
    const tryOne = async (index: number) => {
      const random = new Random(5, name, index);
      const path = join(folder, `${index % (8 * atOnce)}${ending}`);
      writeFileSync(path, mutated(originals[index % originals.length], random));
      const began = performance.now();
      try {
        await read(path);
        seen.read++;
      } catch (error) {
        if (!(error instanceof NeuralNetworkError)) throw new Error(`mutation ${index} of ${name}: ${error}`);
        expect(error.message.length, `mutation ${index}`).toBeLessThan(2000);
        seen.refused++;
      }
      seen.slowest = Math.max(seen.slowest, (performance.now() - began) / 1000);
      seen.grown = Math.max(seen.grown, megabytes() - before);
    };

    for (const [i, bytes] of originals.entries()) {
      const path = join(folder, `whole-${i}${ending}`);
      writeFileSync(path, bytes);
      await read(path);
    }
    const before = megabytes();
    let next = 0;
    const inTurn = async () => {
      while (next < MUTATIONS) await tryOne(next++);
    };
    await Promise.all(Array.from({ length: atOnce }, inTurn));

    console.log(
      `${name}: ${MUTATIONS} damaged files, ${seen.refused} refused, ${seen.read} read, the slowest in ` +
        `${seen.slowest.toFixed(2)} s, the process up to ${Math.round(seen.grown)} MB larger`,
    );
    expect(seen.refused).toBeGreaterThan(MUTATIONS / 20);
    expect(seen.slowest).toBeLessThan(seconds);
    expect(seen.grown).toBeLessThan(most);
  },
);
