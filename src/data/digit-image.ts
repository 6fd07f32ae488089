import { DataError } from "../errors";
import { Tensor } from "../tensor";
import { readImage } from "./images";
import { findInk } from "./ink";
import { mnistDigit } from "./mnist-digit";

/** Photos are shrunk to this before the digit is looked for. */
const LONGEST_SIDE = 500;

/**
 * A picture of one digit as a sample [784] prepared as MNIST's were: cut out, scaled into a box of 20 × 20 pixels without
 * changing its proportions, and placed in 28 × 28 so that its centre of mass is in the middle; 0 is paper and 1 is ink.
 *
 * The digit may be dark on light, light on dark or on a transparent background, anywhere in the picture; the paper fills
 * the picture, and may be lit unevenly. Throws a DataError as `readImage` does, and where nothing is drawn.
 * Source: Y. LeCun, C. Cortes, C. Burges, The MNIST database of handwritten digits.
 */
export async function readDigit(path: string): Promise<Tensor> {
  const image = await readImage(path, {
    width: LONGEST_SIDE,
    height: LONGEST_SIDE,
    fit: "inside",
    channels: 4,
  });
  const ink = findInk(image);
  if (ink === null) {
    throw new DataError(
      `${path}: expected a picture of a digit, received one without a line that stands out. Draw it darker, and leave some paper around it.`,
    );
  }
  const digit = mnistDigit(ink);
  return new Tensor(digit, [digit.length]);
}
