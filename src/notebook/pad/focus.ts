import { decimal } from "../format";
import type { Column } from "./answer";
import type { Point } from "./drawing";
import { type Layout, middle } from "./layout";

/** The neuron or the map that somebody looks at; columns are counted from the picture, which is 0. */
export interface Focus {
  readonly column: number;
  readonly item: number;
}

/** The item that lies under a point of the drawing, with a little room around it. */
export function itemAt({ places }: Layout, [x, y]: Point): Focus | null {
  for (let column = 1; column < places.length; column++) {
    const place = places[column];
    for (let item = 0; item < place.shown; item++) {
      const [middleX, middleY] = middle(place, item);
      const reach = Math.max(place.step, 12) / 2;
      if (Math.abs(x - middleX) <= reach && Math.abs(y - middleY) <= reach) return { column, item };
    }
  }
  return null;
}

/** Where an arrow key leads: down and up through a column, right and left to the same height of the next; null for other keys. */
export function moveFocus({ places }: Layout, focus: Focus | null, key: string): Focus | null {
  const steps: Readonly<Record<string, Point>> = {
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
  };
  if (!(key in steps)) return null;
  if (focus === null) return { column: 1, item: 0 };
  const [across, down] = steps[key];
  const column = Math.min(places.length - 1, Math.max(1, focus.column + across));
  const [from, to] = [places[focus.column].shown - 1, places[column].shown - 1];
  const item = column === focus.column ? focus.item : from > 0 ? Math.round((focus.item / from) * to) : 0;
  return { column, item: Math.min(to, Math.max(0, item + down)) };
}

/** What is looked at, in words. */
export function describeFocus(
  columns: readonly Column[],
  classes: readonly string[],
  { column, item }: Focus,
): string {
  const { shape, values } = columns[column];
  if (column === columns.length - 1) return `output ${classes[item]}: ${decimal(values[item])}`;
  if (shape.length === 3) return `map ${item + 1} of layer ${column}`;
  return `neuron ${item + 1} of layer ${column} sends ${decimal(values[item])}`;
}
