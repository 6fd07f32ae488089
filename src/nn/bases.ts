import { BatchBuffer } from "../batches";
import { oneOf, type Problems } from "../errors";
import type { Kernels } from "../kernels/kernels";
import { type Shape, sizeOf, type Tensor } from "../tensor";
import { type ActivationName, activationNames } from "./activations";
import {
  defaultInitializer,
  type Initializer,
  initialize,
  initializerKinds,
  isInitializer,
} from "./initializers";
import type { LayerContext, OutputLayer, Parameter } from "./layers";
import { activationOn } from "./shortcuts";
import { parameter } from "./variables";

/**
 * What almost every layer has: memory for what it gives to the layer behind it and for the gradients that it gives to
 * the layer in front, which the next batch of the same size uses again.
 */
export abstract class BufferedLayer {
  outputShape: Shape = [];
  parameters: readonly Parameter[] = [];
  protected kernels!: Kernels;
  /** Whether a layer in front of this one learns. */
  protected needsInputGradient = true;
  /** The last input. */
  protected x!: Tensor;
  private outputs!: BatchBuffer;
  private inputGradients!: BatchBuffer;

  /** The first thing that `build` does. */
  protected reserve(
    inputShape: Shape,
    outputShape: Shape,
    { kernels, needsInputGradient }: LayerContext,
  ): void {
    this.kernels = kernels;
    this.needsInputGradient = needsInputGradient;
    this.outputShape = outputShape;
    this.outputs = new BatchBuffer(kernels.zeros, outputShape);
    this.inputGradients = new BatchBuffer(kernels.zeros, inputShape);
  }

  /** A place for y [batch, ...outputShape]. x is kept for `backward`. */
  protected outputFor(x: Tensor): Tensor {
    this.x = x;
    return this.outputs.rows(x.shape[0]);
  }

  /** A place for dx [batch, ...inputShape]. */
  protected inputGradientFor(dy: Tensor): Tensor {
    return this.inputGradients.rows(dy.shape[0]);
  }
}

export interface WeightOptions {
  activation?: ActivationName;
  /** Default: "he" for relu, "xavier" for the others. */
  initializer?: Initializer;
}

/** Weights, a bias and an activation f: y = f(z), where z is linear in x. What it is, Dense and Conv2D say. */
export abstract class WeightedLayer extends BufferedLayer implements OutputLayer {
  abstract readonly name: string;
  readonly activation: ActivationName;
  protected weights!: Parameter;
  protected bias!: Parameter;
  private readonly initializer: Initializer;
  private outputGradients!: BatchBuffer;
  private y!: Tensor;

  /** Throws an OptionsError for these problems and those of the options. */
  protected constructor(where: string, options: WeightOptions, problems: Problems) {
    super();
    const { activation = "linear", initializer = defaultInitializer(activation) } = options;
    problems.expect(activationNames.includes(activation), "activation", oneOf(activationNames), activation);
    problems.expect(isInitializer(initializer), "initializer", initializerKinds, initializer);
    problems.throwIfAny(where);
    this.activation = activation;
    this.initializer = initializer;
  }

  abstract build(inputShape: Shape, context: LayerContext): void;

  /** Makes W [...area, inputs, units] and b [units]. At each place, `area` inputs come together in one sum. */
  protected makeWeights(area: Shape, inputs: number, units: number, { kernels, random }: LayerContext): void {
    const places = sizeOf(area);
    this.weights = parameter("weights", [...area, inputs, units], kernels);
    this.bias = parameter("bias", [units], kernels);
    this.parameters = [this.weights, this.bias];
    this.outputGradients = new BatchBuffer(kernels.zeros, this.outputShape);
    initialize(this.weights.value, this.initializer, places * inputs, places * units, random);
  }

  abstract logits(x: Tensor): Tensor;
  abstract backwardLogits(dz: Tensor): Tensor | null;

  /** y = f(z). */
  forward(x: Tensor): Tensor {
    this.y = this.logits(x);
    activationOn(this.kernels, this.activation).forward(this.y, this.y);
    return this.y;
  }

  /** dz = dy·f′(z), and from there as `backwardLogits`. */
  backward(dy: Tensor): Tensor | null {
    const dz = this.outputGradients.rows(dy.shape[0]);
    activationOn(this.kernels, this.activation).backward(this.y, dy, dz);
    return this.backwardLogits(dz);
  }
}
