import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../root";
import { escapeMarkup } from "../format";

/**
 * Where the page is dark, a drawing on a white ground is turned round and its black ground lets the page through. Where
 * styles are taken out, as on GitHub, the white ground stays.
 */
const STYLE =
  `<style>[data-jp-theme-light="false"] .drawing,.vscode-dark .drawing` +
  `{filter:invert(1) hue-rotate(180deg);mix-blend-mode:screen}</style>`;

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/**
 * An SVG drawing as HTML that a saved notebook keeps, readable on a light page and on a dark one. `description` says the
 * same in words, for who cannot see it.
 */
export function pictureHtml(svg: string, { width, height }: PictureSize, description: string): string {
  const source = Buffer.from(svg).toString("base64");
  return (
    `${STYLE}<img class="drawing" width="${width}" height="${height}" style="max-width:100%;height:auto" ` +
    `alt="${escapeMarkup(description)}" src="data:image/svg+xml;base64,${source}">`
  );
}

/** The same for a picture that is replaced by later ones of the same `id`, without flickering. */
export function movingPictureHtml(svg: string, size: PictureSize, description: string, id: string): string {
  const file = join(projectRoot(), "src", "notebook", "pictures", "picture-page.js");
  const script = readFileSync(file, "utf8").replace("export ", "");
  return (
    `<div data-picture="${id}">${pictureHtml(svg, size, description)}` +
    `<script>(() => {\n${script}\nkeepEarlier(document.currentScript, "${id}");\n})();</script></div>`
  );
}
