import { escapeMarkup } from "../format";
import { palettes } from "../theme";
import {
  CHART_SIZE,
  type Chart,
  type Mark,
  MOST_MARKS,
  markOf,
  type Panel,
  type Series,
  thin,
} from "./chart";
import { decimals, type Scale, scale, ticks, valueRange } from "./chart-scale";

const MOST_POINTS = 200;
const TOP = 34;
const LINE_HEIGHT = 18;
const BOTTOM = 42;
const LEFT = 70;
const RIGHT = 20;

const { background, text, grid, series: colors } = palettes.light;

/** The chart as an SVG picture on a ground of its own, so that it can be read on a page of any colour. */
export function chartPicture(chart: Chart): string {
  const { width, height } = CHART_SIZE;
  const legend = placeLegend(chart);
  const top = TOP + LINE_HEIGHT * (legend[legend.length - 1]?.line ?? 0);
  const panelWidth = width / chart.panels.length;
  const panels = chart.panels.map((panel, index) => {
    const members = chart.series.filter((series) => series.panel === index && series.x.length > 0);
    const left = index * panelWidth + LEFT;
    return drawPanel(
      chart,
      panel,
      members.map((series) => thin(series, MOST_POINTS)),
      [left, (index + 1) * panelWidth - RIGHT],
      top,
    );
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui,sans-serif" font-size="12" fill="${text}">`,
    `<title>${escapeMarkup(chart.description)}</title>`,
    ...markers(chart),
    `<rect width="${width}" height="${height}" rx="4" fill="${background}"/>`,
    ...panels,
    ...legend.map(drawEntry),
    "</svg>",
  ].join("");
}

function drawPanel(
  chart: Chart,
  panel: Panel,
  members: readonly Series[],
  [left, right]: [number, number],
  top: number,
): string {
  const bottom = CHART_SIZE.height - BOTTOM;
  const [low, high] = valueRange(panel, members);
  const x = horizontalScale(chart, [left, right]);
  const y = scale([low, high], [bottom, top]);
  const parts: string[] = [];
  const yTicks = ticks(low, high, 6, 0);
  const digits = decimals(yTicks);
  const written = (value: number) => (Math.abs(value) < 1e5 ? value.toFixed(digits) : value.toExponential(1));
  for (const value of yTicks) {
    parts.push(`<path d="M${left} ${short(y(value))}H${right}" stroke="${grid}"/>`);
    parts.push(label(left - 6, y(value) + 4, "end", written(value) + (panel.unit ?? "")));
  }
  for (const [value, written] of horizontalTicks(chart))
    parts.push(label(x(value), bottom + 17, "middle", written));
  parts.push(`<path d="M${left} ${bottom}H${right}" stroke="${text}"/>`);
  parts.push(label((left + right) / 2, bottom + 35, "middle", chart.xLabel));
  const middle = (top + bottom) / 2;
  const turned = `transform="rotate(-90 ${left - 56} ${middle})"`;
  parts.push(
    `<text x="${left - 56}" y="${middle}" text-anchor="middle" ${turned}>${escapeMarkup(panel.label)}</text>`,
  );
  for (const series of members) parts.push(drawBand(series, x, y), drawSeries(series, x, y));
  return parts.join("");
}

function horizontalScale({ xRange, xScale }: Chart, places: [number, number]): Scale {
  if (xScale !== "log") return scale(xRange, places);
  const position = scale([Math.log10(xRange[0]), Math.log10(xRange[1])], places);
  return (value) => position(Math.log10(value));
}

/** Where the axis has ticks, and what is written there. */
function horizontalTicks({ xRange, xScale = "whole" }: Chart): [value: number, written: string][] {
  if (xScale === "log") {
    const [low, high] = [Math.ceil(Math.log10(xRange[0])), Math.floor(Math.log10(xRange[1]))];
    const powers = Array.from({ length: Math.max(0, high - low + 1) }, (_, i) => 10 ** (low + i));
    return powers.map((power) => [power, String(Number(power.toPrecision(1)))]);
  }
  const values = ticks(...xRange, 6, xScale === "whole" ? 1 : 0);
  return values.map((value) => [value, value.toFixed(decimals(values))]);
}

function drawSeries(series: Series, x: Scale, y: Scale): string {
  let path = "";
  let pen = false;
  series.y.forEach((value, i) => {
    const drawn = Number.isFinite(value);
    // The empty step makes a point that stands alone visible.
    if (drawn) path += `${pen ? "L" : "M"}${short(x(series.x[i]))} ${short(y(value))}${pen ? "" : "h0"}`;
    pen = drawn;
  });
  if (path === "") return "";
  const color = colorOf(series);
  // Steps of no length with round ends are dots.
  if (series.line === "none")
    return `<path d="${dots(series, x, y)}" stroke="${color}" stroke-width="5" stroke-linecap="round"/>`;
  const mark = `url(#${markId(series)})`;
  const marks =
    series.line === "dotted" || series.x.length > MOST_MARKS
      ? ""
      : ` marker-start="${mark}" marker-mid="${mark}" marker-end="${mark}"`;
  return `<path d="${path}" fill="none" stroke="${color}" stroke-width="${series.line === "dotted" ? 1.5 : 2}" stroke-linecap="round"${dashes(series)}${marks}/>`;
}

const dots = ({ x: xs, y: ys }: Series, x: Scale, y: Scale): string =>
  ys.map((value, i) => (Number.isFinite(value) ? `M${short(x(xs[i]))} ${short(y(value))}h0` : "")).join("");

/** The shade between the lowest and the highest value. */
function drawBand(series: Series, x: Scale, y: Scale): string {
  if (series.band === undefined) return "";
  const [low, high] = series.band.map((edge) =>
    edge.flatMap((value, i) =>
      Number.isFinite(value) ? [`${short(x(series.x[i]))} ${short(y(value))}`] : [],
    ),
  );
  const outline = [...low, ...high.reverse()].join("L");
  return outline === "" ? "" : `<path d="M${outline}Z" fill="${colorOf(series)}" fill-opacity="0.18"/>`;
}

/** An entry of the legend, in which line it is and where it begins. */
interface Entry {
  readonly series: Series;
  readonly line: number;
  readonly left: number;
}

function placeLegend(chart: Chart): Entry[] {
  let line = 0;
  let left = LEFT;
  return legendEntries(chart).map((series) => {
    const width = 54 + 6.6 * series.name.length;
    if (left > LEFT && left + width > CHART_SIZE.width) [line, left] = [line + 1, LEFT];
    left += width;
    return { series, line, left: left - width };
  });
}

function drawEntry({ series, line, left }: Entry): string {
  const y = 16 + LINE_HEIGHT * line;
  const mark = series.line === "dotted" ? "" : ` marker-mid="url(#${markId(series)})"`;
  const stroke = series.line === "none" ? "none" : colorOf(series);
  return (
    `<path d="M${short(left)} ${y}h14h14" stroke="${stroke}" stroke-width="2"${dashes(series)}${mark}/>` +
    label(left + 34, y + 4, "start", series.name)
  );
}

/** The first series of every name. */
const legendEntries = ({ series }: Chart): Series[] =>
  series.filter((one, i) => series.findIndex(({ name }) => name === one.name) === i);

function markers(chart: Chart): string[] {
  const drawn = new Map<string, Series>();
  for (const series of chart.series) if (series.line !== "dotted") drawn.set(markId(series), series);
  return [...drawn].map(
    ([id, series]) =>
      `<marker id="${id}" markerUnits="userSpaceOnUse" markerWidth="8" markerHeight="8" refX="4" refY="4">${shapes[markOf(series)]} fill="${colorOf(series)}"/></marker>`,
  );
}

const shapes: Record<Mark, string> = {
  circle: `<circle cx="4" cy="4" r="3"`,
  square: `<path d="M1 1h6v6h-6z"`,
  diamond: `<path d="M4 0l4 4l-4 4l-4 -4z"`,
  triangle: `<path d="M4 .5l3.7 6.5h-7.4z"`,
  cross: `<path d="M1 2.2l1.2 -1.2l1.8 1.8l1.8 -1.8l1.2 1.2l-1.8 1.8l1.8 1.8l-1.2 1.2l-1.8 -1.8l-1.8 1.8l-1.2 -1.2l1.8 -1.8z"`,
};

const colorOf = (series: Series): string => colors[series.color % colors.length];
const markId = (series: Series): string => `${markOf(series)}${series.color % colors.length}`;
const patterns = { dashed: "6 4", "dash-dot": "8 3 2 3", dotted: "2 3" } as const;
const dashes = ({ line }: Series): string =>
  line === "solid" || line === "none" ? "" : ` stroke-dasharray="${patterns[line]}"`;

const label = (x: number, y: number, anchor: string, content: string): string =>
  `<text x="${short(x)}" y="${short(y)}" text-anchor="${anchor}">${escapeMarkup(content)}</text>`;

const short = (value: number): string => String(Number(value.toFixed(1)));
