import type { Dataset } from "./dataset";
import { drawTransformed, type ImageShape, imageShape } from "./images";
import { type Numbers, type Shape, Tensor } from "./tensor";

/**
 * Straightens slanted digits and puts them into the middle, by their image moments.
 *
 * With the brightness of a pixel as its mass: the centre of mass (ȳ, x̄), the variance μ₂₀ = mean of (y − ȳ)² and the
 * covariance μ₁₁ = mean of (y − ȳ)·(x − x̄). A digit leans by μ₁₁ / μ₂₀ pixels to the side for each pixel down; every row
 * is shifted back by that. An image without mass stays as it is.
 *
 * Samples are [height, width, channels] or, with `shape`, rows of pixels. Throws a ShapeError where they are not.
 */
export function deskew(data: Dataset, { shape }: { shape?: Shape } = {}): Dataset {
  const image = imageShape("deskew", data.sampleShape, shape);
  const { samples } = data;
  const straight = Tensor.zeros(samples.shape);
  for (let i = 0; i < data.length; i++) {
    straighten(samples.data, samples.rowStart(i), straight.data, i * samples.rowSize, image);
  }
  return data.withSamples(straight);
}

/** `deskew` of one image. */
export function straighten(
  from: Numbers,
  fromStart: number,
  to: Numbers,
  toStart: number,
  image: ImageShape,
): void {
  const { y, x, lean } = measure(from, fromStart, image);
  drawTransformed(from, fromStart, to, toStart, image, { yy: 1, yx: 0, xy: lean, xx: 1, y, x });
}

/** The centre of mass of an image, counted from its middle, and how far it leans to the side for each pixel down. */
function measure(
  data: Numbers,
  start: number,
  [height, width, channels]: ImageShape,
): { y: number; x: number; lean: number } {
  let [mass, sumY, sumX, sumYY, sumYX] = [0, 0, 0, 0, 0];
  let i = start;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const [y, x] = [row - (height - 1) / 2, column - (width - 1) / 2];
      for (let c = 0; c < channels; c++, i++) {
        mass += data[i];
        sumY += data[i] * y;
        sumX += data[i] * x;
        sumYY += data[i] * y * y;
        sumYX += data[i] * y * x;
      }
    }
  }
  if (!(mass > 0)) return { y: 0, x: 0, lean: 0 };
  const [y, x] = [sumY / mass, sumX / mass];
  const variance = sumYY / mass - y * y;
  const covariance = sumYX / mass - y * x;
  return { y, x, lean: variance > 0 ? covariance / variance : 0 };
}
