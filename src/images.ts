import { ShapeError } from "./errors";
import { type Numbers, type Shape, showShape, sizeOf } from "./tensor";

/** Height, width and channels of an image. */
export type ImageShape = readonly [height: number, width: number, channels: number];

/** The shape of samples that are images, or that `shape` says are images. Throws a ShapeError where they are not. */
export function imageShape(where: string, sampleShape: Shape, shape: Shape = sampleShape): ImageShape {
  if (shape.length !== 3 || sizeOf(shape) !== sizeOf(sampleShape)) {
    throw new ShapeError(
      `${where}: expected samples that are images, [height, width, channels], received ${showShape(sampleShape)}` +
        `${shape === sampleShape ? ". With { shape: [28, 28, 1] }, rows of 784 pixels are images too" : ` and the shape ${showShape(shape)}`}.`,
    );
  }
  return [shape[0], shape[1], shape[2]];
}

/**
 * Where a pixel of the new image comes from in the old one: y₀ = yy·y + yx·x + y, x₀ = xy·y + xx·x + x, counted from the
 * middle of the image, in pixels.
 */
export interface Transform {
  yy: number;
  yx: number;
  xy: number;
  xx: number;
  y: number;
  x: number;
}

/**
 * Draws a transformed image: each pixel of the new one is mixed from the four of the old one between which it comes to
 * lie (bilinear interpolation), times `brightness`. Beyond its edge an image goes on as it is at the edge.
 */
export function drawTransformed(
  from: Numbers,
  fromStart: number,
  to: Numbers,
  toStart: number,
  [height, width, channels]: ImageShape,
  transform: Transform,
  brightness = 1,
): void {
  const { yy, yx, xy, xx, y: shiftY, x: shiftX } = transform;
  const [middleY, middleX] = [(height - 1) / 2, (width - 1) / 2];
  let target = toStart;
  for (let row = 0; row < height; row++) {
    const dy = row - middleY;
    for (let column = 0; column < width; column++) {
      const dx = column - middleX;
      const y = within(yy * dy + yx * dx + shiftY + middleY, height);
      const x = within(xy * dy + xx * dx + shiftX + middleX, width);
      // Neither is negative: what is cut off is the part after the point.
      const top = y | 0;
      const left = x | 0;
      const down = y - top;
      const right = x - left;
      const below = down > 0 ? width * channels : 0;
      const beside = right > 0 ? channels : 0;
      const corner = fromStart + (top * width + left) * channels;
      for (let c = corner; c < corner + channels; c++, target++) {
        const above = from[c] + right * (from[c + beside] - from[c]);
        const under = from[c + below] + right * (from[c + below + beside] - from[c + below]);
        to[target] = brightness * (above + down * (under - above));
      }
    }
  }
}

const within = (position: number, length: number): number =>
  position <= 0 ? 0 : position >= length - 1 ? length - 1 : position;
