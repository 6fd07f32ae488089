/** Red, green and blue from 0 to 255, and how much they cover what is below, from 0 to 1. */
export type Color = readonly [red: number, green: number, blue: number, cover?: number];

/** "#0072b2" or "rgba(0,114,178,0.4)" as numbers. */
export function parseColor(text: string): Color {
  if (text.startsWith("#")) {
    const number = Number.parseInt(text.slice(1), 16);
    return [number >> 16, (number >> 8) & 255, number & 255, 1];
  }
  const [red, green, blue, cover = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue, cover];
}

/** A colour over another. */
export function over([red, green, blue, cover = 1]: Color, below: Color): Color {
  const blend = (a: number, b: number) => a * cover + b * (1 - cover);
  return [blend(red, below[0]), blend(green, below[1]), blend(blue, below[2])];
}

/** The contrast ratio of two opaque colours, from 1 to 21 (W3C, WCAG 2.2, "contrast ratio"). */
export function contrast(a: Color, b: Color): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance([red, green, blue]: Color): number {
  const linear = (value: number) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}
