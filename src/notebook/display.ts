import { randomUUID } from "node:crypto";
import { type Bundle, kernel } from "./kernel";

export type { Bundle };

/** One place in a cell's output, whose contents can be replaced. */
export interface Display {
  update(bundle: Bundle): void;
}

/** Whether there is a notebook to show things in. */
export const inNotebook = (): boolean => Boolean(kernel()?.writeDisplayData);

/**
 * A new place in the output of the cell that runs when it is first updated; later updates replace its contents, in
 * whichever cell they happen. Outside of a notebook nothing is shown.
 */
export function newDisplay(): Display {
  const transient = { display_id: randomUUID() };
  let shown = false;
  return {
    update(data) {
      kernel()?.writeDisplayData?.({ data, metadata: {}, transient }, shown);
      shown = true;
    },
  };
}

/** The value, which a display of the running cell shows: it is not printed below that when the cell ends with it. */
export function shown<Value>(value: Value): Value {
  kernel()?.shown?.add(value);
  return value;
}
