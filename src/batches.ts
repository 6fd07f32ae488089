import { Augmentation, type AugmentationOptions } from "./augmentation";
import type { Dataset } from "./dataset";
import type { TrainingPass } from "./random";
import { type Shape, sizeOf, Tensor } from "./tensor";

/** Some samples x [batch, ...sampleShape] and the answers expected for them, t [batch, outputs]. */
export interface Batch {
  readonly x: Tensor;
  readonly t: Tensor;
}

/** Where batches are computed on. */
export interface BatchMemory {
  zeros(shape: Shape): Tensor;
  /** Whether samples can be computed on where they are. */
  holds(samples: Tensor): boolean;
}

/**
 * Reads batches out of a data set into memory that the next batch of the same size uses again. The samples are named,
 * not copied, unless they are varied or in memory that cannot be computed on; the answers are written as the network
 * should give them.
 */
export class BatchReader {
  private readonly known = new Map<number, Batch>();
  private readonly varied: BatchBuffer;
  private readonly augmentation: Augmentation | null;

  constructor(
    private readonly data: Dataset,
    private readonly outputs: number,
    private readonly memory: BatchMemory,
    augmentation?: AugmentationOptions,
  ) {
    this.varied = new BatchBuffer(memory.zeros, data.sampleShape);
    this.augmentation = augmentation === undefined ? null : new Augmentation(augmentation, data.sampleShape);
  }

  /** The batch of the samples `indices[start]` to `indices[end − 1]`, varied as it is the turn of `pass`. */
  read(indices: Uint32Array, start: number, end: number, pass: TrainingPass | null = null): Batch {
    const batch = this.ofSize(end - start);
    const { samples } = this.data;
    const { rows, data, rowSize } = batch.x;
    for (let i = start; i < end; i++) {
      const row = samples.rows === null ? indices[i] : samples.rows[indices[i]];
      if (rows !== null) rows[i - start] = row;
      else data.set(samples.data.subarray(row * rowSize, (row + 1) * rowSize), (i - start) * rowSize);
    }
    this.data.writeTargets(indices, start, batch.t);
    if (this.augmentation === null || pass === null) return batch;
    const x = this.varied.rows(end - start);
    this.augmentation.draw(batch.x, x, pass);
    return { x, t: batch.t };
  }

  private ofSize(count: number): Batch {
    const known = this.known.get(count);
    if (known !== undefined) return known;
    const { samples, sampleShape } = this.data;
    const shape = [count, ...sampleShape];
    const isNamed = this.augmentation !== null || this.memory.holds(samples);
    const batch = {
      x: isNamed ? new Tensor(samples.data, shape, new Uint32Array(count)) : this.memory.zeros(shape),
      t: this.memory.zeros([count, this.outputs]),
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
