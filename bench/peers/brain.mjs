// brain.js. It knows neither batches nor softmax nor a choice of first weights: it updates after every sample, with ReLU
// throughout and the squared error, and measures no accuracy.
import { createRequire } from "node:module";
import { serve } from "./worker.mjs";

const require = createRequire(import.meta.url);
const brain = require("brain.js");

function start({ sizes, data, learningRate }, { x, y }) {
  const network = new brain.NeuralNetwork({
    inputSize: sizes[0],
    hiddenLayers: sizes.slice(1, -1),
    outputSize: sizes.at(-1),
    activation: "relu",
  });
  const samples = Array.from(y, (label, i) => ({
    input: x.slice(i * data.features, (i + 1) * data.features),
    output: Float32Array.from({ length: data.classes }, (_, k) => (k === label ? 1 : 0)),
  }));
  const options = {
    iterations: 1,
    learningRate: learningRate / 10,
    momentum: 1e-9,
    errorThresh: 1e-9,
    errorCheckInterval: 1,
  };
  return () => ({ loss: network.train(samples, options).error, accuracy: Number.NaN });
}

serve(start, { "brain.js": require("brain.js/package.json").version });
