import { isCount, Problems } from "../errors";
import type { Shape, Tensor } from "../tensor";
import { WeightedLayer, type WeightOptions } from "./bases";
import type { LayerContext } from "./layers";
import { expectWindows, type Padding, type PixelSize, pair, placeWindows, type Windows } from "./windows";

export interface Conv2DOptions extends WeightOptions {
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
export class Conv2D extends WeightedLayer {
  readonly kernelSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: Padding;
  private windows!: Windows;

  constructor(
    readonly filters: number,
    kernelSize: PixelSize,
    options: Conv2DOptions = {},
  ) {
    const { strides = 1, padding = "valid" } = options;
    const problems = new Problems();
    problems.expect(isCount(filters), "filters", "a whole number ≥ 1", filters);
    problems.expectKnownKeys(options, ["activation", "initializer", "strides", "padding"]);
    expectWindows(problems, { kernelSize, strides }, padding);
    super("Conv2D", options, problems);
    this.kernelSize = pair(kernelSize);
    this.strides = pair(strides);
    this.padding = padding;
  }

  get name(): string {
    return `Conv2D ${this.kernelSize.join("×")} ${this.activation}`;
  }

  build(inputShape: Shape, context: LayerContext): void {
    const { filters, kernelSize, strides, padding } = this;
    this.windows = placeWindows("Conv2D", inputShape, kernelSize, strides, padding);
    this.reserve(inputShape, [...this.windows.places, filters], context);
    this.makeWeights(kernelSize, inputShape[2], filters, context);
  }

  /** z = x ∗ W + b. x [batch, height, width, in], z [batch, outputHeight, outputWidth, filters]. */
  logits(x: Tensor): Tensor {
    const z = this.outputFor(x);
    this.kernels.convolve(x, this.weights.value, this.bias.value, this.windows, z);
    return z;
  }

  /**
   * A weight is used once at every place: its gradient is the sum over the places of the x it met there times the dz
   * there; db is the sum of dz. A pixel is used by every filter that lies on it: dx is the sum of their weights times
   * their dz.
   */
  backwardLogits(dz: Tensor): Tensor | null {
    const { kernels, windows, weights, bias } = this;
    kernels.convolutionWeightGradient(this.x, dz, windows, weights.gradient, bias.gradient);
    if (!this.needsInputGradient) return null;
    const dx = this.inputGradientFor(dz);
    kernels.convolutionInputGradient(dz, weights.value, windows, dx);
    return dx;
  }
}
