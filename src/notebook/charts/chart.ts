/** Points that belong together in one panel of a chart. */
export interface Series {
  readonly name: string;
  /** Index into the chart's panels. */
  readonly panel: number;
  /** Index into the palette's series. Series of one name and colour share an entry of the legend. */
  readonly color: number;
  /** Dotted lines have no marks; without a line there is nothing but marks. */
  readonly line: "solid" | "dashed" | "dash-dot" | "dotted" | "none";
  /**
   * The shape of its points. Solid lines have circles unless they are told otherwise, dashed ones squares, so that colour
   * is not all that tells them apart.
   */
  readonly mark?: Mark;
  readonly x: readonly number[];
  /** A value that is not finite leaves a gap. */
  readonly y: readonly number[];
  /** A shade from the first to the second, for each x. */
  readonly band?: readonly [low: readonly number[], high: readonly number[]];
}

export const marks = ["circle", "square", "diamond", "triangle", "cross"] as const;

export type Mark = (typeof marks)[number];

export const markOf = ({ line, mark }: Series): Mark => mark ?? (line === "dashed" ? "square" : "circle");

/** One pair of axes. All panels stand side by side. */
export interface Panel {
  readonly label: string;
  /** Written behind the numbers of the axis, such as " %". */
  readonly unit?: string;
  /** Digits after the point where a value is read off. */
  readonly digits: number;
  /** No axis shows less or more than this, whatever the points leave room for. */
  readonly limits?: readonly [low: number, high: number];
}

/** What a chart shows; how it looks is decided by what draws it. */
export interface Chart {
  /** What the chart says, in words, for who cannot see it. */
  readonly description: string;
  readonly xLabel: string;
  readonly xRange: readonly [low: number, high: number];
  /** Whole numbers, such as epochs, unless it says otherwise. */
  readonly xScale?: "whole" | "linear" | "log";
  readonly panels: readonly Panel[];
  readonly series: readonly Series[];
}

/** Width and height of the picture in a saved notebook, and the height of the chart in the page. */
export const CHART_SIZE = { width: 760, height: 300 };

/** More points than this hide each other's marks. */
export const MOST_MARKS = 60;

/**
 * A series with at most about `most` points: of each stretch it keeps the lowest and the highest value, so that no
 * spike is lost, and always the first and the last point.
 */
export function thin(series: Series, most: number): Series {
  const { x, y } = series;
  const count = x.length;
  if (count <= most) return series;
  const kept = new Set([0, count - 1]);
  const stretches = Math.max(1, Math.floor(most / 2) - 1);
  for (let i = 0; i < stretches; i++) {
    const start = Math.floor((i * count) / stretches);
    const end = Math.floor(((i + 1) * count) / stretches);
    let low = start;
    let high = start;
    for (let j = start; j < end; j++) {
      if (!(y[low] <= y[j])) low = j;
      if (!(y[high] >= y[j])) high = j;
    }
    kept.add(low).add(high);
  }
  const indices = [...kept].sort((a, b) => a - b);
  const pick = (values: readonly number[]) => indices.map((i) => values[i]);
  const { band } = series;
  return {
    ...series,
    ...{ x: pick(x), y: pick(y) },
    ...(band === undefined ? {} : { band: [pick(band[0]), pick(band[1])] as const }),
  };
}
