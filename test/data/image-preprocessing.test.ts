import { describe, expect, test } from "vitest";
import { checkPreprocessing, type ImagePreprocessing, readSample } from "../../src/data/image-preprocessing";
import { DataError, OptionsError } from "../../src/errors";
import { errorOf } from "../support/errors";
import { wrong } from "../support/refusals";
import { temporaryFolder } from "./support/idx";
import { colourPicture, save } from "./support/pictures";

/** Left half (255, 0, 51), right half (0, 102, 255). */
const halves = (width: number, height: number) =>
  colourPicture(width, height, (x) => (x < width / 2 ? [255, 0, 51, 255] : [0, 102, 255, 255]));

const preprocessing: ImagePreprocessing = { width: 4, height: 2, channels: 3, fit: "fill" };

describe("an image file as a network sees it", () => {
  test("is [height, width, channels], each byte divided by 255", async () => {
    const path = await save(halves(4, 2), temporaryFolder(), "halves.png");
    const sample = await readSample(path, preprocessing);
    expect(sample.shape).toEqual([2, 4, 3]);
    const [left, right] = [
      [1, 0, 51 / 255],
      [0, 102 / 255, 1],
    ];
    const row = [...left, ...left, ...right, ...right];
    expect(Array.from(sample.data)).toEqual([...row, ...row].map(Math.fround));
  });

  test("has one channel, brightness, where that is what the network learned from", async () => {
    const path = await save(
      colourPicture(3, 3, () => [51, 51, 51, 255]),
      temporaryFolder(),
      "grey.png",
    );
    const sample = await readSample(path, { width: 2, height: 3, channels: 1, fit: "cover" });
    expect(sample.shape).toEqual([3, 2, 1]);
    for (const value of sample.data) expect(value).toBeCloseTo(0.2, 6);
  });

  test.each<[fit: ImagePreprocessing["fit"], corner: number[]]>([
    ["contain", [1, 1, 1]],
    ["fill", [1, 0, 0.2]],
  ])("%s deals with other proportions", async (fit, corner) => {
    const path = await save(halves(40, 10), temporaryFolder(), "wide.png");
    const sample = await readSample(path, { width: 8, height: 8, channels: 3, fit });
    expect(Array.from(sample.data.slice(0, 3))).toEqual(corner.map(Math.fround));
  });
});

describe("a preprocessing", () => {
  test("is copied without anything else", () => {
    const checked = checkPreprocessing({ ...preprocessing }, "test");
    expect(checked).toEqual(preprocessing);
    expect(checked).not.toBe(preprocessing);
  });

  test("that cannot be is refused, with everything that is wrong", async () => {
    const error = await errorOf(() =>
      readSample("a.png", wrong({ width: 5000, height: 0, channels: 2, fit: "inside" })),
    );
    expect(error).toBeInstanceOf(OptionsError);
    expect(error.message.match(/^ {2}- /gm)).toHaveLength(4);
    expect(error.message).toMatch(/^readSample:/);
  });

  test.each([undefined, null, 7, "cover", [preprocessing], { ...preprocessing, mean: 0 }])(
    "is refused where it is %o",
    async (value) => {
      const error = await errorOf(() => checkPreprocessing(value, "loadModel"));
      expect(error).toBeInstanceOf(OptionsError);
      expect(error.message).toMatch(/^loadModel: (options|mean): /);
    },
  );

  test("does not change what is said about a file that is no image", async () => {
    const error = await errorOf(() => readSample("missing.png", preprocessing));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(/missing\.png.*no such file/);
  });
});
