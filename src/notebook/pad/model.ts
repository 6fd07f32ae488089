import { plain } from "../../kernels/plain";
import { ActivationLayer } from "../../nn/activation-layer";
import { Conv2D } from "../../nn/convolution";
import { Dropout } from "../../nn/dropout";
import { Dense, Flatten, type Layer, type Variable } from "../../nn/layers";
import { BatchNorm } from "../../nn/normalization";
import { GlobalAveragePooling2D, MaxPool2D } from "../../nn/pooling";
import { Rescaling } from "../../nn/rescaling";
import { readNumbers, writeNumbers } from "../../nn/variables";
import { Random } from "../../random";
import type { Shape } from "../../tensor";

/** A network as text that a page can hold. */
export interface PadModel {
  readonly inputShape: Shape;
  readonly layers: readonly LayerSketch[];
  /** The numbers of all variables, layer by layer: float32, little-endian, in base64. */
  readonly numbers: string;
}

/** What a layer's constructor was given. */
interface LayerSketch {
  readonly kind: string;
  readonly options: readonly unknown[];
}

/** How each kind of layer is made again, and what its constructor is given then. */
const kinds: Readonly<
  Record<string, { make: new (...options: never[]) => Layer; options: (layer: never) => unknown[] }>
> = {
  Dense: { make: Dense, options: ({ units, activation }: Dense) => [units, { activation }] },
  Conv2D: {
    make: Conv2D,
    options: ({ filters, kernelSize, activation, strides, padding }: Conv2D) => [
      filters,
      kernelSize,
      { activation, strides, padding },
    ],
  },
  MaxPool2D: {
    make: MaxPool2D,
    options: ({ poolSize, strides, padding }: MaxPool2D) => [poolSize, { strides, padding }],
  },
  GlobalAveragePooling2D: { make: GlobalAveragePooling2D, options: () => [] },
  BatchNorm: { make: BatchNorm, options: ({ momentum, epsilon }: BatchNorm) => [{ momentum, epsilon }] },
  ActivationLayer: {
    make: ActivationLayer,
    options: ({ activation }: ActivationLayer) => [activation],
  },
  Rescaling: { make: Rescaling, options: ({ scale, offset }: Rescaling) => [scale, offset] },
  Dropout: { make: Dropout, options: ({ rate }: Dropout) => [rate] },
  Flatten: { make: Flatten, options: () => [] },
};

export const layerKinds = Object.keys(kinds);

/** The name of a layer's class, which stays the same when src is loaded again. */
export const kindOf = (layer: Layer): string => layer.constructor.name;

/** A network as a model that `buildLayers` makes it from again. Every layer is of one of `layerKinds`. */
export function describeModel(inputShape: Shape, layers: readonly Layer[]): PadModel {
  const numbers = Float32Array.from(readNumbers(variablesOf(layers)));
  return {
    inputShape,
    layers: layers.map((layer) => ({
      kind: kindOf(layer),
      options: kinds[kindOf(layer)].options(layer as never),
    })),
    numbers: Buffer.from(numbers.buffer).toString("base64"),
  };
}

/** The layers of a model, with its numbers, on the plain kernels. */
export function buildLayers({ inputShape, layers, numbers }: PadModel): Layer[] {
  let shape = inputShape;
  const built = layers.map(({ kind, options }, index) => {
    const layer = new kinds[kind].make(...(options as never[]));
    layer.build(shape, { kernels: plain, random: new Random(index), index, needsInputGradient: false });
    shape = layer.outputShape;
    return layer;
  });
  const bytes = Uint8Array.from(atob(numbers), (character) => character.charCodeAt(0));
  writeNumbers(variablesOf(built), new Float32Array(bytes.buffer));
  return built;
}

const variablesOf = (layers: readonly Layer[]): Variable[] =>
  layers.flatMap(({ parameters, statistics = [] }) => [...parameters, ...statistics]);
