import { escapeMarkup } from "./format";
import type { PictureSize } from "./pictures/picture";
import { palettes } from "./theme";

const { background, text } = palettes.light;

/** An SVG drawing of the given parts, on a white ground. `description` says the same in words. */
export function svgDrawing(
  parts: readonly string[],
  { width, height }: PictureSize,
  description: string,
): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui,sans-serif" font-size="12" fill="${text}">`,
    `<title>${escapeMarkup(description)}</title>`,
    `<rect width="${width}" height="${height}" rx="4" fill="${background}"/>`,
    ...parts,
    "</svg>",
  ].join("");
}

/** A line of text that starts at (x, y), or has its middle or its end there. */
export const svgText = (
  x: number,
  y: number,
  content: string,
  anchor: "start" | "middle" | "end" = "start",
  attributes = "",
): string =>
  `<text x="${tenths(x)}" y="${tenths(y)}" text-anchor="${anchor}"${attributes}>${escapeMarkup(content)}</text>`;

/** A length in pixels, as exact as can be seen. */
export const tenths = (value: number): string => String(Number(value.toFixed(1)));
