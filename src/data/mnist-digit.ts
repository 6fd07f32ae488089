import type { Plane } from "./paper";

const IMAGE = 28;
const BOX = 20;

/** Of the ink in an image, weighted by itself. One in a thousand of MNIST's images has less. */
const LEAST_MEAN = 0.7;

/** Where the centre of mass of an MNIST image is, to the nearest pixel, counted from 0. */
const CENTRE = 14;

/**
 * Ink as MNIST's digits were prepared: cut out, scaled into a box of 20 × 20 pixels without changing its proportions, and
 * placed in 28 × 28 so that its centre of mass is in the middle. At least one pixel is more than half ink.
 * Source: Y. LeCun, C. Cortes, C. Burges, The MNIST database of handwritten digits.
 */
export const mnistDigit = (ink: Plane): Float32Array => centred(strengthened(scaled(cropped(ink))));

/** The smallest part of the image with everything that is more than half ink. */
function cropped({ values, width, height }: Plane): Plane {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let i = 0; i < values.length; i++) {
    if (values[i] < 0.5) continue;
    const x = i % width;
    const y = Math.floor(i / width);
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const size = { width: right - left + 1, height: bottom - top + 1 };
  const part = new Float32Array(size.width * size.height);
  for (let y = 0; y < size.height; y++) {
    const start = (top + y) * width + left;
    part.set(values.subarray(start, start + size.width), y * size.width);
  }
  return { values: part, ...size };
}

/** The image with its longer side 20 pixels long; a new pixel is the mean of many points within it. */
function scaled(image: Plane): Plane {
  const scale = BOX / Math.max(image.width, image.height);
  const width = Math.max(1, Math.round(scale * image.width));
  const height = Math.max(1, Math.round(scale * image.height));
  const points = Math.ceil(1 / scale) + 1;
  const values = new Float32Array(width * height);
  for (let i = 0; i < values.length; i++) {
    const x = i % width;
    const y = Math.floor(i / width);
    let sum = 0;
    for (let v = 0.5; v < points; v++) {
      for (let u = 0.5; u < points; u++) {
        sum += between(
          image,
          ((x + u / points) * image.width) / width - 0.5,
          ((y + v / points) * image.height) / height - 0.5,
        );
      }
    }
    values[i] = sum / points ** 2;
  }
  return { values, width, height };
}

/** The value at a point between the middles of pixels, interpolated linearly. */
function between({ values, width, height }: Plane, x: number, y: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const at = (u: number, v: number) =>
    u < 0 || v < 0 || u >= width || v >= height ? 0 : values[v * width + u];
  const [right, down] = [x - left, y - top];
  return (
    (1 - down) * ((1 - right) * at(left, top) + right * at(left + 1, top)) +
    down * ((1 - right) * at(left, top + 1) + right * at(left + 1, top + 1))
  );
}

/**
 * A line thinner than a pixel comes out grey: everything is made stronger until the ink, weighted by itself, has the mean
 * that the faintest of MNIST's digits have.
 */
function strengthened({ values, width, height }: Plane): Plane {
  const strong = values.slice();
  const mean = () => {
    let [sum, squares] = [0, 0];
    for (const value of strong) {
      sum += value;
      squares += value * value;
    }
    return squares / sum;
  };
  while (mean() < LEAST_MEAN) {
    for (let i = 0; i < strong.length; i++) strong[i] = Math.min(1, 1.1 * strong[i]);
  }
  return { values: strong, width, height };
}

/** The image in 28 × 28 pixels, moved by whole pixels so that its centre of mass is in the middle. */
function centred({ values, width, height }: Plane): Float32Array {
  let [mass, sumX, sumY] = [0, 0, 0];
  values.forEach((value, i) => {
    mass += value;
    sumX += value * (i % width);
    sumY += value * Math.floor(i / width);
  });
  const within = (shift: number, length: number) => Math.max(0, Math.min(IMAGE - length, shift));
  const left = within(Math.round(CENTRE - sumX / mass), width);
  const top = within(Math.round(CENTRE - sumY / mass), height);
  const image = new Float32Array(IMAGE * IMAGE);
  for (let y = 0; y < height; y++) {
    image.set(values.subarray(y * width, (y + 1) * width), (top + y) * IMAGE + left);
  }
  return image;
}
