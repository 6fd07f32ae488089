import { DataError, OptionsError, Problems, ShapeError, show } from "../errors";
import { kernels as chosenKernels } from "../kernels/chosen";
import type { Kernels } from "../kernels/kernels";
import { Random } from "../random";
import { isShape, type Shape, sameShape, showShape, sizeOf, Tensor } from "../tensor";
import type { Layer, OutputLayer, Parameter } from "./layers";
import { predictedClass } from "./metrics";

/** Predictions of many samples run in pieces of this size, so that the layers' memory stays small. */
const PREDICTION_BATCH = 256;

const built = new WeakSet<Layer>();

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
  readonly layers: readonly Layer[];
  readonly parameters: readonly Parameter[];
  readonly kernels: Kernels;

  constructor(
    readonly inputShape: Shape,
    layers: readonly Layer[],
    { seed = 1, kernels = chosenKernels }: NetworkOptions = {},
  ) {
    const problems = new Problems();
    problems.expect(
      isShape(inputShape),
      "inputShape",
      "a list of whole numbers ≥ 1 such as [784]",
      inputShape,
    );
    problems.expect(
      Array.isArray(layers) && layers.length > 0,
      "layers",
      "a list of at least one layer",
      layers,
    );
    problems.expect(Number.isSafeInteger(seed), "seed", "a whole number", seed);
    problems.throwIfAny("Network");
    let shape = inputShape;
    let needsInputGradient = false;
    layers.forEach((layer, i) => {
      if (built.has(layer)) {
        throw new OptionsError(
          `Network: layer ${i + 1} (${layer.name}) is already part of a network. Make a new one.`,
        );
      }
      built.add(layer);
      layer.build(shape, { kernels, random: new Random(seed, "layer", i), needsInputGradient });
      shape = layer.outputShape;
      needsInputGradient ||= layer.parameters.length > 0;
    });
    this.layers = [...layers];
    this.parameters = layers.flatMap((layer) => layer.parameters);
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
   * next forward; `predict` returns one that lasts. With `logits`, the last activation is left out.
   */
  forward(x: Tensor, { logits = false } = {}): Tensor {
    this.checkSamples(x);
    const last = this.layers.length - 1;
    let y = x;
    for (let i = 0; i < last; i++) y = this.layers[i].forward(y);
    const output = this.outputLayer;
    return logits && output !== null ? output.logits(y) : this.layers[last].forward(y);
  }

  /**
   * The chain rule, from the last layer to the first: takes the gradient of the loss with respect to the outputs of the
   * last `forward` (or, with `logits`, to its logits) and sets the gradient of every parameter.
   */
  backward(gradient: Tensor, { logits = false } = {}): void {
    const last = this.layers.length - 1;
    const output = this.outputLayer;
    let dy =
      logits && output !== null ? output.backwardLogits(gradient) : this.layers[last].backward(gradient);
    for (let i = last - 1; i >= 0 && dy !== null; i--) dy = this.layers[i].backward(dy);
  }

  /**
   * The outputs for one sample [...inputShape], as [...outputShape], or for many [count, ...inputShape], as
   * [count, ...outputShape]. Throws a ShapeError for another shape and a DataError for numbers that are not finite.
   */
  predict(samples: Tensor): Tensor {
    if (sameShape(samples.shape, this.inputShape)) {
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
    return this.predictClasses(sample.reshape([1, ...sample.shape]))[0];
  }

  /** The class of each of many samples. */
  predictClasses(samples: Tensor): Int32Array {
    const outputs = this.predict(samples);
    return Int32Array.from({ length: samples.shape[0] }, (_, row) => predictedClass(outputs, row));
  }

  /** How many numbers training can change. */
  get parameterCount(): number {
    return this.parameters.reduce((count, { value }) => count + value.size, 0);
  }

  /** All weights and biases in one flat array, layer by layer, as a copy. */
  getParameters(): Float32Array | Float64Array {
    const flat = this.kernels.zeros([this.parameterCount]).data.slice();
    let offset = 0;
    for (const { value } of this.parameters) {
      flat.set(value.data, offset);
      offset += value.size;
    }
    return flat;
  }

  /** Puts back what `getParameters` gave. Throws a ShapeError for another count and a DataError for numbers not finite. */
  setParameters(flat: ArrayLike<number>): void {
    if (flat.length !== this.parameterCount) {
      throw new ShapeError(
        `setParameters: expected ${this.parameterCount} numbers, received ${flat.length}.`,
      );
    }
    const wrong = Array.prototype.findIndex.call(flat, (value: unknown) => !Number.isFinite(value));
    if (wrong >= 0) {
      throw new DataError(
        `setParameters: expected finite numbers, received ${show(flat[wrong])} at index ${wrong}.`,
      );
    }
    let offset = 0;
    for (const { value } of this.parameters) {
      for (let i = 0; i < value.size; i++) value.data[i] = flat[offset + i];
      offset += value.size;
    }
  }

  /** Prints a table of the layers, their output shapes, and their numbers of parameters. */
  summary(): void {
    console.log(this.table());
  }

  private table(): string {
    const rows = [["", "layer", "output shape", "parameters", ""]];
    rows.push(["", "input", showShape(this.inputShape), "", ""]);
    this.layers.forEach(({ name, outputShape, parameters }, i) => {
      const count = parameters.reduce((sum, { value }) => sum + value.size, 0);
      const terms = parameters.map(({ value }) => value.shape.join("·")).join(" + ");
      rows.push([
        String(i + 1),
        name,
        showShape(outputShape),
        count.toLocaleString("en"),
        terms && `= ${terms}`,
      ]);
    });
    rows.push(["", "", "in all", this.parameterCount.toLocaleString("en"), ""]);
    const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
    return rows
      .map((row) =>
        row
          .map((cell, i) => (i === 3 ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
          .join("  ")
          .trimEnd(),
      )
      .join("\n");
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
    if (!(x instanceof Tensor))
      throw new ShapeError(`Network: expected a Tensor of samples, received ${show(x)}.`);
    if (x.shape.length === 0 || x.shape[0] === 0 || !sameShape(x.shape.slice(1), this.inputShape)) {
      throw new ShapeError(
        `Network: expected samples [count, ${this.inputShape.join(", ")}], received ${showShape(x.shape)}.`,
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
