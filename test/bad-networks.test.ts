import {
  DataError,
  Dense,
  type Layer,
  mlp,
  Network,
  NeuralNetworkError,
  OptionsError,
  ShapeError,
  Tensor,
} from "../src/index";
import { testRefusals, wrong } from "./support/refusals";
import { cloudNetwork } from "./support/training";

const network = cloudNetwork();

/** A layer that claims so many parameters, of one number said to be many. */
const layerWith = (count: number): Layer => {
  const value = Object.create(Tensor.zeros([1]), { size: { value: count } }) as Tensor;
  return {
    name: "Large",
    outputShape: [2],
    parameters: [{ name: "weights", value, gradient: value }],
    build() {},
    forward: (x) => x,
    backward: (dy) => dy,
  };
};

testRefusals(
  {
    "new Dense": [
      ["no units", () => new Dense(0), OptionsError, /units: expected a whole number ≥ 1, received 0/],
      ["a text", () => new Dense(wrong("5")), OptionsError, /received "5"/],
      [
        "an activation for the options",
        () => new Dense(5, wrong("relu")),
        OptionsError,
        /options: expected an object such as \{ activation: … \}, received "relu"/,
      ],
      [
        "everything wrong",
        () => new Dense(1.5, wrong({ activation: "relo", initializer: 3, bias: false })),
        OptionsError,
        /units.*bias: unknown.*activation.*"relo".*initializer: .*received 3/s,
      ],
    ],
    "null for the options": [
      ["in new Dense", () => new Dense(1, wrong(null)), OptionsError, /Dense: options: .*received null/],
      ["or a list, in mlp", () => mlp([2, 2], wrong([])), OptionsError, /mlp: options: .*received \[\]/],
      ["in mlp", () => mlp([2, 2], wrong(null)), OptionsError, /mlp: options: .*received null/],
      [
        "in new Network",
        () => new Network([2], [new Dense(1)], wrong(null)),
        OptionsError,
        /Network: options: .*received null/,
      ],
    ],
    "new Network": [
      [
        "nothing",
        () => new Network(wrong(undefined), wrong(undefined)),
        OptionsError,
        /inputShape: .*received undefined.*layers: .*received undefined/s,
      ],
      [
        "no layers",
        () => new Network([2], []),
        OptionsError,
        /layers: expected a list of at least one layer, received \[\]/,
      ],
      [
        "something that is no layer",
        () => new Network([2], wrong([null, 5])),
        OptionsError,
        /layers: .*received \[null, 5\]/s,
      ],
      [
        "a wrong shape",
        () => new Network([0], [new Dense(2)]),
        OptionsError,
        /inputShape: .*received \[0\]/s,
      ],
      [
        "a fractional seed",
        () => new Network([2], [new Dense(2)], { seed: 0.5 }),
        OptionsError,
        /seed: expected a whole number, received 0\.5/,
      ],
      [
        "a misspelt option",
        () => new Network([2], [new Dense(2)], wrong({ sead: 1 })),
        OptionsError,
        /sead: unknown option \(known: seed, kernels\)/,
      ],
      [
        "kernels that are none",
        () => new Network([2], [new Dense(2)], wrong({ kernels: "plain" })),
        OptionsError,
        /kernels: .*received "plain"/s,
      ],
      [
        "samples that a layer cannot take",
        () => new Network([28, 28], [new Dense(2)]),
        ShapeError,
        /rows of numbers, \[inputs\], received samples \[28, 28\]/,
      ],
    ],
    "network.forward": [
      ["a list", () => network.forward(wrong([1, 2])), ShapeError, /samples \[count, 2\], received \[1, 2\]/],
      [
        "samples of another width",
        () => network.forward(Tensor.zeros([1, 3])),
        ShapeError,
        /\[count, 2\], received \[1, 3\]/,
      ],
      ["no samples", () => network.forward(Tensor.zeros([0, 2])), ShapeError, /received \[0, 2\]/],
      ["a single sample", () => network.forward(Tensor.zeros([2])), ShapeError, /received \[2\]/],
    ],
    "network.backward": [
      [
        "no forward before it",
        () => mlp([2, 2]).backward(Tensor.zeros([1, 2])),
        NeuralNetworkError,
        /Call network\.forward\(x\) first/,
      ],
      [
        "a list",
        () => {
          network.forward(Tensor.zeros([1, 2]));
          network.backward(wrong([1]));
        },
        ShapeError,
        /gradient \[1, 3\].*received \[1\]/s,
      ],
    ],
    "network.predict": [
      ["nothing", () => network.predict(wrong(undefined)), ShapeError, /received undefined/],
      [
        "samples of another shape",
        () => network.predict(Tensor.zeros([2, 2, 1])),
        ShapeError,
        /received \[2, 2, 1\]/,
      ],
      [
        "a number that is not finite",
        () => network.predict(Tensor.from([[1, Number.NaN]])),
        DataError,
        /samples hold numbers that are not finite/,
      ],
    ],
    "network.predictClass": [
      [
        "many samples",
        () => network.predictClass(Tensor.zeros([5, 2])),
        ShapeError,
        /one sample \[2\], received \[5, 2\]\. predictClasses/,
      ],
      ["nothing", () => network.predictClass(wrong(undefined)), ShapeError, /received undefined/],
    ],
    "network.predictClasses": [
      [
        "a single sample",
        () => network.predictClasses(Tensor.zeros([2])),
        ShapeError,
        /\[count, 2\], received \[2\]/,
      ],
    ],
    "network.setParameters": [
      [
        "another number of them",
        () => network.setParameters([1]),
        ShapeError,
        /expected 51 numbers, received 1/,
      ],
      [
        "NaN",
        () => network.setParameters(new Array(51).fill(Number.NaN)),
        DataError,
        /received NaN at index 0/,
      ],
      [
        "nothing",
        () => network.setParameters(wrong(undefined)),
        ShapeError,
        /expected 51 numbers, received undefined/,
      ],
    ],
    mlp: [
      [
        "fewer than two sizes",
        () => mlp([784]),
        OptionsError,
        /sizes: expected at least two numbers, inputs and outputs, received \[784\]/,
      ],
      [
        "a fraction",
        () => mlp([2, 1.5]),
        OptionsError,
        /sizes\[1\]: expected a whole number ≥ 1, received 1\.5/,
      ],
      ["nothing", () => mlp(wrong(undefined)), OptionsError, /sizes: .*received undefined/s],
      [
        "a layer of more weights than fit in memory",
        () => mlp([4, 1e9]),
        OptionsError,
        /weights \[4, 1000000000\]: expected at most 268,435,456 parameters, received 4,000,000,000\. Use/,
      ],
      ["absurd sizes", () => mlp([1e300, 1e300]), OptionsError, /received Infinity/],
      [
        "layers that are too many together",
        () => new Network([2 ** 14], [layerWith(2 ** 27), layerWith(2 ** 27), layerWith(1)]),
        OptionsError,
        /Network: expected at most 268,435,456 parameters, received 268,435,457/,
      ],
    ],
  },
  network,
);
