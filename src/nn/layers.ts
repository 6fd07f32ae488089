import { isCount, Problems, ShapeError } from "../errors";
import type { Kernels } from "../kernels/kernels";
import type { Random, TrainingPass } from "../random";
import { type Shape, showShape, sizeOf, type Tensor } from "../tensor";
import type { ActivationName } from "./activations";
import { WeightedLayer, type WeightOptions } from "./bases";

/** Numbers that a layer keeps from batch to batch. */
export interface Variable {
  readonly name: string;
  readonly value: Tensor;
}

/** A variable that training changes, and the gradient of the loss with respect to it. */
export interface Parameter extends Variable {
  readonly gradient: Tensor;
}

/** What a layer is given when a network is put together. */
export interface LayerContext {
  readonly kernels: Kernels;
  readonly random: Random;
  /** The layer's place in the network, counted from 0. */
  readonly index: number;
  /** Whether a layer in front of this one learns. Where none does, dx would be computed for nobody. */
  readonly needsInputGradient: boolean;
}

/** A step from one batch of numbers to the next. */
export interface Layer {
  /** What the summary calls the layer, such as "Dense relu". */
  readonly name: string;
  /** The shape of one sample on its way out, known after `build`. */
  readonly outputShape: Shape;
  readonly parameters: readonly Parameter[];
  /** What the layer measures while it learns: kept with the parameters, but not reached by a gradient. */
  readonly statistics?: readonly Variable[];

  /** Makes the parameters for samples of the given shape. Throws a ShapeError for a shape that the layer cannot take. */
  build(inputShape: Shape, context: LayerContext): void;

  /** x [batch, ...inputShape] → y [batch, ...outputShape]. `training` is given while the network learns. */
  forward(x: Tensor, training?: TrainingPass | null): Tensor;

  /** From dy, the gradient at the output of the last `forward`: sets the parameters' gradients, returns dx if it is needed. */
  backward(dy: Tensor): Tensor | null;
}

/** A layer that can end a network: its activation can be left to the loss, which knows a shorter derivative. */
export interface OutputLayer extends Layer {
  readonly activation: ActivationName;
  /** `forward` without the activation. */
  logits(x: Tensor): Tensor;
  /** `backward` from the gradient at the logits. */
  backwardLogits(dz: Tensor): Tensor | null;
}

export type DenseOptions = WeightOptions;

/**
 * Every unit sees every input: y = f(x·W + b), with W [inputs, units] and b [units].
 *
 * Throws an OptionsError for a number of units that is not a whole number ≥ 1, an unknown activation or initializer.
 */
export class Dense extends WeightedLayer {
  constructor(
    readonly units: number,
    options: DenseOptions = {},
  ) {
    const problems = new Problems();
    problems.expect(isCount(units), "units", "a whole number ≥ 1", units);
    problems.expectKnownKeys(options, ["activation", "initializer"]);
    super("Dense", options ?? {}, problems);
    this.outputShape = [units];
  }

  get name(): string {
    return `Dense ${this.activation}`;
  }

  build(inputShape: Shape, context: LayerContext): void {
    if (inputShape.length !== 1) {
      throw new ShapeError(
        `Dense: expected samples that are rows of numbers, [inputs], received samples ${showShape(inputShape)}.`,
      );
    }
    const [inputs] = inputShape;
    this.reserve(inputShape, [this.units], context);
    this.makeWeights([], inputs, this.units, context);
  }

  /** z = x·W + b. x [batch, inputs], z [batch, units]. */
  logits(x: Tensor): Tensor {
    const z = this.outputFor(x);
    this.kernels.affine(x, this.weights.value, this.bias.value, z);
    return z;
  }

  /** dW = xᵀ·dz, db = Σ rows of dz; returns dx = dz·Wᵀ if it is needed. */
  backwardLogits(dz: Tensor): Tensor | null {
    this.kernels.weightGradient(this.x, dz, this.weights.gradient, this.bias.gradient);
    if (!this.needsInputGradient) return null;
    const dx = this.inputGradientFor(dz);
    this.kernels.inputGradient(dz, this.weights.value, dx);
    return dx;
  }
}

/** Makes each sample one row of numbers: [height, width, channels] becomes [height·width·channels]. Nothing is computed. */
export class Flatten implements Layer {
  readonly name = "Flatten";
  readonly parameters = [];
  outputShape: Shape = [];
  private inputShape: Shape = [];

  build(inputShape: Shape): void {
    this.inputShape = inputShape;
    this.outputShape = [sizeOf(inputShape)];
  }

  forward(x: Tensor): Tensor {
    return x.reshape([x.shape[0], ...this.outputShape]);
  }

  backward(dy: Tensor): Tensor {
    return dy.reshape([dy.shape[0], ...this.inputShape]);
  }
}
