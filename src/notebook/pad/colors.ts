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

/** The colour of a pixel as `drawing.ts` has it: its red, green and blue. */
export function pixelColor({ paper, ink, positive, negative }: Colors, value: number, signed: boolean) {
  const share = Math.min(1, Math.abs(signed ? value : Math.max(0, value)));
  const full = signed ? channels(value < 0 ? negative : positive) : ink;
  return paper.map((channel, i) => channel + share * (full[i] - channel));
}

const channels = (color: string): [number, number, number] => {
  const number = Number.parseInt(color.slice(1), 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
};
