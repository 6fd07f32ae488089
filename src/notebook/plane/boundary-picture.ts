import type { Dataset } from "../../dataset";
import { decimals, scale, ticks } from "../charts/chart-scale";
import { brief, type Figure } from "../charts/figure";
import { escapeMarkup } from "../format";
import { png } from "../pictures/png";
import { palettes } from "../theme";
import type { PlaneAnswers } from "./plane";

export const BOUNDARY_SIZE = { width: 480, height: 400 };

/** Room around the plot: left, top, right, bottom. */
const MARGIN = { l: 56, t: 14, r: 74, b: 42 };

/** More points than this hide what is below them. */
const MOST_POINTS = 500;

/** How much of a class's colour there is where the network is certain. */
const STRONGEST = 0.6;

/** A point of the data, with its class. */
interface Sample {
  readonly x: number;
  readonly y: number;
  readonly label: number;
}

function samplesOf({ samples, labels }: Dataset): Sample[] {
  return Array.from({ length: Math.min(samples.shape[0], MOST_POINTS) }, (_, i) => ({
    ...{ x: samples.at(i, 0), y: samples.at(i, 1) },
    label: labels?.[i] ?? 0,
  }));
}

/** From the edge of the first cell to the edge of the last. */
function edges(middles: readonly number[]): [low: number, high: number] {
  const half = (middles[1] - middles[0]) / 2;
  return [middles[0] - half, middles[middles.length - 1] + half];
}

const shapes = ["circle", "square"] as const;

/** For every class the cells that are its own, the stronger the more certain the network is, and the samples above. */
export function boundaryFigure(answers: PlaneAnswers, data: Dataset): Figure {
  const { x, y, classes, probabilities } = answers;
  const samples = samplesOf(data);
  const guessing = Math.round(100 / data.classes.length);
  const areas = data.classes.map((name, index) => ({
    ...{ type: "heatmap", name, color: index, showscale: false, opacity: STRONGEST },
    ...{ x: x.map(brief), y: y.map(brief), zmin: guessing, zmax: 100 },
    z: probabilities.map((row, i) =>
      row.map((probability, j) => (classes[i][j] === index ? Math.round(100 * probability) : null)),
    ),
    hovertemplate: `x₁ %{x:.2f}, x₂ %{y:.2f}<br>${escapeMarkup(name)}: %{z} %<extra></extra>`,
  }));
  const points = data.classes.map((name, index) => {
    const own = samples.filter(({ label }) => label === index);
    return {
      ...{ type: "scatter", mode: "markers", name, color: index, showlegend: true },
      ...{ x: own.map((sample) => brief(sample.x)), y: own.map((sample) => brief(sample.y)) },
      marker: { symbol: shapes[index % shapes.length], size: 6, line: { width: 1 } },
      hovertemplate: `a sample of class ${escapeMarkup(name)}<br>x₁ %{x:.2f}, x₂ %{y:.2f}<extra></extra>`,
    };
  });
  const axis = (text: string, middles: readonly number[]) => ({
    ...{ title: { text, standoff: 6, font: { size: 12 } }, range: edges(middles), showgrid: false },
  });
  return {
    data: [...areas, ...points],
    layout: {
      ...{ ...BOUNDARY_SIZE, margin: MARGIN, hovermode: "closest", uirevision: "kept" },
      legend: { x: 1.02, y: 1 },
      ...{ xaxis: axis("x₁", x), yaxis: axis("x₂", y) },
    },
  };
}

const { background, text, series: colors } = palettes.light;

/** The same as an SVG picture. */
export function boundaryPicture(answers: PlaneAnswers, data: Dataset, description: string): string {
  const { width, height } = BOUNDARY_SIZE;
  const [left, right] = [MARGIN.l, width - MARGIN.r];
  const [top, bottom] = [MARGIN.t, height - MARGIN.b];
  const [xRange, yRange] = [edges(answers.x), edges(answers.y)];
  const [toX, toY] = [scale(xRange, [left, right]), scale(yRange, [bottom, top])];
  const [xTicks, yTicks] = [ticks(...xRange, 5, 0), ticks(...yRange, 5, 0)];
  const samples = samplesOf(data);
  const points = data.classes.map((name, index) => {
    const own = samples.filter(({ label }) => label === index);
    const path = own.map(({ x, y }) => mark(index, toX(x), toY(y))).join("");
    const legend = top + 8 + 20 * index;
    return [
      `<path d="${path}${mark(index, right + 16, legend)}" fill="${colorOf(index)}" stroke="${background}" stroke-width="2" paint-order="stroke"/>`,
      label(right + 26, legend + 4, "start", name),
    ].join("");
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui,sans-serif" font-size="12" fill="${text}">`,
    `<title>${escapeMarkup(description)}</title>`,
    `<rect width="${width}" height="${height}" rx="4" fill="${background}"/>`,
    `<image x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" preserveAspectRatio="none" href="data:image/png;base64,${areasPng(answers, data.classes.length).toString("base64")}"/>`,
    `<path d="M${left} ${top}V${bottom}H${right}" fill="none" stroke="${text}"/>`,
    ...xTicks.map((value) => label(toX(value), bottom + 17, "middle", value.toFixed(decimals(xTicks)))),
    ...yTicks.map((value) => label(left - 6, toY(value) + 4, "end", value.toFixed(decimals(yTicks)))),
    label((left + right) / 2, bottom + 35, "middle", "x₁"),
    label(left - 44, (top + bottom) / 2, "start", "x₂"),
    ...points,
    "</svg>",
  ].join("");
}

/** A circle or a square around a point. */
const mark = (index: number, x: number, y: number): string =>
  index % shapes.length === 0
    ? `M${short(x - 3)} ${short(y)}a3 3 0 1 0 6 0a3 3 0 1 0-6 0z`
    : `M${short(x - 2.7)} ${short(y - 2.7)}h5.4v5.4h-5.4z`;

/** The cells as pixels, the top row first. */
function areasPng({ x, y, classes, probabilities }: PlaneAnswers, count: number): Buffer {
  const pixels = new Float32Array(3 * x.length * y.length);
  const ground = channels(background);
  let next = 0;
  for (let row = y.length - 1; row >= 0; row--) {
    for (let column = 0; column < x.length; column++, next += 3) {
      const certainty = (probabilities[row][column] - 1 / count) / (1 - 1 / count);
      const color = channels(colorOf(classes[row][column]));
      pixels.set(mix(ground, color, STRONGEST * Math.max(0, certainty)), next);
    }
  }
  return png(pixels, x.length, y.length, 3);
}

const colorOf = (index: number): string => colors[index % colors.length];

/** "#0072b2" as red, green and blue from 0 to 1. */
export const channels = (color: string): number[] =>
  [1, 3, 5].map((start) => Number.parseInt(color.slice(start, start + 2), 16) / 255);

export const mix = (from: readonly number[], to: readonly number[], share: number): number[] =>
  from.map((value, i) => value + share * (to[i] - value));

const label = (x: number, y: number, anchor: string, content: string): string =>
  `<text x="${short(x)}" y="${short(y)}" text-anchor="${anchor}">${escapeMarkup(content)}</text>`;

const short = (value: number): string => String(Number(value.toFixed(1)));
