import { BatchBuffer } from "../batches";
import { isCount, OptionsError, oneOf, Problems, ShapeError, showCount } from "../errors";
import type { Kernels } from "../kernels/kernels";
import type { Random, TrainingPass } from "../random";
import { type Shape, showShape, sizeOf, type Tensor } from "../tensor";
import { type ActivationName, activationNames } from "./activations";
import {
  defaultInitializer,
  type Initializer,
  initialize,
  initializerKinds,
  isInitializer,
} from "./initializers";
import { activationOn } from "./shortcuts";

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

/** With their gradients and what an optimizer remembers of them, these are up to 4 GiB. */
const MAXIMUM_PARAMETERS = 2 ** 28;

/** Throws an OptionsError for more parameters than a network can be trained with. */
export function checkParameters(where: string, count: number): void {
  if (count <= MAXIMUM_PARAMETERS) return;
  throw new OptionsError(
    `${where}: expected at most ${showCount(MAXIMUM_PARAMETERS)} parameters, received ${showCount(count)}. ` +
      "Use fewer or smaller layers.",
  );
}

/** A parameter of zeros. Throws an OptionsError for more numbers than a whole network may have. */
export function parameter(name: string, shape: Shape, kernels: Kernels): Parameter {
  checkParameters(`Network: ${name} ${showShape(shape)}`, sizeOf(shape));
  return { name, value: kernels.zeros(shape), gradient: kernels.zeros(shape) };
}

export interface DenseOptions {
  activation?: ActivationName;
  /** Default: "he" for relu, "xavier" for the others. */
  initializer?: Initializer;
}

/**
 * Every unit sees every input: y = f(x·W + b), with W [inputs, units] and b [units].
 *
 * Throws an OptionsError for a number of units that is not a whole number ≥ 1, an unknown activation or initializer.
 */
export class Dense implements OutputLayer {
  readonly activation: ActivationName;
  outputShape: Shape;
  parameters: readonly Parameter[] = [];

  private readonly initializer: Initializer;
  private kernels!: Kernels;
  private needsInputGradient = true;
  private weights!: Parameter;
  private bias!: Parameter;
  private outputs!: BatchBuffer;
  private outputGradients!: BatchBuffer;
  private inputGradients!: BatchBuffer;
  private x!: Tensor;
  private y!: Tensor;

  constructor(
    readonly units: number,
    options: DenseOptions = {},
  ) {
    const { activation = "linear", initializer = defaultInitializer(activation) } = options ?? {};
    const problems = new Problems();
    problems.expect(isCount(units), "units", "a whole number ≥ 1", units);
    problems.expectKnownKeys(options, ["activation", "initializer"]);
    problems.expect(activationNames.includes(activation), "activation", oneOf(activationNames), activation);
    problems.expect(isInitializer(initializer), "initializer", initializerKinds, initializer);
    problems.throwIfAny("Dense");
    this.activation = activation;
    this.initializer = initializer;
    this.outputShape = [units];
  }

  get name(): string {
    return `Dense ${this.activation}`;
  }

  build(inputShape: Shape, { kernels, random, needsInputGradient }: LayerContext): void {
    if (inputShape.length !== 1) {
      throw new ShapeError(
        `Dense: expected samples that are rows of numbers, [inputs], received samples ${showShape(inputShape)}.`,
      );
    }
    const [inputs] = inputShape;
    this.kernels = kernels;
    this.needsInputGradient = needsInputGradient;
    this.weights = parameter("weights", [inputs, this.units], kernels);
    this.bias = parameter("bias", [this.units], kernels);
    this.parameters = [this.weights, this.bias];
    initialize(this.weights.value, this.initializer, inputs, this.units, random);
    this.outputs = new BatchBuffer(kernels.zeros, this.outputShape);
    this.outputGradients = new BatchBuffer(kernels.zeros, this.outputShape);
    this.inputGradients = new BatchBuffer(kernels.zeros, inputShape);
  }

  /** y = f(x·W + b). x [batch, inputs], y [batch, units]. */
  forward(x: Tensor): Tensor {
    const z = this.logits(x);
    activationOn(this.kernels, this.activation).forward(z, z);
    return z;
  }

  /** dz = dy·f′(z), and from there as `backwardLogits`. */
  backward(dy: Tensor): Tensor | null {
    const dz = this.outputGradients.rows(dy.shape[0]);
    activationOn(this.kernels, this.activation).backward(this.y, dy, dz);
    return this.backwardLogits(dz);
  }

  /** z = x·W + b. */
  logits(x: Tensor): Tensor {
    this.x = x;
    this.y = this.outputs.rows(x.shape[0]);
    this.kernels.affine(x, this.weights.value, this.bias.value, this.y);
    return this.y;
  }

  /** dW = xᵀ·dz, db = Σ rows of dz; returns dx = dz·Wᵀ if it is needed. */
  backwardLogits(dz: Tensor): Tensor | null {
    this.kernels.weightGradient(this.x, dz, this.weights.gradient, this.bias.gradient);
    if (!this.needsInputGradient) return null;
    const dx = this.inputGradients.rows(dz.shape[0]);
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
