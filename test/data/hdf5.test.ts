import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { describe, expect, test, vi } from "vitest";
import { encodeHdf5, type Hdf5Dataset, type Hdf5Group, readHdf5 } from "../../src/data/hdf5";
import { DataError, OptionsError } from "../../src/errors";
import { errorOf } from "../support/errors";
import { wrong } from "../support/refusals";
import { temporaryFolder } from "./support/idx";

const group = (parts: Partial<Hdf5Group>): Hdf5Group => ({
  attributes: {},
  groups: {},
  datasets: {},
  ...parts,
});

const one = (dataset: Hdf5Dataset) => group({ datasets: { x: dataset } });

/** What comes back when a tree is written to a file and read. */
async function written(tree: Hdf5Group, only?: string[]): Promise<Hdf5Group> {
  const file = join(temporaryFolder(), "Größe 🌭.h5");
  writeFileSync(file, await encodeHdf5(tree));
  return readHdf5(file, only === undefined ? {} : { only });
}

test("a tree of groups, datasets and attributes comes back as it was", async () => {
  const tree = group({
    attributes: {
      text: "hot dog, grün, 🌭",
      empty: "",
      long: "0123456789".repeat(20_000),
      whole: 2 ** 40,
      fraction: 0.1,
      names: ["hotdog", "", "nicht-Hotdog ü"],
      numbers: [1, -0.5, Number.POSITIVE_INFINITY],
      none: [],
    },
    groups: {
      deep: group({
        groups: { deeper: group({ datasets: { y: { data: Float32Array.of(1.5), shape: [1] } } }) },
      }),
      __proto__empty: group({}),
    },
    datasets: {
      bytes: { data: Uint8Array.of(0, 255, 1, 2, 3, 4), shape: [2, 3] },
      integers: { data: Int32Array.of(-(2 ** 31), 2 ** 31 - 1), shape: [2] },
      singles: { data: Float32Array.of(0.1, -0, 1e-45, 3e38), shape: [2, 2, 1] },
      doubles: { data: Float64Array.of(0.1, 1e300), shape: [2] },
      texts: { data: ["hotdog", "ü", ""], shape: [3] },
      scalar: { data: Float32Array.of(7), shape: [] },
      nothing: { data: new Float32Array(0), shape: [0, 3] },
    },
  });
  expect(await written(tree)).toEqual(tree);
});

test("numbers that are not finite come back", async () => {
  const { attributes, datasets } = await written(
    group({
      attributes: { loss: Number.NaN },
      datasets: { x: { data: Float64Array.of(Number.NaN, Number.NEGATIVE_INFINITY), shape: [2] } },
    }),
  );
  expect(attributes.loss).toBeNaN();
  expect(datasets.x.data).toEqual(Float64Array.of(Number.NaN, Number.NEGATIVE_INFINITY));
});

test("images are compressed in chunks, and only as much of a large memory is written as belongs to them", async () => {
  const memory = new Uint8Array(1_000_000).map((_, i) => (i >> 8) % 7);
  const data = memory.subarray(1000, 1000 + 20 * 64 * 64 * 3);
  const dataset = { data, shape: [20, 64, 64, 3], chunks: [16, 64, 64, 3], gzip: 4 };
  const bytes = await encodeHdf5(one(dataset));
  expect(bytes.length).toBeLessThan(data.length / 20);
  expect(memory.length).toBe(1_000_000);
  expect(await written(one(dataset))).toEqual(one({ ...dataset, data: new Uint8Array(data) }));
});

test("123 MB of images, 10,000 of 64 × 64, are written and read", { timeout: 120_000 }, async () => {
  const data = new Uint8Array(10_000 * 64 * 64 * 3).map((_, i) => (i >> 10) & 255);
  const tree = one({ data, shape: [10_000, 64, 64, 3], chunks: [16, 64, 64, 3], gzip: 1 });
  const { x } = (await written(tree)).datasets;
  expect(x.shape).toEqual([10_000, 64, 64, 3]);
  expect(Buffer.compare(x.data as Uint8Array, data)).toBe(0);
});

test("only the wanted names of the root are looked at", async () => {
  const dataset = { data: Int32Array.of(1), shape: [1] };
  const tree = group({ datasets: { a: dataset, b: dataset }, groups: { c: group({}), d: group({}) } });
  expect(await written(tree, ["b", "c", "e"])).toEqual(
    group({ datasets: { b: dataset }, groups: { c: group({}) } }),
  );
});

describe("what an HDF5 file cannot hold is refused", () => {
  test.each<[what: string, tree: Hdf5Group, message: RegExp]>([
    [
      "a shape of another size",
      one({ data: Uint8Array.of(1, 2), shape: [3] }),
      /3 numbers for \/x \[3\], received 2/,
    ],
    [
      "a name with a slash",
      group({ groups: { "a/b": group({}) } }),
      /encodeHdf5: expected what an HDF5 file/,
    ],
    ["an empty name", group({ attributes: { "": 1 } }), /empty string/],
    ["a zero character", group({ attributes: { a: "b\0c" } }), /the attribute a of \//],
    ["half a character", one({ data: ["\ud800"], shape: [1] }), /\/x, which HDF5 cannot hold/],
    ["compression without chunks", one({ data: Uint8Array.of(1), shape: [1], gzip: 4 }), /without chunks/],
  ])("%s", async (_, tree, message) => {
    const error = await errorOf(() => encodeHdf5(tree));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(message);
  });
});

describe("a file that cannot be read is refused with the reason", () => {
  const refusal = async (bytes: Uint8Array | string): Promise<string> => {
    const file = join(temporaryFolder(), "data.h5");
    writeFileSync(file, bytes);
    const error = await errorOf(() => readHdf5(file));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message.startsWith(file)).toBe(true);
    return error.message;
  };

  test("missing, a folder, empty, of another kind", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "folder.h5"));
    const messages = [
      await errorOf(() => readHdf5(join(folder, "missing.h5"))).then(({ message }) => message),
      await errorOf(() => readHdf5(join(folder, "folder.h5"))).then(({ message }) => message),
      await refusal(""),
      await refusal("a text"),
      await refusal("PK\x03\x04 and so on"),
    ];
    expect(messages[0]).toMatch(/no such file/);
    expect(messages[1]).toMatch(/a folder/);
    expect(messages[2]).toMatch(/an empty file/);
    expect(messages[3]).toMatch(/another kind of file/);
    expect(messages[4]).toMatch(/zip archive\. If Keras wrote it, .*model\.save\("model\.h5"\)/);
  });

  test("truncated, at the end and in the middle", async () => {
    const bytes = await encodeHdf5(one({ data: new Float32Array(1000), shape: [1000] }));
    expect(await refusal(bytes.subarray(0, -1))).toMatch(/a damaged file \(.*truncated/);
    expect(await refusal(bytes.subarray(0, 100))).toMatch(/a damaged file/);
    expect(await refusal(bytes.subarray(0, 8))).toMatch(/a damaged file/);
  });

  test("one byte of compressed images changed", async () => {
    const data = new Uint8Array(10_000).map((_, i) => (i * i) % 251);
    const bytes = await encodeHdf5(one({ data, shape: [10_000], chunks: [10_000], gzip: 4 }));
    const start = Buffer.from(bytes).indexOf(Buffer.from([0x78, 0x5e]));
    expect(start).toBeGreaterThan(0);
    bytes[start + 50] ^= 1;
    expect(await refusal(bytes)).toMatch(/a damaged file/);
  });

  test("one that takes too long", async () => {
    const file = join(temporaryFolder(), "data.h5");
    writeFileSync(file, await encodeHdf5(group({})));
    const error = await errorOf(() => readHdf5(file, { seconds: 0.001 }));
    expect(error.message).toMatch(/one that takes longer than 0\.001 seconds/);
  });

  test("options that are wrong, all at once", async () => {
    const error = await errorOf(() => readHdf5("data.h5", wrong({ only: "x", seconds: 0, name: "x" })));
    expect(error).toBeInstanceOf(OptionsError);
    for (const name of ["only", "seconds", "name"]) expect(error.message).toContain(`${name}: `);
    // A timer that is given more milliseconds than 32 bits hold ends at once.
    const long = await errorOf(() => readHdf5("data.h5", { seconds: 1e9 }));
    expect(long.message).toMatch(/seconds: expected a number > 0, at most 3600, received 1000000000/);
  });
});

test("writing and reading leave no worker behind, also where they fail", async () => {
  const ended = vi.spyOn(Worker.prototype, "terminate");
  const file = join(temporaryFolder(), "data.h5");
  writeFileSync(file, (await encodeHdf5(group({}))).subarray(0, 100));
  await errorOf(() => readHdf5(file));
  const codes = await Promise.all(ended.mock.results.map(({ value }) => value));
  ended.mockRestore();
  expect(codes).toHaveLength(2);
});

test("reading leaves the file as it was, and the working directory alone", async () => {
  const file = join(temporaryFolder(), "data.h5");
  writeFileSync(file, await encodeHdf5(group({ attributes: { a: 1 } })));
  const before = readFileSync(file);
  const reading = readHdf5(file);
  expect((await reading).attributes).toEqual({ a: 1 });
  expect(readFileSync(file).equals(before)).toBe(true);
});
