import { BatchBuffer } from "../batches";
import { oneOf, Problems } from "../errors";
import type { Kernels } from "../kernels/kernels";
import { copyRows, type Shape, type Tensor } from "../tensor";
import { type ActivationName, activationNames } from "./activations";
import type { LayerContext, OutputLayer } from "./layers";
import { activationOn } from "./shortcuts";

/**
 * An activation by itself, where another layer comes between it and the sums: convolution, BatchNorm, then this.
 * Throws an OptionsError for an unknown activation.
 */
export class ActivationLayer implements OutputLayer {
  readonly parameters = [];
  outputShape: Shape = [];
  private kernels!: Kernels;
  private outputs!: BatchBuffer;
  private inputGradients!: BatchBuffer;
  private y!: Tensor;

  constructor(readonly activation: ActivationName) {
    const problems = new Problems();
    problems.expect(activationNames.includes(activation), "activation", oneOf(activationNames), activation);
    problems.throwIfAny("ActivationLayer");
  }

  get name(): string {
    return `Activation ${this.activation}`;
  }

  build(inputShape: Shape, { kernels }: LayerContext): void {
    this.kernels = kernels;
    this.outputShape = inputShape;
    this.outputs = new BatchBuffer(kernels.zeros, inputShape);
    this.inputGradients = new BatchBuffer(kernels.zeros, inputShape);
  }

  /** y = f(x). x and y [batch, …]. */
  forward(x: Tensor): Tensor {
    this.y = this.outputs.rows(x.shape[0]);
    const z = x.rows === null ? x : this.logits(x);
    activationOn(this.kernels, this.activation).forward(z, this.y);
    return this.y;
  }

  /** dx = dy·f′(x). */
  backward(dy: Tensor): Tensor {
    const dx = this.inputGradients.rows(dy.shape[0]);
    activationOn(this.kernels, this.activation).backward(this.y, dy, dx);
    return dx;
  }

  /** z = x. */
  logits(x: Tensor): Tensor {
    return copyRows(x, this.outputs.rows(x.shape[0]));
  }

  /** dx = dz. */
  backwardLogits(dz: Tensor): Tensor {
    return dz;
  }
}
