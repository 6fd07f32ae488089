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
  const onProgress = counter();
  for (let done = 0; done <= total; done++, now += 10) onProgress({ done, total, unit: "images" });
}

const texts = (index: number) => captured.displays[index].shown.map((bundle) => bundle["text/plain"]);

test("one line says how many are done and for how long it still goes on, and in the end how many there were", () => {
  count(200);
  expect(captured.displays).toHaveLength(1);
  expect(texts(0)[0]).toBe("0 of 200 images");
  expect(texts(0)).toContain("100 of 200 images · 1.0 s left");
  expect(textOf(0)).toBe("200 images");
  expect(htmlOf(0)).toContain('<span class="timing"> · 2.0 s</span>');
});

test("it is shown often enough to look alive, and not for every one of many", () => {
  count(1000);
  expect(captured.displays[0].shown.length).toBeGreaterThan(90);
  expect(captured.displays[0].shown.length).toBeLessThan(110);
});

test("a download is counted in megabytes, also where nobody knows how large it will be", () => {
  const onProgress = counter();
  onProgress({ done: 1_000_000, total: 4_500_000, unit: "bytes" });
  expect(textOf(0)).toBe("1.0 of 4.5 MB");
  now += 200;
  onProgress({ done: 2_000_000, total: null, unit: "bytes" });
  expect(textOf(0)).toBe("2.0 MB");
});

test("another unit has a line of its own, and so has what comes after the end", () => {
  const onProgress = counter();
  onProgress({ done: 5e6, total: null, unit: "bytes" });
  onProgress({ done: 3, total: 3, unit: "images" });
  onProgress({ done: 4, total: 4, unit: "images" });
  expect([0, 1, 2].map((i) => texts(i))).toEqual([["5.0 MB"], ["3 images"], ["4 images"]]);
});
