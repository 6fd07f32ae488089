/** A colour by what it is for; the page's theme decides which it is. */
export type Role = "text" | "quiet" | "line" | "positive" | "negative";

/** Something to draw. Places and sizes are pixels of the page, from the left and from the top. */
export type Mark =
  | {
      readonly kind: "curve";
      readonly from: Point;
      readonly to: Point;
      readonly role: Role;
      readonly width: number;
      readonly opacity: number;
      readonly dashed: boolean;
    }
  | {
      readonly kind: "circle";
      readonly middle: Point;
      readonly radius: number;
      readonly role: Role;
      /** How much of the colour fills it; the rim is always there, and thicker around the one that is looked at. */
      readonly opacity: number;
      readonly focused: boolean;
    }
  | {
      readonly kind: "bar";
      readonly corner: Point;
      readonly size: Point;
      readonly role: Role;
      readonly opacity: number;
    }
  | {
      readonly kind: "image";
      readonly corner: Point;
      readonly size: Point;
      /** Rows of pixels from 0, paper, to 1, ink; or as `signed`, from −1, negative, over 0, paper, to 1, positive. */
      readonly pixels: Float32Array;
      readonly signed: boolean;
      readonly columns: number;
    }
  | {
      readonly kind: "text";
      readonly place: Point;
      readonly text: string;
      readonly anchor: "start" | "middle" | "end";
      readonly role: Role;
      readonly bold: boolean;
    };

export type Point = readonly [x: number, y: number];

/** What a painter draws, from the back to the front. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly marks: readonly Mark[];
}

export const FONT_SIZE = 12;

/** The light around a neuron: how many times as large, and how much of the neuron's own colour. */
export const HALO = { size: 1.75, opacity: 0.25 };

/** The two points that bend a curve: it leaves and arrives level. */
export function bends(from: Point, to: Point): [Point, Point] {
  const middle = (from[0] + to[0]) / 2;
  return [
    [middle, from[1]],
    [middle, to[1]],
  ];
}
