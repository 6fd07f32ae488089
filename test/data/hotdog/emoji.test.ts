import { describe, expect, test } from "vitest";
import { hotdogClasses, type ImageCollection } from "../../../src/data/hotdog/collection";
import { composeEmoji } from "../../../src/data/hotdog/emoji";
import { type DrawingStyle, drawingStyles, loadIcons, readIcons } from "../../../src/data/hotdog/icons";
import { drawScene, sceneSvg } from "../../../src/data/hotdog/scene";
import type { ImagePreprocessing } from "../../../src/data/image-preprocessing";
import { drawSvg } from "../../../src/data/images";
import { DataError, OptionsError } from "../../../src/errors";
import { Random } from "../../../src/random";
import { errorOf } from "../../support/errors";
import { wrong } from "../../support/refusals";
import { temporaryFolder } from "../support/idx";

const square = (size: number): ImagePreprocessing => ({
  width: size,
  height: size,
  channels: 3,
  fit: "cover",
});

const styleOf = (name: string) => name.split("/")[0] as DrawingStyle;
const iconOf = (name: string) => name.split("/")[1].replace(/-\d+$/, "");
const seen = ({ images }: ImageCollection) => images.filter(({ part }) => part === null);
const unseen = ({ images }: ImageCollection) => images.filter(({ part }) => part === "unseen");

describe("the pictures composed of icons", () => {
  const collection = composeEmoji();

  test("are a thousand, and two hundred more in the style that is held out", () => {
    expect(collection.classes).toEqual(["not-hotdog", "hotdog"]);
    expect([seen(collection).length, unseen(collection).length]).toEqual([1000, 200]);
    expect(new Set(collection.images.map(({ name }) => name)).size).toBe(1200);
  });

  test.each([
    ["seen", seen],
    ["unseen", unseen],
  ])("are hot dogs in 40 of 100, and other food in at least 30 of 100 others (%s)", (_, part) => {
    const images = part(collection);
    const others = images.filter(({ label }) => hotdogClasses[label] === "not-hotdog");
    expect(others).toHaveLength(0.6 * images.length);
    expect(images.every(({ name, label }) => (label === 1) === (iconOf(name) === "hot-dog"))).toBe(true);
    const food = new Set(loadIcons().food);
    expect(others.filter(({ name }) => food.has(iconOf(name))).length).toBeGreaterThan(0.4 * others.length);
  });

  test("count as food what one can eat", () => {
    const { food, things } = loadIcons();
    expect(food.length).toBeGreaterThan(60);
    expect(food).toEqual(expect.arrayContaining(["hamburger", "banana", "sushi", "baguette-bread"]));
    for (const name of ["spoon", "wine-glass", "hot-dog", "automobile"]) expect(food).not.toContain(name);
    expect(things.length).toBeGreaterThan(500);
    expect(things.filter((name) => food.includes(name) || name === "hot-dog")).toEqual([]);
  });

  test.each(drawingStyles)("are never in the style %s where it is held out", (heldOut) => {
    const held = composeEmoji({ heldOut, count: 100 });
    const others = drawingStyles.filter((style) => style !== heldOut);
    expect(new Set(seen(held).map(({ name }) => styleOf(name)))).toEqual(new Set(others));
    expect(new Set(unseen(held).map(({ name }) => styleOf(name)))).toEqual(new Set([heldOut]));
  });

  test("have the same share of every style in both classes", () => {
    for (const label of [0, 1]) {
      const ofClass = seen(collection).filter((image) => image.label === label);
      for (const style of ["noto", "twemoji", "fluent-emoji-flat"]) {
        const count = ofClass.filter(({ name }) => styleOf(name) === style).length;
        expect(Math.abs(count - ofClass.length / 3)).toBeLessThanOrEqual(1);
      }
    }
  });

  test("name their authors and licences", () => {
    expect(collection.attributions.map(({ license }) => license)).toEqual([
      "Apache 2.0",
      "CC BY 4.0",
      "MIT",
      "CC BY 4.0",
    ]);
    for (const { name, author, address } of collection.attributions) {
      expect([name, author].every((text) => text.length > 3)).toBe(true);
      expect(address).toMatch(/^https:/);
    }
  });

  test("are the same for the same seed, and others for another", async () => {
    const pixels = async (seed: number, index: number) =>
      (await composeEmoji({ seed, count: 20 }).images[index].read(square(16))).data;
    expect(await pixels(1, 3)).toEqual(await pixels(1, 3));
    expect(await pixels(1, 3)).not.toEqual(await pixels(2, 3));
    expect(await pixels(1, 3)).not.toEqual(await pixels(1, 4));
  });

  test("are drawn in the size that is asked for, and look alike in every size", async () => {
    const { images } = composeEmoji({ count: 20 });
    const [small, large] = [await images[2].read(square(32)), await images[2].read(square(64))];
    expect([small.width, small.height, small.channels, large.width]).toEqual([32, 32, 3, 64]);
    const differences = small.data.map((value, i) => {
      const [pixel, channel] = [Math.floor(i / 3), i % 3];
      const corner = (2 * Math.floor(pixel / 32) * 64 + 2 * (pixel % 32)) * 3 + channel;
      const four = [0, 3, 64 * 3, 65 * 3].map((step) => large.data[corner + step]);
      return Math.abs(value - four.reduce((sum, each) => sum + each, 0) / 4);
    });
    expect(differences.reduce((sum, value) => sum + value, 0) / differences.length).toBeLessThan(12);
  });
});

test("nothing but the icon tells what a picture shows: a scene is drawn before the icon is known", async () => {
  const icons = loadIcons();
  const scene = drawScene(new Random(1, "test"));
  const draw = async (name: string) =>
    (await drawSvg(sceneSvg({ ...scene, x: 30, y: 30, size: 40 }, icons.icon("noto", name)), square(64)))
      .data;
  const [hotdog, apple] = [await draw("hot-dog"), await draw("red-apple")];
  expect(hotdog).not.toEqual(apple);
  // The lower half is background in both.
  expect(hotdog.slice(40 * 64 * 3)).toEqual(apple.slice(40 * 64 * 3));
});

test("the edges of the pictures are alike in both classes", async () => {
  const size = 16;
  const { images } = composeEmoji({ count: 500 });
  const edges: number[][][] = [[], []];
  for (const image of images) {
    const { data } = await image.read(square(size));
    const corners = [0, size - 1, size * (size - 1), size * size - 1].map((pixel) =>
      data.slice(3 * pixel, 3 * pixel + 3),
    );
    const channels = [0, 1, 2].map((c) => corners.reduce((sum, corner) => sum + corner[c], 0) / 4);
    // How colourful and how varied the edge is might tell, too.
    edges[image.label].push([
      ...channels,
      Math.max(...channels) - Math.min(...channels),
      Math.max(...corners.map(([red]) => red)) - Math.min(...corners.map(([red]) => red)),
    ]);
  }
  for (let statistic = 0; statistic < 5; statistic++) {
    const [others, hotdogs] = edges.map((each) => meanAndError(each.map((values) => values[statistic])));
    const difference = Math.abs(others.mean - hotdogs.mean) / Math.hypot(others.error, hotdogs.error);
    expect(difference).toBeLessThan(3);
  }
});

/** The mean of numbers, and its standard error. */
function meanAndError(values: readonly number[]): { mean: number; error: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, error: Math.sqrt(variance / values.length) };
}

describe("a scene", () => {
  const plain = {
    background: '<rect width="100" height="100" fill="white"/>',
    x: 50,
    y: 50,
    size: 100,
    angle: 0,
    mirrored: false,
    stretch: 1,
    hue: 0,
    saturation: 1,
    brightness: 1,
  };
  const red = { body: '<path fill="red" d="M0 0h10v10H0z"/>', width: 20, height: 20 };
  /** The colour of a pixel, in a picture of 20 × 20. */
  const colourAt = async (scene: Partial<typeof plain>, x: number, y: number) => {
    const { data } = await drawSvg(sceneSvg({ ...plain, ...scene }, red), square(20));
    return Array.from(data.slice((20 * y + x) * 3, (20 * y + x) * 3 + 3));
  };
  const [redPixel, white] = [
    [255, 0, 0],
    [255, 255, 255],
  ];

  test("draws its icon upright, in its middle", async () => {
    expect([await colourAt({}, 5, 5), await colourAt({}, 15, 5)]).toEqual([redPixel, white]);
  });

  test("turns, mirrors, moves and shrinks it", async () => {
    expect(await colourAt({ angle: 90 }, 15, 5)).toEqual(redPixel);
    expect(await colourAt({ mirrored: true }, 15, 5)).toEqual(redPixel);
    expect(await colourAt({ x: 100 }, 12, 5)).toEqual(redPixel);
    expect([await colourAt({ size: 50 }, 3, 3), await colourAt({ size: 50 }, 7, 7)]).toEqual([
      white,
      redPixel,
    ]);
  });

  test("changes the colours of the icon only", async () => {
    expect(await colourAt({ brightness: 0.5 }, 5, 5)).toEqual([128, 0, 0]);
    const [grey] = [await colourAt({ saturation: 0 }, 5, 5)];
    expect(grey[0]).toBe(grey[1]);
    expect(await colourAt({ brightness: 0.5, saturation: 0, hue: 90 }, 15, 5)).toEqual(white);
  });
});

describe("what is refused", () => {
  test("wrong options, all at once", async () => {
    const options = { count: 3, seed: 0.5, heldOut: "apple" };
    const error = await errorOf(() => composeEmoji(wrong(options)));
    expect(error).toBeInstanceOf(OptionsError);
    expect(error.message.match(/^ {2}- /gm)).toHaveLength(3);
    expect(error.message).toMatch(/heldOut: expected "noto", "twemoji", .*received "apple"/);
  });

  test("a project without the packages, with what to run", async () => {
    const error = await errorOf(() => readIcons(temporaryFolder()));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(/npm package @iconify-json\/noto.*npm install/);
  });
});
