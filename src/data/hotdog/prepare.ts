import { DataError, isCount, isPositive, oneOf, Problems, showCount } from "../../errors";
import { fits, type ImagePreprocessing } from "../image-preprocessing";
import {
  type Attribution,
  expectPatience,
  type ImageCollection,
  type Patience,
  type SkippedImage,
} from "./collection";
import { type DecodedImage, type Duplicate, decodeAll, withoutDuplicates } from "./decoding";
import { splitImages } from "./split";

export interface PreparationOptions extends Patience {
  /** Width and height of the prepared images. Default 64. */
  size?: number;
  /** How other proportions become a square. Default "cover". */
  fit?: ImagePreprocessing["fit"];
  seed?: number;
  /** The share of every class that becomes test images, where the folders do not say. Default 0.2. */
  testShare?: number;
  /** Split anew what came in folders of training and test images. Default false. */
  resplit?: boolean;
  /** The share of the images that may fail to decode. Default 0.2. */
  maximumFailures?: number;
}

/** Images of the same size, as a file of prepared images holds them. */
export interface ImageSet {
  /** [count, height, width, channels] bytes. */
  readonly pixels: Uint8Array;
  /** The index of each image's class. */
  readonly labels: Int32Array;
  readonly names: readonly string[];
}

export interface PreparedImages {
  readonly source: ImageCollection["source"];
  readonly description: string;
  readonly classes: readonly string[];
  readonly preprocessing: ImagePreprocessing;
  readonly seed: number;
  readonly train: ImageSet;
  readonly test: ImageSet;
  /** Pictures in the drawing style that was held out, or null where there is none. */
  readonly unseen: ImageSet | null;
  /** What was left out, with the reason. */
  readonly skipped: readonly SkippedImage[];
  readonly duplicates: readonly Duplicate[];
  /** The sizes that the images had, the most frequent first. */
  readonly sizes: readonly { readonly width: number; readonly height: number; readonly count: number }[];
  readonly attributions: readonly Attribution[];
}

/**
 * Makes the images of a collection alike, and splits them into those to train and those to test with. A file that cannot
 * be decoded is left out and listed; so is one that is there twice.
 *
 * Throws an OptionsError that lists every wrong option, a DataError where too many files failed or a class is missing,
 * and a NeuralNetworkError when `signal` stops it.
 */
export async function prepareImages(
  collection: ImageCollection,
  options: PreparationOptions = {},
): Promise<PreparedImages> {
  const settings = checkOptions(options);
  const { preprocessing, seed, maximumFailures } = settings;
  const { source, description, classes, attributions } = collection;

  const { decoded, failed } = await decodeAll(collection, preprocessing, options);
  checkFailures(failed, collection.images.length, maximumFailures);
  const { kept, duplicates, contradictory } = withoutDuplicates(decoded);
  checkClasses(kept, classes, description);
  const { train, test, unseen } = splitImages(kept, classes, settings);
  return {
    source,
    description,
    classes,
    preprocessing,
    seed,
    train: imageSet(train),
    test: imageSet(test),
    unseen: unseen.length === 0 ? null : imageSet(unseen),
    skipped: [...collection.ignored, ...failed, ...contradictory],
    duplicates,
    sizes: countSizes(decoded),
    attributions,
  };
}

function checkOptions(options: PreparationOptions) {
  const problems = new Problems();
  const known = ["size", "fit", "seed", "testShare", "resplit", "maximumFailures", "onProgress", "signal"];
  problems.expectKnownKeys(options, known);
  const { size = 64, fit = "cover", seed = 1, testShare = 0.2, resplit = false } = options ?? {};
  const { maximumFailures = 0.2, onProgress, signal } = options ?? {};
  problems.expect(isCount(size) && size <= 1024, "size", "a whole number from 1 to 1024", size);
  const isShare = isPositive(testShare) && testShare < 1;
  problems.expect(isShare, "testShare", "a number between 0 and 1", testShare);
  problems.expect(Number.isSafeInteger(seed), "seed", "a whole number", seed);
  problems.expect(typeof resplit === "boolean", "resplit", "true or false", resplit);
  const fine = maximumFailures >= 0 && maximumFailures <= 1;
  problems.expect(fine, "maximumFailures", "a number from 0 to 1", maximumFailures);
  problems.expect(fits.includes(fit), "fit", oneOf(fits), fit);
  expectPatience(problems, { onProgress, signal });
  problems.throwIfAny("prepareImages");
  const preprocessing: ImagePreprocessing = { width: size, height: size, channels: 3, fit };
  return { preprocessing, seed, testShare, resplit, maximumFailures };
}

function checkFailures(failed: readonly SkippedImage[], count: number, maximumFailures: number): void {
  if (failed.length <= maximumFailures * count) return;
  const examples = failed.slice(0, 3).map(({ name, reason }) => `\n  - ${name}: ${reason}`);
  throw new DataError(
    `prepareImages: expected at most ${percent(maximumFailures)} of the images to fail, received ${showCount(failed.length)} of ${showCount(count)} that did. ` +
      `Replace them, or allow more with maximumFailures. The first are${examples.join("")}`,
  );
}

const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`;

function checkClasses(kept: readonly DecodedImage[], classes: readonly string[], description: string): void {
  const counts = classes.map((_, label) => kept.filter(({ image }) => image.label === label).length);
  if (counts.every((count) => count >= 2)) return;
  const received = classes.map((name, label) => `${showCount(counts[label])} of ${name}`).join(" and ");
  throw new DataError(
    `prepareImages: expected at least two images of each class, received ${received} that can be used (${description}). Add images of the class that lacks them.`,
  );
}

function imageSet(images: readonly DecodedImage[]): ImageSet {
  const size = images[0].pixels.length;
  const pixels = new Uint8Array(images.length * size);
  for (const [i, image] of images.entries()) pixels.set(image.pixels, i * size);
  return {
    pixels,
    labels: Int32Array.from(images, ({ image }) => image.label),
    names: images.map(({ image }) => image.name),
  };
}

function countSizes(images: readonly DecodedImage[]): PreparedImages["sizes"] {
  const sizes = new Map<string, { width: number; height: number; count: number }>();
  for (const { original } of images) {
    const { width, height } = original;
    const size = sizes.get(`${width} ${height}`) ?? { width, height, count: 0 };
    size.count++;
    sizes.set(`${width} ${height}`, size);
  }
  return [...sizes.values()].sort((a, b) => b.count - a.count);
}
