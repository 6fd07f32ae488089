import type { Shape } from "../../tensor";
import type { Point } from "./drawing";

/** Where the items of a column stand, filled in from left to right and from top to bottom. */
export interface Place {
  readonly kind: "picture" | "maps" | "neurons";
  readonly left: number;
  readonly top: number;
  readonly width: number;
  /** From one item to the next, and how large an item is. */
  readonly step: number;
  readonly size: number;
  /** In how many columns the items stand, and how many of them are shown. */
  readonly columns: number;
  readonly shown: number;
}

/** Where the parts of the drawing stand. */
export interface Layout {
  /** What was asked for, or more if the columns need it. */
  readonly width: number;
  readonly height: number;
  readonly places: readonly Place[];
  /** From where to where the bars of the outputs reach. */
  readonly bars: readonly [left: number, right: number];
}

export const HEIGHT = 336;
/** Above the columns stand their heads. */
const TOP = 44;
const ROOM = HEIGHT - TOP - 8;

const PICTURE = 112;
const MOST_MAPS = 24;
const MAPS_IN_A_COLUMN = 8;
const MAP_STEPS = [26, 44] as const;
const MOST_NEURONS = 1024;

/** Neurons stand in one column as long as they are this far apart, and then in more, up to a width. */
const LEAST_STEP = 13;
const WIDEST = 112;

/** Between two columns there is room for the connections, and from middle to middle for the heads. */
const LEAST_GAP = 26;
const LEAST_DISTANCE = 64;

/** What the names of the outputs, the bars and the numbers behind them take. */
const LABEL = 30;
const BAR = 110;
const NUMBER = 64;

/** The columns side by side, with bars behind the last; `labelWidth` is the width of the longest name of an output. */
export function layOut(shapes: readonly Shape[], width: number, labelWidth = 0): Layout {
  const beside = LABEL + labelWidth + BAR + NUMBER;
  const smallest = shapes.map((shape, i) => sizeUp(shape, i, MAP_STEPS[0]));
  const largest = shapes.map((shape, i) => sizeUp(shape, i, MAP_STEPS[1]));
  const [least, most] = [smallest, largest].map((columns) => spread(columns) + beside);
  // Maps grow from their smallest to their largest size as far as there is room.
  const share = most > least ? Math.max(0, Math.min(1, (width - least) / (most - least))) : 0;
  const mapStep = MAP_STEPS[0] + share * (MAP_STEPS[1] - MAP_STEPS[0]);
  const columns = shapes.map((shape, i) => sizeUp(shape, i, mapStep));
  const needed = spread(columns) + beside;
  const full = Math.max(width, needed);
  const more = (full - needed) / Math.max(1, columns.length - 1);
  let left = 0;
  const places = columns.map((column, i) => {
    const place = { ...column, left };
    if (i + 1 < columns.length) left += column.width + gapBetween(column, columns[i + 1]) + more;
    return place;
  });
  return { width: full, height: HEIGHT, places, bars: [full - NUMBER - BAR, full - NUMBER] };
}

const gapBetween = (a: Place, b: Place): number =>
  Math.max(LEAST_GAP, LEAST_DISTANCE - (a.width + b.width) / 2);

/** The least width that columns take. */
const spread = (columns: readonly Place[]): number =>
  columns.reduce(
    (sum, column, i) => sum + column.width + (i > 0 ? gapBetween(columns[i - 1], column) : 0),
    0,
  );

function sizeUp(shape: Shape, index: number, mapStep: number): Place {
  if (index === 0) return placed("picture", { step: PICTURE, size: PICTURE, columns: 1, shown: 1 });
  if (shape.length === 3) {
    const shown = Math.min(shape[2], MOST_MAPS);
    const columns = Math.ceil(shown / MAPS_IN_A_COLUMN);
    const step = Math.min(mapStep, ROOM / Math.ceil(shown / columns));
    return placed("maps", { step, size: 0.9 * step, columns, shown });
  }
  const shown = Math.min(shape[0], MOST_NEURONS);
  let columns = 1;
  const step = () => Math.min(28, ROOM / Math.ceil(shown / columns));
  while (step() < LEAST_STEP && (columns + 1) * step() <= WIDEST) columns++;
  return placed("neurons", { step: step(), size: Math.min(20, 0.78 * step()), columns, shown });
}

function placed(
  kind: Place["kind"],
  { step, size, columns, shown }: { step: number; size: number; columns: number; shown: number },
): Place {
  const height = Math.ceil(shown / columns) * step;
  const width = columns * step;
  return { kind, left: 0, top: TOP + (ROOM - height) / 2, width, step, size, columns, shown };
}

/** The middle of an item. */
export function middle({ left, top, step, columns }: Place, item: number): Point {
  const [row, column] = [Math.floor(item / columns), item % columns];
  return [left + (column + 0.5) * step, top + (row + 0.5) * step];
}
