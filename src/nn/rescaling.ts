import { Problems } from "../errors";
import type { Shape, Tensor } from "../tensor";
import { BufferedLayer } from "./bases";
import type { Layer, LayerContext } from "./layers";

/**
 * Shifts and stretches every number alike: `new Rescaling(2, -1)` makes pixels from 0 to 1 into numbers from −1 to 1.
 * As a layer it is part of the model, and nobody who uses the model can forget it.
 *
 * Throws an OptionsError for numbers that are not finite.
 */
export class Rescaling extends BufferedLayer implements Layer {
  readonly name = "Rescaling";

  constructor(
    readonly scale: number,
    readonly offset = 0,
  ) {
    super();
    const problems = new Problems();
    problems.expect(Number.isFinite(scale), "scale", "a finite number", scale);
    problems.expect(Number.isFinite(offset), "offset", "a finite number", offset);
    problems.throwIfAny("Rescaling");
  }

  build(inputShape: Shape, context: LayerContext): void {
    this.reserve(inputShape, inputShape, context);
  }

  /** y = scale·x + offset. */
  forward(x: Tensor): Tensor {
    const y = this.outputFor(x);
    for (let i = 0, k = 0; i < x.shape[0]; i++) {
      const end = x.rowStart(i) + x.rowSize;
      for (let j = end - x.rowSize; j < end; j++, k++) y.data[k] = this.scale * x.data[j] + this.offset;
    }
    return y;
  }

  /** dx = scale·dy. */
  backward(dy: Tensor): Tensor {
    const dx = this.inputGradientFor(dy);
    for (let k = 0; k < dx.data.length; k++) dx.data[k] = this.scale * dy.data[k];
    return dx;
  }
}
