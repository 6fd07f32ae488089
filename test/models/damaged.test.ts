import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { encodeHdf5, type Hdf5Group } from "../../src/data/hdf5";
import { NeuralNetworkError } from "../../src/errors";
import { checkpoint, restoreTree } from "../../src/models/checkpoint";
import { fromKeras, toKeras } from "../../src/models/keras";
import { readModel, saveModel } from "../../src/models/model-file";
import { Random } from "../../src/random";
import { fit } from "../../src/training/fit";
import { bitsOf } from "../support/numbers";
import { cloudNetwork, clouds } from "../support/training";
import { mutated } from "../torture/mutations";
import { Decoder } from "./support/decoder";

/** Changed copies of each file; `npm run torture` tries ten thousand, and has each read by a worker of its own. */
const COPIES = 300;

/** What is read of a file, as a text in which every difference shows. */
type Reading = (tree: Hdf5Group) => string;

const readers: Record<string, { bytes: () => Promise<Uint8Array>; read: Reading; checked: boolean }> = {
  "a model": {
    bytes: () => written((path) => saveModel(path, cloudNetwork(), { classes: ["a", "b", "c"] })),
    read: (tree) => {
      const { network, classes } = readModel(tree, "file");
      return `${classes} ${network} ${bitsOf(network.getParameters())}`;
    },
    checked: true,
  },
  "a checkpoint": {
    bytes: () =>
      written(async (path) => {
        await fit(cloudNetwork(), clouds(30), {
          epochs: 1,
          learningRate: 0.1,
          callbacks: [checkpoint(path)],
        });
      }),
    read: (tree) => {
      const network = cloudNetwork();
      restoreTree(tree, network, "file");
      return bitsOf(network.getParameters());
    },
    checked: true,
  },
  // Without a checksum other weights cannot be told from damaged ones, but never are they other than finite.
  "a model of Keras": {
    bytes: () => encodeHdf5(toKeras(cloudNetwork())),
    read: (tree) => {
      const network = fromKeras(tree, "file");
      expect(network.getParameters().every(Number.isFinite)).toBe(true);
      return String(network);
    },
    checked: false,
  },
};

async function written(write: (path: string) => Promise<void>): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), "neural-networks-"));
  await write(join(folder, "file.h5"));
  const bytes = readFileSync(join(folder, "file.h5"));
  rmSync(folder, { recursive: true });
  return new Uint8Array(bytes);
}

test.each(Object.entries(readers))(
  "%s that was damaged anywhere is refused, or is what it was",
  async (name, reader) => {
    const decoder = new Decoder(5);
    const bytes = await reader.bytes();
    const whole = reader.read(await decoder.decode(bytes));
    let refused = 0;
    for (let i = 0; i < COPIES; i++) {
      try {
        const read = reader.read(await decoder.decode(mutated(bytes, new Random(7, name, i))));
        if (reader.checked) expect(read, `copy ${i}`).toBe(whole);
      } catch (error) {
        if (!(error instanceof NeuralNetworkError)) throw error;
        expect(error.message.length).toBeLessThan(2000);
        refused++;
      }
    }
    await decoder.end();
    expect(refused).toBeGreaterThan(COPIES / 3);
    expect(decoder.hangs).toBeLessThanOrEqual(2);
  },
  120_000,
);
