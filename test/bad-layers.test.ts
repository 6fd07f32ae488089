import {
  ActivationLayer,
  BatchNorm,
  Conv2D,
  Dense,
  Dropout,
  earlyStopping,
  Flatten,
  fit,
  GlobalAveragePooling2D,
  MaxPool2D,
  Network,
  OptionsError,
  Rescaling,
  ShapeError,
  Tensor,
} from "../src/index";
import { type Refusal, testRefusals, wrong } from "./support/refusals";
import { cloudNetwork, clouds } from "./support/training";

const network = cloudNetwork();
const data = clouds(20);
const refusedByFit = (what: string, options: object, message: RegExp): Refusal => [
  what,
  () => fit(network, data, { epochs: 1, learningRate: 0.1, ...options }),
  OptionsError,
  message,
];
const tooMany = { every: 1.5, factor: 0, often: 2 };

testRefusals(
  {
    "new Rescaling and new ActivationLayer": [
      [
        "numbers that are not finite",
        () => new Rescaling(Number.NaN, wrong("1")),
        OptionsError,
        /scale: expected a finite number, received NaN.*offset: .*received "1"/s,
      ],
      [
        "an unknown activation",
        () => new ActivationLayer(wrong("gelu")),
        OptionsError,
        /activation: expected "linear", .*received "gelu"/,
      ],
    ],
    "new Conv2D": [
      [
        "everything wrong",
        () => new Conv2D(0, wrong([3]), wrong({ activation: "relo", strides: -1, padding: "some", pad: 1 })),
        OptionsError,
        /filters: .*pad: unknown.*kernelSize: .*received \[3\].*strides: .*padding: expected "valid" or "same".*activation: /s,
      ],
      [
        "more filters than fit in memory",
        () => new Network([28, 28, 1], [new Conv2D(1e9, 3)]),
        OptionsError,
        /weights \[3, 3, 1, 1000000000\]: expected at most 268,435,456 parameters, received 9,000,000,000/,
      ],
      [
        "a filter larger than memory",
        () => new Network([28, 28, 1], [new Conv2D(1, 1e6, { padding: "same" })]),
        OptionsError,
        /at most 268,435,456 parameters, received 1,000,000,000,000/,
      ],
      [
        "rows of numbers",
        () => new Network([9], [new Conv2D(1, 3)]),
        ShapeError,
        /Conv2D: expected samples that are images/,
      ],
      [
        "an image smaller than its filter",
        () => new Network([2, 5, 1], [new Conv2D(1, 3)]),
        ShapeError,
        /Conv2D: expected images of at least 3×3 pixels, received samples \[2, 5, 1\].*same/,
      ],
    ],
    "other layers": [
      ["a pool of no pixels", () => new MaxPool2D(0), OptionsError, /poolSize: .*strides: /s],
      [
        "a pool on rows",
        () => new Network([4], [new MaxPool2D(2)]),
        ShapeError,
        /MaxPool2D: expected samples that are images/,
      ],
      [
        "a mean over rows",
        () => new Network([4], [new GlobalAveragePooling2D()]),
        ShapeError,
        /GlobalAveragePooling2D: expected samples that are images/,
      ],
      [
        "a dropout of everything",
        () => new Dropout(1),
        OptionsError,
        /rate: expected a number ≥ 0 and < 1, received 1/,
      ],
      ["a dropout in words", () => new Dropout(wrong("0.5")), OptionsError, /received "0.5"/],
      [
        "wrong numbers of BatchNorm",
        () => new BatchNorm(wrong({ momentum: 1, epsilon: 0, axis: 1 })),
        OptionsError,
        /axis: unknown.*momentum: .*epsilon: /s,
      ],
      ["Dense on images", () => new Network([2, 2, 1], [new Dense(2)]), ShapeError, /rows of numbers/],
    ],
    "fit with the options of this library": [
      refusedByFit(
        "an unknown rule",
        { optimizer: "adagrad" },
        /optimizer: expected "sgd", .*received "adagrad"/,
      ),
      refusedByFit("a rule without a name", { optimizer: { momentum: 0.9 } }, /optimizer: expected "sgd"/),
      refusedByFit(
        "wrong numbers of a rule",
        { optimizer: { name: "adam", beta1: 1, beta2: "0.9", epsilon: 0, rho: 0.9 } },
        /optimizer\.rho: unknown.*optimizer\.beta1: .*optimizer\.beta2: .*optimizer\.epsilon: /s,
      ),
      refusedByFit(
        "a schedule in words",
        { schedule: "cosine" },
        /schedule: expected an object with the name "constant", /,
      ),
      refusedByFit(
        "wrong numbers of a schedule inside of another",
        { schedule: { name: "warmup", epochs: 0, followedBy: { name: "step", ...tooMany } } },
        /schedule\.epochs: .*schedule\.followedBy\.often: unknown.*followedBy\.every: .*followedBy\.factor: /s,
      ),
      refusedByFit(
        "a schedule beside a decay",
        { decay: 0.1, schedule: { name: "cosine" } },
        /decay: expected none beside a schedule/,
      ),
      refusedByFit(
        "wrong penalties and limits",
        { l2: -1, weightDecay: "1", clipNorm: 0, clipValue: Number.NaN },
        /l2: .*weightDecay: .*clipNorm: .*clipValue: /s,
      ),
      refusedByFit(
        "augmentation of what is no image",
        { augmentation: { flip: 1, shift: -1, scale: 1, brightness: 1, blur: 2 } },
        /augmentation\.blur: unknown.*flip: .*shift: .*scale: .*brightness: .*augmentation\.shape: expected \[height, width, channels\] of 2 numbers/s,
      ),
      [
        "a network that ends with images",
        () =>
          fit(new Network([2, 2, 1], [new Conv2D(3, 2)]), data.reshape([1, 2, 1]), {
            epochs: 1,
            learningRate: 0.1,
          }),
        OptionsError,
        /network: expected a network that ends with rows of outputs/,
      ],
    ],
    earlyStopping: [["no patience", () => earlyStopping({ patience: 0 }), OptionsError, /patience: /]],
    "a network of layers": [
      [
        "samples of another shape",
        () => new Network([4, 4, 1], [new Flatten(), new Dense(2)]).predict(Tensor.zeros([3, 16])),
        ShapeError,
        /expected samples \[count, 4, 4, 1\], received \[3, 16\]/,
      ],
    ],
  },
  network,
);
