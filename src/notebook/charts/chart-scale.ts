import type { Panel, Series } from "./chart";

/** From a value to a place on the picture. */
export type Scale = (value: number) => number;

/** Takes `low` to `from` and `high` to `to`. */
export const scale =
  ([low, high]: readonly [number, number], [from, to]: readonly [number, number]): Scale =>
  (value) =>
    from + ((value - low) / (high - low)) * (to - from);

/** The values of all series and a little room around them. */
export function valueRange(
  { limits = [-Infinity, Infinity] }: Panel,
  members: readonly Series[],
): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const { y, band = [] } of members) {
    for (const value of [y, ...band].flat()) {
      if (!Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low > high) return [Math.max(limits[0], 0), limits[1] < Infinity ? limits[1] : 1];
  const room = (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
  return [Math.max(limits[0], low - room), Math.min(limits[1], high + room)];
}

/** About `count` round numbers from `low` to `high`, a multiple of 1, 2 or 5 apart and at least `smallest`. */
export function ticks(low: number, high: number, count: number, smallest: number): number[] {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(smallest, power * ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10));
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
}

/** Digits after the point that tell the ticks apart. */
export const decimals = (values: readonly number[]): number =>
  values.length < 2 ? 0 : Math.min(12, Math.max(0, Math.ceil(-Math.log10(values[1] - values[0]) - 1e-9)));
