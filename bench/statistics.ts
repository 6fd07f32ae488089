/** The one in the middle, or between the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export interface Summary {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export const summarize = (values: readonly number[]): Summary => ({
  median: median(values),
  low: Math.min(...values),
  high: Math.max(...values),
});

/** How the first is to the second, turn by turn: what slows the machine down for a while slows both. */
export const ratios = (ours: readonly number[], theirs: readonly number[]): Summary =>
  summarize(ours.slice(0, theirs.length).map((value, i) => value / theirs[i]));
