import { expect, test } from "vitest";
import { Random } from "../../src/random";
import { GrowingHistogram, type Histogram, MagnitudeHistogram } from "../../src/training/histogram";

const total = ({ counts }: Histogram) => counts.reduce((sum, count) => sum + count, 0);

/** The counts that the edges ask for, number by number. */
const countedByHand = ({ edges }: Histogram, values: readonly number[]) =>
  edges.slice(1).map((end, i) => values.filter((value) => value >= edges[i] && value < end).length);

test.each([
  ["numbers around zero", 1],
  ["tiny numbers", 1e-9],
  ["huge numbers", 1e9],
])("%s are counted between the edges, however they arrive", (_, size) => {
  const random = new Random(1);
  const values = Array.from({ length: 1000 }, (_, i) => size * random.normal() * (i < 500 ? 0.01 : 1));
  const bins = new GrowingHistogram();
  for (let i = 0; i < 1000; i += 100) bins.add(values.slice(i, i + 100));
  const histogram = bins.histogram();
  expect(histogram.counts).toEqual(countedByHand(histogram, values));
  expect(total(histogram)).toBe(1000);
  expect(histogram.counts.length).toBeGreaterThanOrEqual(20);
});

test("bins are equally wide, one begins at zero, and none outside of the numbers is kept", () => {
  const bins = new GrowingHistogram();
  bins.add([3, 5], 2);
  const { edges, counts } = bins.histogram();
  const width = edges[1] - edges[0];
  edges.forEach((edge) => {
    expect(Number.isInteger(edge / width)).toBe(true);
  });
  expect(counts[0]).toBe(1);
  expect(counts.at(-1)).toBe(1);
  expect(edges[0]).toBe(6);
});

test("zeros alone are one bin", () => {
  const bins = new GrowingHistogram();
  bins.add([0, 0, 0]);
  expect(bins.histogram().counts).toEqual([3]);
});

test("sizes are counted between powers of ten, whatever the sign, without zeros", () => {
  const values = [1e-7, -2e-7, 0, 3, -40, 0, 1e-3];
  const bins = new MagnitudeHistogram();
  bins.add(
    values.map((value) => value / 2),
    2,
  );
  const histogram = bins.histogram();
  const sizes = values.filter((value) => value !== 0).map(Math.abs);
  expect(histogram.counts).toEqual(countedByHand(histogram, sizes));
  expect(total(histogram)).toBe(5);
});

test("sizes beyond all bins are counted in the last", () => {
  const bins = new MagnitudeHistogram();
  bins.add([1e-35, 1e35]);
  expect(total(bins.histogram())).toBe(2);
});

test("of nothing there are no bins", () => {
  expect(new GrowingHistogram().histogram()).toEqual({ edges: [], counts: [] });
  expect(new MagnitudeHistogram().histogram()).toEqual({ edges: [], counts: [] });
});
