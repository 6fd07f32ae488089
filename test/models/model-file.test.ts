import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { encodeHdf5, type Hdf5Group, readHdf5 } from "../../src/data/hdf5";
import type { ImagePreprocessing } from "../../src/data/image-preprocessing";
import { DataError, OptionsError } from "../../src/errors";
import { fromKeras, toKeras } from "../../src/models/keras";
import { loadModel, type ModelDetails, readModel, saveModel } from "../../src/models/model-file";
import { digestOf, group } from "../../src/models/trees";
import { Dense, type Layer } from "../../src/nn/layers";
import { mlp } from "../../src/nn/mlp";
import { Network } from "../../src/nn/network";
import { BatchNorm } from "../../src/nn/normalization";
import { fit } from "../../src/training/fit";
import { temporaryFolder } from "../data/support/idx";
import { plans } from "../support/arbitraries";
import { errorOf } from "../support/errors";
import { bitsOf } from "../support/numbers";
import { wrong } from "../support/refusals";
import { cloudNetwork, clouds } from "../support/training";
import { everyLayer, pixels, rowsOfDense } from "./support/models";

const preprocessing: ImagePreprocessing = { width: 10, height: 12, channels: 3, fit: "contain" };
const classes = ["burger", "Wurst ü", "hotdog"];

const modelPath = () => join(temporaryFolder(), "model.h5");

/** What the file of a model with three classes holds. */
let saved: Hdf5Group;
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "neural-networks-"));
  const file = join(folder, "model.h5");
  await saveModel(file, everyLayer(), { classes, preprocessing });
  saved = await readHdf5(file);
  rmSync(folder, { recursive: true });
});

test("a model comes back with all that belongs to it, and answers with the same bits", async () => {
  const file = modelPath();
  const network = everyLayer();
  await saveModel(file, network, { classes, preprocessing, source: "emoji" });
  const model = await loadModel(file);
  expect(model.classes).toEqual(classes);
  expect(model.preprocessing).toEqual(preprocessing);
  expect(model.source).toBe("emoji");
  expect(model.history).toBeNull();
  expect(model.network.toString()).toBe(network.toString());
  expect(bitsOf(model.network.getParameters())).toBe(bitsOf(network.getParameters()));
  const samples = pixels(5, network.inputShape);
  expect(bitsOf(model.network.predict(samples).data)).toBe(bitsOf(network.predict(samples).data));
});

test("what is left out comes back as null, and one output speaks for two classes", async () => {
  const file = modelPath();
  await saveModel(file, rowsOfDense(), { classes: ["not-hotdog", "hotdog"] });
  const { network: _, ...model } = await loadModel(file);
  expect(model).toEqual({
    classes: ["not-hotdog", "hotdog"],
    preprocessing: null,
    history: null,
    source: null,
  });
});

test("the history comes back exactly, with what was not measured", async () => {
  const network = cloudNetwork();
  const history = await fit(network, clouds(30), { epochs: 3, learningRate: 0.1 });
  const file = modelPath();
  await saveModel(file, network, { classes: ["a", "b", "c"], history });
  const model = await loadModel(file);
  expect(model.history).toEqual(history);
  expect(model.history?.epochs[2].validationLoss).toBeNaN();
  expect(String(model.history)).toBe(String(history));
});

test("a model that was loaded learns on, and is saved as what it then is", async () => {
  const file = modelPath();
  await saveModel(file, cloudNetwork(), { classes: ["a", "b", "c"] });
  const { network } = await loadModel(file);
  await fit(network, clouds(30), { epochs: 2, learningRate: 0.1 });
  await saveModel(file, network, { classes: ["a", "b", "c"] });
  const again = await loadModel(file);
  expect(bitsOf(again.network.getParameters())).toBe(bitsOf(network.getParameters()));
});

test("networks that are made up by chance become Keras' and come back, with the same answers", () => {
  fc.assert(
    fc.property(plans(), ({ inputShape, layers, seed }) => {
      const network = new Network(inputShape, layers(), { seed });
      const back = fromKeras(toKeras(network), "file");
      expect(back.toString()).toBe(network.toString());
      const samples = pixels(2, inputShape);
      expect(bitsOf(back.predict(samples).data)).toBe(bitsOf(network.predict(samples).data));
    }),
    { seed: 1, numRuns: 60 },
  );
});

test("batch normalization's numbers are under Keras' names and in Keras' order", () => {
  const layer = new BatchNorm();
  const network = new Network([3], [layer]);
  const names = ["gamma", "beta", "moving_mean", "moving_variance"];
  const variables = [...layer.parameters, ...layer.statistics];
  for (const [i, { value }] of variables.entries()) value.data.fill(i + 1);
  const { attributes, groups } = toKeras(network).groups.model_weights.groups.batchnormalization_1;
  expect(attributes.weight_names).toEqual(names.map((name) => `batchnormalization_1/${name}:0`));
  const { datasets } = groups.batchnormalization_1;
  expect(names.map((name) => datasets[`${name}:0`].data[0])).toEqual([1, 2, 3, 4]);
  expect(variables.map(({ name }) => name)).toEqual(["gamma", "beta", "movingMean", "movingVariance"]);
});

describe("what cannot be saved is refused, and the old file stays", () => {
  const refused = async (network: Network, details: ModelDetails): Promise<Error> => {
    const file = modelPath();
    writeFileSync(file, "old");
    const error = await errorOf(() => saveModel(file, network, details));
    expect(readFileSync(file, "utf8")).toBe("old");
    return error;
  };

  test("details that do not fit, all at once", async () => {
    const details = { classes: ["one"], history: 1, source: 2, pre: 3 };
    const error = await refused(rowsOfDense(), wrong(details));
    expect(error).toBeInstanceOf(OptionsError);
    expect(error.message).toMatch(/pre: unknown option, did you mean preprocessing/);
    const rest = await refused(rowsOfDense(), wrong({ ...details, pre: undefined, preprocessing: null }));
    expect(rest.message).toMatch(/pre: unknown/);
    const { pre: _, ...known } = details;
    const all = await refused(rowsOfDense(), wrong(known));
    expect(all.message).toMatch(/classes: expected 2 different names.*history: .*source: expected a text/s);
  });

  test("preprocessing that does not make the inputs", async () => {
    const turned = { ...preprocessing, width: 12, height: 10 };
    const error = await refused(everyLayer(), { classes, preprocessing: turned });
    expect(error.message).toMatch(/preprocessing: expected .*inputs, \[12, 10, 3\], received \[10, 12, 3\]/);
    const impossible = await refused(everyLayer(), { classes, preprocessing: wrong({ width: 0 }) });
    expect(impossible.message).toMatch(/width: .*height: .*fit: /s);
  });

  test("weights that are not finite", async () => {
    const network = everyLayer();
    network.variables[3].value.data[0] = Number.NaN;
    const error = await refused(network, { classes });
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(/finite weights, received NaN.*is untouched/);
  });

  test("a layer that Keras does not have", async () => {
    class Twice implements Layer {
      readonly name = "Twice";
      readonly parameters = [];
      outputShape = [2];
      build() {}
      forward = <T>(x: T) => x;
      backward = <T>(dy: T) => dy;
    }
    const error = await refused(new Network([2], [new Twice()]), { classes: ["a", "b"] });
    expect(error.message).toMatch(/layers that Keras knows \(Dense, .*received a Twice as layer 1/);
  });
});

describe("what cannot be loaded is refused with the reason", () => {
  /** What loading says of a model of three classes that was changed by somebody who also made the checksum fit. */
  async function changed(change: (tree: Hdf5Group) => Hdf5Group): Promise<string> {
    const tree = change(saved);
    const { model_config, class_names, preprocessing: prepared } = tree.attributes;
    const { model_weights } = tree.groups;
    const content = group({
      attributes: { model_config, class_names, ...(prepared ? { preprocessing: prepared } : {}) },
      groups: { model_weights },
    });
    const sealed = { ...tree, attributes: { ...tree.attributes, content_sha256: digestOf(content) } };
    const error = await errorOf(() => readModel(sealed, "model.h5"));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message.startsWith("model.h5: ")).toBe(true);
    return error.message;
  }

  const withAttributes = (attributes: Hdf5Group["attributes"]) => (tree: Hdf5Group) => ({
    ...tree,
    attributes: { ...tree.attributes, ...attributes },
  });

  /** The architecture with some options of its layer `index` changed; the InputLayer is number 0. */
  const withConfig =
    (index: number, changes: object, className?: string) =>
    (tree: Hdf5Group): Hdf5Group => {
      const model = JSON.parse(tree.attributes.model_config as string);
      const layer = model.config.layers[index];
      Object.assign(layer.config, changes);
      if (className !== undefined) layer.class_name = className;
      return withAttributes({ model_config: JSON.stringify(model) })(tree);
    };

  const withWeights =
    (layer: string, name: string, data: Float32Array, shape: number[]) =>
    (tree: Hdf5Group): Hdf5Group => {
      const changed = structuredClone(tree);
      const { datasets } = changed.groups.model_weights.groups[layer].groups[layer];
      (datasets as Record<string, unknown>)[name] = { data, shape };
      return changed;
    };

  test.each<[what: string, change: (tree: Hdf5Group) => Hdf5Group, message: RegExp]>([
    [
      "a newer format",
      withAttributes({ format_version: 2 }),
      /format 1 or older, received 2.*update the project/,
    ],
    [
      "another kind of file",
      withAttributes({ format: "checkpoint" }),
      /received a checkpoint\. Check its name/,
    ],
    [
      "an unknown layer",
      withConfig(2, {}, "Lambda"),
      /"conv2d_2": expected one of Dense, .*received "Lambda"/,
    ],
    ["an object's own name as a layer", withConfig(2, {}, "constructor"), /received "constructor"/],
    [
      "an unknown activation",
      withConfig(2, { activation: "gelu" }),
      /\(Conv2D\) cannot be made here: .*"gelu"/,
    ],
    [
      "an option that is not ours",
      withConfig(2, { dilation_rate: [2, 2] }),
      /dilation_rate: .*received \[2, 2\]/,
    ],
    [
      "channels first",
      withConfig(2, { data_format: "channels_first" }),
      /data_format: expected "channels_last"/,
    ],
    ["half precision", withConfig(2, { dtype: "float16" }), /dtype: expected "float32", received "float16"/],
    [
      "a huge layer",
      withConfig(12, { units: 2 ** 40 }),
      /weights kernel \[6, 1099511627776\], received an array/,
    ],
    ["a huge filter", withConfig(2, { kernel_size: [1e9, 1e9] }), /weights kernel \[1000000000, /],
    ["a huge window", withConfig(7, { pool_size: [1e9, 1e9] }), /pool_size: expected windows no larger/],
    ["a huge image", withConfig(0, { batch_input_shape: [null, 1e9, 1e9, 3] }), /at most 67108864 numbers/],
    [
      "no image at all",
      withConfig(0, { batch_input_shape: [null, null, 10, 3] }),
      /received \[null, 10, 3\]/,
    ],
    ["layers that do not fit", withConfig(11, {}, "Dropout"), /cannot be made here/],
    [
      "functional models",
      withAttributes({ model_config: '{"class_name":"Functional"}' }),
      /received "Functional"/,
    ],
    ["no architecture", withAttributes({ model_config: 1 }), /received a file without an architecture/],
    ["JSON that is none", withAttributes({ model_config: "{" }), /an architecture that is no JSON/],
    ["JSON of nothing", withAttributes({ model_config: "null" }), /Sequential/],
    ["other classes", withAttributes({ class_names: ["a", "b"] }), /classes: expected 3 different names/],
    [
      "impossible images",
      withAttributes({ preprocessing: '{"width":-1}' }),
      /width: expected a whole number/,
    ],
    [
      "other images",
      withAttributes({ preprocessing: JSON.stringify({ ...preprocessing, width: 9 }) }),
      /inputs/,
    ],
    [
      "weights of another shape",
      withWeights("dense_13", "kernel:0", new Float32Array(8), [2, 4]),
      /"dense_13": expected weights kernel \[7, 3\], received an array \[2, 4\]/,
    ],
    [
      "weights that are not finite",
      withWeights("dense_13", "bias:0", Float32Array.of(1, Number.NaN, 3), [3]),
      /"dense_13": expected finite numbers as weights bias, received NaN/,
    ],
    [
      "weights that are missing",
      (tree) => ({ ...tree, groups: { model_weights: group({}) } }),
      /"conv2d_2": expected weights kernel \[3, 3, 3, 4\], received nothing/,
    ],
  ])("%s", async (_, change, message) => {
    expect(await changed(change)).toMatch(message);
  });

  test("a checksum that does not fit any more: weights, classes, preprocessing or architecture were changed", async () => {
    const tree = saved;
    const weights = structuredClone(tree);
    const { datasets } = weights.groups.model_weights.groups.dense_13.groups.dense_13;
    (datasets["bias:0"].data as Float32Array)[0] += 1e-6;
    const changes = [
      weights,
      withAttributes({ class_names: ["hotdog", "Wurst ü", "burger"] })(tree),
      withAttributes({ preprocessing: JSON.stringify({ ...preprocessing, fit: "cover" }) })(tree),
      withConfig(2, { activation: "tanh" })(tree),
      withAttributes({ content_sha256: "" })(tree),
    ];
    for (const each of changes) {
      const error = await errorOf(() => readModel(each, "model.h5"));
      expect(error.message).toMatch(/changed or damaged since: its content_sha256/);
    }
    expect(readModel(tree, "model.h5").classes).toEqual(classes);
  });

  test("a model of ours whose format has become unreadable is not taken for one of Keras", async () => {
    const { format, ...attributes } = saved.attributes;
    const damaged = { ...saved, attributes: { ...attributes, fosmat: format } };
    const error = await errorOf(() => readModel(damaged, "model.h5"));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(/changed or damaged since/);
  });

  test("another HDF5 file, and one that is none", async () => {
    const file = modelPath();
    writeFileSync(
      file,
      await encodeHdf5(group({ datasets: { x: { data: Float32Array.of(1), shape: [1] } } })),
    );
    expect((await errorOf(() => loadModel(file))).message).toMatch(/a file without an architecture/);
    writeFileSync(file, "pickle");
    expect((await errorOf(() => loadModel(file))).message).toMatch(/another kind of file/);
    expect((await errorOf(() => loadModel(wrong(7)))).message).toMatch(
      /loadModel: expected the name of a model file/,
    );
  });
});

test("a model without our own attributes is taken for one of Keras: numbered classes, images as they fit", () => {
  const { classes, preprocessing } = readModel(toKeras(everyLayer()), "model.h5");
  expect(classes).toEqual(["0", "1", "2"]);
  expect(preprocessing).toEqual({ width: 10, height: 12, channels: 3, fit: "cover" });
  const rows = readModel(toKeras(mlp([8, 4, 2])), "model.h5");
  expect(rows.preprocessing).toBeNull();
  expect(readModel(toKeras(new Network([3], [new Dense(1)])), "model.h5").classes).toEqual(["0", "1"]);
});
