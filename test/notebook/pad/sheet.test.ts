import { expect, test } from "vitest";
import { drawStroke, emptyPlane, type Stroke } from "../../../src/notebook/pad/ink";
import { Sheet } from "../../../src/notebook/pad/sheet";

const planeOf = (...strokes: Stroke[]) => {
  const plane = emptyPlane();
  for (const stroke of strokes) drawStroke(plane, stroke);
  return plane;
};

const example = [[0.2, 0.2, 0.8, 0.8]];

const press = (sheet: Sheet, ...keys: string[]) => {
  for (const key of keys) expect(sheet.press(key, false), key).toBe(true);
};

test("the example makes way for the first stroke, and strokes are drawn as they grow", () => {
  const sheet = new Sheet(example);
  expect(sheet.plane).toEqual(planeOf(...example));
  sheet.begin([0.3, 0.3]);
  sheet.extend([0.3, 0.6]);
  sheet.extend([0.5, 0.7]);
  sheet.end();
  sheet.begin([0.8, 0.2]);
  expect(sheet.isExample).toBe(false);
  expect(sheet.plane).toEqual(planeOf([0.3, 0.3, 0.3, 0.6, 0.5, 0.7], [0.8, 0.2]));
});

test("undo takes one stroke back, then the next, and finds nothing to take back from an empty sheet", () => {
  const sheet = new Sheet(example);
  sheet.begin([0.3, 0.3]);
  sheet.end();
  sheet.begin([0.6, 0.6]);
  sheet.end();
  sheet.undo();
  expect(sheet.plane).toEqual(planeOf([0.3, 0.3]));
  sheet.undo();
  sheet.undo();
  expect(sheet.plane).toEqual(emptyPlane());
});

test("a point that comes when the pen is up draws nothing", () => {
  const sheet = new Sheet(example);
  sheet.clear();
  sheet.extend([0.5, 0.5]);
  expect(sheet.plane).toEqual(emptyPlane());
});

test("with the keys one draws, lifts the pen, goes elsewhere and draws again", () => {
  const sheet = new Sheet(example);
  press(sheet, " ", "ArrowDown", "ArrowDown", "Enter", "ArrowRight", " ", "ArrowUp", " ");
  const close = (values: readonly number[]) => values.map((value) => Number(value.toFixed(3)));
  expect(sheet.strokes.map(close)).toEqual([
    [0.5, 0.25, 0.5, 0.275, 0.5, 0.3],
    [0.525, 0.3, 0.525, 0.275],
  ]);
  press(sheet, "Backspace");
  expect(sheet.strokes).toHaveLength(1);
  press(sheet, "Delete");
  expect(sheet.strokes).toEqual([]);
});

test("the keyboard's pen stays on the sheet, and takes longer steps with Shift", () => {
  const sheet = new Sheet(example);
  sheet.press("ArrowLeft", true);
  expect(sheet.cursor[0]).toBeCloseTo(0.425, 6);
  for (let i = 0; i < 50; i++) sheet.press("ArrowLeft", true);
  expect(sheet.cursor[0]).toBe(0);
});

test("other keys are left to the page", () => {
  const sheet = new Sheet(example);
  for (const key of ["a", "Tab", "Escape"]) expect(sheet.press(key, false)).toBe(false);
  expect(sheet.isExample).toBe(true);
});
