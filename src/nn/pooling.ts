import { Problems } from "../errors";
import type { Shape, Tensor } from "../tensor";
import { BufferedLayer } from "./bases";
import type { Layer, LayerContext } from "./layers";
import {
  expectImages,
  expectWindows,
  type Padding,
  type PixelSize,
  pair,
  placeWindows,
  type Windows,
} from "./windows";

export interface MaxPool2DOptions {
  /** Default: the window's size, so that windows lie side by side. */
  strides?: PixelSize;
  /** Default "valid". With "same" a window that hangs over the edge looks at fewer pixels. */
  padding?: Padding;
}

/**
 * Keeps the largest number of each window, channel by channel: `new MaxPool2D(2)` halves height and width.
 * Throws an OptionsError that lists every wrong option.
 */
export class MaxPool2D extends BufferedLayer implements Layer {
  readonly poolSize: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly padding: Padding;

  private windows!: Windows;
  private y!: Tensor;

  constructor(poolSize: PixelSize, options: MaxPool2DOptions = {}) {
    super();
    const { strides = poolSize, padding = "valid" } = options ?? {};
    const problems = new Problems();
    problems.expectKnownKeys(options, ["strides", "padding"]);
    expectWindows(problems, { poolSize, strides }, padding);
    problems.throwIfAny("MaxPool2D");
    this.poolSize = pair(poolSize);
    this.strides = pair(strides);
    this.padding = padding;
  }

  get name(): string {
    return `MaxPool2D ${this.poolSize.join("×")}`;
  }

  build(inputShape: Shape, context: LayerContext): void {
    this.windows = placeWindows("MaxPool2D", inputShape, this.poolSize, this.strides, this.padding);
    this.reserve(inputShape, [...this.windows.places, inputShape[2]], context);
  }

  /** y = max of x over the window. x [batch, height, width, channels], y [batch, outputHeight, outputWidth, channels]. */
  forward(x: Tensor): Tensor {
    this.y = this.outputFor(x);
    this.kernels.maxPool(x, this.windows, this.y);
    return this.y;
  }

  /** dx = Σ dy of the windows in which this number was the largest, the first one where several are equal. */
  backward(dy: Tensor): Tensor | null {
    if (!this.needsInputGradient) return null;
    const dx = this.inputGradientFor(dy);
    this.kernels.maxPoolGradient(this.x, this.y, dy, this.windows, dx);
    return dx;
  }
}

/** Leaves one number of each channel, its mean over the image: [height, width, channels] becomes [channels]. */
export class GlobalAveragePooling2D extends BufferedLayer implements Layer {
  readonly name = "GlobalAveragePooling2D";

  build(inputShape: Shape, context: LayerContext): void {
    expectImages("GlobalAveragePooling2D", inputShape);
    this.reserve(inputShape, [inputShape[2]], context);
  }

  /** y = mean of x over all pixels. x [batch, height, width, channels], y [batch, channels]. */
  forward(x: Tensor): Tensor {
    const [batch, height, width, channels] = x.shape;
    const y = this.outputFor(x);
    for (let i = 0; i < batch; i++) {
      const image = x.rowStart(i);
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let k = channel; k < x.rowSize; k += channels) sum += x.data[image + k];
        y.data[i * channels + channel] = sum / (height * width);
      }
    }
    return y;
  }

  /** dx = dy / number of pixels, the same for each of them. */
  backward(dy: Tensor): Tensor {
    const [batch, channels] = dy.shape;
    const dx = this.inputGradientFor(dy);
    const share = channels / dx.rowSize;
    for (let i = 0; i < batch; i++) {
      for (let k = 0; k < dx.rowSize; k++) {
        dx.data[i * dx.rowSize + k] = share * dy.data[i * channels + (k % channels)];
      }
    }
    return dx;
  }
}
