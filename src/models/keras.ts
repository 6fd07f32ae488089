import type { Hdf5Dataset, Hdf5Group } from "../data/hdf5";
import { DataError, NeuralNetworkError, OptionsError, show } from "../errors";
import type { Layer, Variable } from "../nn/layers";
import { Network } from "../nn/network";
import { isShape, type Shape, sameShape, showShape, sizeOf } from "../tensor";
import { formNamed, formOf, type KerasConfig, type KerasForm, knownToKeras, leftOut } from "./keras-layers";
import { datasetAt, group, own, textsOf } from "./trees";

/** What Keras takes for the version that wrote the file; it decides how the rest is understood. */
const KERAS = { keras_version: "3.0.0", backend: "tensorflow" };

/** More are refused: no image here has so many numbers, and a file could ask for any. */
const MAXIMUM_INPUTS = 2 ** 26;

/** A layer as Keras names it, and how it is written down. */
interface NamedLayer {
  readonly layer: Layer;
  readonly form: KerasForm;
  readonly name: string;
  readonly inputShape: Shape;
}

/** Throws an OptionsError for a layer that Keras does not have. */
function nameLayers({ layers, inputShape }: Network): NamedLayer[] {
  return layers.map((layer, i) => {
    const form = formOf(layer);
    if (form === undefined) {
      throw new OptionsError(
        `This network cannot be saved: expected layers that Keras knows (${knownToKeras.join(", ")}), received ` +
          `${show(layer)} as layer ${i + 1}.`,
      );
    }
    // Keras makes scopes of names: letters, digits and underscores are safe.
    const name = `${form.className.toLowerCase()}_${i + 1}`;
    return { layer, form, name, inputShape: i === 0 ? inputShape : layers[i - 1].outputShape };
  });
}

/** The architecture of a network as Keras' JSON. Throws an OptionsError for a layer that Keras does not have. */
export function modelConfig(network: Network): string {
  const input = { batch_input_shape: [null, ...network.inputShape], dtype: "float32", name: "input" };
  const layers = nameLayers(network).map(({ layer, form, name }) => ({
    class_name: form.className,
    config: { name, dtype: "float32", ...form.config(layer) },
  }));
  return JSON.stringify({
    class_name: "Sequential",
    config: { name: "sequential", layers: [{ class_name: "InputLayer", config: input }, ...layers] },
  });
}

/**
 * A network as `keras.models.load_model` expects it in an HDF5 file: attributes of the root, among them the architecture
 * as JSON, and the group `model_weights`. Throws an OptionsError for a layer that Keras does not have.
 */
export function toKeras(network: Network): Hdf5Group {
  const named = nameLayers(network);
  const weights = named.map(({ layer, form, name, inputShape }) => {
    const names = Object.keys(weightShapes(form, layer, inputShape));
    return [name, weightsGroup(name, names, variablesOf(layer))];
  });
  const attributes = { ...KERAS, layer_names: named.map(({ name }) => name) };
  return group({
    attributes: { ...KERAS, model_config: modelConfig(network) },
    groups: { model_weights: group({ attributes, groups: Object.fromEntries(weights) }) },
  });
}

function weightsGroup(layer: string, names: readonly string[], variables: readonly Variable[]): Hdf5Group {
  if (names.length === 0) return group({});
  const datasets = names.map((name, i) => {
    const { data, shape } = variables[i].value;
    return [`${name}:0`, { data: Float32Array.from(data), shape }] as const;
  });
  return group({
    attributes: { weight_names: names.map((name) => `${layer}/${name}:0`) },
    groups: { [layer]: group({ datasets: Object.fromEntries(datasets) }) },
  });
}

/**
 * The network of a file that `toKeras` or Keras itself described. All shapes are compared before anything is allocated
 * for them, and nothing in the file is run.
 *
 * Throws a DataError that names `file` for an architecture or weights that cannot be.
 */
export function fromKeras(tree: Hdf5Group, file: string): Network {
  const { inputShape, configs } = readArchitecture(tree, file);
  const weights = own(tree.groups, "model_weights") ?? group({});
  const layers: Layer[] = [];
  const numbers: Float32Array[][] = [];
  let shape = inputShape;
  for (const { className, config } of configs) {
    const name = String(config.name);
    const where = `${file}: layer ${show(name)}`;
    const form = formNamed(className);
    if (form === undefined) {
      throw new DataError(
        `${where}: expected one of ${knownToKeras.join(", ")}, received ${show(className)}. ` +
          "Models of other layers run in Keras only.",
      );
    }
    const { layer, shapes, outputShape } = readLayer(form, config, shape, where);
    numbers.push(readWeights(own(weights.groups, name) ?? group({}), shapes, leftOut(config), where));
    layers.push(layer);
    shape = outputShape;
  }
  const network = new Network(inputShape, layers);
  for (const [i, layer] of network.layers.entries()) {
    // What is left out keeps the zeros or ones that it was built with.
    for (const [k, { value }] of variablesOf(layer).entries()) {
      if (numbers[i][k].length > 0) value.data.set(numbers[i][k]);
    }
  }
  return network;
}

interface Architecture {
  readonly inputShape: Shape;
  readonly configs: readonly { readonly className: unknown; readonly config: KerasConfig }[];
}

function readArchitecture(tree: Hdf5Group, file: string): Architecture {
  const expected = "expected a Keras model whose layers are in a row (Sequential)";
  const text = own(tree.attributes, "model_config");
  if (typeof text !== "string") {
    throw new DataError(`${file}: ${expected}, received a file without an architecture. Check its name.`);
  }
  let model: unknown;
  try {
    model = JSON.parse(text);
  } catch {
    throw new DataError(
      `${file}: ${expected}, received an architecture that is no JSON. Save the model again.`,
    );
  }
  const { class_name: kind, config } = asObject(model);
  const { layers, build_input_shape: built } = asObject(config);
  if (kind !== "Sequential" || !Array.isArray(layers) || layers.length === 0) {
    throw new DataError(`${file}: ${expected}, received ${show(kind)}. Other models run in Keras only.`);
  }
  const all = layers.map((layer) => {
    const { class_name: className, config } = asObject(layer);
    return { className, config: asObject(config) };
  });
  const first = all[0].config;
  const batchShape = first.batch_shape ?? first.batch_input_shape ?? built;
  const inputShape: unknown = Array.isArray(batchShape) ? batchShape.slice(1) : batchShape;
  if (!isShape(inputShape) || sizeOf(inputShape) > MAXIMUM_INPUTS) {
    throw new DataError(
      `${file}: expected samples of at most ${MAXIMUM_INPUTS} numbers, in lengths such as [64, 64, 3], received ` +
        `${show(inputShape)}. Build the model with a fixed input shape.`,
    );
  }
  const configs = all.filter(({ className }) => className !== "InputLayer");
  if (configs.length === 0) throw new DataError(`${file}: ${expected}, received one without layers.`);
  return { inputShape, configs };
}

const asObject = (value: unknown): KerasConfig =>
  typeof value === "object" && value !== null ? (value as KerasConfig) : {};

/** A layer, the shapes of its weights, and that of what it gives on, for samples of a shape. */
function readLayer(form: KerasForm, config: KerasConfig, inputShape: Shape, where: string) {
  try {
    const { dtype = "float32" } = config;
    const precision = asObject(asObject(dtype).config).name ?? dtype;
    if (precision !== "float32")
      throw new OptionsError(`dtype: expected "float32", received ${show(precision)}`);
    const layer = form.read(config, inputShape);
    const outputShape = form.outputShape?.(layer, inputShape) ?? inputShape;
    return { layer, shapes: weightShapes(form, layer, inputShape), outputShape };
  } catch (error) {
    if (!(error instanceof NeuralNetworkError)) throw error;
    throw new DataError(`${where} (${form.className}) cannot be made here: ${error.message}`);
  }
}

/** The numbers of each weight, in the order of `shapes`; none for what is left out. */
function readWeights(
  layer: Hdf5Group,
  shapes: Readonly<Record<string, Shape>>,
  absent: readonly string[],
  where: string,
): Float32Array[] {
  const found = new Map(
    textsOf(layer, "weight_names").map((path) => [lastName(path), datasetAt(layer, path)]),
  );
  return Object.entries(shapes).map(([name, shape]) => {
    if (absent.includes(name)) return new Float32Array(0);
    const dataset = found.get(name);
    if (dataset === undefined || !isNumbers(dataset) || !sameShape(dataset.shape, shape)) {
      const received = dataset === undefined ? "nothing" : `an array ${showShape(dataset.shape)}`;
      throw new DataError(
        `${where}: expected weights ${name} ${showShape(shape)}, received ${received}. Save the model again.`,
      );
    }
    const numbers = Float32Array.from(dataset.data as Float32Array);
    const wrong = numbers.find((number) => !Number.isFinite(number));
    if (wrong === undefined) return numbers;
    throw new DataError(
      `${where}: expected finite numbers as weights ${name}, received ${wrong}. Train the model again, with a lower ` +
        "learning rate.",
    );
  });
}

const isNumbers = ({ data }: Hdf5Dataset): boolean =>
  data instanceof Float32Array || data instanceof Float64Array;

/** "kernel" of "sequential/dense/kernel:0". */
const lastName = (path: string): string => path.slice(path.lastIndexOf("/") + 1).replace(/:0$/, "");

const weightShapes = (form: KerasForm, layer: Layer, inputShape: Shape): Readonly<Record<string, Shape>> =>
  form.weights?.(layer, inputShape) ?? {};

const variablesOf = ({ parameters, statistics = [] }: Layer): Variable[] => [...parameters, ...statistics];
