import { mnistDigit } from "../../data/mnist-digit";
import type { Plane } from "../../data/paper";
import { straighten } from "../../deskew";
import type { ImageShape } from "../../images";

/** A line drawn without lifting the pen: x, y, x, y, …, each from 0 to 1 across the pad. */
export type Stroke = readonly number[];

/** How wide the pen is, as a share of the pad. */
export const PEN = 0.08;

/** Pixels along a side of the plane that strokes are drawn on: about seven for each that the network will see. */
const SIDE = 140;

const IMAGE: ImageShape = [28, 28, 1];

/** A pad without ink. */
export const emptyPlane = (): Plane => ({
  values: new Float32Array(SIDE * SIDE),
  width: SIDE,
  height: SIDE,
});

/** Draws a stroke from its point number `first` on: each pixel is ink as far as the round pen covers it. */
export function drawStroke({ values, width, height }: Plane, stroke: Stroke, first = 0): void {
  const radius = (PEN * SIDE) / 2;
  for (let k = 2 * first; k + 1 < stroke.length; k += 2) {
    const [x0, y0] = [stroke[k] * SIDE, stroke[k + 1] * SIDE];
    // The last point, or the only one, is a line to itself.
    const isLast = k + 3 >= stroke.length;
    const [dx, dy] = isLast ? [0, 0] : [stroke[k + 2] * SIDE - x0, stroke[k + 3] * SIDE - y0];
    const squared = dx * dx + dy * dy;
    const [left, right] = reach(x0, dx, radius, width);
    const [top, bottom] = reach(y0, dy, radius, height);
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const [x, y] = [column + 0.5 - x0, row + 0.5 - y0];
        const along = squared > 0 ? Math.max(0, Math.min(1, (x * dx + y * dy) / squared)) : 0;
        const cover = radius + 0.5 - Math.hypot(x - along * dx, y - along * dy);
        const i = row * width + column;
        values[i] = Math.max(values[i], Math.min(1, cover));
      }
    }
  }
}

/** The pixels that a line from `start` over `length` can touch. */
function reach(start: number, length: number, radius: number, pixels: number): [number, number] {
  const low = Math.floor(Math.min(start, start + length) - radius - 1);
  const high = Math.ceil(Math.max(start, start + length) + radius + 1);
  return [Math.max(0, low), Math.min(pixels - 1, high)];
}

/**
 * The 784 pixels that the network is to see, or null while nothing is drawn: prepared as `readDigit` does it, and
 * straightened as `deskew` does it for a network that was trained so.
 */
export function pictureOf(plane: Plane, { deskew }: { deskew: boolean }): Float32Array | null {
  if (!plane.values.some((value) => value >= 0.5)) return null;
  const picture = mnistDigit(plane);
  if (!deskew) return picture;
  const straight = new Float32Array(picture.length);
  straighten(picture, 0, straight, 0, IMAGE);
  return straight;
}
