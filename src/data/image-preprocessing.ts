import { isCount, oneOf, Problems } from "../errors";
import { Tensor } from "../tensor";
import { type Pixels, readImage } from "./images";

const fits = ["cover", "contain", "fill"] as const;

/**
 * What has to be done to an image file before a network sees it: the network is only right about images that were
 * prepared as those that it learned from, so it goes wherever the network goes. Pixels become value / 255.
 */
export interface ImagePreprocessing {
  readonly width: number;
  readonly height: number;
  /** 1: brightness, 3: red, green, blue. */
  readonly channels: 1 | 3;
  /** How other proportions become these: "cover" cuts off what stands out, "contain" adds white margins, "fill" stretches. */
  readonly fit: (typeof fits)[number];
}

/** Longer sides are refused: no network here looks at more, and a file could ask for any number. */
const MAXIMUM_SIDE = 4096;

/** The same preprocessing, and nothing else that `value` may hold. Throws an OptionsError that lists all that is wrong. */
export function checkPreprocessing(value: unknown, where: string): ImagePreprocessing {
  const problems = new Problems();
  problems.expectKnownKeys(value, ["width", "height", "channels", "fit"]);
  problems.throwIfAny(where);
  const { width, height, channels, fit } = value as ImagePreprocessing;
  for (const [name, length] of Object.entries({ width, height })) {
    const fine = isCount(length) && length <= MAXIMUM_SIDE;
    problems.expect(fine, name, `a whole number from 1 to ${MAXIMUM_SIDE}`, length);
  }
  problems.expect([1, 3].includes(channels), "channels", "1 or 3", channels);
  problems.expect(fits.includes(fit), "fit", oneOf(fits), fit);
  problems.throwIfAny(where);
  return { width, height, channels, fit };
}

/**
 * An image file as a network sees it: a sample [height, width, channels] of numbers from 0 to 1, upright, on white.
 * Throws an OptionsError for a preprocessing that cannot be, and a DataError as `readImage` does.
 */
export async function readSample(path: string, preprocessing: ImagePreprocessing): Promise<Tensor> {
  const { width, height, channels, fit } = checkPreprocessing(preprocessing, "readSample");
  const pixels = await readImage(path, { width, height, channels, fit });
  return toSample(pixels);
}

/** Bytes as a sample [height, width, channels] of numbers from 0 to 1. */
export const toSample = ({ data, width, height, channels }: Pixels): Tensor =>
  new Tensor(Float32Array.from(data, scaled), [height, width, channels]);

/** A byte of an image as the number that a network computes with. */
export const scaled = (byte: number): number => byte / 255;
