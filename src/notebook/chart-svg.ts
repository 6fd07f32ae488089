import { CHART_SIZE, type Chart, MOST_MARKS, type Panel, type Series, thin } from "./chart";
import { decimals, type Scale, scale, ticks, valueRange } from "./chart-scale";
import { escapeMarkup } from "./format";
import { palettes } from "./theme";

const MOST_POINTS = 200;
const TOP = 34;
const BOTTOM = 42;
const LEFT = 70;
const RIGHT = 20;

const { background, text, grid, series: colors } = palettes.light;

/** The chart as an SVG picture on a ground of its own, so that it can be read on a page of any colour. */
export function chartPicture(chart: Chart): string {
  const { width, height } = CHART_SIZE;
  const panelWidth = width / chart.panels.length;
  const panels = chart.panels.map((panel, index) => {
    const members = chart.series.filter((series) => series.panel === index && series.x.length > 0);
    const left = index * panelWidth + LEFT;
    return drawPanel(
      chart,
      panel,
      members.map((series) => thin(series, MOST_POINTS)),
      [left, (index + 1) * panelWidth - RIGHT],
    );
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui,sans-serif" font-size="12" fill="${text}">`,
    `<title>${escapeMarkup(chart.description)}</title>`,
    ...markers(chart),
    `<rect width="${width}" height="${height}" rx="4" fill="${background}"/>`,
    ...panels,
    drawLegend(chart),
    "</svg>",
  ].join("");
}

function drawPanel(
  chart: Chart,
  panel: Panel,
  members: readonly Series[],
  [left, right]: [number, number],
): string {
  const bottom = CHART_SIZE.height - BOTTOM;
  const [low, high] = valueRange(panel, members);
  const x = scale(chart.xRange, [left, right]);
  const y = scale([low, high], [bottom, TOP]);
  const parts: string[] = [];
  const yTicks = ticks(low, high, 6, 0);
  const digits = decimals(yTicks);
  const written = (value: number) => (Math.abs(value) < 1e5 ? value.toFixed(digits) : value.toExponential(1));
  for (const value of yTicks) {
    parts.push(`<path d="M${left} ${short(y(value))}H${right}" stroke="${grid}"/>`);
    parts.push(label(left - 6, y(value) + 4, "end", written(value) + (panel.unit ?? "")));
  }
  const xTicks = ticks(...chart.xRange, 6, 1);
  for (const value of xTicks)
    parts.push(label(x(value), bottom + 17, "middle", value.toFixed(decimals(xTicks))));
  parts.push(`<path d="M${left} ${bottom}H${right}" stroke="${text}"/>`);
  parts.push(label((left + right) / 2, bottom + 35, "middle", chart.xLabel));
  const middle = (TOP + bottom) / 2;
  const turned = `transform="rotate(-90 ${left - 56} ${middle})"`;
  parts.push(
    `<text x="${left - 56}" y="${middle}" text-anchor="middle" ${turned}>${escapeMarkup(panel.label)}</text>`,
  );
  for (const series of members) parts.push(drawSeries(series, x, y));
  return parts.join("");
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
  const mark = `url(#${markOf(series)})`;
  const marks =
    series.line === "dotted" || series.x.length > MOST_MARKS
      ? ""
      : ` marker-start="${mark}" marker-mid="${mark}" marker-end="${mark}"`;
  return `<path d="${path}" fill="none" stroke="${color}" stroke-width="${series.line === "dotted" ? 1.5 : 2}" stroke-linecap="round"${dashes(series)}${marks}/>`;
}

function drawLegend(chart: Chart): string {
  let left = LEFT;
  return legendEntries(chart)
    .map((series) => {
      const line = `<path d="M${left} 16h14h14" stroke="${colorOf(series)}" stroke-width="2"${dashes(series)}${
        series.line === "dotted" ? "" : ` marker-mid="url(#${markOf(series)})"`
      }/>`;
      const entry = line + label(left + 34, 20, "start", series.name);
      left += 54 + 6.6 * series.name.length;
      return entry;
    })
    .join("");
}

/** The first series of every name. */
const legendEntries = ({ series }: Chart): Series[] =>
  series.filter((one, i) => series.findIndex(({ name }) => name === one.name) === i);

function markers(chart: Chart): string[] {
  const drawn = new Map<string, Series>();
  for (const series of chart.series) if (series.line !== "dotted") drawn.set(markOf(series), series);
  return [...drawn].map(([id, series]) => {
    const shape = series.line === "dashed" ? `<path d="M1 1h6v6h-6z"` : `<circle cx="4" cy="4" r="3"`;
    return `<marker id="${id}" markerUnits="userSpaceOnUse" markerWidth="8" markerHeight="8" refX="4" refY="4">${shape} fill="${colorOf(series)}"/></marker>`;
  });
}

const colorOf = (series: Series): string => colors[series.color % colors.length];
const markOf = (series: Series): string => `${series.line}${series.color}`;
const dashes = ({ line }: Series): string =>
  line === "solid" ? "" : ` stroke-dasharray="${line === "dashed" ? "6 4" : "2 3"}"`;

const label = (x: number, y: number, anchor: string, content: string): string =>
  `<text x="${short(x)}" y="${short(y)}" text-anchor="${anchor}">${escapeMarkup(content)}</text>`;

const short = (value: number): string => String(Number(value.toFixed(1)));
