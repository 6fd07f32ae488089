import { BatchBuffer } from "../batches";
import { isCount, oneOf, Problems } from "../errors";
import type { Kernels } from "../kernels/kernels";
import type { Shape, Tensor } from "../tensor";
import { type ActivationName, activationNames } from "./activations";
import {
  defaultInitializer,
  type Initializer,
  initialize,
  initializerKinds,
  isInitializer,
} from "./initializers";
import { type Layer, type LayerContext, type Parameter, parameter } from "./layers";
import { activationOn } from "./shortcuts";
import { expectWindows, type Padding, type PixelSize, pair, placeWindows, type Windows } from "./windows";

export interface Conv2DOptions {
  activation?: ActivationName;
  /** Default: "he" for relu, "xavier" for the others. */
  initializer?: Initializer;
  /** From one place of a filter to the next, in pixels. Default 1. */
  strides?: PixelSize;
  /** Default "valid". */
  padding?: Padding;
}

/**
 * Small filters that look at every place of an image: y = f(x ∗ W + b), with W [kernelHeight, kernelWidth, in, filters]
 * and b [filters]. At each place it is a Dense layer of the few pixels there, and all places share its weights.
 *
 * Throws an OptionsError that lists every wrong option.
 */
export class Conv2D implements Layer {
  readonly kernelSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: Padding;
  readonly activation: ActivationName;
  outputShape: Shape = [];
  parameters: readonly Parameter[] = [];

  private readonly initializer: Initializer;
  private kernels!: Kernels;
  private needsInputGradient = true;
  private windows!: Windows;
  private weights!: Parameter;
  private bias!: Parameter;
  private outputs!: BatchBuffer;
  private outputGradients!: BatchBuffer;
  private inputGradients!: BatchBuffer;
  private x!: Tensor;
  private y!: Tensor;

  constructor(
    readonly filters: number,
    kernelSize: PixelSize,
    options: Conv2DOptions = {},
  ) {
    const { activation = "linear", strides = 1, padding = "valid" } = options ?? {};
    const { initializer = defaultInitializer(activation) } = options ?? {};
    const problems = new Problems();
    problems.expect(isCount(filters), "filters", "a whole number ≥ 1", filters);
    problems.expectKnownKeys(options, ["activation", "initializer", "strides", "padding"]);
    problems.expect(activationNames.includes(activation), "activation", oneOf(activationNames), activation);
    expectWindows(problems, { kernelSize, strides }, padding);
    problems.expect(isInitializer(initializer), "initializer", initializerKinds, initializer);
    problems.throwIfAny("Conv2D");
    this.kernelSize = pair(kernelSize);
    this.strides = pair(strides);
    this.padding = padding;
    this.activation = activation;
    this.initializer = initializer;
  }

  get name(): string {
    return `Conv2D ${this.kernelSize.join("×")} ${this.activation}`;
  }

  build(inputShape: Shape, { kernels, random, needsInputGradient }: LayerContext): void {
    const { filters, kernelSize } = this;
    this.windows = placeWindows("Conv2D", inputShape, kernelSize, this.strides, this.padding);
    this.outputShape = [...this.windows.places, filters];
    const channels = inputShape[2];
    const area = kernelSize[0] * kernelSize[1];
    this.kernels = kernels;
    this.needsInputGradient = needsInputGradient;
    this.weights = parameter("weights", [...kernelSize, channels, filters], kernels);
    this.bias = parameter("bias", [filters], kernels);
    this.parameters = [this.weights, this.bias];
    initialize(this.weights.value, this.initializer, area * channels, area * filters, random);
    this.outputs = new BatchBuffer(kernels.zeros, this.outputShape);
    this.outputGradients = new BatchBuffer(kernels.zeros, this.outputShape);
    this.inputGradients = new BatchBuffer(kernels.zeros, inputShape);
  }

  /** y = f(z) with z = x ∗ W + b. x [batch, height, width, in], y [batch, outputHeight, outputWidth, filters]. */
  forward(x: Tensor): Tensor {
    this.x = x;
    this.y = this.outputs.rows(x.shape[0]);
    this.kernels.convolve(x, this.weights.value, this.bias.value, this.windows, this.y);
    activationOn(this.kernels, this.activation).forward(this.y, this.y);
    return this.y;
  }

  /**
   * dz = dy·f′(z). A weight is used once at every place: its gradient is the sum over the places of the x it met there
   * times the dz there; db is the sum of dz. A pixel is used by every filter that lies on it: dx is the sum of their
   * weights times their dz.
   */
  backward(dy: Tensor): Tensor | null {
    const { kernels, windows, x } = this;
    const dz = this.outputGradients.rows(dy.shape[0]);
    activationOn(this.kernels, this.activation).backward(this.y, dy, dz);
    kernels.convolutionWeightGradient(x, dz, windows, this.weights.gradient, this.bias.gradient);
    if (!this.needsInputGradient) return null;
    const dx = this.inputGradients.rows(dy.shape[0]);
    kernels.convolutionInputGradient(dz, this.weights.value, windows, dx);
    return dx;
  }
}
