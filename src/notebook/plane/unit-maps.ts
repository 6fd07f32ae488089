import { escapeMarkup } from "../format";
import { png } from "../pictures/png";
import { palettes } from "../theme";
import { channels, mix } from "./boundary-picture";
import type { Plane, UnitResponses } from "./plane";

const { background, text, grid, series } = palettes.light;

/** More units than this in one layer are left out. */
const MOST_UNITS = 48;
const IN_A_ROW = 12;
const SIZE = 48;
const STEP = 56;
const HEAD = 22;

/**
 * A small map of the plane for each unit, layer below layer: orange where it answers less than 0 and blue where it answers
 * more, white at 0, on one scale for each layer.
 */
export function unitMaps(
  layers: readonly UnitResponses[],
  plane: Plane,
): { svg: string; width: number; height: number; description: string } {
  const parts: string[] = [];
  let top = 6;
  for (const { layer, name, units } of layers) {
    const shown = units.slice(0, MOST_UNITS);
    const note = shown.length < units.length ? `, the first ${shown.length} of ${units.length} units` : "";
    parts.push(`<text x="8" y="${top + 13}">${escapeMarkup(`layer ${layer}: ${name}${note}`)}</text>`);
    const strongest = shown.reduce(
      (most, responses) => responses.reduce((highest, value) => Math.max(highest, Math.abs(value)), most),
      0,
    );
    for (const [i, responses] of shown.entries()) {
      const x = 8 + STEP * (i % IN_A_ROW);
      const y = top + HEAD + STEP * Math.floor(i / IN_A_ROW);
      const source = mapPng(responses, plane, strongest).toString("base64");
      parts.push(
        `<image x="${x}" y="${y}" width="${SIZE}" height="${SIZE}" preserveAspectRatio="none" href="data:image/png;base64,${source}"/>`,
        `<rect x="${x}" y="${y}" width="${SIZE}" height="${SIZE}" fill="none" stroke="${grid}"/>`,
      );
    }
    top += HEAD + STEP * Math.ceil(shown.length / IN_A_ROW) + 6;
  }
  const width = 8 + STEP * IN_A_ROW;
  const description = layers
    .map(
      ({ layer, name, units }) =>
        `layer ${layer} (${name}): a map of the plane for each of ${units.length} units`,
    )
    .join("; ");
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${top}" viewBox="0 0 ${width} ${top}" role="img" font-family="system-ui,sans-serif" font-size="12" fill="${text}">`,
    `<title>${escapeMarkup(description)}</title>`,
    `<rect width="${width}" height="${top}" rx="4" fill="${background}"/>`,
    ...parts,
    "</svg>",
  ].join("");
  return { svg, width, height: top, description };
}

const ground = channels(background);
const [above, below] = [0, 1].map((index) => channels(series[index]));

function mapPng(responses: Float32Array, { x, y }: Plane, strongest: number): Buffer {
  const pixels = new Float32Array(3 * responses.length);
  let next = 0;
  for (let row = y.length - 1; row >= 0; row--) {
    for (let column = 0; column < x.length; column++, next += 3) {
      const value = strongest === 0 ? 0 : responses[row * x.length + column] / strongest;
      pixels.set(mix(ground, value < 0 ? below : above, Math.abs(value)), next);
    }
  }
  return png(pixels, x.length, y.length, 3);
}
