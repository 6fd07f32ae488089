import { isCount, Problems } from "../../errors";
import { Network } from "../../nn/network";
import type { Shape } from "../../tensor";
import { inNotebook, newDisplay, shown } from "../display";
import { grouped } from "../format";
import { brief } from "../inside/inspection-table";
import { type PictureSize, pictureHtml } from "../pictures/picture";
import { svgDrawing, svgText, tenths } from "../svg";
import { palettes } from "../theme";
import { columnsOf, type DiagramColumn } from "./network-columns";

export interface NetworkDiagramOptions {
  /** More units of a layer than this are abbreviated. Default 16. */
  most?: number;
}

const { background, text, series } = palettes.light;
const [POSITIVE, NEGATIVE] = series;

const COLUMN = 132;
const TOP = 38;
const DRAWING = 300;
const LABELS = 20;
const LINE = 15;
/** The farthest apart that the middles of two units are, and their radius. */
const PITCH = 32;
const RADIUS = 8;
const BLOCK = 76;
/** The width of the line that stands for the largest weight between two columns. */
const WIDEST = 4;
/** Lines that are thinner cannot be seen. */
const THINNEST = 0.15;

/**
 * Draws a network from left to right: units as circles and, between them, weights as lines that are the wider, the larger
 * the weight, blue where it is positive, orange and dashed where it is negative. Images are blocks; of wide layers the
 * units with the largest weights are drawn. Returns the columns. Throws an OptionsError that lists every wrong option.
 */
export function networkDiagram(network: Network, options: NetworkDiagramOptions = {}): DiagramColumn[] {
  const { most = 16 } = options ?? {};
  const problems = new Problems();
  problems.expect(network instanceof Network, "network", "a Network", network);
  problems.expectKnownKeys(options, ["most"]);
  problems.expect(isCount(most), "most", "a whole number ≥ 1", most);
  problems.throwIfAny("networkDiagram");
  const columns = columnsOf(network, most);
  const description = [network.toString(), ...columns.flatMap(describe)].join("\n");
  if (inNotebook()) {
    const { svg, size } = diagramPicture(columns, description);
    newDisplay().update({ "text/html": pictureHtml(svg, size, description), "text/plain": description });
  } else console.log(description);
  return shown(columns);
}

/** The weights that lead to a column, in a line of text. */
function describe({ names, shape, connections }: DiagramColumn): string[] {
  if (connections.length === 0) return [];
  const weights = connections.map(({ weight }) => weight);
  const positive = weights.filter((weight) => weight > 0).length;
  return [
    `${names[0]} ${shape[0]}: weights from ${brief(Math.min(...weights))} to ${brief(Math.max(...weights))}, ` +
      `${positive} of ${weights.length} are positive`,
  ];
}

/** A point in the drawing. */
interface Point {
  readonly x: number;
  readonly y: number;
}

export function diagramPicture(
  columns: readonly DiagramColumn[],
  description: string,
): { svg: string; size: PictureSize } {
  const lines = Math.max(...columns.map((column) => labelOf(column).length));
  const size = { width: COLUMN * columns.length + 16, height: TOP + DRAWING + LABELS + LINE * lines };
  const places = columns.map(placeUnits);
  const parts = columns.flatMap((column, i) => {
    const x = middleOf(i);
    return [
      ...(i === 0 ? [] : drawConnections(columns[i - 1], column, places[i - 1], places[i], i)),
      ...labelOf(column).map((line, k) =>
        svgText(x, TOP + DRAWING + LABELS + LINE * k, line, "middle", k === 0 ? ' font-weight="bold"' : ""),
      ),
    ];
  });
  // Above the lines that end there.
  const units = columns.flatMap((column, i) => drawColumn(column, places[i], middleOf(i)));
  const svg = svgDrawing([drawLegend(), ...parts, ...units], size, description);
  return { svg, size };
}

const middleOf = (column: number): number => 8 + COLUMN * (column + 0.5);

const MIDDLE = TOP + DRAWING / 2;

/** Units stand one below the other; where some are left out there is a gap in the middle. */
function placeUnits({ units, shape }: DiagramColumn, column: number): Point[] {
  const abbreviated = units.length > 0 && units.length < shape[0];
  const rows = units.length + (abbreviated ? 1 : 0);
  const pitch = Math.min(PITCH, DRAWING / rows);
  const gap = Math.ceil(units.length / 2);
  return units.map((_, i) => {
    const row = abbreviated && i >= gap ? i + 1 : i;
    return { x: middleOf(column), y: MIDDLE + (row - (rows - 1) / 2) * pitch };
  });
}

/** A column's layers, and how much comes out of it. */
function labelOf({ names, shape, units }: DiagramColumn): string[] {
  const count = shape.length === 1 ? grouped(shape[0]) : shape.join(" × ");
  return [...names, units.length > 0 && units.length < shape[0] ? `${units.length} of ${count}` : count];
}

function drawConnections(
  before: DiagramColumn,
  { units, connections }: DiagramColumn,
  from: readonly Point[],
  to: readonly Point[],
  column: number,
): string[] {
  if (connections.length === 0) return drawPassage(from, to, column);
  const largest = Math.max(...connections.map(({ weight }) => Math.abs(weight))) || 1;
  return [...connections]
    .sort((a, b) => Math.abs(a.weight) - Math.abs(b.weight))
    .map(({ from: one, to: other, weight }) => {
      const width = (WIDEST * Math.abs(weight)) / largest;
      if (width < THINNEST) return "";
      const [a, b] = [from[before.units.indexOf(one)], to[units.indexOf(other)]];
      const look = weight > 0 ? `stroke="${POSITIVE}"` : `stroke="${NEGATIVE}" stroke-dasharray="5 3"`;
      return `<path d="${line(a, b)}" ${look} stroke-width="${width.toFixed(2)}" stroke-opacity="0.8"/>`;
    });
}

/** Thin lines from a block or to one, or from each unit to each: there are no weights to be seen here. */
function drawPassage(from: readonly Point[], to: readonly Point[], column: number): string[] {
  const right = [{ x: middleOf(column - 1) + BLOCK / 2, y: MIDDLE }];
  const left = [{ x: middleOf(column) - BLOCK / 2, y: MIDDLE }];
  const path = (from.length > 0 ? from : right).flatMap((a) =>
    (to.length > 0 ? to : left).map((b) => line(a, b)),
  );
  return [`<path d="${path.join("")}" stroke="#999999" stroke-width="1.5" fill="none"/>`];
}

function drawColumn({ units, shape }: DiagramColumn, places: readonly Point[], x: number): string[] {
  if (units.length === 0) return [drawBlock(shape, x)];
  const circles = places.map(
    (place) =>
      `<circle cx="${tenths(place.x)}" cy="${tenths(place.y)}" r="${radiusOf(places)}" fill="${background}" stroke="${text}"/>`,
  );
  if (units.length === shape[0]) return circles;
  const gap = Math.ceil(units.length / 2);
  const y = units.length === 1 ? places[0].y + PITCH : (places[gap - 1].y + places[gap].y) / 2;
  return [...circles, svgText(x, y + 4, "…", "middle", ' font-weight="bold"')];
}

/** Units that stand close are smaller. */
const radiusOf = (places: readonly Point[]): number =>
  places.length < 2 ? RADIUS : Math.min(RADIUS, 0.42 * Math.abs(places[1].y - places[0].y));

/** Sheets behind one another for the channels. */
function drawBlock(shape: Shape, x: number): string {
  const sheets = Math.min(shape[shape.length - 1], 6);
  return Array.from({ length: sheets }, (_, i) => {
    const shift = 5 * (sheets - 1 - i) - 2.5 * (sheets - 1);
    const [left, top] = [x - BLOCK / 2 + 12 + shift, MIDDLE - 32 + shift];
    return `<rect x="${tenths(left)}" y="${tenths(top)}" width="${BLOCK - 24}" height="64" fill="${background}" stroke="${text}"/>`;
  })
    .reverse()
    .join("");
}

function drawLegend(): string {
  const sample = (x: number, look: string) => `<path d="M${x} 18h30" stroke-width="3" ${look}/>`;
  return [
    sample(16, `stroke="${POSITIVE}"`),
    svgText(52, 22, "positive weight"),
    sample(160, `stroke="${NEGATIVE}" stroke-dasharray="5 3"`),
    svgText(196, 22, "negative weight"),
  ].join("");
}

const line = (a: Point, b: Point): string => `M${tenths(a.x)} ${tenths(a.y)}L${tenths(b.x)} ${tenths(b.y)}`;
