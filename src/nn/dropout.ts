import { BatchBuffer } from "../batches";
import { isNotNegative, Problems } from "../errors";
import { Random, type TrainingPass } from "../random";
import type { Shape, Tensor } from "../tensor";
import { BufferedLayer } from "./bases";
import type { Layer, LayerContext } from "./layers";

/**
 * Silences each number with probability `rate` while the network learns, so that no unit can rely on another
 * (Srivastava et al., 2014). The others grow by 1 / (1 − rate), which keeps the mean; a network that only answers
 * is left alone.
 *
 * Which numbers are silenced is decided by seed, epoch and batch: training that was stopped goes on with the same ones.
 * Throws an OptionsError for a rate that is not at least 0 and below 1.
 */
export class Dropout extends BufferedLayer implements Layer {
  private index = 0;
  private masks!: BatchBuffer;
  private mask: Tensor | null = null;

  constructor(readonly rate: number) {
    super();
    const problems = new Problems();
    problems.expect(isNotNegative(rate) && rate < 1, "rate", "a number ≥ 0 and < 1", rate);
    problems.throwIfAny("Dropout");
  }

  get name(): string {
    return `Dropout ${this.rate}`;
  }

  build(inputShape: Shape, context: LayerContext): void {
    this.reserve(inputShape, inputShape, context);
    this.index = context.index;
    this.masks = new BatchBuffer(context.kernels.zeros, inputShape);
  }

  /** y = x·mask, where an element of the mask is 0 or 1 / (1 − rate). Without `training`, y = x. */
  forward(x: Tensor, training: TrainingPass | null = null): Tensor {
    this.mask = null;
    if (training === null) return x;
    const random = new Random(training.seed, "dropout", this.index, training.epoch, training.batch);
    const [y, mask] = [this.outputFor(x), this.masks.rows(x.shape[0])];
    const { rate } = this;
    const kept = 1 / (1 - rate);
    for (let k = 0; k < mask.data.length; k++) {
      // Without a branch, which no processor can foresee.
      mask.data[k] = kept * Number(random.uniform() >= rate);
    }
    for (let i = 0, k = 0; i < x.shape[0]; i++) {
      const start = x.rowStart(i);
      for (let j = 0; j < x.rowSize; j++, k++) y.data[k] = x.data[start + j] * mask.data[k];
    }
    this.mask = mask;
    return y;
  }

  /** dx = dy·mask. */
  backward(dy: Tensor): Tensor {
    if (this.mask === null) return dy;
    const dx = this.inputGradientFor(dy);
    for (let k = 0; k < dx.data.length; k++) dx.data[k] = dy.data[k] * this.mask.data[k];
    return dx;
  }
}
