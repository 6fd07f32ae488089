import { isCount, oneOf, Problems } from "../errors";
import { Tensor } from "../tensor";
import { readImage } from "./images";

/** How an image of other proportions can be made to fit. */
export const fits = ["cover", "contain", "fill"] as const;

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
  const { data } = await readImage(path, { width, height, channels, fit });
  return new Tensor(scaledPixels(data), [height, width, channels]);
}

/** Bytes of images as the numbers that a network computes with, from 0 to 1. */
export function scaledPixels(bytes: Uint8Array): Float32Array {
  const numbers = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) numbers[i] = bytes[i] / 255;
  return numbers;
}
