import type { Stroke } from "./ink";

/** A 3, drawn as one stroke of two bows: what the pad shows before anybody has drawn. */
export const exampleStrokes = (): Stroke[] => [
  [...bow([0.47, 0.325], [0.17, 0.155], [-150, 90]), ...bow([0.46, 0.66], [0.2, 0.18], [-90, 145])],
];

/** Points on an ellipse, from one angle to the other in degrees, clockwise from the right. */
function bow([x, y]: number[], [width, height]: number[], [from, to]: number[]): number[] {
  const points: number[] = [];
  for (let degrees = from; degrees <= to; degrees += 10) {
    const angle = (degrees * Math.PI) / 180;
    points.push(x + width * Math.cos(angle), y + height * Math.sin(angle));
  }
  // Four digits are more than a screen shows.
  return points.map((value) => Number(value.toFixed(4)));
}
