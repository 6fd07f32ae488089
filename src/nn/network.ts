import { DataError, NeuralNetworkError, OptionsError, Problems, ShapeError, show } from "../errors";
import { kernels as chosenKernels } from "../kernels/chosen";
import type { Kernels } from "../kernels/kernels";
import { Random, type TrainingPass } from "../random";
import { isKind, lasting } from "../reload";
import { isShape, type Numbers, type Shape, sameShape, showShape, sizeOf, Tensor } from "../tensor";
import type { Layer, OutputLayer, Parameter, Variable } from "./layers";
import { predictedClass } from "./predicted-class";
import { summaryTable } from "./summary";
import { checkParameters, countNumbers, readNumbers, writeNumbers } from "./variables";

/** Predictions of many samples run in pieces of this size, so that the layers' memory stays small. */
const PREDICTION_BATCH = 256;

const built = lasting("layers in networks", () => new WeakSet<Layer>());

const isLayer = (value: unknown): boolean =>
  typeof (value as Layer | null)?.build === "function" && typeof (value as Layer).forward === "function";

const showReceived = (value: unknown): string =>
  value instanceof Tensor ? showShape(value.shape) : show(value);

export interface NetworkOptions {
  /** Decides the first weights. Default 1. */
  seed?: number;
  kernels?: Kernels;
}

/**
 * Layers in a row.
 *
 * `inputShape` is the shape of one sample, [784] or [28, 28, 1]. Throws an OptionsError for no layers or a layer that
 * is already part of a network, and a ShapeError where two neighbours do not fit.
 */
export class Network {
  readonly kind = "Network";

  static [Symbol.hasInstance](value: unknown): boolean {
    return isKind(value, "Network");
  }

  readonly layers: readonly Layer[];
  /** What training changes by its gradient. */
  readonly parameters: readonly Parameter[];
  /** All that makes the network answer as it does: of each layer the parameters, then the statistics. */
  readonly variables: readonly Variable[];
  readonly kernels: Kernels;
  /** What the last `forward` returned, and whether those were logits. */
  private latest: { readonly output: Tensor; readonly logits: boolean } | null = null;

  constructor(
    readonly inputShape: Shape,
    layers: readonly Layer[],
    options: NetworkOptions = {},
  ) {
    const problems = new Problems();
    problems.expectKnownKeys(options, ["seed", "kernels"]);
    const { seed = 1, kernels = chosenKernels } = options ?? {};
    const shapes = "a list of whole numbers ≥ 1 such as [784]";
    problems.expect(isShape(inputShape), "inputShape", shapes, inputShape);
    problems.expect(
      Array.isArray(layers) && layers.length > 0 && layers.every(isLayer),
      "layers",
      "a list of at least one layer",
      layers,
    );
    problems.expect(Number.isSafeInteger(seed), "seed", "a whole number", seed);
    problems.expect(typeof kernels?.affine === "function", "kernels", "kernels that compute", kernels);
    problems.throwIfAny("Network");
    layers.forEach((layer, i) => {
      if (built.has(layer) || layers.indexOf(layer) < i) {
        throw new OptionsError(
          `Network: layer ${i + 1} (${layer.name}) is already part of a network. Make a new one.`,
        );
      }
    });
    let shape = inputShape;
    let needsInputGradient = false;
    let count = 0;
    layers.forEach((layer, i) => {
      layer.build(shape, { kernels, random: new Random(seed, "layer", i), index: i, needsInputGradient });
      shape = layer.outputShape;
      needsInputGradient ||= layer.parameters.length > 0;
      count += countNumbers(layer.parameters);
      // After every layer, so that memory for one too many is all that is ever taken.
      checkParameters("Network", count);
    });
    for (const layer of layers) built.add(layer);
    this.layers = [...layers];
    this.parameters = layers.flatMap((layer) => layer.parameters);
    this.variables = layers.flatMap(({ parameters, statistics = [] }) => [...parameters, ...statistics]);
    this.kernels = kernels;
  }

  get outputShape(): Shape {
    return this.layers[this.layers.length - 1].outputShape;
  }

  /** The last layer, if its activation can be left to the loss. */
  get outputLayer(): OutputLayer | null {
    const last = this.layers[this.layers.length - 1];
    return "backwardLogits" in last ? (last as OutputLayer) : null;
  }

  /**
   * x [batch, ...inputShape] → y [batch, ...outputShape]. The result lives in the memory of the last layer until the
   * next forward; `predict` returns one that lasts. With `logits`, the last activation is left out. `training` is given
   * while the network learns, for the layers that then behave differently.
   */
  forward(
    x: Tensor,
    { logits = false, training = null }: { logits?: boolean; training?: TrainingPass | null } = {},
  ): Tensor {
    this.checkSamples(x);
    const last = this.layers.length - 1;
    let y = x;
    for (let i = 0; i < last; i++) y = this.layers[i].forward(y, training);
    const outputLayer = this.outputLayer;
    const output =
      logits && outputLayer !== null ? outputLayer.logits(y) : this.layers[last].forward(y, training);
    this.latest = { output, logits };
    return output;
  }

  /**
   * The chain rule, from the last layer to the first: takes the gradient of the loss with respect to the outputs of the
   * last `forward` (or, with `logits`, to its logits) and sets the gradient of every parameter.
   * Throws a ShapeError for a gradient of another shape, and a NeuralNetworkError where there was no such `forward`.
   */
  backward(gradient: Tensor, { logits = false } = {}): void {
    if (this.latest === null || (this.latest.logits && !logits)) {
      throw new NeuralNetworkError(
        `backward: expected to follow a forward${logits ? "" : " without logits"}. Call network.forward(x) first.`,
      );
    }
    const expected = this.latest.output.shape;
    if (!(gradient instanceof Tensor) || !sameShape(gradient.shape, expected)) {
      throw new ShapeError(
        `backward: expected a gradient ${showShape(expected)}, as the last outputs, received ` +
          `${showReceived(gradient)}.`,
      );
    }
    const last = this.layers.length - 1;
    const output = this.outputLayer;
    let dy =
      logits && output !== null ? output.backwardLogits(gradient) : this.layers[last].backward(gradient);
    for (let i = last - 1; i >= 0 && dy !== null; i--) dy = this.layers[i].backward(dy);
  }

  /**
   * The outputs for one sample [...inputShape], as [...outputShape], or for many [count, ...inputShape], as
   * [count, ...outputShape]. Throws a ShapeError for another shape, and a DataError where an output is not a finite number.
   */
  predict(samples: Tensor): Tensor {
    if (samples instanceof Tensor && sameShape(samples.shape, this.inputShape)) {
      return this.predict(samples.reshape([1, ...this.inputShape])).reshape(this.outputShape);
    }
    this.checkSamples(samples);
    const count = samples.shape[0];
    const width = sizeOf(this.outputShape);
    const outputs = new Float32Array(count * width);
    for (let start = 0; start < count; start += PREDICTION_BATCH) {
      const piece =
        count <= PREDICTION_BATCH
          ? samples
          : samples.take(
              Array.from({ length: Math.min(PREDICTION_BATCH, count - start) }, (_, i) => start + i),
            );
      outputs.set(this.forward(piece).data, start * width);
    }
    this.checkOutputs(outputs, samples);
    return new Tensor(outputs, [count, ...this.outputShape]);
  }

  /** The class that the outputs for one sample speak for, as an index. */
  predictClass(sample: Tensor): number {
    if (!(sample instanceof Tensor) || !sameShape(sample.shape, this.inputShape)) {
      throw new ShapeError(
        `predictClass: expected one sample ${showShape(this.inputShape)}, received ` +
          `${showReceived(sample)}. predictClasses takes many.`,
      );
    }
    return this.predictClasses(sample.reshape([1, ...sample.shape]))[0];
  }

  /** The class of each of many samples. */
  predictClasses(samples: Tensor): Int32Array {
    this.checkSamples(samples);
    const outputs = this.predict(samples);
    return Int32Array.from({ length: samples.shape[0] }, (_, row) => predictedClass(outputs, row));
  }

  /** How many numbers training changes by their gradient. */
  get parameterCount(): number {
    return countNumbers(this.parameters);
  }

  /** The numbers of all variables in one flat array, layer by layer, as a copy. */
  getParameters(): Numbers {
    return readNumbers(this.variables);
  }

  /** Puts back what `getParameters` gave. Throws a ShapeError for another count and a DataError for numbers not finite. */
  setParameters(flat: ArrayLike<number>): void {
    const count = countNumbers(this.variables);
    if (flat?.length !== count) {
      throw new ShapeError(`setParameters: expected ${count} numbers, received ${flat?.length}.`);
    }
    const wrong = Array.prototype.findIndex.call(flat, (value: unknown) => !Number.isFinite(value));
    if (wrong >= 0) {
      throw new DataError(
        `setParameters: expected finite numbers, received ${show(flat[wrong])} at index ${wrong}.`,
      );
    }
    writeNumbers(this.variables, flat);
  }

  /** Prints a table of the layers, their output shapes, and their numbers of parameters. */
  summary(): void {
    console.log(summaryTable(this.inputShape, this.layers));
  }

  toString(): string {
    const steps = this.layers.map(({ name, outputShape }) => `${name} ${outputShape.join("×")}`);
    const count = this.parameterCount.toLocaleString("en");
    return `Network ${[this.inputShape.join("×"), ...steps].join(" → ")}, ${count} parameters`;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  private checkSamples(x: Tensor): void {
    const fits = x instanceof Tensor && x.shape[0] > 0 && sameShape(x.shape.slice(1), this.inputShape);
    if (!fits) {
      throw new ShapeError(
        `Network: expected samples [count, ${this.inputShape.join(", ")}], received ${showReceived(x)}.`,
      );
    }
  }

  /** An answer that is not a number must not pass as the class with index 0. */
  private checkOutputs(outputs: Float32Array, samples: Tensor): void {
    if (outputs.every(Number.isFinite)) return;
    const cause = samples.copy().data.every(Number.isFinite)
      ? "the weights have grown too large. Build the network again and train it with a lower learning rate"
      : "the samples hold numbers that are not finite";
    throw new DataError(`predict: the outputs are not finite numbers: ${cause}.`);
  }
}
