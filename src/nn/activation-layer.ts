import { oneOf, Problems } from "../errors";
import { copyRows, type Shape, type Tensor } from "../tensor";
import { type ActivationName, activationNames } from "./activations";
import { BufferedLayer } from "./bases";
import type { LayerContext, OutputLayer } from "./layers";
import { activationOn } from "./shortcuts";

/**
 * An activation by itself, where another layer comes between it and the sums: convolution, BatchNorm, then this.
 * Throws an OptionsError for an unknown activation.
 */
export class ActivationLayer extends BufferedLayer implements OutputLayer {
  private y!: Tensor;

  constructor(readonly activation: ActivationName) {
    super();
    const problems = new Problems();
    problems.expect(activationNames.includes(activation), "activation", oneOf(activationNames), activation);
    problems.throwIfAny("ActivationLayer");
  }

  get name(): string {
    return `Activation ${this.activation}`;
  }

  build(inputShape: Shape, context: LayerContext): void {
    this.reserve(inputShape, inputShape, context);
  }

  /** y = f(x). x and y [batch, …]. */
  forward(x: Tensor): Tensor {
    this.y = this.outputFor(x);
    const z = x.rows === null ? x : this.logits(x);
    activationOn(this.kernels, this.activation).forward(z, this.y);
    return this.y;
  }

  /** dx = dy·f′(x). */
  backward(dy: Tensor): Tensor {
    const dx = this.inputGradientFor(dy);
    activationOn(this.kernels, this.activation).backward(this.y, dy, dx);
    return dx;
  }

  /** z = x. */
  logits(x: Tensor): Tensor {
    return copyRows(x, this.outputFor(x));
  }

  /** dx = dz. */
  backwardLogits(dz: Tensor): Tensor {
    return dz;
  }
}
