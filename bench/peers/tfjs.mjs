// TensorFlow.js on its WebAssembly backend: model.fit, which shuffles and measures by itself.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { setThreadsCount, setWasmPaths, version_wasm } from "@tensorflow/tfjs-backend-wasm";
import { firstWeights, serve } from "./worker.mjs";

const require = createRequire(import.meta.url);
setThreadsCount(1);
setWasmPaths(`${join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm")), "/")}`);

async function start(recipe, { x, y }) {
  await tf.setBackend("wasm");
  const { sizes, batchSize, data } = recipe;
  const samples = tf.tensor2d(x, [data.count, data.features]);
  const targets = tf.oneHot(tf.tensor1d(Int32Array.from(y), "int32"), data.classes).toFloat();
  const network = tf.sequential();
  sizes.slice(1).forEach((units, i) => {
    const activation = i === sizes.length - 2 ? "softmax" : "relu";
    network.add(tf.layers.dense({ units, activation, inputShape: i === 0 ? [sizes[0]] : undefined }));
  });
  network.setWeights(
    firstWeights(recipe).flatMap((weights, i) => [
      tf.tensor2d(weights, [sizes[i], sizes[i + 1]]),
      tf.zeros([sizes[i + 1]]),
    ]),
  );
  const optimizer = recipe.optimizer === "adam" ? tf.train.adam : tf.train.sgd;
  network.compile({
    optimizer: optimizer(recipe.learningRate),
    loss: "categoricalCrossentropy",
    metrics: ["accuracy"],
  });
  return async () => {
    const { history } = await network.fit(samples, targets, {
      ...{ batchSize, epochs: 1, shuffle: true, verbose: 0, yieldEvery: "never" },
    });
    return { loss: history.loss[0], accuracy: history.acc[0] };
  };
}

serve(start, { "TensorFlow.js": tf.version.tfjs, "its wasm backend": version_wasm });
