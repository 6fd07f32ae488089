import { Problems } from "../../errors";
import { inNotebook, newDisplay, shown } from "../display";
import { escapeMarkup } from "../format";
import { type PictureSize, pictureHtml } from "../pictures/picture";
import { palettes } from "../theme";
import { type GraphNode, placeNodes } from "./graph-layout";

export type { GraphNode };

const BOX_HEIGHT = 70;
const LEAST_WIDTH = 112;
/** A letter of a title, bold, and the room beside the title. */
const LETTER = 7.4;
const PADDING = 24;
const GAP = { width: 40, height: 14 };
const MARGIN = 12;

const { background, text, series } = palettes.light;
const [VALUE, , , GRADIENT] = series;

/**
 * Draws how a number is computed from others, step by step from left to right, with the value of every step, and its
 * gradient where there is one. Returns the nodes. Throws an OptionsError that lists every node that cannot be drawn.
 */
export function computationGraph(nodes: readonly GraphNode[]): readonly GraphNode[] {
  checkNodes(nodes);
  const description = describe(nodes);
  if (inNotebook()) {
    const { svg, size } = graphPicture(nodes);
    newDisplay().update({ "text/html": pictureHtml(svg, size, description), "text/plain": description });
  } else console.log(description);
  return shown(nodes);
}

/** The graph as an SVG picture on a ground of its own. */
export function graphPicture(nodes: readonly GraphNode[]): { svg: string; size: PictureSize } {
  const { boxes, size } = placeBoxes(nodes);
  const { width, height } = size;
  const arrows = nodes.flatMap(({ name, from = [] }) =>
    from.map((source) => drawArrow(boxes[indexOf(nodes, source)], boxes[indexOf(nodes, name)])),
  );
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui,sans-serif" font-size="13" fill="${text}" text-anchor="middle">`,
    `<defs><marker id="head" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto"><path d="M0 0L8 4L0 8z" fill="${text}"/></marker></defs>`,
    `<rect width="${width}" height="${height}" rx="4" fill="${background}"/>`,
    ...arrows,
    ...nodes.map((node, i) => drawNode(node, boxes[i])),
    "</svg>",
  ].join("");
  return { svg, size };
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Columns as wide as their longest title, each of them in the middle of the height. */
function placeBoxes(nodes: readonly GraphNode[]): { boxes: Box[]; size: PictureSize } {
  const places = placeNodes(nodes);
  const columns = Array.from({ length: 1 + Math.max(...places.map(({ column }) => column)) }, (_, column) =>
    nodes.filter((_node, i) => places[i].column === column),
  );
  const widths = columns.map((members) =>
    Math.max(LEAST_WIDTH, ...members.map((node) => Math.ceil(PADDING + LETTER * titleOf(node).length))),
  );
  const heightOf = (rows: number) => rows * (BOX_HEIGHT + GAP.height) - GAP.height;
  const height = 2 * MARGIN + heightOf(Math.max(...columns.map((members) => members.length)));
  const left = (column: number) =>
    widths.slice(0, column).reduce((sum, width) => sum + width + GAP.width, MARGIN);
  const boxes = places.map(({ column, row }) => ({
    x: left(column),
    y: (height - heightOf(columns[column].length)) / 2 + row * (BOX_HEIGHT + GAP.height),
    width: widths[column],
  }));
  return { boxes, size: { width: left(columns.length) - GAP.width + MARGIN, height } };
}

/** The name and its formula; below them the value, which came from the left, and the gradient, which came from the right. */
function drawNode(node: GraphNode, { x, y, width }: Box): string {
  const { name, formula, value, gradient } = node;
  const middle = x + width / 2;
  const dashes = formula === undefined ? ` stroke-dasharray="4 3"` : "";
  const lines = [write(middle, y + 22, titleOf(node), `font-weight="600"`)];
  if (value !== undefined) lines.push(write(middle, y + 41, written(value), `fill="${VALUE}"`));
  if (gradient !== undefined) {
    lines.push(write(middle, y + 60, `d${name} = ${written(gradient)}`, `fill="${GRADIENT}"`));
  }
  const frame = `<rect x="${x}" y="${y}" width="${width}" height="${BOX_HEIGHT}" rx="6" fill="${background}" stroke="${text}"${dashes}/>`;
  return frame + lines.join("");
}

function drawArrow(from: Box, to: Box): string {
  const [startX, startY, endY] = [from.x + from.width, from.y + BOX_HEIGHT / 2, to.y + BOX_HEIGHT / 2];
  const bend = (to.x - startX) / 2;
  const curve = `M${startX} ${startY}C${startX + bend} ${startY} ${to.x - bend} ${endY} ${to.x} ${endY}`;
  return `<path d="${curve}" fill="none" stroke="${text}" marker-end="url(#head)"/>`;
}

const indexOf = (nodes: readonly GraphNode[], wanted: string): number =>
  nodes.findIndex(({ name }) => name === wanted);

const titleOf = ({ name, formula }: GraphNode): string =>
  formula === undefined ? name : `${name} = ${formula}`;

const write = (x: number, y: number, content: string, attributes: string): string =>
  `<text x="${x}" y="${y}" ${attributes}>${escapeMarkup(content)}</text>`;

const written = (value: number): string => value.toFixed(4).replace("-", "−");

function describe(nodes: readonly GraphNode[]): string {
  const lines = nodes.map((node) => {
    const { name, value, gradient } = node;
    const parts = [titleOf(node)];
    if (value !== undefined) parts.push(`= ${written(value)}`);
    if (gradient !== undefined) parts.push(`(d${name} = ${written(gradient)})`);
    return parts.join(" ");
  });
  return `Computation graph: ${lines.join("; ")}`;
}

function checkNodes(nodes: readonly GraphNode[]): void {
  const problems = new Problems();
  problems.expect(Array.isArray(nodes) && nodes.length > 0, "nodes", "a list of at least one node", nodes);
  problems.throwIfAny("computationGraph");
  const before = new Set<string>();
  for (const [i, node] of nodes.entries()) {
    const where = `nodes[${i}]`;
    problems.expectKnownKeys(node, ["name", "formula", "from", "value", "gradient"], `${where}.`);
    const { name, from = [] } = node;
    problems.expect(!before.has(name), `${where}.name`, "a name that no node has yet", name);
    for (const source of from) {
      problems.expect(before.has(source), `${where}.from`, "names of nodes that stand before it", source);
    }
    before.add(name);
  }
  problems.throwIfAny("computationGraph");
}
