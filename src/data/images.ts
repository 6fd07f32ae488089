import { closeSync, fstatSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Sharp } from "sharp";
import { DataError, isCount, oneOf, Problems } from "../errors";
import { projectRoot } from "../root";
import { checkPath, explainFileError, openFile } from "./files";

/** Larger images are refused before they are decoded: 120 million pixels, which is more than a telephone's camera has. */
export const MAXIMUM_IMAGE_PIXELS = 120_000_000;

/** Seconds that an image may take: one that takes longer, such as an SVG with huge filters, would hold the notebook. */
const MAXIMUM_SECONDS = 20;

/** Larger files are refused before they are read. */
const MAXIMUM_IMAGE_BYTES = 2 ** 28;

const KINDS = "an image (JPEG, PNG, WebP, AVIF, TIFF, GIF or SVG)";

export interface Pixels {
  /** height · width · channels bytes, row by row; the channels of a pixel lie together. */
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: number;
}

const fits = ["cover", "contain", "fill", "inside"] as const;

export interface ImageOptions {
  /** Default: the image's own, or what its proportions make of `height`. */
  width?: number;
  height?: number;
  /**
   * How an image of other proportions becomes `width` × `height`: "cover" cuts off what stands out, "contain" adds white
   * margins, "fill" stretches, and "inside" only shrinks it until it fits, without reaching both. Default "cover".
   */
  fit?: (typeof fits)[number];
  /** 1: brightness, 3: red, green, blue on a white background, 4: with opacity. Default 3. */
  channels?: 1 | 3 | 4;
  /** How long it may take, in whole seconds. Default 20. */
  seconds?: number;
}

/** The pixels of an image, and how large it was before it was resized. */
export interface SizedPixels extends Pixels {
  readonly original: { readonly width: number; readonly height: number };
}

/**
 * The pixels of an image file, upright, as bytes in the sRGB colour space.
 *
 * Throws an OptionsError that lists every wrong option, and a DataError for a file that is missing, cannot be read, is
 * not an image, has more than MAXIMUM_IMAGE_PIXELS, or takes too long.
 */
export async function readImage(path: string, options: ImageOptions = {}): Promise<SizedPixels> {
  checkOptions(options, "readImage");
  const file = checkPath(path, "readImage", "an image file");
  const bytes = readBytes(file);
  try {
    // The limit is checked here, so that the message can tell the size.
    const stored = await loadSharp(projectRoot())(bytes, { limitInputPixels: false }).metadata();
    if (stored.width * stored.height > MAXIMUM_IMAGE_PIXELS) {
      throw new DataError(
        `${file}: expected an image of at most ${MAXIMUM_IMAGE_PIXELS.toLocaleString("en")} pixels, received ${stored.width} × ${stored.height}. Save a smaller copy of it.`,
      );
    }
    return { ...(await decode(bytes, options, file)), original: stored.autoOrient };
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(
      `${file}: expected ${KINDS}, received a file that cannot be decoded as one (${firstLine(error)}). Open it in an image program and save it as PNG or JPEG.`,
    );
  }
}

/**
 * The pixels of a drawing, from the text of an SVG. Files and addresses that it names are not opened. Throws an
 * OptionsError that lists every wrong option, and a DataError for what is no SVG, is too large or takes too long.
 */
export async function drawSvg(svg: string, options: ImageOptions = {}): Promise<Pixels> {
  checkOptions(options, "drawSvg");
  try {
    return await decode(Buffer.from(svg), options, "drawSvg");
  } catch (error) {
    if (error instanceof DataError) throw error;
    throw new DataError(`drawSvg: expected the text of an SVG, received another (${firstLine(error)}).`);
  }
}

async function decode(bytes: Uint8Array, options: ImageOptions, name: string): Promise<Pixels> {
  const { width, height, fit = "cover", channels = 3, seconds = MAXIMUM_SECONDS } = options;
  const sharp = loadSharp(projectRoot());
  let image = sharp(bytes, { limitInputPixels: MAXIMUM_IMAGE_PIXELS, failOn: "error" }).autoOrient();
  image.timeout({ seconds });
  if (width !== undefined || height !== undefined) {
    image = image.resize({ width, height, fit, background: "white", withoutEnlargement: fit === "inside" });
  }
  const decoding = withChannels(image, channels)
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  const { data, info } = await within(seconds, decoding, name);
  return { data, width: info.width, height: info.height, channels: info.channels };
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim().split("\n")[0];

/** sharp looks at its own limit between two pieces of an image only, and one piece can take minutes. */
async function within<T>(seconds: number, decoding: Promise<T>, file: string): Promise<T> {
  const tooSlow = new DataError(
    `${file}: expected an image that can be decoded within ${seconds} seconds, received one that takes longer. ` +
      "Open it in an image program and save it as PNG or JPEG.",
  );
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooSlow), 1000 * seconds);
  });
  try {
    return await Promise.race([decoding, limit]);
  } catch (error) {
    throw error instanceof Error && error.message.startsWith("timeout:") ? tooSlow : error;
  } finally {
    clearTimeout(timer);
  }
}

function withChannels(image: Sharp, channels: 1 | 3 | 4): Sharp {
  if (channels === 4) return image.toColourspace("srgb").ensureAlpha();
  return image
    .flatten({ background: "white" })
    .toColourspace(channels === 1 ? "b-w" : "srgb")
    .removeAlpha();
}

/** The whole file: sharp keeps what it reads from a path, and would show a picture that has been changed since as it was. */
function readBytes(file: string): Uint8Array {
  try {
    const descriptor = openFile(file);
    try {
      const { size } = fstatSync(descriptor);
      if (size > 0 && size <= MAXIMUM_IMAGE_BYTES) return readFileSync(descriptor);
      const limit = `${MAXIMUM_IMAGE_BYTES.toLocaleString("en")} bytes`;
      throw new DataError(
        `${file}: expected ${KINDS} of at most ${limit}, received ${size === 0 ? "an empty file" : `${size.toLocaleString("en")} bytes`}. ${size === 0 ? "Save or copy it again." : "Save a smaller copy of it."}`,
      );
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw error instanceof DataError ? error : explainFileError(error, file, KINDS);
  }
}

/**
 * The library that decodes images, from the packages of the project in `root`. It is loaded when the first image is read:
 * who looks at none needs no sharp.
 */
export function loadSharp(root: string): typeof import("sharp").default {
  try {
    return createRequire(join(root, "package.json"))("sharp");
  } catch (error) {
    throw new DataError(
      `readImage: expected the npm package sharp, which decodes images, received an error when it was loaded (${firstLine(error)}). Run "npm install --include=optional" in ${root} and restart the kernel.`,
    );
  }
}

function checkOptions(options: ImageOptions, where: string): void {
  const { width, height, fit = "cover", channels = 3, seconds = 1 } = options ?? {};
  const problems = new Problems();
  problems.expectKnownKeys(options, ["width", "height", "fit", "channels", "seconds"]);
  const limit = Math.floor(Math.sqrt(MAXIMUM_IMAGE_PIXELS));
  for (const [name, length] of [
    ["width", width],
    ["height", height],
  ] as const) {
    const fine = length === undefined || (isCount(length) && length <= limit);
    problems.expect(fine, name, `a whole number from 1 to ${limit}`, length);
  }
  problems.expect(fits.includes(fit), "fit", oneOf(fits), fit);
  problems.expect([1, 3, 4].includes(channels), "channels", "1, 3 or 4", channels);
  problems.expect(isCount(seconds) && seconds <= 3600, "seconds", "a whole number from 1 to 3600", seconds);
  problems.throwIfAny(where);
}
