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
