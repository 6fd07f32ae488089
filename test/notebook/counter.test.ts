import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { counter } from "../../src/notebook/counter";
import { captured, htmlOf, resetDisplays, textOf } from "./support/captured-display";

vi.mock("../../src/notebook/display", () => import("./support/captured-display"));

let now = 0;

beforeEach(() => {
  resetDisplays();
  now = 5000;
  vi.spyOn(performance, "now").mockImplementation(() => now);
});

afterEach(() => vi.restoreAllMocks());

/** Calls the counter every ten milliseconds. */
function count(total: number): void {
  const progress = counter("images");
  for (let done = 0; done <= total; done++, now += 10) progress(done, total);
}

test("one line says how many are done and for how long it still goes on, and in the end how many there were", () => {
  count(200);
  expect(captured.displays).toHaveLength(1);
  const texts = captured.displays[0].shown.map((bundle) => bundle["text/plain"]);
  expect(texts[0]).toBe("0 of 200 images");
  expect(texts).toContain("100 of 200 images · 1.0 s left");
  expect(textOf(0)).toBe("200 images");
  expect(htmlOf(0)).toContain('<span class="timing"> · 2.0 s</span>');
});

test("it is shown often enough to look alive, and not for every one of many", () => {
  count(1000);
  expect(captured.displays[0].shown.length).toBeGreaterThan(90);
  expect(captured.displays[0].shown.length).toBeLessThan(110);
});

test("what is done at once is counted too, and a second run has a line of its own", () => {
  const progress = counter("images");
  progress(3, 3);
  progress(4, 4);
  expect([textOf(0), textOf(1)]).toEqual(["3 images", "4 images"]);
});
