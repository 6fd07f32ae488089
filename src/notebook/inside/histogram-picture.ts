import type { Histogram } from "../../training/histogram";
import type { LayerInspection } from "../../training/inspection";
import type { Spread } from "../../training/layer-measure";
import { scale } from "../charts/chart-scale";
import { share } from "../format";
import type { PictureSize } from "../pictures/picture";
import { svgDrawing, svgText, tenths } from "../svg";
import { palettes } from "../theme";
import { brief } from "./inspection-table";

const { text, grid, series } = palettes.light;
const [BLUE, ORANGE] = series;

const WIDTH = 760;
const HEAD = 44;
const ROW = 96;
const BARS = 46;
/** The left and right ends of the two columns of histograms. */
const ACTIVATIONS: readonly [number, number] = [170, 430];
const GRADIENTS: readonly [number, number] = [480, 740];

export const histogramSize = (layers: readonly LayerInspection[]): PictureSize => ({
  width: WIDTH,
  height: HEAD + ROW * layers.length + 4,
});

/**
 * A row for each layer: what is known of its units, its activations by value, and its gradients by size. All gradients
 * share one axis of powers of ten, so that those which vanish move to the left.
 */
export function histogramPicture(
  layers: readonly LayerInspection[],
  title: string,
  description: string,
): string {
  const decades = decadesOf(layers);
  const rows = layers.flatMap((layer, i) => drawRow(layer, HEAD + i * ROW, decades));
  const head = [
    svgText(12, 16, title),
    svgText(ACTIVATIONS[0], 34, "activations, by value", "start", ' font-weight="bold"'),
    svgText(GRADIENTS[0], 34, "gradients, by size", "start", ' font-weight="bold"'),
  ];
  return svgDrawing([...head, ...rows], histogramSize(layers), description);
}

/** The powers of ten between which the gradients of all layers lie. */
function decadesOf(layers: readonly LayerInspection[]): [number, number] {
  const edges = layers.flatMap(({ gradients }) => usual(gradients?.histogram).edges);
  if (edges.length === 0) return [-1, 0];
  const [low, high] = [Math.min(...edges), Math.max(...edges)];
  return [Math.floor(Math.log10(low) + 1e-9), Math.ceil(Math.log10(high) - 1e-9)];
}

/** Fewer than this share of the numbers in a bin at either end only make the axis long. */
const RARE = 0.001;

function usual({ edges, counts }: Histogram = { edges: [], counts: [] }): Histogram {
  const few = RARE * counts.reduce((sum, count) => sum + count, 0);
  const kept = counts.flatMap((count, i) => (count > few ? [i] : []));
  const [first, end] = [kept[0] ?? 0, (kept[kept.length - 1] ?? -1) + 1];
  return { edges: edges.slice(first, end + 1), counts: counts.slice(first, end) };
}

function drawRow(inspection: LayerInspection, top: number, decades: [number, number]): string[] {
  const { layer, name, activations, gradients } = inspection;
  const label = svgText(12, top + 18, `${layer} ${name}`, "start", ' font-weight="bold"');
  const facts = factsOf(inspection).map((fact, i) => svgText(12, top + 35 + 15 * i, fact));
  const separator = `<path d="M12 ${top + 1}H${WIDTH - 12}" stroke="${grid}"/>`;
  return [
    ...[separator, label, ...facts],
    ...drawActivations(activations, top),
    ...(gradients === null ? [] : drawGradients(gradients, top, decades)),
  ];
}

/** At most four lines. */
function factsOf({ units, dead, saturated, update }: LayerInspection): string[] {
  const facts = [`${units} ${units === 1 ? "unit" : "units"}`];
  if (dead !== null) facts.push(`${dead} dead`);
  if (saturated !== null) facts.push(`${saturated} saturated`);
  if (update !== null) facts.push(`next step: ${brief(100 * update)} % of W`);
  return facts;
}

function drawActivations({ histogram, zeros, deviation, mean }: Spread, top: number): string[] {
  const { edges } = histogram;
  const [low, high] = [Math.min(0, edges[0]), Math.max(0, edges[edges.length - 1])];
  const x = scale([low, high], ACTIVATIONS);
  const bottom = top + 22 + BARS;
  const exactly = zeros > 0.005 ? `, ${share(zeros, 0)} are 0` : "";
  const ends = [low, high].filter((end) => end !== 0);
  return [
    // What is exactly 0 would hide all else: it is told, and not drawn.
    drawBars(withoutZeros(histogram, zeros), x, bottom, BLUE),
    drawAxis(ACTIVATIONS, bottom),
    ...[0, ...ends].map((value) => drawTick(x(value), bottom, brief(value))),
    svgText(ACTIVATIONS[1], top + 16, `${brief(mean)} ± ${brief(deviation)}${exactly}`, "end"),
  ];
}

function drawGradients(
  { histogram, zeros, deviation }: Spread,
  top: number,
  [low, high]: [number, number],
): string[] {
  const bottom = top + 22 + BARS;
  const place = scale([low, high], GRADIENTS);
  const step = Math.max(1, Math.ceil((high - low) / 7));
  const powers = Array.from({ length: Math.floor((high - low) / step) + 1 }, (_, i) => low + i * step);
  const exactly = zeros > 0.005 ? `, ${share(zeros, 0)} are 0` : "";
  return [
    drawBars(usual(histogram), (value) => place(Math.log10(value)), bottom, ORANGE),
    drawAxis(GRADIENTS, bottom),
    ...powers.map((power) => drawTick(place(power), bottom, `1e${power}`)),
    svgText(GRADIENTS[1], top + 16, `± ${brief(deviation)}${exactly}`, "end"),
  ];
}

function withoutZeros({ edges, counts }: Histogram, zeros: number): Histogram {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const bin = edges.indexOf(0);
  return { edges, counts: counts.map((count, i) => (i === bin ? count - zeros * total : count)) };
}

/** The fullest bin is as high as there is room. */
function drawBars(
  { edges, counts }: Histogram,
  x: (value: number) => number,
  bottom: number,
  color: string,
): string {
  const most = Math.max(...counts);
  const path = counts.map((count, i) => {
    const height = (BARS * count) / most;
    if (!(height > 0.05)) return "";
    const [left, right] = [x(edges[i]), x(edges[i + 1])];
    return `M${tenths(left)} ${bottom}V${tenths(bottom - height)}H${tenths(right)}V${bottom}Z`;
  });
  return `<path d="${path.join("")}" fill="${color}"/>`;
}

const drawAxis = ([left, right]: readonly [number, number], y: number): string =>
  `<path d="M${left} ${y}H${right}" stroke="${text}"/>`;

const drawTick = (x: number, y: number, value: string): string =>
  `<path d="M${tenths(x)} ${y}v4" stroke="${text}"/>${svgText(x, y + 16, value, "middle")}`;
