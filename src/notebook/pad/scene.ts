import type { Tensor } from "../../tensor";
import { probability } from "../format";
import { type Column, isMaps, type Link, linksInto, linksOutOf } from "./answer";
import { type Drawing, FONT_SIZE, type Mark, type Point } from "./drawing";
import type { Focus } from "./focus";
import { type Layout, layOut, middle, type Place } from "./layout";

/** Pixels that a letter takes, about. */
const LETTER = 7;

export interface Look {
  /** Pixels of the page; the drawing is wider where it needs to be. */
  readonly width: number;
  /** Whether there is an answer. Without one, nothing is lit. */
  readonly lit: boolean;
  /** Of one that is looked at, only the connections are drawn and, if it sees the picture itself, what it looks for there. */
  readonly focus?: Focus | null;
}

/** The network and what it makes of the picture as a drawing, and where its parts stand. */
export function drawNetwork(
  columns: readonly Column[],
  classes: readonly string[],
  { width, lit, focus = null }: Look,
): Drawing & { readonly layout: Layout } {
  const labels = LETTER * Math.max(...classes.map((name) => name.length));
  const shapes = columns.map(({ shape }) => shape);
  const layout = layOut(shapes, width, labels);
  const [picture, ...others] = columns;
  const sought = focus?.column === 1 ? columns[1].weights : null;
  const marks = [
    ...(lit ? columns.flatMap((_, i) => linkMarks(columns, layout, i, focus)) : []),
    ...(sought === null || focus === null
      ? imageMarks(picture, layout.places[0])
      : soughtMarks(sought, focus.item, layout.places[0])),
    ...others.flatMap((column, i) =>
      itemMarks(column, layout.places[i + 1], lit, focus?.column === i + 1 ? focus.item : -1),
    ),
    ...headMarks(
      sought === null ? ["What it sees", "28 × 28"] : ["What it looks for", "+ blue, − orange"],
      layout.places[0],
    ),
    ...others.flatMap((column, i) => headMarks(headOf(column, layout.places[i + 1]), layout.places[i + 1])),
    ...barMarks(columns[columns.length - 1], classes, layout, lit),
  ];
  return { width: layout.width, height: layout.height, marks, layout };
}

/** What stands above a column, in a few letters: there may be six of them. */
function headOf({ name, shape }: Column, { kind, shown }: Place): string[] {
  const [layer, activation = ""] = name.split(" ");
  const maps = shown < shape[2] ? `${shown} of ${shape[2]} maps` : `${shape[2]} maps`;
  return [shortNames[layer] ?? layer, kind === "maps" ? maps : `${shape[0]} ${activation}`.trim()];
}

const shortNames: Readonly<Record<string, string>> = {
  MaxPool2D: "MaxPool",
  GlobalAveragePooling2D: "Means",
};

const headMarks = (lines: readonly string[], { left, width }: Place): Mark[] =>
  lines.map((text, line) => ({
    ...{ kind: "text", place: [left + width / 2, 12 + line * 15], text },
    ...{ anchor: "middle", role: line === 0 ? "text" : "quiet", bold: line === 0 },
  }));

/** The connections into column i: thick where much goes through, dashed where it speaks against. */
function linkMarks(columns: readonly Column[], { places }: Layout, i: number, focus: Focus | null): Mark[] {
  const { shape } = columns[i];
  const links = linksOf(columns, i, focus);
  const largest = Math.abs(links[0]?.amount ?? 0);
  return [...links]
    .reverse()
    .filter(({ from }) => places[i - 1].kind === "picture" || isShown(from, places[i - 1]))
    .filter(({ to }) => isShown(to, places[i]))
    .map(({ from, to, amount }) => {
      const share = Math.abs(amount) / largest;
      return {
        kind: "curve",
        from: exit(places[i - 1], from, shape.length === 3),
        to: entry(places[i], to),
        role: amount > 0 ? "positive" : "negative",
        width: 0.5 + 2 * share,
        opacity: 0.12 + 0.6 * share,
        dashed: amount < 0,
      };
    });
}

/** The links into column i; of an item that is looked at, its own. */
function linksOf(columns: readonly Column[], i: number, focus: Focus | null): readonly Link[] {
  if (focus === null) return columns[i].links;
  if (focus.column === i) return linksInto(columns[i], focus.item);
  return focus.column === i - 1 ? linksOutOf(columns[i], focus.item) : [];
}

const isShown = (item: number, { shown }: Place): boolean => item < shown;

/** Where a connection leaves an item: a pixel of the picture beside its row, so that the picture can be seen. */
function exit(place: Place, item: number, byFilter: boolean): Point {
  if (place.kind === "picture") {
    const share = byFilter ? 0.5 : (Math.floor(item / 28) + 0.5) / 28;
    return [place.left + place.size, place.top + share * place.size];
  }
  const [x, y] = middle(place, item);
  return [x + place.size / 2, y];
}

function entry(place: Place, item: number): Point {
  const [x, y] = middle(place, item);
  return [x - place.size / 2, y];
}

function itemMarks({ shape, values }: Column, place: Place, lit: boolean, focused: number): Mark[] {
  if (place.kind !== "neurons") return imageMarks({ shape, values }, place);
  const largest = Math.max(1e-9, ...Array.from(values, Math.abs));
  // What is between −1 and 1 by itself is shown as it is.
  const scale = largest <= 1 ? 1 : largest;
  return Array.from({ length: place.shown }, (_, item) => {
    const share = lit ? values[item] / scale : 0;
    return neuron(middle(place, item), place.size / 2, share, item === focused);
  }).flat();
}

/** A circle as full of colour as the neuron is active; a minus in it where it sends a negative number. */
function neuron(at: Point, radius: number, share: number, focused: boolean): Mark[] {
  const role = share < 0 ? "negative" : "positive";
  const circle: Mark = { kind: "circle", middle: at, radius, role, opacity: Math.abs(share), focused };
  if (share > -0.05 || radius < 4) return [circle];
  const size: Point = [radius, 1.5];
  return [
    circle,
    { kind: "bar", corner: [at[0] - radius / 2, at[1] - 0.75], size, role: "text", opacity: 1 },
  ];
}

function imageMarks({ shape, values }: Pick<Column, "shape" | "values">, place: Place): Mark[] {
  const [height, width, channels] = shape;
  const largest = isMaps(shape) ? Math.max(1e-9, ...[largestOf(values)]) : 1;
  return Array.from({ length: place.shown }, (_, map) => {
    const pixels = new Float32Array(height * width);
    for (let i = 0; i < pixels.length; i++) pixels[i] = Math.max(0, values[i * channels + map]) / largest;
    const [x, y] = middle(place, map);
    const corner: Point = [x - place.size / 2, y - place.size / 2];
    return { kind: "image", corner, size: [place.size, place.size], pixels, columns: width, signed: false };
  });
}

/** How each pixel speaks for a neuron, in the place of the picture. */
function soughtMarks(weights: Tensor, item: number, { left, top, size }: Place): Mark[] {
  const [count, units] = weights.shape;
  const pixels = Float32Array.from({ length: count }, (_, k) => weights.data[k * units + item]);
  const largest = Math.max(...pixels.map(Math.abs));
  for (let k = 0; k < count; k++) pixels[k] /= largest;
  return [{ kind: "image", corner: [left, top], size: [size, size], pixels, columns: 28, signed: true }];
}

function largestOf(values: Float32Array): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, value);
  return largest;
}

function barMarks({ values }: Column, classes: readonly string[], layout: Layout, lit: boolean): Mark[] {
  const place = layout.places[layout.places.length - 1];
  const [left, right] = layout.bars;
  const best = values.indexOf(Math.max(...values));
  const thick = Math.min(14, 0.6 * place.step);
  return classes.flatMap((name, i): Mark[] => {
    const [x, y] = middle(place, i);
    const wins = lit && i === best;
    const value = lit ? values[i] : 0;
    const baseline = y + 0.36 * FONT_SIZE;
    const text = { kind: "text", role: wins ? "text" : "quiet", bold: wins } as const;
    const bar = { kind: "bar", corner: [left, y - thick / 2], role: "positive" } as const;
    return [
      { ...text, place: [x + place.size / 2 + 8, baseline], text: name, anchor: "start" },
      { ...bar, role: "line", size: [right - left, thick], opacity: 0.35 },
      { ...bar, size: [Math.max(0, Math.min(1, value)) * (right - left), thick], opacity: wins ? 1 : 0.55 },
      {
        ...{ ...text, place: [layout.width, baseline], anchor: "end" },
        text: lit ? probability(value) : "",
      },
    ];
  });
}
