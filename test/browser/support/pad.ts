import type { Locator, Page } from "playwright-core";

/** Lines to draw, each a list of points from 0 to 1 across the pad. */
export type Lines = readonly (readonly (readonly [number, number])[])[];

/** Digits as a hand may draw them, in other places and sizes than the pad's own example. */
export const digits: Readonly<Record<string, Lines>> = {
  "3": [
    [
      [0.3, 0.22],
      [0.42, 0.14],
      [0.58, 0.16],
      [0.66, 0.27],
      [0.6, 0.4],
      [0.46, 0.47],
      [0.6, 0.51],
      [0.7, 0.63],
      [0.66, 0.79],
      [0.52, 0.87],
      [0.38, 0.86],
      [0.27, 0.77],
    ],
  ],
  "7": [
    [
      [0.28, 0.22],
      [0.72, 0.2],
      [0.58, 0.5],
      [0.45, 0.85],
    ],
  ],
  "0": [
    [
      [0.5, 0.18],
      [0.36, 0.28],
      [0.3, 0.5],
      [0.36, 0.74],
      [0.5, 0.84],
      [0.64, 0.74],
      [0.7, 0.5],
      [0.64, 0.28],
      [0.5, 0.18],
    ],
  ],
  "4": [
    [
      [0.42, 0.2],
      [0.3, 0.55],
      [0.7, 0.55],
    ],
    [
      [0.62, 0.32],
      [0.58, 0.85],
    ],
  ],
};

/** What the pad offers to scripts. */
interface PadElement {
  drawingPad: {
    picture(): Float32Array | null;
    answer(): Float32Array | null;
    milliseconds(): number;
    read(pixels: number[]): Float32Array;
  };
}

/** The pad of a page, as somebody who draws on it and reads off it. */
export class Pad {
  constructor(
    private readonly page: Page,
    private readonly host: Locator,
  ) {}

  part(name: string): Locator {
    return this.host.locator(`[data-part="${name}"]`);
  }

  /** Draws lines with the mouse. */
  async draw(lines: Lines): Promise<void> {
    const box = await this.part("sheet").boundingBox();
    if (box === null) throw new Error("the pad cannot be seen");
    const move = ([x, y]: readonly [number, number], steps: number) =>
      this.page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps });
    for (const line of lines) {
      await move(line[0], 1);
      await this.page.mouse.down();
      for (const point of line.slice(1)) await move(point, 5);
      await this.page.mouse.up();
    }
  }

  /** The digit that stands above the pad, or what else does. */
  async verdict(): Promise<string> {
    const digit = this.part("verdict").locator("b");
    return (await digit.count()) > 0 ? digit.innerText() : this.part("verdict").innerText();
  }

  /** The numbers of the table, which are all of the answer's digits. */
  async table(): Promise<number[]> {
    const values = this.part("table").locator("data");
    return values.evaluateAll((cells) =>
      cells.map((cell) => Number((cell as unknown as { value: string }).value)),
    );
  }

  picture(): Promise<number[] | null> {
    return this.host.evaluate((host) => {
      const picture = (host as unknown as PadElement).drawingPad.picture();
      return picture === null ? null : [...picture];
    });
  }

  /** The answers to many rows of 784 pixels. */
  read(rows: readonly number[][]): Promise<number[][]> {
    return this.host.evaluate(
      (host, samples) => samples.map((row) => [...(host as unknown as PadElement).drawingPad.read(row)]),
      rows as number[][],
    );
  }

  milliseconds(): Promise<number> {
    return this.host.evaluate((host) => (host as unknown as PadElement).drawingPad.milliseconds());
  }

  /** How many different colours a canvas shows, and the most frequent of those that hide what is below: its paper. */
  colors(name: string): Promise<{ different: number; paper: string }> {
    return this.part(name).evaluate((element) => {
      const canvas = element as unknown as {
        width: number;
        height: number;
        getContext(kind: "2d"): {
          getImageData(x: number, y: number, w: number, h: number): { data: Uint8ClampedArray };
        };
      };
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const counts = new Map<string, number>();
      for (let i = 0; i < data.length; i += 4) {
        if (data[i + 3] < 255) continue;
        const color = data.subarray(i, i + 3).join();
        counts.set(color, (counts.get(color) ?? 0) + 1);
      }
      const [[paper] = [""]] = [...counts].sort((a, b) => b[1] - a[1]);
      return { different: counts.size, paper };
    });
  }
}
