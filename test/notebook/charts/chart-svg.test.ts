import sharp from "sharp";
import { expect, test } from "vitest";
import { CHART_SIZE, type Chart, marks, type Series, thin } from "../../../src/notebook/charts/chart";
import { chartPicture } from "../../../src/notebook/charts/chart-svg";
import { palettes } from "../../../src/notebook/theme";
import { contrast, parseColor } from "../support/colors";

const line = (x: number[], y: number[], more: Partial<Series> = {}): Series => ({
  ...{ name: "training", panel: 0, color: 0, line: "solid", x, y },
  ...more,
});

const chartOf = (series: Series[], more: Partial<Chart> = {}): Chart => ({
  description: "a chart",
  xLabel: "epoch",
  xRange: [0, 10],
  panels: [{ label: "cost", digits: 4 }],
  series,
  ...more,
});

/** The pixels of a picture; throws for XML that is not well-formed. */
const render = (svg: string) =>
  sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer({ resolveWithObject: true });

/** How many pixels come near a colour. */
async function count(svg: string, color: string): Promise<number> {
  const { data } = await render(svg);
  const wanted = parseColor(color);
  let found = 0;
  for (let i = 0; i < data.length; i += 3) {
    if ([0, 1, 2].every((k) => Math.abs(data[i + k] - (wanted[k] ?? 0)) < 24)) found++;
  }
  return found;
}

const [blue, orange] = palettes.light.series;

test("every series is drawn in its colour, in its panel", async () => {
  const panels = [
    { label: "accuracy", unit: " %", digits: 2 },
    { label: "cost", digits: 4 },
  ];
  const both = [
    line([1, 5, 9], [1, 2, 3]),
    line([1, 5, 9], [3, 2, 1], { panel: 1, color: 1, name: "validation" }),
  ];
  const svg = chartPicture(chartOf(both, { panels }));
  expect(await count(svg, blue)).toBeGreaterThan(300);
  expect(await count(svg, orange)).toBeGreaterThan(300);
  const { data, info } = await render(svg);
  const rightmost = (color: string) => {
    const [red, green] = parseColor(color);
    let most = 0;
    // Below the legend.
    for (let i = 40 * info.width * 3; i < data.length; i += 3) {
      if (Math.abs(data[i] - red) < 24 && Math.abs(data[i + 1] - green) < 24)
        most = Math.max(most, (i / 3) % info.width);
    }
    return most;
  };
  expect(rightmost(blue)).toBeLessThan(info.width / 2);
  expect(rightmost(orange)).toBeGreaterThan(info.width / 2);
});

test("a higher value stands higher", () => {
  const [, first, second] = /d="M[\d.]+ ([\d.]+)h0L[\d.]+ ([\d.]+)" fill="none"/.exec(
    chartPicture(chartOf([line([1, 2], [0.1, 0.9])])),
  ) as RegExpExecArray;
  expect(Number(second)).toBeLessThan(Number(first));
});

test("a single point can be seen", async () => {
  const alone = await count(chartPicture(chartOf([line([5], [0.5])])), blue);
  const none = await count(chartPicture(chartOf([line([], [])])), blue);
  expect(alone).toBeGreaterThan(none + 10);
});

test("values that are not finite leave a gap and the rest is drawn", async () => {
  const svg = chartPicture(chartOf([line([1, 2, 3, 4, 5], [1, Number.NaN, 3, Number.POSITIVE_INFINITY, 2])]));
  expect(svg).not.toMatch(/NaN|Infinity/);
  expect(svg.match(/d="(M[^"]+)" fill="none"/)?.[1].match(/M/g)).toHaveLength(3);
  await render(svg);
});

test.each([
  ["no points", [line([], [])]],
  ["only values that are not finite", [line([1, 2], [Number.NaN, Number.NEGATIVE_INFINITY])]],
  ["equal values", [line([1, 2], [3, 3])]],
  ["zeros", [line([1, 2], [0, 0])]],
  ["tiny differences", [line([1, 2], [1e-9, 1.1e-9])]],
  ["huge values", [line([1, 2], [-1e300, 1e300])]],
])("%s give a picture", async (_, series) => {
  const svg = chartPicture(chartOf(series));
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  expect((await render(svg)).info).toMatchObject({ width: 760, height: 300 });
});

test("names from outside cannot become markup", async () => {
  const svg = chartPicture(
    chartOf([line([1], [1], { name: `<script>"&'` })], {
      description: `<b>&"`,
      xLabel: "<x>",
      panels: [{ label: "&", digits: 1 }],
    }),
  );
  expect(svg).not.toMatch(/<(script|b|x)>/);
  await render(svg);
});

test("10,000 epochs make a small picture that keeps every spike", () => {
  const x = Array.from({ length: 10_000 }, (_, i) => i + 1);
  const y = x.map((i) => (i === 7777 ? 50 : Math.sin(i)));
  const full = line(x, y);
  expect(
    chartPicture(chartOf([full, line(x, y, { panel: 0, color: 1 })], { xRange: [0, 10_000] })).length,
  ).toBeLessThan(9_000);
  const thinned = thin(full, 200);
  expect(thinned.x.length).toBeLessThanOrEqual(200);
  expect(thinned.y).toContain(50);
  expect([thinned.x[0], thinned.x.at(-1)]).toEqual([1, 10_000]);
  expect([...thinned.x].sort((a, b) => a - b)).toEqual(thinned.x);
});

test("few points stay as they are", () => {
  const series = line([1, 2, 3], [1, 5, 2]);
  expect(thin(series, 200)).toBe(series);
});

test.each(["light", "dark"] as const)("text and lines can be told from the %s background", (theme) => {
  const { background, text, series } = palettes[theme];
  // JupyterLab's own backgrounds of outputs.
  for (const ground of [background, theme === "light" ? "#ffffff" : "#111111"].map(parseColor)) {
    expect(contrast(parseColor(text), ground)).toBeGreaterThan(4.5);
    for (const color of series) expect(contrast(parseColor(color), ground), color).toBeGreaterThan(3);
  }
});

test("lines of one panel differ in more than colour", () => {
  const svg = chartPicture(
    chartOf([line([1, 2], [1, 2]), line([1, 2], [2, 1], { line: "dashed", color: 1, name: "validation" })]),
  );
  const [first, second] = [...svg.matchAll(/<path d="M[^"]+" fill="none" [^>]+>/g)].map(([path]) => path);
  expect(first).not.toContain("dasharray");
  expect(second).toContain("dasharray");
  expect(first.match(/marker-mid="([^"]+)"/)?.[1]).not.toBe(second.match(/marker-mid="([^"]+)"/)?.[1]);
});

test("marks differ in shape and the legend takes as many lines as it needs", async () => {
  const names = Array.from({ length: 12 }, (_, i) => `a setting with number ${i}`);
  const series = names.map((name, i) =>
    line([1, 2, 3], [i, i + 1, i + 2], { name, color: i, mark: marks[i % marks.length] }),
  );
  const svg = chartPicture(chartOf(series));
  await render(svg);
  const shapes = [...svg.matchAll(/<marker [^>]+>(<(?:path|circle) .*?) fill=/g)].map(([, shape]) => shape);
  expect(new Set(shapes).size).toBe(marks.length);
  const entries = [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)" text-anchor="start">/g)].map((match) => [
    +match[1],
    +match[2],
  ]);
  expect(entries).toHaveLength(12);
  const lines = [...new Set(entries.map(([, y]) => y))];
  expect(lines.length).toBeGreaterThan(2);
  for (const [x] of entries) expect(x + 6.6 * names[11].length).toBeLessThan(CHART_SIZE.width);
  // The panel begins below the last of them.
  const top = Math.min(...[...svg.matchAll(/M[\d.]+ ([\d.]+)H/g)].map(([, y]) => Number(y)));
  expect(top).toBeGreaterThan(Math.max(...lines));
});

test("a band is shaded from its lowest to its highest value, and leaves out what is not finite", async () => {
  const band = [
    [1, Number.NaN, 1],
    [3, 5, 3],
  ] as const;
  const svg = chartPicture(chartOf([line([1, 5, 9], [2, 2, 2], { band })]));
  const [, outline] = /<path d="M([^"]+)Z" [^>]*fill-opacity/.exec(svg) as RegExpExecArray;
  expect(outline.split("L")).toHaveLength(5);
  expect(outline).not.toContain("NaN");
  await render(svg);
});
