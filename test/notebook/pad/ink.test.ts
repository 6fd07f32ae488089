import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { readDigit } from "../../../src/data/digit-image";
import { Dataset } from "../../../src/dataset";
import { deskew } from "../../../src/deskew";
import { exampleStrokes } from "../../../src/notebook/pad/example";
import { drawStroke, emptyPlane, PEN, pictureOf, type Stroke } from "../../../src/notebook/pad/ink";
import { Tensor } from "../../../src/tensor";
import { temporaryFolder } from "../../data/support/idx";

const planeOf = (...strokes: Stroke[]) => {
  const plane = emptyPlane();
  for (const stroke of strokes) drawStroke(plane, stroke);
  return plane;
};

const inkOf = ({ values, width, height }: ReturnType<typeof emptyPlane>) =>
  values.reduce((sum, value) => sum + value, 0) / (width * height);

/** A 4 of two strokes, and a 7 that leans far to the right. */
const four: Stroke[] = [
  [0.4, 0.2, 0.3, 0.55, 0.7, 0.55],
  [0.6, 0.3, 0.58, 0.85],
];
const leaning: Stroke[] = [[0.4, 0.2, 0.85, 0.2, 0.35, 0.85]];

test("a point is a disc as wide as the pen, and a line as long as it is drawn", () => {
  const radius = PEN / 2;
  expect(inkOf(planeOf([0.5, 0.5]))).toBeCloseTo(Math.PI * radius ** 2, 4);
  expect(inkOf(planeOf([0.2, 0.3, 0.8, 0.7]))).toBeCloseTo(
    Math.PI * radius ** 2 + PEN * Math.hypot(0.6, 0.4),
    3,
  );
});

test("a stroke drawn point by point is the stroke drawn at once", () => {
  const [stroke] = exampleStrokes();
  const growing = emptyPlane();
  for (let points = 1; points <= stroke.length / 2; points++) {
    drawStroke(growing, stroke.slice(0, 2 * points), Math.max(0, points - 2));
  }
  expect(growing).toEqual(planeOf(stroke));
});

test("what lies outside of the pad is cut off", () => {
  const plane = planeOf([-0.5, 0.5, 1.5, 0.5]);
  expect(inkOf(plane)).toBeCloseTo(PEN, 3);
});

test("without ink there is no picture", () => {
  expect(pictureOf(emptyPlane(), { deskew: false })).toBeNull();
});

test.each([
  ["the example", exampleStrokes()],
  ["a 4", four],
  ["a leaning 7", leaning],
])("%s is prepared as readDigit prepares a picture of it", async (name, strokes) => {
  const lines = strokes.map(
    (stroke) =>
      `<polyline points="${stroke.map((value) => 400 * value).join(" ")}" fill="none" stroke="black" stroke-width="${400 * PEN}" stroke-linecap="round" stroke-linejoin="round"/>`,
  );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400"><rect width="400" height="400" fill="white"/>${lines.join("")}</svg>`;
  const file = join(temporaryFolder(), `${name}.png`);
  await sharp(Buffer.from(svg)).png().toFile(file);
  const read = (await readDigit(file)).data;
  const drawn = pictureOf(planeOf(...strokes), { deskew: false }) ?? [];
  const differences = Array.from(drawn, (value, i) => Math.abs(value - read[i]));
  expect(differences).toHaveLength(784);
  expect(differences.reduce((sum, value) => sum + value, 0) / 784).toBeLessThan(0.01);
});

test("for a network that learned from straightened digits, the drawing is straightened in the same way", () => {
  const plane = planeOf(...leaning);
  const [upright, straight] = [false, true].map((deskew) => pictureOf(plane, { deskew }) ?? []);
  const data = Dataset.classification(new Tensor(Float32Array.from(upright), [1, 784]), [7], 10);
  const expected = deskew(data, { shape: [28, 28, 1] }).samples.data;
  expect(Float32Array.from(straight)).toEqual(expected);
  expect(straight).not.toEqual(upright);
});
