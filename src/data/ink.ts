import type { Pixels } from "./images";
import { borderSamples, DEVIATION, fitSurface, median, type Plane, spreadSamples } from "./paper";

/** Differences of brightness below this, of 255, are no drawing. */
const LEAST_CONTRAST = 16;

/** A drawing stands out from the paper at least this many times as far as the paper's own grain. */
const LEAST_SIGNAL = 5;

/** What differs from the paper by less than this share of the strongest ink is taken for paper. */
const PAPER_SHARE = 0.35;

/** Up to the first share of the ink's usual strength a pixel is paper, from the second on it is ink, in between partly. */
const INK_RAMP = [0.3, 0.7] as const;

/** A piece with less than this share of the heaviest one's ink is a speck. */
const SPECK_SHARE = 0.03;

/**
 * How much of each pixel is ink, from 0 to 1, whether dark on light or light on dark; null where nothing is drawn.
 *
 * The paper is taken for a smooth surface, which may be lit unevenly, and the ink for what stands out from it, to the
 * side where more stands out.
 */
export function findInk(image: Pixels): Plane | null {
  const { width, height } = image;
  const brightness = { values: brightnessOf(image), width, height };
  const samples = spreadSamples(brightness);

  let difference = minus(brightness.values, fitSurface(brightness, borderSamples(brightness), 1));
  // Cubes let a few strong strokes outweigh a broad, faint shadow.
  const sign = Math.sign(difference.reduce((sum, value) => sum + value ** 3, 0));
  let paper = samples;
  for (let round = 0; round < 4; round++) {
    const limit = PAPER_SHARE * peakOf({ values: difference, width, height }, sign);
    paper = samples.filter((i) => Math.abs(difference[i]) <= limit);
    difference = minus(brightness.values, fitSurface(brightness, paper, 2));
  }

  const peak = peakOf({ values: difference, width, height }, sign);
  const grain = DEVIATION * median(paper.map((i) => Math.abs(difference[i])));
  if (peak < LEAST_CONTRAST || peak < LEAST_SIGNAL * grain) return null;
  const strength = median(Array.from(difference.filter((value) => sign * value > peak / 2))) * sign;
  const [low, high] = INK_RAMP;
  const share = (value: number) => ((sign * value) / strength - low) / (high - low);
  const ink = { values: difference.map((value) => Math.min(1, Math.max(0, share(value)))), width, height };
  removeSpecks(ink);
  return ink;
}

/** Brightness from 0 to 255, as it is seen on a background that lets the drawing stand out. */
function brightnessOf({ data, channels }: Pixels): Float32Array {
  const brightness = new Float32Array(data.length / channels);
  const opaque: number[] = [];
  for (let i = 0, k = 0; i < brightness.length; i++, k += channels) {
    brightness[i] = 0.299 * data[k] + 0.587 * data[k + 1] + 0.114 * data[k + 2];
    if (data[k + 3] >= 128) opaque.push(brightness[i]);
  }
  opaque.sort((a, b) => a - b);
  const [dark, middle, light] = [0.1, 0.5, 0.9].map((part) => opaque[Math.floor(part * opaque.length)] ?? 0);
  // Ink of one colour lies on nothing: its opacity is the drawing. Anything else brings its own paper, which is most of it.
  const bare = opaque.length < brightness.length && light - dark < 64;
  for (let i = 0, k = 3; i < brightness.length; i++, k += channels) {
    const opacity = data[k] / 255;
    brightness[i] = bare ? 255 * (1 - opacity) : opacity * brightness[i] + (1 - opacity) * middle;
  }
  return brightness;
}

const minus = (a: Float32Array, b: Float32Array) => a.map((value, i) => value - b[i]);

/** The largest of `sign` · value, averaged over 3 × 3 pixels so that a single one does not decide. */
function peakOf({ values, width, height }: Plane, sign: number): number {
  const threeRows = values.map((value, i) => value + (values[i - width] ?? 0) + (values[i + width] ?? 0));
  let peak = 0;
  for (let i = 1; i < width * height - 1; i++) {
    peak = Math.max(peak, (sign * (threeRows[i - 1] + threeRows[i] + threeRows[i + 1])) / 9);
  }
  return peak;
}

/** Erases the pieces, pixels that touch each other, that are too small to be part of the drawing. */
function removeSpecks({ values, width, height }: Plane): void {
  const seen = new Uint8Array(values.length);
  const pieces: { pixels: number[]; ink: number }[] = [];
  for (let start = 0; start < values.length; start++) {
    if (values[start] === 0 || seen[start]) continue;
    const pixels = [start];
    let ink = 0;
    seen[start] = 1;
    for (let next = 0; next < pixels.length; next++) {
      const pixel = pixels[next];
      ink += values[pixel];
      const x = pixel % width;
      const y = Math.floor(pixel / width);
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const neighbour = v * width + u;
          if (values[neighbour] === 0 || seen[neighbour]) continue;
          seen[neighbour] = 1;
          pixels.push(neighbour);
        }
      }
    }
    pieces.push({ pixels, ink });
  }
  const heaviest = pieces.reduce((most, { ink }) => Math.max(most, ink), 0);
  for (const { pixels, ink } of pieces) {
    if (ink < SPECK_SHARE * heaviest) for (const pixel of pixels) values[pixel] = 0;
  }
}
