import type { Bundle, Display } from "../../../src/notebook/display";

/** A display that a test can look into: `vi.mock("../../src/notebook/display", () => import("./support/captured-display"))`. */
export interface CapturedDisplay {
  /** Every bundle that was shown in this place, in order. */
  readonly shown: Bundle[];
}

export const captured: {
  notebook: boolean;
  displays: CapturedDisplay[];
  /** What a cell that ends with it would not print. */
  values: unknown[];
} = { notebook: true, displays: [], values: [] };

/** Forgets what was shown and says whether there is a notebook. */
export function resetDisplays(notebook = true): void {
  captured.notebook = notebook;
  captured.displays = [];
  captured.values = [];
}

/** The HTML that stands in place `index` now. */
export const htmlOf = (index: number): string => captured.displays[index].shown.at(-1)?.["text/html"] ?? "";

export const textOf = (index: number): string => captured.displays[index].shown.at(-1)?.["text/plain"] ?? "";

export function shown<Value>(value: Value): Value {
  captured.values.push(value);
  return value;
}

export const inNotebook = (): boolean => captured.notebook;

export function newDisplay(): Display {
  const display: CapturedDisplay = { shown: [] };
  captured.displays.push(display);
  return {
    update(bundle) {
      display.shown.push(bundle);
    },
  };
}
