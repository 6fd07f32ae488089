import { BatchReader, inOrder } from "../../batches";
import type { Dataset } from "../../dataset";
import { NeuralNetworkError, ShapeError } from "../../errors";
import type { Conv2D } from "../../nn/convolution";
import type { Dense, Layer } from "../../nn/layers";
import type { Network } from "../../nn/network";
import { type Shape, showShape, sizeOf, Tensor } from "../../tensor";

/** A sample, and how strongly a neuron answers it. */
export interface ExcitingSample {
  /** Which sample of the data it is. */
  readonly index: number;
  /** The neuron's sum z = x·W + b; of a filter, the largest that it sends on from any place. */
  readonly value: number;
}

/** What a neuron (or filter) of the first layer looks for. */
export interface NeuronWeights {
  /** [height, width, channels]. */
  readonly weights: Tensor;
  /** The samples that excite it most, the strongest first; none without data. */
  readonly strongest: readonly ExcitingSample[];
}

/** The first layer of a network that weighs its inputs, where these are pixels. */
export interface FirstLayer {
  /** Counted from 1. */
  readonly place: number;
  readonly layer: Dense | Conv2D;
  /** Height, width and channels of the weights of one neuron. */
  readonly shape: Shape;
  readonly units: number;
}

/**
 * The first layer with weights. Throws a NeuralNetworkError for a network without one, and a ShapeError where what it
 * looks at is no image.
 */
export function firstLayer(where: string, network: Network, shape?: Shape): FirstLayer {
  let image = network.inputShape;
  for (const [i, layer] of network.layers.entries()) {
    if (isConvolution(layer)) {
      const weights = layer.parameters[0].value.shape;
      return { place: i + 1, layer, shape: weights.slice(0, 3), units: layer.filters };
    }
    if (isDense(layer)) {
      return { place: i + 1, layer, shape: imageOf(where, shape ?? image, layer), units: layer.units };
    }
    // A row of numbers that was an image is still looked at as one.
    if (layer.outputShape.length === 3 || sizeOf(layer.outputShape) !== sizeOf(image))
      image = layer.outputShape;
  }
  throw new NeuralNetworkError(`${where}: expected a network with a Dense or a Conv2D layer, found none.`);
}

// By what they have and not by their class, which is another one after an edit of its file.
const isConvolution = (layer: Layer): layer is Conv2D => "filters" in layer && "kernelSize" in layer;
const isDense = (layer: Layer): layer is Dense => "units" in layer && "logits" in layer;

/** [784] as [28, 28, 1]. */
function imageOf(where: string, shape: Shape, layer: Dense): Shape {
  const inputs = layer.parameters[0].value.shape[0];
  const side = Math.sqrt(inputs);
  const image = shape.length === 1 && Number.isInteger(side) && side > 1 ? [side, side, 1] : shape;
  if (image.length === 3 && sizeOf(image) === inputs) return image;
  throw new ShapeError(
    `${where}: expected images, and the first layer looks at ${showShape(shape)} = ${inputs} numbers. ` +
      "With { shape: [height, width, channels] }, rows of that many pixels are images too.",
  );
}

/** The weights of one neuron or filter, [height, width, channels]. */
export function weightsOf({ layer, shape, units }: FirstLayer, unit: number): Tensor {
  const { data } = layer.parameters[0].value;
  return Tensor.from(
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => data[i * units + unit]),
    shape,
  );
}

const BATCH = 250;

/** For each of the first `units` neurons, the `count` samples that excite it most, the strongest first. */
export function strongestSamples(
  network: Network,
  { layer, place, units: all }: FirstLayer,
  data: Dataset,
  units: number,
  count: number,
): ExcitingSample[][] {
  const strongest = Array.from({ length: units }, (): ExcitingSample[] => []);
  const reader = new BatchReader(data, sizeOf(network.outputShape), network.kernels);
  const order = inOrder(data.length);
  for (let start = 0; start < data.length; start += BATCH) {
    const end = Math.min(start + BATCH, data.length);
    let { x } = reader.read(order, start, end);
    for (const before of network.layers.slice(0, place - 1)) x = before.forward(x);
    const y = layer.logits(x);
    const places = y.rowSize / all;
    for (let index = start; index < end; index++) {
      const row = (index - start) * y.rowSize;
      for (let unit = 0; unit < units; unit++) {
        let value = Number.NEGATIVE_INFINITY;
        for (let p = 0; p < places; p++) value = Math.max(value, y.data[row + p * all + unit]);
        insert(strongest[unit], { index, value }, count);
      }
    }
  }
  return strongest;
}

/** Puts a sample into its place among the strongest, of which at most `count` are kept. */
function insert(strongest: ExcitingSample[], sample: ExcitingSample, count: number): void {
  if (strongest.length === count && sample.value <= strongest[count - 1].value) return;
  const place = strongest.findIndex(({ value }) => value < sample.value);
  strongest.splice(place < 0 ? strongest.length : place, 0, sample);
  if (strongest.length > count) strongest.pop();
}
