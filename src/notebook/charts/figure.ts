import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../root";
import { escapeMarkup } from "../format";
import { palettes } from "../theme";

/** What `chart-page.js` passes to Plotly, with an index into the palettes where a colour will be. */
export interface Figure {
  data: object[];
  layout: object;
}

/** What stands in for a figure where scripts do not run or Plotly cannot be had. */
export interface Picture {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
  /** What it shows, in words. */
  readonly description: string;
}

/**
 * A figure as HTML: Plotly's in JupyterLab, and elsewhere its picture. A later figure of the same `id` takes the place of
 * the earlier one and keeps its zoom.
 */
export function figureHtml(figure: Figure, { svg, width, height, description }: Picture, id: string): string {
  const source = Buffer.from(svg).toString("base64");
  const content = inScript({ id, palettes, ...figure });
  return [
    `<div data-chart="${id}" style="min-height:${height}px">`,
    `<img width="${width}" height="${height}" style="max-width:100%" alt="${escapeMarkup(description)}" src="data:image/svg+xml;base64,${source}">`,
    `<script>(() => {\n${pageScript()}\nshowChart(document.currentScript, ${content});\n})();</script>`,
    "</div>",
  ].join("");
}

/** The function for the page, without comments and indentation, which every saved chart would carry. */
function pageScript(): string {
  return readFileSync(join(projectRoot(), "src", "notebook", "charts", "chart-page.js"), "utf8")
    .replace("export ", "")
    .replace(/\/\*\*[\s\S]*?\*\/|^ *\/\/.*$/gm, "")
    .replace(/^\s+/gm, "");
}

/** Five digits are more than a screen shows. JSON writes what is not finite as null, which Plotly leaves out. */
export const brief = (value: number): number => Number(value.toPrecision(5));

/** JSON that cannot end the script it stands in. */
const inScript = (value: unknown): string => JSON.stringify(value).replace(/</g, "\\u003c");
