import { isCount, oneOf, type Problems, ShapeError } from "../errors";
import type { Window } from "../kernels/kernels";
import { type Shape, showShape } from "../tensor";

/** A size in pixels, the same both ways or [vertical, horizontal]. */
export type PixelSize = number | readonly [number, number];

/**
 * What happens at the edges of an image.
 *
 * - valid: a window lies wholly on the image: ⌊(input − window) / stride⌋ + 1 places
 * - same: zeros are put around the image so that there are ⌈input / stride⌉ places, half of them on each side and, where
 *   their number is odd, one more below and right. That is TensorFlow's and Keras' meaning.
 */
export type Padding = "valid" | "same";

/** Where windows lie on images of one shape. */
export interface Windows extends Window {
  /** How many places there are, [vertical, horizontal]. */
  readonly places: readonly [number, number];
}

export const pair = (size: PixelSize): readonly [number, number] =>
  typeof size === "number" ? [size, size] : size;

/** Throws a ShapeError for samples that are not images, and for images smaller than a window without padding. */
export function placeWindows(
  layer: string,
  inputShape: Shape,
  window: readonly [number, number],
  strides: readonly [number, number],
  padding: Padding,
): Windows {
  expectImages(layer, inputShape);
  const axes = [0, 1].map((axis) => {
    const [input, size, stride] = [inputShape[axis], window[axis], strides[axis]];
    if (padding === "valid") return { places: Math.floor((input - size) / stride) + 1, before: 0 };
    const places = Math.ceil(input / stride);
    return { places, before: Math.floor(Math.max(0, (places - 1) * stride + size - input) / 2) };
  });
  const [vertical, horizontal] = axes;
  if (vertical.places < 1 || horizontal.places < 1) {
    throw new ShapeError(
      `${layer}: expected images of at least ${window.join("×")} pixels, received samples ${showShape(inputShape)}. ` +
        'Use fewer layers that shrink them, or padding: "same".',
    );
  }
  return {
    size: window,
    places: [vertical.places, horizontal.places],
    strides,
    padding: [vertical.before, horizontal.before],
  };
}

export function expectImages(layer: string, inputShape: Shape): void {
  if (inputShape.length === 3) return;
  throw new ShapeError(
    `${layer}: expected samples that are images, [height, width, channels], received samples ${showShape(inputShape)}.`,
  );
}

/** Notes every problem with the options that describe windows. */
export function expectWindows(
  problems: Problems,
  sizes: Readonly<Record<string, PixelSize>>,
  padding: Padding,
): void {
  for (const [name, size] of Object.entries(sizes)) {
    const fine = isCount(size) || (Array.isArray(size) && size.length === 2 && size.every(isCount));
    problems.expect(fine, name, "a whole number ≥ 1, or two of them [vertical, horizontal]", size);
  }
  problems.expect(["valid", "same"].includes(padding), "padding", oneOf(["valid", "same"]), padding);
}
