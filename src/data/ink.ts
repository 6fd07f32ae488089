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

/** A piece with less than this share of the heaviest one's ink is a speck. Shadows, less than half ink, weigh nothing. */
const SPECK_SHARE = 0.03;

/**
 * How much of each pixel is ink, from 0 to 1, whether dark on light or light on dark; null where nothing is drawn.
 *
 * The paper is taken for a smooth surface, which may be lit unevenly, and the ink for what stands out from it, to the
 * side where more stands out.
 */
export function findInk(image: Pixels): Plane | null {
  const brightness = { values: brightnessOf(image), width: image.width, height: image.height };
  // A flat start suits a digit that reaches the edge, a curved one an unevenly lit sheet: the clearer result counts.
  const [flat, curved] = ([1, 2] as const).map((degree) => liftOff(brightness, degree));
  const { contrast, peak, signal } = flat.signal >= curved.signal ? flat : curved;
  if (peak < LEAST_CONTRAST || signal < LEAST_SIGNAL) return null;
  const strength = median(contrast.values.filter((value) => value > peak / 2));
  const [low, high] = INK_RAMP;
  for (let i = 0; i < contrast.values.length; i++) {
    const share = contrast.values[i] / strength;
    contrast.values[i] = Math.min(1, Math.max(0, (share - low) / (high - low)));
  }
  removeSpecks(contrast);
  return contrast;
}

interface Lifted {
  /** How far each pixel stands out from the paper, to the side of the ink. */
  readonly contrast: Plane;
  readonly peak: number;
  /** The peak in units of the paper's grain. */
  readonly signal: number;
}

/** Takes the paper away, which is found first along the edge and then wherever no ink seems to be. */
function liftOff(brightness: Plane, degree: 1 | 2): Lifted {
  const { values, width, height } = brightness;
  const contrast = { values: new Float32Array(values.length), width, height };
  const takeAway = (surface: Float32Array, sign: number) => {
    for (let i = 0; i < values.length; i++) contrast.values[i] = sign * (values[i] - surface[i]);
  };

  takeAway(fitSurface(brightness, borderSamples(brightness), degree), 1);
  // Cubes let a few strong strokes outweigh a broad, faint shadow.
  let skew = 0;
  for (const value of contrast.values) skew += value * value * value;
  const sign = Math.sign(skew);
  for (let i = 0; i < values.length; i++) contrast.values[i] *= sign;

  const samples = spreadSamples(brightness);
  let paper = samples;
  for (let round = 0; round < 4; round++) {
    const limit = PAPER_SHARE * peakOf(contrast);
    paper = samples.filter((i) => Math.abs(contrast.values[i]) <= limit);
    if (paper.length === 0) break;
    takeAway(fitSurface(brightness, paper, 2), sign);
  }
  const peak = peakOf(contrast);
  const grain = DEVIATION * median(Float32Array.from(paper, (i) => Math.abs(contrast.values[i])));
  return { contrast, peak, signal: peak / Math.max(1, grain) };
}

/** Brightness from 0 to 255, as it is seen on a background that lets the drawing stand out. */
function brightnessOf({ data, channels }: Pixels): Float32Array {
  const brightness = new Float32Array(data.length / channels);
  let transparent = 0;
  for (let i = 0, k = 0; i < brightness.length; i++, k += channels) {
    brightness[i] = 0.299 * data[k] + 0.587 * data[k + 1] + 0.114 * data[k + 2];
    if (data[k + 3] < 128) transparent++;
  }
  if (transparent === 0) return brightness;
  const opaque = brightness.filter((_, i) => data[i * channels + 3] >= 128).sort();
  const [dark, middle, light] = [0.01, 0.5, 0.99].map(
    (part) => opaque[Math.floor(part * opaque.length)] ?? 0,
  );
  // Ink of one colour lies on nothing: its opacity is the drawing. Anything else brings its own paper, which is most of it.
  const bare = light - dark < 64;
  for (let i = 0, k = 3; i < brightness.length; i++, k += channels) {
    const opacity = data[k] / 255;
    brightness[i] = bare ? 255 * (1 - opacity) : opacity * brightness[i] + (1 - opacity) * middle;
  }
  return brightness;
}

/** The largest mean of 3 × 3 pixels: a single pixel must not decide. */
function peakOf({ values, width, height }: Plane): number {
  let peak = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let i = y * width + 1; i < (y + 1) * width - 1; i++) {
      const above = values[i - width - 1] + values[i - width] + values[i - width + 1];
      const beside = values[i - 1] + values[i] + values[i + 1];
      const below = values[i + width - 1] + values[i + width] + values[i + width + 1];
      peak = Math.max(peak, (above + beside + below) / 9);
    }
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
      if (values[pixel] >= 0.5) ink += values[pixel];
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
