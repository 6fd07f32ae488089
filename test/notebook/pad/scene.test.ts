import sharp from "sharp";
import { expect, test } from "vitest";
import { answerTo, type Column } from "../../../src/notebook/pad/answer";
import { type Context, paint } from "../../../src/notebook/pad/canvas";
import { padColors } from "../../../src/notebook/pad/colors";
import type { Mark } from "../../../src/notebook/pad/drawing";
import { exampleStrokes } from "../../../src/notebook/pad/example";
import { layOut, middle } from "../../../src/notebook/pad/layout";
import { buildLayers, describeModel } from "../../../src/notebook/pad/model";
import { drawNetwork } from "../../../src/notebook/pad/scene";
import { stillPicture } from "../../../src/notebook/pad/still";
import { contrast, parseColor } from "../support/colors";
import { networks, noise } from "./support";

const digits = Array.from({ length: 10 }, (_, i) => String(i));

function columnsOf(name: string): Column[] {
  const network = networks[name]();
  const layers = buildLayers(describeModel(network.inputShape, network.layers));
  return answerTo(Float32Array.from(noise(network).data), network.inputShape, layers);
}

const ofKind = <Kind extends Mark["kind"]>(marks: readonly Mark[], kind: Kind) =>
  marks.filter((mark): mark is Extract<Mark, { kind: Kind }> => mark.kind === kind);

const shapes = Object.keys(networks).map(
  (name) => [name, columnsOf(name).map(({ shape }) => shape)] as const,
);
const wide = ["a wide network", [[28, 28, 1], [120], [1000], [10]]] as const;

test.each([...shapes, wide])(
  "%s: in any width, columns stand side by side within the drawing",
  (_, columns) => {
    for (const width of [0, 500, 800, 1400]) {
      const layout = layOut(columns, width);
      expect(layout.width).toBeGreaterThanOrEqual(width);
      let right = 0;
      for (const place of layout.places) {
        expect(place.left).toBeGreaterThanOrEqual(right);
        right = place.left + place.width + 10;
        for (const item of [0, place.shown - 1]) {
          const [x, y] = middle(place, item);
          expect(x - place.size / 2).toBeGreaterThanOrEqual(place.left);
          expect(x + place.size / 2).toBeLessThanOrEqual(place.left + place.width);
          expect(y - place.size / 2).toBeGreaterThan(30);
          expect(y + place.size / 2).toBeLessThanOrEqual(layout.height);
        }
      }
      expect(layout.bars[0]).toBeGreaterThan(right);
      expect(layout.bars[1]).toBeLessThan(layout.width);
    }
  },
);

test("neurons are lit by their activation, and bars are as long as the outputs are large", () => {
  const columns = columnsOf("784-16-16-10");
  const { marks } = drawNetwork(columns, digits, { width: 700, lit: true });
  const circles = ofKind(marks, "circle");
  expect(circles).toHaveLength(42);
  const [, hidden] = columns;
  const largest = Math.max(...hidden.values);
  circles.slice(0, 16).forEach(({ opacity }, i) => {
    expect(opacity).toBeCloseTo(hidden.values[i] / largest, 5);
  });
  const bars = ofKind(marks, "bar").filter(({ role }) => role === "positive");
  const [ground] = ofKind(marks, "bar").filter(({ role }) => role === "line");
  bars.forEach(({ size }, i) => {
    expect(size[0] / ground.size[0]).toBeCloseTo(columns[3].values[i], 5);
  });
  expect(bars).toHaveLength(10);
});

test("what speaks against a neuron is dashed, and a negative activation bears a minus: colour is not all", () => {
  const columns = columnsOf("tanh, then sigmoids");
  const { marks } = drawNetwork(columns, digits, { width: 700, lit: true });
  const curves = ofKind(marks, "curve");
  expect(new Set(curves.map(({ role, dashed }) => `${role} ${dashed}`))).toEqual(
    new Set(["positive false", "negative true"]),
  );
  const minuses = ofKind(marks, "bar").filter(({ role }) => role === "text");
  expect(minuses).toHaveLength(columns[1].values.filter((value) => value < -0.05).length);
});

test("without an answer nothing is lit and nothing flows", () => {
  const { marks } = drawNetwork(columnsOf("784-16-16-10"), digits, { width: 700, lit: false });
  expect(ofKind(marks, "curve")).toEqual([]);
  expect(ofKind(marks, "circle").every(({ opacity }) => opacity === 0)).toBe(true);
});

test("maps are shown as pictures, the brightest pixel of a column as ink", () => {
  const columns = columnsOf("convolutions, pooling and batch norm");
  const { marks } = drawNetwork(columns, digits, { width: 700, lit: true });
  const images = ofKind(marks, "image");
  expect(images.map(({ columns: width }) => width)).toEqual([
    28,
    ...new Array(6).fill(28),
    ...new Array(6).fill(14),
    ...new Array(4).fill(10),
    ...new Array(4).fill(5),
  ]);
  expect(Math.max(...images.slice(1, 7).flatMap(({ pixels }) => [...pixels]))).toBeCloseTo(1, 6);
});

test("the still picture is a picture of the strokes and of the network", async () => {
  const strokes = exampleStrokes();
  const drawing = drawNetwork(columnsOf("convolutions, pooling and batch norm"), digits, {
    width: 640,
    lit: true,
  });
  const svg = stillPicture(strokes, drawing, "A pad & a network");
  expect(svg).toContain("<title>A pad &#38; a network</title>");
  const { data, info } = await sharp(Buffer.from(svg))
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(info.width).toBe(drawing.width + 240 + 64);
  const dark = (left: number, right: number) => {
    let count = 0;
    for (let y = 0; y < info.height; y++) {
      for (let x = left; x < right; x++) if (data[(y * info.width + x) * info.channels] < 100) count++;
    }
    return count;
  };
  // The 3 takes about a tenth of the sheet; the network's dark pixels are to its right.
  expect(dark(16, 256)).toBeGreaterThan(0.05 * 240 * 240);
  expect(dark(290, info.width)).toBeGreaterThan(500);
});

test("a canvas is painted with every mark in its place", () => {
  const {
    marks,
    layout: _,
    ...size
  } = drawNetwork(columnsOf("tanh, then sigmoids"), digits, { width: 700, lit: true });
  const calls: string[] = [];
  const context = new Proxy({} as Context, {
    get: (_, name) => () => calls.push(String(name)),
    set: () => true,
  });
  paint(context, { ...size, marks }, padColors("light"), {
    density: 2,
    font: "serif",
    makeImage: () => ({}),
  });
  const count = (name: string) => calls.filter((call) => call === name).length;
  expect(count("fillText")).toBe(ofKind(marks, "text").length);
  expect(count("fillRect")).toBe(ofKind(marks, "bar").length);
  expect(count("bezierCurveTo")).toBe(ofKind(marks, "curve").length);
  expect(count("arc")).toBe(3 * ofKind(marks, "circle").length);
  expect(count("drawImage")).toBe(1);
});

test.each(["light", "dark"] as const)("on a %s page, text and lines stand out from the paper", (theme) => {
  const { paper, text, quiet, positive, negative, line } = padColors(theme);
  for (const color of [text, quiet]) expect(contrast(parseColor(color), paper)).toBeGreaterThan(4.5);
  for (const color of [positive, negative]) expect(contrast(parseColor(color), paper)).toBeGreaterThan(3);
  expect(contrast(parseColor(line), paper)).toBeGreaterThan(2);
});
