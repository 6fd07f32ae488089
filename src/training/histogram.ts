/** How many numbers fall between edges: `counts[i]` of them lie from `edges[i]` up to, but not including, `edges[i + 1]`. */
export interface Histogram {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/** Bins on either side of zero. */
const SIDE = 40;

/**
 * Counts numbers whose range is not known beforehand. All bins are equally wide, and one begins at 0; when a number lies
 * outside, neighbours are joined until it fits, so that at least half of the bins on the wider side are in use.
 */
export class GrowingHistogram {
  private width = 2 ** -60;
  private counts = new Float64Array(2 * SIDE);

  /** Adds finite numbers, each multiplied by `scale`. */
  add(values: ArrayLike<number>, scale = 1): void {
    let largest = 0;
    for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(scale * values[i]));
    while (largest >= this.width * SIDE) this.widen();
    for (let i = 0; i < values.length; i++) {
      this.counts[Math.floor((scale * values[i]) / this.width) + SIDE]++;
    }
  }

  /** The bins from the first to the last that is not empty. */
  histogram(): Histogram {
    return between(this.counts, (i) => (i - SIDE) * this.width);
  }

  private widen(): void {
    const joined = new Float64Array(2 * SIDE);
    this.counts.forEach((count, i) => {
      joined[Math.floor((i - SIDE) / 2) + SIDE] += count;
    });
    this.counts = joined;
    this.width *= 2;
  }
}

/** Bins for each power of ten, and the powers between which numbers are told apart. */
const PER_DECADE = 4;
const [SMALLEST, LARGEST] = [-20, 20];

/** Counts numbers by their size, whatever their sign: each bin reaches 10^¼ times as far as the one before. Zeros are left out. */
export class MagnitudeHistogram {
  private readonly counts = new Float64Array((LARGEST - SMALLEST) * PER_DECADE);

  /** Adds finite numbers, each multiplied by `scale`. */
  add(values: ArrayLike<number>, scale = 1): void {
    for (let i = 0; i < values.length; i++) {
      if (values[i] === 0) continue;
      const bin = Math.floor((Math.log10(Math.abs(scale * values[i])) - SMALLEST) * PER_DECADE);
      this.counts[Math.min(Math.max(bin, 0), this.counts.length - 1)]++;
    }
  }

  /** The bins from the first to the last that is not empty. */
  histogram(): Histogram {
    return between(this.counts, (i) => 10 ** (i / PER_DECADE + SMALLEST));
  }
}

function between(counts: Float64Array, edge: (i: number) => number): Histogram {
  const first = counts.findIndex((count) => count > 0);
  if (first < 0) return { edges: [], counts: [] };
  let end = counts.length;
  while (counts[end - 1] === 0) end--;
  const edges = Array.from({ length: end - first + 1 }, (_, i) => edge(first + i));
  return { edges, counts: Array.from(counts.subarray(first, end)) };
}
