import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { encodeHdf5, type Hdf5Group, readHdf5 } from "../../../src/data/hdf5";
import { composeEmoji } from "../../../src/data/hotdog/emoji";
import {
  type PreparationOptions,
  type PreparedImages,
  prepareImages,
} from "../../../src/data/hotdog/prepare";
import { loadImages, saveImages } from "../../../src/data/hotdog/saved-images";
import { DataError } from "../../../src/errors";
import { Random } from "../../../src/random";
import { errorOf } from "../../support/errors";
import { temporaryFolder } from "../support/idx";

const emoji = (seed = 1): Promise<PreparedImages> =>
  prepareImages(composeEmoji({ count: 40, seed }), { size: 8, seed: 3 });

const loop = fileURLToPath(new URL("../support/prepare-in-a-loop.ts", import.meta.url));

const newFile = () => join(temporaryFolder(), "hotdog.h5");

describe("prepared images in a file", () => {
  test("come back as samples from 0 to 1 with their labels and names", async () => {
    const [prepared, file] = [await emoji(), newFile()];
    await saveImages(file, prepared);
    const loaded = await loadImages(file);
    for (const name of ["train", "test", "unseen"] as const) {
      const [set, dataset] = [prepared[name], loaded[name]];
      expect(dataset?.classes).toEqual(["not-hotdog", "hotdog"]);
      expect(dataset?.samples.shape).toEqual([set?.labels.length, 8, 8, 3]);
      expect(dataset?.labels).toEqual(set?.labels);
      expect(dataset?.samples.data).toEqual(
        new Float32Array([...(set?.pixels ?? [])].map((byte) => byte / 255)),
      );
      expect(loaded.names[name]).toEqual(set?.names);
    }
    expect(loaded.preprocessing).toEqual({ width: 8, height: 8, channels: 3, fit: "cover" });
    expect([loaded.source, loaded.seed]).toEqual(["emoji", 3]);
    expect(loaded.attributions[0]).toMatch(/^Noto Emoji by Google Inc, Apache 2.0, https:/);
  });

  test("are laid out as the course's cat images are", async () => {
    const [prepared, file] = [await emoji(), newFile()];
    await saveImages(file, prepared);
    const { datasets, attributes } = await readHdf5(file);
    expect(Object.keys(datasets).sort()).toEqual([
      "list_classes",
      "test_set_x",
      "test_set_y",
      "train_set_x",
      "train_set_y",
      "unseen_set_x",
      "unseen_set_y",
    ]);
    expect(datasets.train_set_x).toMatchObject({ shape: [32, 8, 8, 3], data: prepared.train.pixels });
    expect(datasets.train_set_y.shape).toEqual([32]);
    expect(datasets.list_classes.data).toEqual(["not-hotdog", "hotdog"]);
    expect(attributes).toMatchObject({
      source: "emoji",
      seed: 3,
      width: 8,
      height: 8,
      channels: 3,
      fit: "cover",
    });
    expect(attributes.test_names).toEqual(prepared.test.names);
  });

  test("have no unseen style where all images are photos", async () => {
    const [prepared, file] = [{ ...(await emoji()), unseen: null, attributions: [] }, newFile()];
    await saveImages(file, prepared);
    const loaded = await loadImages(file);
    expect([loaded.unseen, loaded.names.unseen, loaded.attributions]).toEqual([null, [], []]);
  });

  test("keep names that are not English", async () => {
    const [prepared, file] = [await emoji(), newFile()];
    const names = prepared.train.names.map((_, i) => `hotdog/größer als 🌭 ${i}.jpg`);
    await saveImages(file, { ...prepared, train: { ...prepared.train, names } });
    expect((await loadImages(file)).names.train).toEqual(names);
  });
});

describe("what holds no prepared images is refused", () => {
  let good: Promise<Hdf5Group> | undefined;
  const save = async () => {
    const file = newFile();
    await saveImages(file, await emoji());
    return readHdf5(file);
  };
  const changed = async (change: (tree: Hdf5Group) => Hdf5Group) => {
    const file = newFile();
    good ??= save();
    writeFileSync(file, await encodeHdf5(change(await good)));
    return errorOf(() => loadImages(file));
  };
  const withAttributes = (attributes: Hdf5Group["attributes"]) => (tree: Hdf5Group) => ({
    ...tree,
    attributes: { ...tree.attributes, ...attributes },
  });
  const withDatasets = (datasets: Hdf5Group["datasets"]) => (tree: Hdf5Group) => ({
    ...tree,
    datasets: { ...tree.datasets, ...datasets },
  });

  test.each<[what: string, change: (tree: Hdf5Group) => Hdf5Group, message: RegExp]>([
    [
      "another HDF5 file",
      () => ({ attributes: {}, groups: {}, datasets: {} }),
      /prepared images, received another/,
    ],
    [
      "a newer version",
      withAttributes({ format_version: 2 }),
      /expected version 1 .*received 2\. Run the notebook/,
    ],
    ["another size", withAttributes({ width: 9 }), /expected bytes \[count, 8, 9, 3\] in train_set_x/],
    [
      "a size that cannot be",
      withAttributes({ height: 1e9, fit: "crop" }),
      /height: expected[\s\S]*fit: expected/,
    ],
    [
      "labels that are missing",
      withDatasets({ test_set_y: { data: new Int32Array(3), shape: [3] } }),
      /expected 8 labels in test_set_y, received 3/,
    ],
    [
      "labels of no class",
      withDatasets({ test_set_y: { data: new Int32Array(8).fill(2), shape: [8] } }),
      /labels from 0 to 1, received 2/,
    ],
    [
      "numbers that are no bytes",
      withDatasets({ test_set_x: { data: new Float32Array(8 * 192), shape: [8, 8, 8, 3] } }),
      /expected bytes .*test_set_x, received a Float32Array/,
    ],
  ])("%s", async (_, change, message) => {
    const error = await changed(change);
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(message);
  });

  test("a file that is missing", async () => {
    const error = await errorOf(() => loadImages(newFile()));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(/hotdog\.h5: .*no such file/);
  });
});

describe("the file that was there before stays whole", () => {
  test("when a run is interrupted or fails", async () => {
    const file = newFile();
    await saveImages(file, await emoji());
    const before = readFileSync(file);
    const run = async (options: PreparationOptions) =>
      saveImages(file, await prepareImages(composeEmoji({ count: 40, seed: 2 }), options));

    const controller = new AbortController();
    await errorOf(() => run({ onProgress: () => controller.abort(), signal: controller.signal }));
    await errorOf(() =>
      run({
        onProgress: () => {
          throw new Error("the run fails");
        },
      }),
    );
    expect(readFileSync(file)).toEqual(before);
    expect(readdirSync(dirname(file))).toEqual(["hotdog.h5"]);
  });

  test("whenever the process is killed", async () => {
    const file = newFile();
    const random = new Random(1, "kills");
    let saved = 0;
    for (let kills = 0; kills < 3; kills++) {
      const child = spawn(process.execPath, ["--import", "tsx", loop, file]);
      child.stdout.on("data", (data) => {
        saved += data.length;
      });
      await once(child.stdout, "data");
      await new Promise((resolve) => setTimeout(resolve, 300 * random.uniform()));
      child.kill("SIGKILL");
      await once(child, "close");
      const { train, test: testSet, unseen } = await loadImages(file);
      expect([train.length, testSet.length, unseen?.length]).toEqual([16, 4, 4]);
    }
    expect(saved).toBeGreaterThanOrEqual(3);
  });
});
