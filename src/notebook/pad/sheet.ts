import type { Plane } from "../../data/paper";
import type { Point } from "./drawing";
import { drawStroke, emptyPlane, type Stroke } from "./ink";

/** How far an arrow key moves the pen, as a share of the sheet; with Shift, three times as far. */
const STEP = 0.025;

const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** What is drawn on, with a pen that a pointer or the keyboard moves. Places are from 0 to 1. */
export class Sheet {
  strokes: number[][] = [];
  plane: Plane = emptyPlane();
  /** Where the keyboard's pen is. */
  cursor: Point = [0.5, 0.25];
  /** Whether what is there was there before anybody drew: the first stroke takes its place. */
  isExample = true;
  private open: number[] | null = null;

  constructor(example: readonly Stroke[]) {
    this.draw(example);
  }

  /** Whether the pen is down. */
  get isDrawing(): boolean {
    return this.open !== null;
  }

  begin(point: Point): void {
    if (this.isExample) this.clear();
    this.open = [...point];
    this.strokes.push(this.open);
    drawStroke(this.plane, this.open);
  }

  extend(point: Point): void {
    if (this.open === null) return;
    this.open.push(...point);
    drawStroke(this.plane, this.open, this.open.length / 2 - 2);
  }

  end(): void {
    this.open = null;
  }

  clear(): void {
    this.isExample = false;
    this.draw([]);
  }

  /** Takes the last stroke back, or the example. */
  undo(): void {
    const kept = this.isExample ? [] : this.strokes.slice(0, -1);
    this.isExample = false;
    this.draw(kept);
  }

  /** Does what a key stands for; returns whether it stands for anything. */
  press(key: string, shift: boolean): boolean {
    if (key in ARROWS) {
      const step = shift ? 3 * STEP : STEP;
      const [x, y] = [0, 1].map((axis) => within(this.cursor[axis] + step * ARROWS[key][axis]));
      this.cursor = [x, y];
      this.extend(this.cursor);
    } else if (key === " " || key === "Enter") {
      if (this.isDrawing) this.end();
      else this.begin(this.cursor);
    } else if (key === "Backspace") this.undo();
    else if (key === "Delete") this.clear();
    else return false;
    return true;
  }

  private draw(strokes: readonly Stroke[]): void {
    this.open = null;
    this.strokes = strokes.map((stroke) => [...stroke]);
    this.plane = emptyPlane();
    for (const stroke of this.strokes) drawStroke(this.plane, stroke);
  }
}

export const within = (value: number): number => Math.max(0, Math.min(1, value));
