import {
  countConfusions,
  DataError,
  Dataset,
  evaluate,
  fit,
  History,
  mlp,
  NeuralNetworkError,
  OptionsError,
  Tensor,
} from "../src/index";
import { testRefusals, wrong } from "./support/refusals";
import { cloudNetwork, clouds } from "./support/training";

const network = cloudNetwork();
const data = clouds(30);
const points = Tensor.zeros([2, 3]);
const regression = Dataset.regression(Tensor.zeros([4, 2]), Tensor.zeros([4, 2]));
const good = { epochs: 1, learningRate: 0.1 };

testRefusals(
  {
    "fit to numbers that are no probabilities": [
      [
        "with softmax",
        () =>
          fit(
            network,
            Dataset.regression(
              Tensor.zeros([2, 2]),
              Tensor.from([
                [0, 0, 1],
                [1, 1, 0],
              ]),
            ),
            good,
          ),
        OptionsError,
        /data: expected targets from 0 to 1 that add up to 1 for the loss crossEntropy.*received \[1, 1, 0\]/,
      ],
      [
        "with sigmoid",
        () => fit(mlp([2, 1]), Dataset.regression(Tensor.zeros([2, 2]), Tensor.from([[0.5], [25]])), good),
        OptionsError,
        /data: expected targets from 0 to 1 for the loss binaryCrossEntropy .*"linear".*received \[25\]/,
      ],
    ],
    fit: [
      [
        "nothing",
        () => fit(wrong(undefined), wrong(undefined), wrong(undefined)),
        OptionsError,
        /epochs: .*learningRate: .*network: expected a Network, received undefined/s,
      ],
      [
        "fractional epochs",
        () => fit(network, data, { ...good, epochs: 1.5 }),
        OptionsError,
        /^fit: epochs: expected a whole number ≥ 1, received 1\.5$/,
      ],
      ["no epochs", () => fit(network, data, { ...good, epochs: 0 }), OptionsError, /epochs: .*received 0/s],
      [
        "a rate that is NaN",
        () => fit(network, data, { ...good, learningRate: Number.NaN }),
        OptionsError,
        /learningRate: expected a finite number > 0, received NaN/,
      ],
      ["a rate of 0", () => fit(network, data, { ...good, learningRate: 0 }), OptionsError, /received 0/],
      [
        "a negative rate",
        () => fit(network, data, { ...good, learningRate: -0.1 }),
        OptionsError,
        /received -0\.1/,
      ],
      [
        "an endless rate",
        () => fit(network, data, { ...good, learningRate: Number.POSITIVE_INFINITY }),
        OptionsError,
        /received Infinity/,
      ],
      [
        "a rate that is a text",
        () => fit(network, data, { ...good, learningRate: wrong("0.1") }),
        OptionsError,
        /received "0\.1"/,
      ],
      [
        "no rate",
        () => fit(network, data, wrong({ epochs: 1 })),
        OptionsError,
        /learningRate: .*received undefined/s,
      ],
      [
        "a misspelt option",
        () => fit(network, data, wrong({ ...good, batchsize: 8 })),
        OptionsError,
        /batchsize: unknown option, did you mean batchSize\?/,
      ],
      [
        "data that are none",
        () => fit(network, wrong(points), good),
        OptionsError,
        /data: expected a Dataset, received a Tensor/,
      ],
      [
        "samples of another width",
        () => fit(network, clouds(5).reshape([1, 2]), good),
        OptionsError,
        /data: expected samples \[2\] \(reshape\(\[2\]\) makes them fit\), received \[1, 2\]/,
      ],
      [
        "classes that the outputs do not match",
        () => fit(network, regression, good),
        OptionsError,
        /data: expected one output for each target, 2, received 3/,
      ],
      [
        "validation data of another width",
        () => fit(network, data, { ...good, validation: Dataset.regression(points, points) }),
        OptionsError,
        /validation: expected samples \[2\], received \[3\]/,
      ],
      [
        "a loss for another output",
        () => fit(network, data, { ...good, loss: "binaryCrossEntropy" }),
        OptionsError,
        /loss: expected one that goes with the output activation softmax.*received "binaryCrossEntropy"/s,
      ],
      [
        "callbacks that are no list",
        () => fit(network, data, { ...good, callbacks: wrong({}) }),
        OptionsError,
        /callbacks: expected a list of objects/,
      ],
      [
        "a callback that is nothing",
        () => fit(network, data, { ...good, callbacks: wrong([undefined]) }),
        OptionsError,
        /callbacks: .*received \[undefined\]/s,
      ],
      [
        "a callback that cannot be called",
        () => fit(network, data, { ...good, callbacks: wrong([{ onEpoch: 5 }]) }),
        OptionsError,
        /callbacks: .*received \[\{ onEpoch \}\]/s,
      ],
      [
        "a signal that is none",
        () => fit(network, data, { ...good, signal: wrong({ aborted: false }) }),
        OptionsError,
        /signal: expected an AbortSignal, received \{ aborted \}/,
      ],
      [
        "everything wrong",
        () =>
          fit(
            network,
            data,
            wrong({
              epochs: "3",
              batchSize: 0.5,
              learningRate: -1,
              decay: -1,
              optimizer: "sdg",
              loss: "mse",
              seed: "one",
              onNonFinite: "go",
              validation: 5,
              callbacks: 1,
              signal: 2,
              lr: 0.1,
            }),
          ),
        OptionsError,
        /^fit:\n {2}- lr: unknown.*- epochs: .*- batchSize: .*- learningRate: .*- decay: .*- seed: .*- optimizer: expected "sgd".*- onNonFinite: expected "stop" or "continue".*- callbacks: .*- signal: .*- loss: .*- validation: expected a Dataset, received 5$/s,
      ],
    ],
    evaluate: [
      [
        "nothing",
        () => evaluate(wrong(undefined), wrong(undefined)),
        OptionsError,
        /network: expected a Network, received undefined/,
      ],
      [
        "data that are none",
        () => evaluate(network, wrong([1])),
        OptionsError,
        /data: expected a Dataset, received \[1\]/,
      ],
      [
        "a misspelt option",
        () => evaluate(network, data, wrong({ los: "crossEntropy" })),
        OptionsError,
        /los: unknown option/,
      ],
      [
        "an unknown loss",
        () => evaluate(network, data, wrong({ loss: "mse" })),
        OptionsError,
        /loss: expected "crossEntropy".*received "mse"/s,
      ],
      [
        "a set with other classes",
        () => evaluate(network, Dataset.classification(Tensor.zeros([2, 2]), [0, 1], 4)),
        OptionsError,
        /one output for each class, 4, received 3/,
      ],
    ],
    countConfusions: [
      [
        "counts that differ",
        () => countConfusions([0, 1], [0], 2),
        OptionsError,
        /predicted: expected as many classes as actual has, 2, received 1/,
      ],
      [
        "a class that is none",
        () => countConfusions([0, 1], [0, 2], 2),
        DataError,
        /classes from 0 to 1, received 1 and 2 for sample 1/,
      ],
      ["a fraction", () => countConfusions([0.5], [0], 2), DataError, /received 0\.5 and 0/],
      [
        "no number of classes",
        () => countConfusions([0], [0], wrong(undefined)),
        OptionsError,
        /classes: expected a whole number ≥ 1, received undefined/,
      ],
      ["nothing", () => countConfusions(wrong(undefined), [0], 2), OptionsError, /received/],
    ],
    "history.last": [
      ["no epoch yet", () => new History([], "stopped", "").last, NeuralNetworkError, /no epoch/],
    ],
  },
  network,
);
