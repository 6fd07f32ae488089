import { Problems, ShapeError, show } from "../errors";
import { ActivationLayer } from "../nn/activation-layer";
import type { ActivationName } from "../nn/activations";
import { Conv2D } from "../nn/convolution";
import { Dropout } from "../nn/dropout";
import { Dense, Flatten, type Layer } from "../nn/layers";
import { BatchNorm } from "../nn/normalization";
import { GlobalAveragePooling2D, MaxPool2D } from "../nn/pooling";
import { Rescaling } from "../nn/rescaling";
import { expectImages, type Padding, type PixelSize, placeWindows } from "../nn/windows";
import { type Shape, sizeOf } from "../tensor";

/** What Keras writes down of a layer, under Keras' names. */
export type KerasConfig = Readonly<Record<string, unknown>>;

/** How a layer of ours is one of Keras, and what it makes of samples before anything is allocated for it. */
export interface KerasForm<Kind extends Layer = Layer> {
  readonly className: string;
  config(layer: Kind): KerasConfig;
  /** Throws an OptionsError or a ShapeError for a layer that Keras can make and we cannot. */
  read(config: KerasConfig, inputShape: Shape): Kind;
  /** The weights under Keras' names, in the order of the layer's parameters and statistics. Default: none. */
  weights?(layer: Kind, inputShape: Shape): Readonly<Record<string, Shape>>;
  /** Default: the shape of the inputs. */
  outputShape?(layer: Kind, inputShape: Shape): Shape;
}

const channelsLast = { data_format: "channels_last" };

const dense: KerasForm<Dense> = {
  className: "Dense",
  config: ({ units, activation }) => ({ units, activation, use_bias: true }),
  read: (config) => {
    expectFixed(config, { quantization_config: null });
    return new Dense(config.units as number, { activation: activationOf(config) });
  },
  weights: ({ units }, [inputs]) => ({ kernel: [inputs, units], bias: [units] }),
  outputShape: ({ units }, inputShape) => {
    if (inputShape.length !== 1) {
      throw new ShapeError(`expected samples that are rows of numbers, received [${inputShape.join(", ")}].`);
    }
    return [units];
  },
};

const conv2D: KerasForm<Conv2D> = {
  className: "Conv2D",
  config: ({ filters, kernelSize, strides, padding, activation }) => ({
    filters,
    kernel_size: kernelSize,
    strides,
    padding,
    ...channelsLast,
    activation,
    use_bias: true,
  }),
  read: (config) => {
    expectFixed(config, { ...channelsLast, groups: 1, dilation_rate: [1, 1] });
    const { filters, kernel_size: kernelSize, strides, padding } = config;
    return new Conv2D(filters as number, kernelSize as PixelSize, {
      strides: strides as PixelSize,
      padding: padding as Padding,
      activation: activationOf(config),
    });
  },
  weights: ({ kernelSize, filters }, [, , channels]) => ({
    kernel: [...kernelSize, channels, filters],
    bias: [filters],
  }),
  outputShape: ({ kernelSize, strides, padding, filters }, inputShape) => [
    ...placeWindows("Conv2D", inputShape, kernelSize, strides, padding).places,
    filters,
  ],
};

const maxPool2D: KerasForm<MaxPool2D> = {
  className: "MaxPooling2D",
  config: ({ poolSize, strides, padding }) => ({ pool_size: poolSize, strides, padding, ...channelsLast }),
  read: (config, inputShape) => {
    expectFixed(config, channelsLast);
    const { pool_size: poolSize, strides, padding } = config;
    const layer = new MaxPool2D(poolSize as PixelSize, {
      strides: (strides ?? poolSize) as PixelSize,
      padding: padding as Padding,
    });
    // All of a window is looked at, and one may be of any size without a weight in the file.
    const problems = new Problems();
    const fits = layer.poolSize.every((size, axis) => size <= inputShape[axis]);
    problems.expect(fits, "pool_size", "windows no larger than the image", layer.poolSize);
    problems.throwIfAny("MaxPooling2D");
    return layer;
  },
  outputShape: ({ poolSize, strides, padding }, inputShape) => [
    ...placeWindows("MaxPooling2D", inputShape, poolSize, strides, padding).places,
    inputShape[2],
  ],
};

const globalAveragePooling2D: KerasForm<GlobalAveragePooling2D> = {
  className: "GlobalAveragePooling2D",
  config: () => channelsLast,
  read: (config) => {
    expectFixed(config, { ...channelsLast, keepdims: false });
    return new GlobalAveragePooling2D();
  },
  outputShape: (_, inputShape) => {
    expectImages("GlobalAveragePooling2D", inputShape);
    return [inputShape[2]];
  },
};

const flatten: KerasForm<Flatten> = {
  className: "Flatten",
  config: () => channelsLast,
  read: (config) => {
    expectFixed(config, channelsLast);
    return new Flatten();
  },
  outputShape: (_, inputShape) => [sizeOf(inputShape)],
};

const dropout: KerasForm<Dropout> = {
  className: "Dropout",
  config: ({ rate }) => ({ rate }),
  read: (config) => {
    expectFixed(config, { noise_shape: null });
    return new Dropout(config.rate as number);
  },
};

const batchNorm: KerasForm<BatchNorm> = {
  className: "BatchNormalization",
  config: ({ momentum, epsilon }) => ({ axis: -1, momentum, epsilon, center: true, scale: true }),
  read: ({ axis, ...config }, inputShape) => {
    const last = [-1, inputShape.length, undefined].includes(Array.isArray(axis) ? axis[0] : axis);
    expectFixed({ axis: last ? -1 : axis, ...config }, { axis: -1, renorm: false });
    return new BatchNorm({ momentum: config.momentum as number, epsilon: config.epsilon as number });
  },
  weights: (_, inputShape) => {
    const channels = [inputShape[inputShape.length - 1]];
    return { gamma: channels, beta: channels, moving_mean: channels, moving_variance: channels };
  },
};

const activation: KerasForm<ActivationLayer> = {
  className: "Activation",
  config: ({ activation }) => ({ activation }),
  read: (config) => new ActivationLayer(activationOf(config)),
};

const rescaling: KerasForm<Rescaling> = {
  className: "Rescaling",
  config: ({ scale, offset }) => ({ scale, offset }),
  read: ({ scale, offset }) => new Rescaling(scale as number, offset as number),
};

const relu: KerasForm<ActivationLayer> = {
  ...activation,
  className: "ReLU",
  read: (config) => {
    expectFixed(config, { max_value: null, negative_slope: 0, threshold: 0 });
    return new ActivationLayer("relu");
  },
};

const softmax: KerasForm<ActivationLayer> = {
  ...activation,
  className: "Softmax",
  read: (config) => {
    expectFixed(config, { axis: -1 });
    return new ActivationLayer("softmax");
  },
};

/** By the name of our class, which says what a layer is also when its file was loaded again since. */
const ours: Readonly<Record<string, KerasForm>> = {
  Dense: dense,
  Conv2D: conv2D,
  MaxPool2D: maxPool2D,
  GlobalAveragePooling2D: globalAveragePooling2D,
  Flatten: flatten,
  Dropout: dropout,
  BatchNorm: batchNorm,
  ActivationLayer: activation,
  Rescaling: rescaling,
};

const theirs = new Map([...Object.values(ours), relu, softmax].map((form) => [form.className, form]));

export const knownToKeras = [...theirs.keys()];

/** The form of a layer of ours, undefined for one of another kind. */
export const formOf = (layer: Layer): KerasForm | undefined =>
  Object.hasOwn(ours, layer.constructor.name) ? ours[layer.constructor.name] : undefined;

/** The form of a layer that Keras names, undefined for an unknown one. */
export const formNamed = (className: unknown): KerasForm | undefined => theirs.get(className as string);

/** The weights that a layer of Keras does not have because it was told so, and of which ours then has zeros or ones. */
export const leftOut = ({ use_bias, center, scale }: KerasConfig): string[] => [
  ...(use_bias === false ? ["bias"] : []),
  ...(center === false ? ["beta"] : []),
  ...(scale === false ? ["gamma"] : []),
];

/** "relu", or the same as a function that Keras serialized. */
function activationOf(config: KerasConfig): ActivationName {
  const { activation } = config;
  const named = (activation as { config?: unknown } | null)?.config;
  return (named ?? activation ?? "linear") as ActivationName;
}

/** Throws an OptionsError for every option that is there and different: ours has only this one value. */
function expectFixed(config: KerasConfig, fixed: KerasConfig): void {
  const problems = new Problems();
  for (const [name, value] of Object.entries(fixed)) {
    const received = config[name];
    const fine = received === undefined || JSON.stringify(received) === JSON.stringify(value);
    problems.expect(fine, name, show(value), received);
  }
  problems.throwIfAny("this layer");
}
