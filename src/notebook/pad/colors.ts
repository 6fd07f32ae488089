import { type Palette, palettes } from "../theme";
import type { Colors } from "./canvas";

const quiet = { light: "#5f5f5f", dark: "#b0b0b0" };
const line = { light: "#b4b4b4", dark: "#666666" };

/** The colours of the pad on a light or a dark page. */
export function padColors(theme: keyof typeof palettes): Colors {
  const { background, text, series }: Palette = palettes[theme];
  const [positive, negative] = series;
  return {
    ...{ text, positive, negative },
    quiet: quiet[theme],
    line: line[theme],
    paper: channels(background),
    ink: channels(text),
  };
}

/** The pixels of an image mark (drawing.ts) as red, green, blue and 255. */
export function pixelBytes(colors: Colors, pixels: Float32Array, signed: boolean): Uint8ClampedArray {
  const { paper, ink } = colors;
  const [above, below] = signed ? [channels(colors.positive), channels(colors.negative)] : [ink, paper];
  const bytes = new Uint8ClampedArray(4 * pixels.length).fill(255);
  for (let i = 0; i < pixels.length; i++) {
    const share = Math.min(1, Math.abs(pixels[i]));
    const full = pixels[i] < 0 ? below : above;
    for (let c = 0; c < 3; c++) bytes[4 * i + c] = paper[c] + share * (full[c] - paper[c]);
  }
  return bytes;
}

const channels = (color: string): [number, number, number] => {
  const number = Number.parseInt(color.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
};
