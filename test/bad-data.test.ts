import { DataError, Dataset, kernels, OptionsError, Random, ShapeError, Tensor } from "../src/index";
import { testRefusals, wrong } from "./support/refusals";
import { clouds } from "./support/training";

const data = clouds(30);
const points = Tensor.zeros([2, 3]);

const circular: unknown[] = [];
circular.push(circular, circular);

testRefusals({
  "new Tensor": [
    [
      "bytes",
      () => new Tensor(wrong(new Uint8Array(4)), [4]),
      DataError,
      /expected a Float32Array, received a Uint8Array of 4 bytes/,
    ],
    [
      "a list for the numbers",
      () => new Tensor(wrong([1, 2]), [2]),
      DataError,
      /expected a Float32Array, received \[1, 2\]/,
    ],
    [
      "no shape",
      () => new Tensor(new Float32Array(2), wrong(undefined)),
      ShapeError,
      /a shape of whole numbers.*received undefined/s,
    ],
    ["a shape that is a number", () => new Tensor(new Float32Array(2), wrong(2)), ShapeError, /received 2/],
    [
      "too few numbers",
      () => new Tensor(new Float32Array(2), [3]),
      ShapeError,
      /\[3\] needs 3 numbers, received 2/,
    ],
  ],
  "Tensor.zeros": [
    ["a negative length", () => Tensor.zeros([2, -1]), ShapeError, /≥ 0, received \[2, -1\]/],
    ["a fraction", () => Tensor.zeros([0.5]), ShapeError, /received \[0\.5\]/],
    ["nothing", () => Tensor.zeros(wrong(undefined)), ShapeError, /received undefined/],
    [
      "more numbers than fit in memory",
      () => Tensor.zeros([1e9, 1e9]),
      ShapeError,
      /at most 1,073,741,824 numbers, received the shape \[1000000000, 1000000000\] of 1000000000000000000\. Use/,
    ],
    ["one number too many", () => Tensor.zeros([2 ** 30 + 1]), ShapeError, /of 1,073,741,825\. Use fewer/],
    [
      "more lengths than make sense",
      () => Tensor.zeros(new Array(10_000).fill(1)),
      ShapeError,
      /at most 32 lengths, received 10000/,
    ],
    ["a list in itself", () => Tensor.zeros(wrong(circular)), ShapeError, /received \[\[\[\[…\]/],
  ],
  "kernels.zeros": [
    ["more numbers than fit in memory", () => kernels.zeros([2 ** 20, 2 ** 20]), ShapeError, /at most 1,073/],
  ],
  "Tensor.from": [
    ["nothing", () => Tensor.from(wrong(undefined)), DataError, /a list of numbers, received undefined/],
    ["a text", () => Tensor.from(wrong("123")), DataError, /a list of numbers, received "123"/],
    ["a text among the numbers", () => Tensor.from(wrong([1, "2"])), DataError, /received "2"/],
    ["texts", () => Tensor.from(wrong([["1", "2"]])), DataError, /received "1"/],
    ["null", () => Tensor.from(wrong([[1, 2], null])), DataError, /received null/],
    [
      "a list that contains itself",
      () => Tensor.from(wrong(circular)),
      DataError,
      /at most 32 deep, received deeper ones\. Does a list contain itself\?/,
    ],
    [
      "a row named too often",
      () => Tensor.from(new Array(40_000).fill(new Float32Array(40_000))),
      ShapeError,
      /at most 1,073,741,824 numbers, .* of 1,600,000,000/,
    ],
    ["big integers", () => Tensor.from(wrong([1n])), DataError, /received 1n/],
    ["an object", () => Tensor.from(wrong({ length: 2 })), DataError, /received \{ length \}/],
    [
      "rows of different lengths",
      () => Tensor.from([[1, 2], [3]]),
      ShapeError,
      /rows of the same length.*2 and a list of 1/s,
    ],
    [
      "another number of numbers than the shape has",
      () => Tensor.from([1, 2, 3], [2]),
      ShapeError,
      /needs 2 numbers, received 3/,
    ],
  ],
  "tensor.reshape": [
    ["another size", () => points.reshape([4]), ShapeError, /\[2, 3\] has 6 numbers and cannot become \[4\]/],
    ["nothing", () => points.reshape(wrong(undefined)), ShapeError, /received undefined/],
  ],
  "tensor.take": [
    ["a row that is not there", () => points.take([2]), ShapeError, /a row from 0 to 1, received 2/],
    ["a text", () => points.take(wrong(["0"])), ShapeError, /received "0"/],
    ["nothing", () => points.take(wrong(undefined)), DataError, /a list of numbers, received undefined/],
  ],
  "tensor.copy": [
    [
      "more rows than fit in memory",
      () => new Tensor(new Float32Array(2 ** 20), [1, 2 ** 20]).take(new Uint8Array(1025)).copy(),
      ShapeError,
      /at most 1,073,741,824 numbers, received the shape \[1025, 1048576\]/,
    ],
  ],
  "tensor.row": [["a fraction", () => points.row(0.5), ShapeError, /a row from 0 to 1, received 0\.5/]],
  "tensor.at": [["an index outside", () => points.at(2, 0), ShapeError, /\[2, 3\], received \[2, 0\]/]],
  "new Random": [
    [
      "no number of items",
      () => new Random(1).integer(wrong(undefined)),
      OptionsError,
      /count: expected a whole number ≥ 1, received undefined/,
    ],
    ["no items", () => new Random(1).integer(0), OptionsError, /received 0/],
  ],
  "Dataset.classification": [
    [
      "a list of samples",
      () => Dataset.classification(wrong([[1]]), [0], 2),
      DataError,
      /a Tensor of samples, received \[\[1\]\]/,
    ],
    [
      "no labels",
      () => Dataset.classification(points, wrong(undefined), 2),
      DataError,
      /as many labels as samples \(2\), received undefined/,
    ],
    [
      "no classes",
      () => Dataset.classification(points, [0, 1], wrong(undefined)),
      DataError,
      /received undefined/,
    ],
    [
      "more classes than a network could answer",
      () => Dataset.classification(points, [0, 1], 1e9),
      DataError,
      /classes that are at least two different names, or a whole number from 2 to 65536, received 1000000000/,
    ],
    [
      "more names than that",
      () =>
        Dataset.classification(
          points,
          [0, 1],
          Array.from({ length: 65_537 }, (_, i) => `${i}`),
        ),
      DataError,
      /from 2 to 65536, received \["0", "1", .*…\]/,
    ],
    [
      "names that are no texts",
      () => Dataset.classification(points, [0, 1], wrong([null, {}])),
      DataError,
      /different names, .*received \[null, \{ {2}\}\]/,
    ],
    [
      "names with a hole",
      () => Dataset.classification(points, [0, 1], Object.assign(new Array<string>(2), { 1: "b" })),
      DataError,
      /different names/,
    ],
    [
      "the same name twice",
      () => Dataset.classification(points, [0, 1], ["cat", "cat"]),
      DataError,
      /different names, .*received \["cat", "cat"\]/,
    ],
    [
      "labels that are big integers",
      () => Dataset.classification(points, wrong([0n, 1n]), 2),
      DataError,
      /labels from 0 to 1, received 0n for sample 0/,
    ],
    [
      "labels with a hole",
      () => Dataset.classification(points, new Array(2), 2),
      DataError,
      /received undefined for sample 0/,
    ],
    [
      "a label out of range",
      () => Dataset.classification(points, [0, 3], 3),
      DataError,
      /labels from 0 to 2, received 3 for sample 1/,
    ],
    [
      "labels that are texts",
      () => Dataset.classification(points, wrong(["0", "1"]), 2),
      DataError,
      /received "0" for sample 0/,
    ],
    [
      "counts that differ",
      () => Dataset.classification(points, [0], 2),
      DataError,
      /samples \(2\), received 1/,
    ],
    [
      "no samples",
      () => Dataset.classification(Tensor.zeros([0, 3]), [], 2),
      DataError,
      /at least one sample/,
    ],
  ],
  "Dataset.regression": [
    [
      "a list of targets",
      () => Dataset.regression(points, wrong([[1], [2]])),
      DataError,
      /a Tensor of targets, received \[\[1\], \[2\]\]/,
    ],
    [
      "no targets",
      () => Dataset.regression(points, wrong(undefined)),
      DataError,
      /a Tensor of targets, received undefined/,
    ],
    [
      "targets of no width",
      () => Dataset.regression(points, Tensor.zeros([2, 0])),
      ShapeError,
      /received \[2, 0\]/,
    ],
  ],
  "dataset.split": [
    [
      "a text",
      () => data.split(wrong("0.5")),
      OptionsError,
      /fraction: expected a number between 0 and 1, received "0\.5"/,
    ],
    ["null for the options", () => data.split(0.5, wrong(null)), OptionsError, /options: .*received null/],
    [
      "everything wrong",
      () => data.split(2, wrong({ seed: 1.5, sead: 1 })),
      OptionsError,
      /sead: unknown option \(known: seed\).*fraction.*received 2.*seed: .*received 1\.5/s,
    ],
  ],
  "dataset.slice": [["an end before the start", () => data.slice(5, 3), OptionsError, /received 5 and 3/]],
  "dataset.take": [
    ["no index", () => data.take([]), DataError, /at least one index, received none/],
    ["nothing", () => data.take(wrong(undefined)), DataError, /a list of numbers, received undefined/],
    ["a sample that is not there", () => data.take([30]), ShapeError, /from 0 to 29, received 30/],
  ],
  "dataset.reshape": [
    ["another size", () => data.reshape([3]), ShapeError, /cannot become \[30, 3\]/],
    ["nothing", () => data.reshape(wrong(undefined)), ShapeError, /received undefined/],
  ],
});
