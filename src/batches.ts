import type { Dataset } from "./dataset";
import { type Shape, Tensor } from "./tensor";

/** Some samples x [batch, ...sampleShape] and the answers expected for them, t [batch, outputs]. */
export interface Batch {
  readonly x: Tensor;
  readonly t: Tensor;
}

/**
 * Reads batches out of a data set into memory that the next batch of the same size uses again. The samples are named,
 * not copied; the answers are written as the network should give them.
 */
export class BatchReader {
  private readonly known = new Map<number, Batch>();

  constructor(
    private readonly data: Dataset,
    private readonly outputs: number,
    private readonly zeros: (shape: Shape) => Tensor,
  ) {}

  /** The batch of the samples `indices[start]` to `indices[end − 1]`. */
  read(indices: Uint32Array, start: number, end: number): Batch {
    const batch = this.ofSize(end - start);
    const { samples } = this.data;
    const rows = batch.x.rows as Uint32Array;
    for (let i = start; i < end; i++) {
      rows[i - start] = samples.rows === null ? indices[i] : samples.rows[indices[i]];
    }
    this.data.writeTargets(indices, start, batch.t);
    return batch;
  }

  private ofSize(count: number): Batch {
    const known = this.known.get(count);
    if (known !== undefined) return known;
    const batch = {
      x: new Tensor(this.data.samples.data, [count, ...this.data.sampleShape], new Uint32Array(count)),
      t: this.zeros([count, this.outputs]),
    };
    this.known.set(count, batch);
    return batch;
  }
}

/** 0, 1, 2, … count − 1. */
export function inOrder(count: number): Uint32Array {
  const indices = new Uint32Array(count);
  for (let i = 0; i < count; i++) indices[i] = i;
  return indices;
}
