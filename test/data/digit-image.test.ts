import { join } from "node:path";
import sharp, { type Sharp } from "sharp";
import { describe, expect, test } from "vitest";
import { readDigit } from "../../src/data/digit-image";
import { readIdx } from "../../src/data/idx";
import { mnistFolder } from "../../src/data/mnist";
import { DataError } from "../../src/errors";
import { Random } from "../../src/random";
import { projectRoot } from "../../src/root";
import type { Tensor } from "../../src/tensor";
import { errorOf } from "../support/errors";
import { temporaryFolder } from "./support/idx";
import { colourPicture, drawing, picture, save } from "./support/pictures";

const folder = mnistFolder(projectRoot());
const mnist = readIdx(join(folder, "t10k-images-idx3-ubyte"), join(folder, "t10k-labels-idx1-ubyte"));

/** The ink of a digit of MNIST, from 0 to 1, enlarged to `size` × `size` pixels. */
async function enlarged(index: number, size: number): Promise<(x: number, y: number) => number> {
  const digit = mnist.samples.row(index);
  const small = picture(28, 28, (x, y) => 255 * digit.at(28 * y + x));
  const { data, info } = await small.resize(size, size).raw().toBuffer({ resolveWithObject: true });
  return (x, y) =>
    x >= 0 && y >= 0 && x < size && y < size ? data[(y * size + x) * info.channels] / 255 : 0;
}

/** The mean difference of the pixels of two digits, one of them moved by at most a pixel where that makes it less. */
function distance(a: Tensor, b: Tensor): number {
  const moves = [0, -1, 1, -28, 28, -29, -27, 27, 29];
  const sums = moves.map((move) => {
    let sum = 0;
    for (let i = 0; i < 784; i++) sum += Math.abs(a.data[i] - (b.data[i + move] ?? 0));
    return sum / 784;
  });
  return Math.min(...sums);
}

/** The image of MNIST, of the first 300 for testing, that looks most like `digit`. */
function nearest(digit: Tensor): number {
  const distances = Array.from({ length: 300 }, (_, i) => distance(digit, mnist.samples.row(i)));
  return distances.indexOf(Math.min(...distances));
}

type Ink = (x: number, y: number) => number;

const noise = new Random(1);

/** Pictures of a digit as people make them, each from its ink in 200 × 200 pixels. */
const pictures: [what: string, draw: (ink: Ink) => Sharp, file: string][] = [
  [
    "black on white, with margins",
    (ink) => picture(250, 300, (x, y) => 255 * (1 - ink(x - 25, y - 60))),
    "a.png",
  ],
  ["white on black", (ink) => picture(220, 220, (x, y) => 255 * ink(x - 10, y - 10)), "a.png"],
  [
    "in a corner of a large sheet under a lamp, with grain, as JPEG",
    (ink) =>
      picture(
        900,
        700,
        (x, y) => (240 - 0.1 * x - 0.00006 * y * y) * (1 - 0.8 * ink(x - 620, y - 450)) + 5 * noise.normal(),
      ).jpeg({ quality: 60 }),
    "a.jpg",
  ],
  [
    "chalk on a board",
    (ink) => picture(300, 240, (x, y) => 40 + 0.1 * x + 150 * ink(x - 50, y - 20) + 5 * noise.normal()),
    "a.webp",
  ],
  [
    "in pencil",
    (ink) => picture(300, 300, (x, y) => 190 - 60 * ink(x - 40, y - 50) + 4 * noise.normal()),
    "a.jpg",
  ],
  [
    "in blue on squared paper",
    (ink) =>
      colourPicture(300, 300, (x, y) => {
        const paper = x % 25 === 0 || y % 25 === 0 ? 205 : 245;
        const left = 1 - ink(x - 50, y - 50);
        return [30 + (paper - 30) * left, 40 + (paper - 40) * left, 120 + (paper - 120) * left, 255];
      }),
    "a.png",
  ],
  ["black on nothing", (ink) => colourPicture(200, 200, (x, y) => [0, 0, 0, 255 * ink(x, y)]), "a.png"],
  ["white on nothing", (ink) => colourPicture(200, 200, (x, y) => [255, 255, 255, 255 * ink(x, y)]), "a.png"],
  [
    "black on a white card on nothing",
    (ink) =>
      colourPicture(280, 280, (x, y) => {
        const grey = 255 * (1 - ink(x - 40, y - 40));
        return [grey, grey, grey, Math.hypot(x - 140, y - 140) < 139 ? 255 : 0];
      }),
    "a.png",
  ],
  [
    "as small as MNIST's own",
    (ink) => picture(28, 28, (x, y) => 255 * ink(7.14 * x + 3, 7.14 * y + 3)),
    "a.png",
  ],
  [
    "with specks of dust",
    (ink) => picture(220, 220, (x, y) => 255 * (1 - ink(x - 10, y - 10)) * Number(x % 70 > 2 || y % 70 > 2)),
    "a.png",
  ],
];

describe("a picture of a digit of MNIST comes out as that digit", () => {
  test.each(pictures)("%s", async (_, draw, file) => {
    const directory = temporaryFolder();
    for (const index of [0, 4, 7, 11, 18]) {
      const ink = await enlarged(index, 200);
      const digit = await readDigit(
        await save(
          draw((x, y) => ink(Math.floor(x), Math.floor(y))),
          directory,
          file,
        ),
      );
      expect(nearest(digit)).toBe(index);
      expect(distance(digit, mnist.samples.row(index))).toBeLessThan(0.06);
    }
  });

  test("lying on its side, as a telephone may store it", async () => {
    const ink = await enlarged(4, 200);
    const upright = picture(240, 320, (x, y) => 255 * (1 - ink(x - 20, y - 60)));
    const lying = sharp(await upright.png().toBuffer())
      .rotate(270)
      .jpeg()
      .withMetadata({ orientation: 6 });
    expect(nearest(await readDigit(await save(lying, temporaryFolder(), "photo.jpg")))).toBe(4);
  });
});

describe("prepared as MNIST was", () => {
  const seven = "M90 60 L230 50 C190 120 150 200 130 260";
  const size = (values: Tensor, along: "x" | "y") => {
    const places = Array.from(values.data, (value, i) =>
      value > 0.02 ? (along === "x" ? i % 28 : Math.floor(i / 28)) : -1,
    );
    const used = places.filter((place) => place >= 0);
    return Math.max(...used) - Math.min(...used) + 1;
  };
  const centre = (values: Tensor, along: "x" | "y") => {
    let [mass, sum] = [0, 0];
    values.data.forEach((value, i) => {
      mass += value;
      sum += value * (along === "x" ? i % 28 : Math.floor(i / 28));
    });
    return sum / mass;
  };

  test.each([8, 16, 30, 50])(
    "the longer side is 20 pixels and the centre of mass in the middle (pen of %i)",
    async (pen) => {
      const digit = await readDigit(await save(drawing(seven, pen), temporaryFolder(), "seven.png"));
      expect(digit.shape).toEqual([784]);
      expect(Math.max(size(digit, "x"), size(digit, "y"))).toBe(20);
      expect(Math.abs(centre(digit, "x") - 14)).toBeLessThanOrEqual(0.51);
      expect(Math.abs(centre(digit, "y") - 14)).toBeLessThanOrEqual(0.51);
      expect(Math.min(...digit.data)).toBe(0);
      expect(Math.max(...digit.data)).toBeLessThanOrEqual(1);
    },
  );

  test("proportions are kept", async () => {
    const bar = picture(300, 300, (x, y) => (x >= 100 && x < 160 && y >= 40 && y < 240 ? 0 : 255));
    const digit = await readDigit(await save(bar, temporaryFolder(), "bar.png"));
    expect([size(digit, "x"), size(digit, "y")]).toEqual([6, 20]);
  });

  test("a line of a single pixel in a large picture is as black as the ink of MNIST", async () => {
    const digit = await readDigit(await save(drawing(seven, 1), temporaryFolder(), "thin.png"));
    let [sum, squares] = [0, 0];
    for (const value of digit.data) {
      sum += value;
      squares += value * value;
    }
    expect(squares / sum).toBeGreaterThan(0.7);
  });

  test("the same digit in any size and any place gives nearly the same", async () => {
    const directory = temporaryFolder();
    const first = await readDigit(await save(drawing(seven, 20), directory, "a.png"));
    const large = drawing(seven, 20).resize(1500, 1500).extend({ left: 900, top: 100, background: "white" });
    const second = await readDigit(await save(large, directory, "b.png"));
    expect(distance(first, second)).toBeLessThan(0.035);
  });
});

describe("a picture without a digit is refused", () => {
  test.each<[what: string, image: () => Sharp]>([
    ["white paper", () => picture(200, 200, () => 255)],
    ["grey paper in the light of a lamp", () => picture(300, 200, (x, y) => 120 + 0.3 * x - 0.001 * y * y)],
    ["grainy paper", () => picture(300, 300, () => 200 + 8 * noise.normal())],
    ["nothing but transparency", () => colourPicture(50, 50, () => [0, 0, 0, 0])],
    ["a single pixel", () => picture(1, 1, () => 0)],
    ["two pixels", () => picture(2, 1, (x) => 255 * x)],
    ["a row of pixels", () => picture(40, 1, (x) => (x === 20 ? 0 : 255))],
  ])("%s", async (_, image) => {
    const path = await save(image(), temporaryFolder(), "empty.png");
    const error = await errorOf(() => readDigit(path));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(/empty\.png: expected a picture of a digit, received one without a line/);
  });

  test("a file that is missing, with its name", async () => {
    const path = join(temporaryFolder(), "my-digit.png");
    expect((await errorOf(() => readDigit(path))).message).toContain(`${path}: expected an image`);
  });
});

test("pictures of random pixels and sizes give a digit or that one error", async () => {
  const random = new Random(7);
  const directory = temporaryFolder();
  for (let i = 0; i < 60; i++) {
    const [width, height] = [random, random].map((r) => 1 + Math.floor(r.uniform() ** 3 * 60));
    const levels = 2 + Math.floor(random.uniform() * 5);
    const image = colourPicture(width, height, () => {
      const value = () => (255 * Math.floor(random.uniform() * levels)) / (levels - 1);
      return [value(), value(), value(), i % 3 === 0 ? value() : 255];
    });
    const path = await save(image, directory, "random.png");
    const digit = await readDigit(path).catch((error: Error) => error);
    if (digit instanceof Error) {
      expect(digit).toBeInstanceOf(DataError);
    } else {
      expect(digit.data.every((value) => value >= 0 && value <= 1)).toBe(true);
      expect(digit.data.some((value) => value > 0.5)).toBe(true);
    }
  }
});
