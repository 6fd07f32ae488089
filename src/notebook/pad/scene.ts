import { probability } from "../format";
import { type Column, isMaps } from "./answer";
import { type Drawing, FONT_SIZE, type Mark, type Point } from "./drawing";
import { type Layout, layOut, middle, type Place } from "./layout";

/** Pixels that a letter takes, about. */
const LETTER = 7;

/** The network and what it makes of the picture as a drawing of the given width, or wider where it needs to be. Without an answer, nothing is lit. */
export function drawNetwork(
  columns: readonly Column[],
  classes: readonly string[],
  width: number,
  lit: boolean,
): Drawing {
  const labels = LETTER * Math.max(...classes.map((name) => name.length));
  const shapes = columns.map(({ shape }) => shape);
  const layout = layOut(shapes, width, labels);
  const links = lit ? columns.flatMap((_, i) => linkMarks(columns, layout, i)) : [];
  const items = columns.flatMap((column, i) => itemMarks(column, layout.places[i], lit));
  const heads = columns.flatMap((column, i) => headMarks(column, layout.places[i]));
  const bars = barMarks(columns[columns.length - 1], classes, layout, lit);
  return { width: layout.width, height: layout.height, marks: [...links, ...items, ...heads, ...bars] };
}

/** What stands above a column, in a few letters: there may be six of them. */
function headMarks({ name, shape }: Column, place: Place): Mark[] {
  const { left, width, shown, kind } = place;
  const [layer, activation = ""] = name.split(" ");
  const maps = shown < shape[2] ? `${shown} of ${shape[2]} maps` : `${shape[2]} maps`;
  const details = { picture: "28 × 28", maps, neurons: `${shape[0]} ${activation}`.trim() };
  return [shortNames[layer] ?? layer, details[kind]].map((text, line) => ({
    ...{ kind: "text", place: [left + width / 2, 12 + line * 15], text },
    ...{ anchor: "middle", role: line === 0 ? "text" : "quiet", bold: line === 0 },
  }));
}

const shortNames: Readonly<Record<string, string>> = {
  picture: "What it sees",
  MaxPool2D: "MaxPool",
  GlobalAveragePooling2D: "Means",
};

/** The connections into column i: thick where much goes through, dashed where it speaks against. */
function linkMarks(columns: readonly Column[], { places }: Layout, i: number): Mark[] {
  const { links, shape } = columns[i];
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

function itemMarks({ shape, values }: Column, place: Place, lit: boolean): Mark[] {
  if (place.kind !== "neurons") return imageMarks({ shape, values }, place);
  const largest = Math.max(1e-9, ...Array.from(values, Math.abs));
  // What is between −1 and 1 by itself is shown as it is.
  const scale = largest <= 1 ? 1 : largest;
  return Array.from({ length: place.shown }, (_, item) => {
    const share = lit ? values[item] / scale : 0;
    return neuron(middle(place, item), place.size / 2, share);
  }).flat();
}

/** A circle as full of colour as the neuron is active; a minus in it where it sends a negative number. */
function neuron(at: Point, radius: number, share: number): Mark[] {
  const role = share < 0 ? "negative" : "positive";
  const circle: Mark = { kind: "circle", middle: at, radius, role, opacity: Math.abs(share) };
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
    return { kind: "image", corner, size: [place.size, place.size], pixels, columns: width };
  });
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
