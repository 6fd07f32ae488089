import type { Dataset } from "./dataset";
import { type Shape, sizeOf, Tensor } from "./tensor";

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

/**
 * Memory for batches of changing size: it grows to the largest batch seen and keeps one view for each size,
 * so that a training step allocates no numbers.
 */
export class BatchBuffer {
  private memory: Tensor;
  private readonly views = new Map<number, Tensor>();

  constructor(
    private readonly zeros: (shape: Shape) => Tensor,
    private readonly sampleShape: Shape,
  ) {
    this.memory = zeros([0, ...sampleShape]);
  }

  /** A tensor [batch, ...sampleShape]; its contents are whatever was there before. */
  rows(batch: number): Tensor {
    const known = this.views.get(batch);
    if (known !== undefined) return known;
    if (batch > this.memory.shape[0]) {
      this.memory = this.zeros([batch, ...this.sampleShape]);
      this.views.clear();
    }
    const view = new Tensor(this.memory.data.subarray(0, batch * sizeOf(this.sampleShape)), [
      batch,
      ...this.sampleShape,
    ]);
    this.views.set(batch, view);
    return view;
  }
}
