import { DataError } from "../../errors";
import { Random } from "../../random";
import type { DecodedImage } from "./decoding";

export interface SplitOptions {
  /** The share of every class that becomes test images. */
  readonly testShare: number;
  readonly seed: number;
  /** Whether images are split anew that came in folders of training and test images. */
  readonly resplit: boolean;
}

export interface Split {
  readonly train: DecodedImage[];
  readonly test: DecodedImage[];
  readonly unseen: DecodedImage[];
}

/**
 * Splits images into those to train and those to test with, as their folders say or else by chance, the same share of
 * every class; each set in an order by chance. Throws a DataError where a class would be missing in one of them.
 */
export function splitImages(
  images: readonly DecodedImage[],
  classes: readonly string[],
  { testShare, seed, resplit }: SplitOptions,
): Split {
  const random = new Random(seed, "split of images");
  const unseen = images.filter(({ image }) => image.part === "unseen");
  const seen = images.filter(({ image }) => image.part !== "unseen");
  const given = !resplit && seen.some(({ image }) => image.part === "test");
  const split: Split = { train: [], test: [], unseen };
  for (const [label, name] of classes.entries()) {
    const ofClass = seen.filter(({ image }) => image.label === label);
    const testImages = given
      ? ofClass.filter(({ image }) => image.part === "test")
      : shuffled(ofClass, random).slice(0, testCount(ofClass.length, testShare));
    const isTest = new Set(testImages);
    const trainImages = ofClass.filter((image) => !isTest.has(image));
    if (trainImages.length === 0 || testImages.length === 0) {
      const remedy = given ? "Add some, or pass { resplit: true }." : "Add more images.";
      throw new DataError(
        `prepareImages: expected images of the class ${name} to train and to test with, received ${trainImages.length} and ${testImages.length}. ${remedy}`,
      );
    }
    split.train.push(...trainImages);
    split.test.push(...testImages);
  }
  return {
    train: shuffled(split.train, random),
    test: shuffled(split.test, random),
    unseen: shuffled(unseen, random),
  };
}

/** At least one on either side, where there are two. */
const testCount = (count: number, share: number): number =>
  Math.max(1, Math.min(count - 1, Math.round(share * count)));

const shuffled = <Item>(items: readonly Item[], random: Random): Item[] =>
  Array.from(random.shuffle(Uint32Array.from(items.keys())), (i) => items[i]);
