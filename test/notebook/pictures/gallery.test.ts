import sharp from "sharp";
import { beforeEach, expect, test, vi } from "vitest";
import { OptionsError, ShapeError } from "../../../src/errors";
import { gallery } from "../../../src/notebook/pictures/gallery";
import { Random } from "../../../src/random";
import { Tensor } from "../../../src/tensor";
import { captured, htmlOf, resetDisplays, textOf } from "../support/captured-display";

vi.mock("../../../src/notebook/display", () => import("../support/captured-display"));

beforeEach(() => resetDisplays());

/** Images of random numbers from −0.2 to 1.2: some pixels have to be clipped. */
function noise(shape: number[]): Tensor {
  const random = new Random(1);
  const images = Tensor.zeros(shape);
  for (let i = 0; i < images.size; i++) images.data[i] = random.uniform(-0.2, 1.2);
  return images;
}

const sources = (html: string) =>
  [...html.matchAll(/src="data:image\/png;base64,([^"]+)"/g)].map(([, base64]) =>
    Buffer.from(base64, "base64"),
  );

test.each([
  ["rows of pixels", [3, 784], 28, 28, 1],
  ["images without channels", [3, 5, 7], 5, 7, 1],
  ["grey images", [3, 28, 28, 1], 28, 28, 1],
  ["colour images", [3, 4, 6, 3], 4, 6, 3],
])("%s are shown pixel by pixel", async (_, shape, height, width, channels) => {
  const images = noise(shape);
  gallery(images);
  const pictures = sources(htmlOf(0));
  expect(pictures).toHaveLength(3);
  for (const [i, picture] of pictures.entries()) {
    const colored = channels === 3 ? sharp(picture) : sharp(picture).toColourspace("b-w");
    const { data, info } = await colored.raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width, height, channels });
    const expected = Array.from(images.row(i).data, (value) =>
      Math.round(255 * Math.min(1, Math.max(0, value))),
    );
    expect([...data]).toEqual(expected);
  }
});

test("rows that an index list names are shown in its order", () => {
  const images = noise([4, 9]);
  gallery(images);
  gallery(images.take([2, 0]));
  const [all, taken] = [0, 1].map((i) => sources(htmlOf(i)));
  expect(taken).toEqual([all[2], all[0]]);
});

test("captions stand under the pictures and are their alternative text, in any characters", () => {
  gallery(noise([2, 9]), { captions: ["3 → 8\n97 %", `<b>&"'`] });
  const html = htmlOf(0);
  expect(html).toContain("<br>3 → 8<br>97 %</div>");
  expect(html).toMatch(/text-align:center[^"]*"><img [^>]+><br>3 → 8/);
  expect(html).toContain('alt="3 → 8\n97 %"');
  expect(html).not.toContain("<b>");
  expect(html).toContain("&#60;b&#62;&#38;&#34;&#39;");
  expect(textOf(0)).toBe(`3 → 8, 97 %\n<b>&"'`);
});

test("pictures without captions have alternative text too", () => {
  gallery(noise([2, 9]));
  expect(htmlOf(0).match(/alt="[^"]*"/g)).toEqual(['alt="image 1"', 'alt="image 2"']);
});

test("pixels stay crisp", () => {
  gallery(noise([1, 9]));
  expect(htmlOf(0)).toContain("image-rendering:pixelated");
});

test("of very many images the first are shown, and it says so", () => {
  gallery(Tensor.zeros([60_000, 4]), { most: 30 });
  expect(sources(htmlOf(0))).toHaveLength(30);
  expect(htmlOf(0)).toContain("the first 30 of 60,000 images");
});

test("it returns nothing, so that a cell that ends with it prints nothing below", () => {
  expect(gallery(noise([1, 9]))).toBeUndefined();
  expect(captured.displays).toHaveLength(1);
});

test.each([[[9]], [[2, 10]], [[2, 3, 3, 2]], [[0, 9]], [[1, 2, 3, 4, 5]]])(
  "images of shape %j are refused",
  (shape) => {
    expect(() => gallery(Tensor.zeros(shape))).toThrow(ShapeError);
    expect(() => gallery(Tensor.zeros(shape))).toThrow(`received [${shape.join(", ")}]`);
  },
);

test("all wrong options are named at once", () => {
  const wrong = { columns: 0, captions: ["one"], size: Number.NaN, colums: 3 };
  expect(() => gallery(noise([2, 9]), wrong)).toThrow(OptionsError);
  for (const part of [
    "columns: expected",
    "one for each of the 2 images",
    "size: expected",
    "did you mean columns",
  ]) {
    expect(() => gallery(noise([2, 9]), wrong)).toThrow(part);
  }
});

test("outside of a notebook the captions are printed", () => {
  resetDisplays(false);
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  gallery(noise([2, 9]), { captions: ["one", "two"] });
  expect(log).toHaveBeenCalledWith("one\ntwo");
  expect(captured.displays).toHaveLength(0);
  log.mockRestore();
});
