import type { Chart } from "../src/notebook/charts/chart";
import { chartPicture } from "../src/notebook/charts/chart-svg";
import { escapeMarkup } from "../src/notebook/format";
import { palettes } from "../src/notebook/theme";
import type { Outcome } from "./compare";
import type { Curve } from "./own";
import { number } from "./report";

const WIDTH = 760;
const NAME = 150;
const BAR = 18;

const { background, text, grid, series } = palettes.light;

/** For each job, bars of the time that every contestant takes for an epoch, on a logarithmic scale. */
export function bars(outcomes: readonly Outcome[]): string {
  const jobs = outcomes.filter(({ rows, unit }) => rows.length > 1 && unit === "ms an epoch");
  const times = jobs.flatMap(({ rows }) => rows.map(({ time }) => time.median));
  const low = 10 ** Math.floor(Math.log10(Math.min(...times)) - 0.2);
  const high = Math.max(...times);
  const end = WIDTH - 120;
  const x = (value: number) => NAME + (Math.log(value / low) / Math.log(high / low)) * (end - NAME);
  const parts: string[] = [];
  let y = 8;
  for (const { title, rows } of jobs) {
    y += 22;
    parts.push(`<text x="12" y="${y}" font-weight="600">${escapeMarkup(title)}</text>`);
    y += 8;
    rows.forEach(({ contestant, time, ratio, slice }, i) => {
      const right = x(time.median).toFixed(1);
      const label = `${number(time.median)} ms${ratio ? ` · ${number(1 / ratio.median)} ×` : ""}${slice === undefined ? "" : " *"}`;
      parts.push(
        `<text x="${NAME - 8}" y="${y + 13}" text-anchor="end">${escapeMarkup(contestant)}</text>`,
        `<rect x="${NAME}" y="${y + 2}" width="${(Number(right) - NAME).toFixed(1)}" height="${BAR - 5}" rx="2" fill="${i === 0 ? series[0] : grid}" stroke="${i === 0 ? series[0] : text}" stroke-width="0.5"/>`,
        `<text x="${Number(right) + 6}" y="${y + 13}">${escapeMarkup(label)}</text>`,
      );
      y += BAR;
    });
  }
  y += 26;
  parts.push(
    `<text x="12" y="${y}" fill="${text}">Milliseconds an epoch, one thread, logarithmic; × of ours. * measured on a slice and scaled.</text>`,
  );
  const height = y + 14;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="system-ui,sans-serif" font-size="12" fill="${text}"><title>Time of an epoch, for each job and contestant</title><rect width="${WIDTH}" height="${height}" rx="4" fill="${background}"/>${parts.join("")}</svg>\n`;
}

/** Time for a piece of work against the size, in doublings of the smallest: level where nothing gets in the way. */
export function growthPicture(curves: readonly Curve[]): string {
  const doublings = ({ sizes }: Curve) => sizes.map((size) => Math.log2(size / sizes[0]));
  const chart: Chart = {
    description: curves.map(({ title, unit }) => `${unit} by ${title}`).join("; "),
    xLabel: "doublings",
    xRange: [0, Math.ceil(Math.max(...curves.flatMap(doublings)))],
    panels: curves.map(({ unit }) => ({ label: unit, digits: 3, limits: [0, Infinity] })),
    series: curves.map((curve, i) => ({
      name: `${curve.title}, from ${curve.sizes[0].toLocaleString("en")}`,
      ...{ panel: i, color: i, line: "solid" as const, x: doublings(curve), y: curve.values },
    })),
  };
  return `${chartPicture(chart)}\n`;
}
