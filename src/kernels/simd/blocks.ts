/** Addresses of blocks are multiples of this: a line of the cache. */
const ALIGNMENT = 64;

/** Free ranges of an address space, in order of address. Neighbours are always joined. */
export class Blocks {
  private starts: number[] = [];
  private ends: number[] = [];

  /** Bytes that are free. */
  get free(): number {
    return this.ends.reduce((sum, end, i) => sum + end - this.starts[i], 0);
  }

  /** What `size` bytes take up. */
  static rounded(size: number): number {
    return Math.ceil(size / ALIGNMENT) * ALIGNMENT;
  }

  /** The start of the first free range that is large enough, now taken; null if there is none. */
  take(size: number): number | null {
    const wanted = Blocks.rounded(size);
    const i = this.starts.findIndex((start, k) => this.ends[k] - start >= wanted);
    if (i < 0) return null;
    const start = this.starts[i];
    this.starts[i] += wanted;
    if (this.starts[i] === this.ends[i]) {
      this.starts.splice(i, 1);
      this.ends.splice(i, 1);
    }
    return start;
  }

  /** Makes a range free: one that was taken, or new space. */
  give(start: number, size: number): void {
    const end = start + Blocks.rounded(size);
    let i = this.starts.findIndex((other) => other > start);
    if (i < 0) i = this.starts.length;
    const joinsBefore = i > 0 && this.ends[i - 1] === start;
    const joinsAfter = this.starts[i] === end;
    if (joinsBefore && joinsAfter) {
      this.ends[i - 1] = this.ends[i];
      this.starts.splice(i, 1);
      this.ends.splice(i, 1);
    } else if (joinsBefore) {
      this.ends[i - 1] = end;
    } else if (joinsAfter) {
      this.starts[i] = start;
    } else {
      this.starts.splice(i, 0, start);
      this.ends.splice(i, 0, end);
    }
  }
}
