import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { encodeHdf5, type Hdf5Group, readHdf5 } from "../../src/data/hdf5";
import { DataError } from "../../src/errors";
import { loadModel, saveModel } from "../../src/models/model-file";
import { group } from "../../src/models/trees";
import { mlp } from "../../src/nn/mlp";
import type { Network } from "../../src/nn/network";
import { fit } from "../../src/training/fit";
import { errorOf } from "../support/errors";
import { describeWith, kerasEnvironment } from "../support/requirements";
import { clouds } from "../support/training";
import { everyLayer, pixels, rowsOfDense } from "./support/models";

const python = kerasEnvironment();
const script = fileURLToPath(new URL("support/keras_models.py", import.meta.url));

/** What the promise is: the largest difference of two predictions. */
const TOLERANCE = 1e-5;

const everyClass = ["burger", "würstchen", "hotdog"];
const two = ["not-hotdog", "hotdog"];

describeWith([python], "Keras", () => {
  const ours: Record<string, Network> = { "ours-every.h5": everyLayer(), "ours-rows.h5": rowsOfDense() };
  let folder: string;
  let predictions: Hdf5Group["datasets"];

  const samplesOf = ({ inputShape }: Network) => pixels(7, inputShape);

  /** The largest difference between what a network here and a model there predict. */
  const difference = (name: string, network: Network): number => {
    const [here, there] = [network.predict(samplesOf(network)), predictions[name]];
    expect(there.shape).toEqual(here.shape);
    return Math.max(...here.data.map((value, i) => Math.abs(value - Number(there.data[i]))));
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "keras ü "));
    const network = mlp([2, 8, 3], { activation: "tanh", seed: 1 });
    const history = await fit(network, clouds(60), { epochs: 3, learningRate: 0.1 });
    ours["ours-trained.h5"] = network;
    const preprocessing = { width: 10, height: 12, channels: 3, fit: "cover" } as const;
    await saveModel(join(folder, "ours-every.h5"), ours["ours-every.h5"], {
      classes: everyClass,
      preprocessing,
    });
    await saveModel(join(folder, "ours-rows.h5"), ours["ours-rows.h5"], { classes: two, source: "emoji" });
    await saveModel(join(folder, "ours-trained.h5"), network, { classes: everyClass, history });
    const samples = Object.values(ours).map((each) => {
      const { data, shape } = samplesOf(each);
      return [each.inputShape.join("x"), { data: Float32Array.from(data), shape }] as const;
    });
    writeFileSync(
      join(folder, "samples.h5"),
      await encodeHdf5(group({ datasets: Object.fromEntries(samples) })),
    );
    const environment = { ...process.env, KERAS_BACKEND: "jax", PYTHONUTF8: "1", JAX_PLATFORMS: "cpu" };
    await promisify(execFile)(python.path, [script, folder], { env: environment });
    predictions = (await readHdf5(join(folder, "predictions.h5"))).datasets;
  }, 240_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(["ours-every.h5", "ours-rows.h5", "ours-trained.h5"])(
    "opens %s and predicts the same",
    (name) => {
      const worst = difference(name, ours[name]);
      expect(worst).toBeLessThan(TOLERANCE);
      // Something is compared: the predictions differ from sample to sample by far more.
      const values = Array.from(predictions[name].data, Number);
      expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(100 * TOLERANCE);
    },
  );

  test.each(["keras-every.h5", "keras-rows.h5", "keras-compiled.h5"])(
    "made %s, and it loads here and predicts the same",
    async (name) => {
      const { network, classes, preprocessing } = await loadModel(join(folder, name));
      expect(difference(name, network)).toBeLessThan(TOLERANCE);
      const count = name === "keras-every.h5" ? 3 : 2;
      expect(classes).toEqual(Array.from({ length: count }, (_, i) => String(i)));
      const [height, width] = network.inputShape;
      expect(preprocessing).toEqual({ width, height, channels: 3, fit: "cover" });
    },
  );

  test("made a model that is saved here with what it lacks", async () => {
    const { network } = await loadModel(join(folder, "keras-rows.h5"));
    const file = join(folder, "again.h5");
    await saveModel(file, network, { classes: two });
    const again = await loadModel(file);
    expect(again.classes).toEqual(two);
    expect(difference("keras-rows.h5", again.network)).toBeLessThan(TOLERANCE);
  });

  test.each([
    ["functional.h5", /whose layers are in a row \(Sequential\), received "Functional"/],
    [
      "dilated.h5",
      /layer "conv2d.*\(Conv2D\) cannot be made here: .*dilation_rate: expected \[1, 1\], received \[2, 2\]/,
    ],
    [
      "average.h5",
      /expected one of Dense, .*received "AveragePooling2D"\. Models of other layers run in Keras only/,
    ],
    ["lambda.h5", /received "Lambda"/],
    [
      "model.keras",
      /received a zip archive\. If Keras wrote it, save it there as HDF5: model\.save\("model\.h5"\)/,
    ],
  ])("made %s, which is refused with the reason", async (name, message) => {
    const error = await errorOf(() => loadModel(join(folder, name)));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(message);
  });
});
