import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { encodeHdf5, readHdf5 } from "../../src/data/hdf5";
import { DataError } from "../../src/errors";
import { errorOf } from "../support/errors";
import { describeWith, kerasEnvironment } from "../support/requirements";

const python = kerasEnvironment();
const script = fileURLToPath(new URL("support/h5py_files.py", import.meta.url));

const images = Uint8Array.from({ length: 20 * 8 * 8 * 3 }, (_, i) => i % 256);

describeWith([python], "HDF5 files and Python's h5py", () => {
  let folder: string;
  let described: { attributes: object; datasets: object };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "h5py ü "));
    const ours = await encodeHdf5({
      attributes: {
        source: "emoji",
        seed: 1,
        share: 0.2,
        size: [64, 64],
        names: Array.from({ length: 5000 }, (_, i) => `hotdog/a picture of a lunch, grün, ${i}.jpg`),
      },
      groups: {},
      datasets: {
        train_set_x: { data: images, shape: [20, 8, 8, 3], chunks: [16, 8, 8, 3], gzip: 4 },
        train_set_y: { data: Int32Array.from({ length: 20 }, (_, i) => i % 2), shape: [20] },
        list_classes: { data: ["not-hotdog", "würstchen"], shape: [2] },
        weights: { data: Float32Array.of(0.5, -2), shape: [2, 1] },
      },
    });
    writeFileSync(join(folder, "ours.h5"), ours);
    described = JSON.parse(execFileSync(python.path, [script, folder], { encoding: "utf8" }));
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  test("h5py reads what we wrote", () => {
    const plain = { compression: null, chunks: null, texts: null };
    expect(described).toEqual({
      attributes: {
        source: "emoji",
        seed: 1,
        share: 0.2,
        size: [64, 64],
        names: expect.objectContaining({ length: 5000, 4999: "hotdog/a picture of a lunch, grün, 4999.jpg" }),
      },
      datasets: {
        train_set_x: {
          dtype: "uint8",
          shape: [20, 8, 8, 3],
          compression: "gzip",
          chunks: [16, 8, 8, 3],
          sum: images.reduce((sum, each) => sum + each),
          texts: null,
        },
        train_set_y: { ...plain, dtype: "int32", shape: [20], sum: 10 },
        list_classes: { ...plain, dtype: "|S10", shape: [2], sum: null, texts: ["not-hotdog", "würstchen"] },
        weights: { ...plain, dtype: "float32", shape: [2, 1], sum: -1.5 },
      },
    });
  });

  test("we read the layout of the course as h5py writes it", async () => {
    const { datasets } = await readHdf5(join(folder, "course.h5"));
    expect(datasets).toEqual({
      train_set_x: { data: Uint8Array.from({ length: 240 }, (_, i) => i), shape: [5, 4, 4, 3] },
      train_set_y: { data: Int32Array.of(0, 1, 1, 0, 1), shape: [5] },
      list_classes: { data: ["non-cat", "cat"], shape: [2] },
    });
  });

  test("we read numbers of every kind, texts of variable length, and packed data", async () => {
    const { datasets, attributes } = await readHdf5(join(folder, "kinds.h5"));
    const list = [1, 2, 100];
    for (const name of ["i1", "little-i2", "big-i4", "little-u4"]) {
      expect(datasets[name].data, name).toEqual(Int32Array.from(list));
    }
    expect(datasets.u1.data).toEqual(Uint8Array.from(list));
    expect(datasets["big-f8"].data).toEqual(Float64Array.from(list));
    expect(datasets["little-f4"].data).toEqual(Float32Array.from(list));
    expect(datasets.large.data).toEqual(Float64Array.of(2 ** 40, -1));
    expect(datasets.scalar).toEqual({ data: Float32Array.of(2.5), shape: [] });
    expect(datasets.texts.data).toEqual(["eins", "zwei ü"]);
    expect(datasets.packed.data).toEqual(Uint8Array.from({ length: 240 }, (_, i) => i));
    expect(attributes).toEqual({ text: "größer", texts: ["a", "bc"], number: 3 });
  });

  test.each<[name: string, message: RegExp]>([
    ["virtual", /\/x, which takes its numbers from other files/],
    ["external-storage", /received /],
    ["external-link", /the link \/x to another file/],
    ["soft-link", /the link \/x to another name/],
    ["unwritten", /\/x, which declares more than the file can hold: 68,719,476,736 bytes/],
    ["huge", /\/x, which declares more than the file can hold/],
    ["deep", /groups more than 32 deep/],
    ["cycle", /groups more than 32 deep/],
    ["bushes", /more than 20,000 groups and datasets|takes longer than 2 seconds/],
    ["many", /more than 20,000 groups and datasets/],
    ["compound", /\/x, which holds no numbers or texts/],
    ["half-precision", /\/x, whose numbers take 2 bytes each/],
    ["other-filter", /\/x, which is packed by "lzf" and not by gzip/],
  ])("a file is refused that is: %s", async (name, message) => {
    const file = join(folder, `${name}.h5`);
    const error = await errorOf(() => readHdf5(file, { seconds: name === "bushes" ? 2 : 30 }));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message.startsWith(`${file}: expected an HDF5 file that can be read`)).toBe(true);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain("secret");
  });

  test("a thousand times smaller than what it holds is what compression may be", async () => {
    const { datasets } = await readHdf5(join(folder, "bomb.h5"));
    expect(datasets.x.shape).toEqual([2 ** 26]);
  });
});
