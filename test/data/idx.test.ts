import { mkdirSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { explainFileError } from "../../src/data/files";
import { loadIdx, readIdx } from "../../src/data/idx";
import { DataError, OptionsError } from "../../src/errors";
import { errorOf } from "../support/errors";
import { wrong } from "../support/refusals";
import { folderWith, idxBytes, smallSet, temporaryFolder } from "./support/idx";

const images = smallSet["train-images-idx3-ubyte"];
const labels = smallSet["train-labels-idx1-ubyte"];

describe("four files of a folder", () => {
  test("become samples from 0 to 1, row by row, with their labels", () => {
    const { train, test } = loadIdx(folderWith(smallSet));
    expect(train.samples.shape).toEqual([2, 6]);
    expect(Array.from(train.samples.data.slice(0, 7))).toEqual(
      [0, 0.2, 0.4, 0.6, 0.8, 1, 1].map(Math.fround),
    );
    expect(train.samples.at(1, 5)).toBe(Math.fround(1 / 255));
    expect(Array.from(train.labels ?? [])).toEqual([0, 3]);
    expect(test.samples.shape).toEqual([1, 6]);
    expect(Array.from(test.labels ?? [])).toEqual([2]);
  });

  test("have as many classes as the largest label of both sets asks for, unless they are named", () => {
    const folder = folderWith({ ...smallSet, "t10k-labels-idx1-ubyte": idxBytes([1], [5]) });
    expect(loadIdx(folder).train.classes).toEqual(["0", "1", "2", "3", "4", "5"]);
    const names = ["shirt", "trousers", "pullover", "dress", "coat", "sandal"];
    expect(loadIdx(folder, { classes: names }).test.classes).toEqual(names);
    expect(loadIdx(folder, { classes: 10 }).train.classes).toHaveLength(10);
  });

  test.each([
    ["a dot before idx", (name: string) => name.replace("-idx", ".idx")],
    ["compressed", (name: string) => `${name}.gz`],
    ["a prefix, and test for t10k", (name: string) => `emnist-digits-${name.replace("t10k", "test")}`],
    ["upper case", (name: string) => name.toUpperCase()],
  ])("are found with %s in their names", (_, rename) => {
    const files = Object.entries(smallSet).map(([name, bytes]) => {
      const file = rename(name);
      return [file, file.endsWith(".gz") ? gzipSync(bytes) : bytes];
    });
    const { train, test } = loadIdx(folderWith(Object.fromEntries(files)));
    expect([train.length, test.length]).toEqual([2, 1]);
  });

  test("are taken as they are where they lie beside their compressed originals", () => {
    const broken = { "train-images-idx3-ubyte.gz": Uint8Array.of(1, 2, 3) };
    expect(loadIdx(folderWith({ ...smallSet, ...broken })).train.length).toBe(2);
  });

  test("are known as compressed by their contents, whatever their names say", () => {
    const folder = folderWith({ ...smallSet, "train-images-idx3-ubyte": gzipSync(images) });
    expect(loadIdx(folder).train.samples.at(0, 1)).toBe(Math.fround(0.2));
  });
});

test("a pair of files with any names becomes a data set", () => {
  const folder = folderWith({ "pictures.bin": images, "answers.bin": labels });
  const data = readIdx(join(folder, "pictures.bin"), join(folder, "answers.bin"), { classes: 4 });
  expect(data.samples.shape).toEqual([2, 6]);
  expect(data.toString()).toContain("4 classes");
});

test("a large file is read in pieces without a seam", () => {
  const [count, side] = [3000, 20];
  const pixels = Array.from({ length: count * side * side }, (_, i) => (i * 7919) % 251);
  const folder = folderWith({
    images: idxBytes([count, side, side], pixels),
    labels: idxBytes([count], new Array(count).fill(1)),
  });
  const { samples } = readIdx(join(folder, "images"), join(folder, "labels"));
  expect(samples.data.findIndex((value, i) => value !== Math.fround(pixels[i] / 255))).toBe(-1);
});

/** What is wrong, the file of images, the file of labels, and what the message has to say. */
const damaged: [what: string, images: Uint8Array, labels: Uint8Array, message: RegExp][] = [
  ["an empty file", new Uint8Array(0), labels, /images.*header of 16 bytes, received 0 bytes/],
  ["a file that ends in its header", images.slice(0, 9), labels, /header of 16 bytes, received 9 bytes/],
  ["a file cut short", images.slice(0, -1), labels, /expected 28 bytes.*received 27 bytes/],
  ["a file with more than it declares", Uint8Array.from([...images, 0]), labels, /28 bytes.*received 29/],
  [
    "a declared size that no memory has",
    idxBytes([2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1], [1, 2, 3]),
    labels,
    /received 19 bytes/,
  ],
  ["labels that are cut short", images, labels.slice(0, -1), /labels.*expected 10 bytes.*received 9 bytes/],
  ["another number of labels", images, idxBytes([3], [0, 1, 2]), /expected 2 labels.*received 3/],
  ["the two files in the wrong order", labels, images, /labels.*0x00000803 \(images\).*other order/],
  ["images of floats", Uint8Array.from([0, 0, 13, ...images.slice(3)]), labels, /0x00000803.*0x00000d03/],
  ["a picture", Uint8Array.from([0x89, 0x50, 0x4e, 0x47, ...images]), labels, /magic.*0x89504e47/],
  ["a web page", Buffer.from("<!DOCTYPE html><title>404</title>"), labels, /received 0x3c21444f/],
  ["no images", idxBytes([0, 2, 3], []), idxBytes([0], []), /at least one of the labels/],
  ["images without pixels", idxBytes([2, 0, 3], []), labels, /received the lengths 2 × 0 × 3/],
  ["gzip that is cut short", gzipSync(images).subarray(0, -9), labels, /complete gzip file/],
  [
    "gzip that is damaged",
    changed(gzipSync(images), 10 - gzipSync(images).length, 0xff),
    labels,
    /gzip file/,
  ],
  ["gzip with a wrong checksum", changed(gzipSync(images), -6, 1), labels, /complete gzip file/],
  ["gzip of a file cut short", gzipSync(images.slice(0, -1)), labels, /expected 28 bytes.*received 27/],
  ["gzip of more than declared", gzipSync(new Uint8Array([...images, 0])), labels, /28 bytes.*with more/],
  [
    "gzip that declares more than it can hold",
    gzipSync(idxBytes([60000, 28, 28], [1, 2, 3])),
    labels,
    /47040016 bytes.*compressed file of \d\d bytes, which cannot hold them/,
  ],
];

/** The bytes with some bits of one of them, counted from the end, turned over. */
function changed(bytes: Uint8Array, at: number, bits: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[copy.length + at] ^= bits;
  return copy;
}

test.each(damaged)("refused with one clear error: %s", async (_, imagesFile, labelsFile, message) => {
  const folder = folderWith({ "my-images": imagesFile, "my-labels": labelsFile });
  const error = await errorOf(() => readIdx(join(folder, "my-images"), join(folder, "my-labels")));
  expect(error).toBeInstanceOf(DataError);
  expect(error.message).toMatch(message);
  expect(error.message).toContain(folder);
  expect(error.message).toMatch(/\. [A-Z][^.]+\.$/);
});

test("a compressed bomb is stopped at the size that its header declares", async () => {
  const bomb = gzipSync(Buffer.concat([idxBytes([1, 2, 3], []), Buffer.alloc(50_000_000)]));
  const folder = folderWith({ images: bomb, labels });
  const before = process.memoryUsage().rss;
  const error = await errorOf(() => readIdx(join(folder, "images"), join(folder, "labels")));
  expect(error.message).toMatch(
    /expected 22 bytes as its header declares, received a compressed file with more/,
  );
  expect(process.memoryUsage().rss - before).toBeLessThan(40_000_000);
});

test("more pixels than memory should hold are refused before anything is allocated", async () => {
  const size = 2 ** 30 + 1024;
  const folder = folderWith({ images: idxBytes([2 ** 20 + 1, 32, 32], []), labels: idxBytes([1], [0]) });
  // A sparse file: it takes no room on the disk.
  truncateSync(join(folder, "images"), 16 + size);
  const error = await errorOf(() => readIdx(join(folder, "images"), join(folder, "labels")));
  expect(error.message).toMatch(
    /at most 1,073,741,824 pixels, received 1,073,742,848. Use a file with fewer/,
  );
});

describe("what does not fit together", () => {
  test("names the file, the label and the classes", async () => {
    const error = await errorOf(() => loadIdx(folderWith(smallSet), { classes: ["a", "b", "c"] }));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(/train-labels.*labels from 0 to 2 for 3 classes, received 3 for image 1/);
  });

  test("names both sizes of images", async () => {
    const other = { "t10k-images-idx3-ubyte": idxBytes([1, 3, 2], [1, 2, 3, 4, 5, 6]) };
    const error = await errorOf(() => loadIdx(folderWith({ ...smallSet, ...other })));
    expect(error.message).toMatch(/t10k-images.*images of 2 × 3 pixels as in .*train-images.*received 3 × 2/);
  });

  test("lists every file that is missing and what is there", async () => {
    const { "train-images-idx3-ubyte": only } = smallSet;
    const error = await errorOf(() => loadIdx(folderWith({ "train-images-idx3-ubyte": only })));
    expect(error.message).toMatch(/train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte/);
    expect(error.message).toMatch(/received train-images-idx3-ubyte\./);
    expect((await errorOf(() => loadIdx(temporaryFolder()))).message).toMatch(/received no files/);
  });

  test("names the files of two sets in one folder", async () => {
    const second = { "emnist-train-images-idx3-ubyte": images };
    const error = await errorOf(() => loadIdx(folderWith({ ...smallSet, ...second })));
    expect(error.message).toMatch(/emnist-train-images-idx3-ubyte and train-images-idx3-ubyte/);
  });
});

describe("paths and options that are wrong", () => {
  const nowhere = join(process.cwd(), "no-such-folder");
  test.each<[what: string, action: () => unknown, kind: typeof DataError, message: RegExp]>([
    ["a missing folder", () => loadIdx(nowhere), DataError, /no-such-folder.*a folder.*no such file/],
    ["a file as a folder", () => loadIdx(join(process.cwd(), "package.json")), DataError, /package\.json/],
    ["a missing file", () => readIdx(nowhere, nowhere), DataError, /labels in the IDX format.*no such file/],
    ["a folder as a file", () => readIdx(process.cwd(), process.cwd()), DataError, /received a folder/],
    ["no name", () => loadIdx(wrong(undefined)), DataError, /loadIdx.*name of a folder, received undefined/],
    ["an empty name", () => readIdx("", "x"), DataError, /readIdx.*file of images, received ""/],
    [
      "one class",
      () => loadIdx(".", { classes: 1 }),
      OptionsError,
      /at least two different names.*received 1/,
    ],
    [
      "more classes than a network could answer",
      () => readIdx("a", "b", { classes: 1e9 }),
      OptionsError,
      /65536/,
    ],
    [
      "the same name twice",
      () => readIdx("a", "b", { classes: ["a", "a"] }),
      OptionsError,
      /different names/,
    ],
    ["classes that are numbers", () => loadIdx(".", { classes: wrong([1, 2]) }), OptionsError, /names/],
    ["a mistyped option", () => loadIdx(".", wrong({ clases: 3 })), OptionsError, /did you mean classes/],
    ["null for the options", () => loadIdx(".", wrong(null)), OptionsError, /an object/],
  ])("%s", async (_, action, kind, message) => {
    const error = await errorOf(action);
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toMatch(message);
  });

  test("a file that may not be read", () => {
    const refusal = Object.assign(new Error("EACCES: permission denied"), { code: "EACCES" });
    const { message } = explainFileError(refusal, "labels", "a file of labels");
    expect(message).toMatch(/^labels: expected a file of labels.*may not read it\. Change its permissions/);
  });

  test("a folder named like a file is not taken for one", async () => {
    const { "train-images-idx3-ubyte": _, ...others } = smallSet;
    const folder = folderWith(others);
    mkdirSync(join(folder, "train-images-idx3-ubyte"));
    expect((await errorOf(() => loadIdx(folder))).message).toMatch(/expected files named train-images/);
  });
});
