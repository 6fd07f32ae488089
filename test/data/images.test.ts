import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import sharp, { type Sharp } from "sharp";
import { describe, expect, test } from "vitest";
import { drawSvg, loadSharp, MAXIMUM_IMAGE_PIXELS, readImage } from "../../src/data/images";
import { DataError, OptionsError } from "../../src/errors";
import { errorOf } from "../support/errors";
import { wrong } from "../support/refusals";
import { temporaryFolder } from "./support/idx";
import { colourPicture, picture, save } from "./support/pictures";

/** Four quarters: red and green above, blue and white below. */
const quarters = (width = 8, height = 8) =>
  colourPicture(width, height, (x, y) => {
    const [left, top] = [x < width / 2, y < height / 2];
    return [left === top ? 255 : 0, left ? 0 : 255, top ? 0 : 255, 255];
  });

const quarterColours = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [255, 255, 255],
];

/** The colour in the middle of each quarter, row by row. */
function coloursOf({ data, width, height, channels }: Awaited<ReturnType<typeof readImage>>): number[][] {
  const places = [1, 3].flatMap((y) => [1, 3].map((x) => [(x * width) / 4, (y * height) / 4]));
  return places.map(([x, y]) => {
    const start = (Math.floor(y) * width + Math.floor(x)) * channels;
    return Array.from(data.slice(start, start + channels));
  });
}

const furthest = (a: number[][], b: number[][]) =>
  Math.max(...a.flat().map((value, i) => Math.abs(value - b.flat()[i])));

describe("every kind of image becomes bytes of red, green and blue", () => {
  const big = () => quarters(64, 64);
  test.each<[kind: string, image: () => Sharp, ending: string, tolerance: number]>([
    ["PNG", () => big().png(), "png", 0],
    ["PNG with a palette", () => big().png({ palette: true }), "png", 4],
    ["PNG, 16 bits, interlaced", () => big().toColourspace("rgb16").png({ progressive: true }), "png", 0],
    ["JPEG", () => big().jpeg({ quality: 95 }), "jpg", 4],
    ["WebP", () => big().webp({ lossless: true }), "webp", 0],
    ["AVIF", () => big().avif({ lossless: true }), "avif", 4],
    ["TIFF", () => big().tiff(), "tiff", 10],
    ["GIF", () => big().gif(), "gif", 4],
  ])("%s", async (_, image, ending, tolerance) => {
    const pixels = await readImage(await save(image(), temporaryFolder(), `image.${ending}`));
    expect([pixels.width, pixels.height, pixels.channels]).toEqual([64, 64, 3]);
    expect(pixels.data).toHaveLength(64 * 64 * 3);
    expect(furthest(coloursOf(pixels), quarterColours)).toBeLessThanOrEqual(tolerance);
  });

  test("JPEG in CMYK, whose inks cannot print every colour", async () => {
    const image = quarters(64, 64).flatten().toColourspace("cmyk").jpeg({ quality: 95 });
    const pixels = await readImage(await save(image, temporaryFolder(), "print.jpg"));
    expect([pixels.width, pixels.height, pixels.channels]).toEqual([64, 64, 3]);
    const [red, , blue, white] = coloursOf(pixels);
    expect(red[0]).toBeGreaterThan(200 + Math.max(red[1], red[2]));
    expect(blue[2]).toBeGreaterThan(50 + Math.max(blue[0], blue[1]));
    expect(Math.min(...white)).toBeGreaterThan(250);
  });

  test("SVG", async () => {
    const path = join(temporaryFolder(), "image.svg");
    writeFileSync(
      path,
      '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"><rect width="10" height="10"/></svg>',
    );
    const { data, width, height } = await readImage(path);
    expect([width, height, data[0], data[19 * 3]]).toEqual([20, 10, 0, 255]);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    "upright, whatever the camera noted (orientation %i)",
    async (orientation) => {
      // What a viewer has to do for each orientation, undone here so that all should look the same.
      const turned = [0, 0, 0, 180, 180, 270, 270, 90, 90][orientation];
      const mirrored = [2, 4, 5, 7].includes(orientation);
      const stored = sharp(await quarters(64, 32).png().toBuffer());
      const upright = sharp(await (mirrored ? stored.flop() : stored).png().toBuffer()).rotate(turned);
      const image = upright.png().withMetadata({ orientation });
      const pixels = await readImage(await save(image, temporaryFolder(), "photo.png"));
      expect([pixels.width, pixels.height]).toEqual([64, 32]);
      expect(coloursOf(pixels)).toEqual(quarterColours);
    },
  );

  test("grey with opacity, 16 bits, on white", async () => {
    const grey = new Uint16Array([0, 65535, 0, 0, 65535, 65535, 32896, 65535]);
    const raw = { width: 2, height: 2, channels: 2 as const };
    const image = sharp(grey, { raw }).toColourspace("grey16").png();
    const { data, channels } = await readImage(await save(image, temporaryFolder(), "grey.png"));
    expect(channels).toBe(3);
    expect(Array.from(data)).toEqual([0, 255, 255, 128].flatMap((value) => [value, value, value]));
  });
});

describe("channels", () => {
  const half = () => colourPicture(2, 1, (x) => (x === 0 ? [255, 0, 0, 255] : [0, 0, 0, 0])).png();

  test("three: what is transparent becomes white", async () => {
    const { data } = await readImage(await save(half(), temporaryFolder(), "a.png"));
    expect(Array.from(data)).toEqual([255, 0, 0, 255, 255, 255]);
  });

  test("four: with opacity, which is 255 where there is none", async () => {
    const folder = temporaryFolder();
    const { data } = await readImage(await save(half(), folder, "a.png"), { channels: 4 });
    expect(Array.from(data)).toEqual([255, 0, 0, 255, 0, 0, 0, 0]);
    const opaque = await readImage(await save(quarters(2, 2).removeAlpha().png(), folder, "b.png"), {
      channels: 4,
    });
    expect(Array.from(opaque.data.slice(0, 4))).toEqual([255, 0, 0, 255]);
  });

  test("one: brightness", async () => {
    const path = await save(picture(2, 2, (x, y) => 100 * x + 50 * y).png(), temporaryFolder(), "a.png");
    const { data, channels } = await readImage(path, { channels: 1 });
    expect([channels, ...data]).toEqual([1, 0, 100, 50, 150]);
  });
});

describe("sizes", () => {
  test.each([
    ["cover cuts off", { width: 20, height: 20, fit: "cover" as const }, 20, 20],
    ["contain adds margins", { width: 20, height: 20, fit: "contain" as const }, 20, 20],
    ["fill stretches", { width: 20, height: 20, fit: "fill" as const }, 20, 20],
    ["inside shrinks", { width: 20, height: 20, fit: "inside" as const }, 20, 10],
    ["inside does not enlarge", { width: 500, height: 500, fit: "inside" as const }, 80, 40],
    ["one length keeps the proportions", { height: 20 }, 40, 20],
  ])("%s", async (_, options, width, height) => {
    const path = await save(quarters(80, 40).png(), temporaryFolder(), "wide.png");
    const pixels = await readImage(path, options);
    expect([pixels.width, pixels.height, pixels.data.length]).toEqual([width, height, 3 * width * height]);
  });

  test("contain adds white margins, also to a transparent image", async () => {
    const path = await save(picture(80, 40, () => 0).png(), temporaryFolder(), "black.png");
    const { data } = await readImage(path, { width: 20, height: 20, fit: "contain" });
    expect([...data.slice(0, 3), ...data.slice(600, 603)]).toEqual([255, 255, 255, 0, 0, 0]);
  });

  test("a file that was changed is read anew", async () => {
    const folder = temporaryFolder();
    for (const value of [10, 200]) {
      const path = await save(picture(4, 4, () => value).png(), folder, "same.png");
      expect((await readImage(path)).data[0]).toBe(value);
    }
  });
});

describe("what is no image is refused with one clear error", () => {
  const write = (name: string, contents: string | Uint8Array) => {
    const path = join(temporaryFolder(), name);
    writeFileSync(path, contents);
    return path;
  };

  test.each<[what: string, path: () => string | Promise<string>, message: RegExp]>([
    [
      "a missing file",
      () => join(temporaryFolder(), "seven.png"),
      /seven\.png: expected an image.*no such file/,
    ],
    ["a folder", temporaryFolder, /expected an image \(JPEG, PNG.*received a folder\. Give the name/],
    ["a file as a folder", () => join(write("a.png", "x"), "b.png"), /b\.png: expected an image/],
    ["an empty file", () => write("a.png", ""), /received an empty file\. Save or copy it again\.$/],
    ["a text", () => write("a.png", "hello"), /cannot be decoded.*unsupported image format.*save it as PNG/],
    ["a PDF", () => write("a.png", "%PDF-1.7\n1 0 obj\n"), /cannot be decoded/],
    [
      "a broken SVG",
      () => write("a.svg", '<svg xmlns="http://www.w3.org/2000/svg"><path'),
      /cannot be decoded/,
    ],
    ["a name with a zero", () => "a\0.png", /readImage: expected the name of an image file/],
  ])("%s", async (_, path, message) => {
    const file = await path();
    const error = await errorOf(() => readImage(file));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(message);
    expect(error.message.split("\n")).toHaveLength(1);
  });

  test.each(["png", "jpg", "webp"])("a %s that was cut short", async (ending) => {
    const whole = await picture(100, 100, (x, y) => (x * y) % 256)
      .toFormat(ending as "png")
      .toBuffer();
    const path = write(`cut.${ending}`, whole.subarray(0, whole.length / 2));
    const error = await errorOf(() => readImage(path));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(/cannot be decoded/);
  });

  test("an SVG that would take long to draw, in good time", async () => {
    const slow = '<feGaussianBlur stdDeviation="500"/><feTurbulence numOctaves="20" baseFrequency="0.9"/>';
    const path = write(
      "slow.svg",
      `<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="2000"><filter id="f">${slow}</filter>${'<rect width="2000" height="2000" filter="url(#f)"/>'.repeat(3)}</svg>`,
    );
    const before = performance.now();
    const error = await errorOf(() => readImage(path, { seconds: 1 }));
    expect(performance.now() - before).toBeLessThan(3000);
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(/decoded within 1 seconds, received one that takes longer\. Open it/);
  });

  test("more pixels than are allowed, with their number", async () => {
    const side = Math.ceil(Math.sqrt(MAXIMUM_IMAGE_PIXELS)) + 1;
    const path = write(
      "large.svg",
      `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}"></svg>`,
    );
    const error = await errorOf(() => readImage(path, { width: 10, height: 10 }));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(/at most 120,000,000 pixels, received 10956 × 10956\. Save a smaller copy/);
  });
});

describe("a drawing from the text of an SVG", () => {
  const svg = (inside: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 10">${inside}</svg>`;
  const half = svg('<rect width="5" height="10" fill="#369"/>');

  test("is drawn in the size that is asked for, not enlarged from a smaller one", async () => {
    const { data, width, height, channels } = await drawSvg(half, { width: 200, height: 200 });
    expect([width, height, channels]).toEqual([200, 200, 3]);
    const row = Array.from(data.slice(0, 600)).filter((_, i) => i % 3 === 0);
    expect(row).toEqual(Array.from({ length: 200 }, (_, x) => (x < 100 ? 0x33 : 255)));
  });

  test("does not open files that it names", async () => {
    const path = await save(quarters(10, 10).png(), temporaryFolder(), "secret.png");
    for (const href of [path, pathToFileURL(path).href]) {
      const image = `<image width="10" height="10" href="${href}" xlink:href="${href}"/>`;
      const { data } = await drawSvg(svg(image), { width: 10, height: 10 });
      expect(data.every((value) => value === 255)).toBe(true);
    }
  });

  test.each<[what: string, text: string, options: object, kind: typeof DataError, message: RegExp]>([
    ["no SVG", "hello", {}, DataError, /^drawSvg: expected the text of an SVG, received another \(/],
    ["half an SVG", half.slice(0, 90), {}, DataError, /^drawSvg: expected the text of an SVG/],
    ["wrong options", half, { width: 0, fit: "crop" }, OptionsError, /^drawSvg:\n {2}- width[\s\S]*- fit/],
  ])("is refused where it is %s", async (_, text, options, kind, message) => {
    const error = await errorOf(() => drawSvg(text, wrong(options)));
    expect(error).toBeInstanceOf(kind);
    expect(error.message).toMatch(message);
  });

  test("is refused where it is larger than any image may be", async () => {
    const large = '<svg xmlns="http://www.w3.org/2000/svg" width="30000" height="30000"/>';
    const error = await errorOf(() => drawSvg(large));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(/pixel limit/);
  });
});

test("the size that an image had is told beside its pixels", async () => {
  const image = quarters(80, 40).png().withMetadata({ orientation: 6 });
  const { original, width, height } = await readImage(await save(image, temporaryFolder(), "turned.png"), {
    width: 10,
    height: 10,
  });
  expect([width, height, original]).toEqual([10, 10, { width: 40, height: 80 }]);
});

describe("options that are wrong", () => {
  test("are listed all at once", async () => {
    const options = { width: 0, height: 1.5, fit: "crop", channels: 2, seconds: 0.5, widht: 3 };
    const error = await errorOf(() => readImage("a.png", wrong(options)));
    expect(error).toBeInstanceOf(OptionsError);
    expect(error.message.match(/^ {2}- /gm)).toHaveLength(6);
    expect(error.message).toMatch(/widht: unknown option, did you mean width/);
    expect(error.message).toMatch(/fit: expected "cover", "contain", "fill" or "inside", received "crop"/);
  });

  test.each([undefined, 7, "", {}])("a path that is %s", async (path) => {
    expect((await errorOf(() => readImage(wrong(path)))).message).toMatch(/readImage: expected the name/);
  });
});

test("a project without sharp says what to run", async () => {
  const folder = temporaryFolder();
  const missing = await errorOf(() => loadSharp(folder));
  expect(missing).toBeInstanceOf(DataError);
  expect(missing.message).toMatch(/npm package sharp.*npm install --include=optional/);

  mkdirSync(join(folder, "node_modules", "sharp"), { recursive: true });
  const cause = 'throw new Error("\\nCould not load the \\"sharp\\" module using this runtime\\nand more");';
  writeFileSync(join(folder, "node_modules", "sharp", "index.js"), cause);
  const broken = await errorOf(() => loadSharp(folder));
  expect(broken.message).toMatch(
    /\(Could not load the "sharp" module using this runtime\)\. Run "npm install/,
  );
});
