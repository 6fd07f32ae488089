import { inspect } from "node:util";
import { beforeEach, expect, test, vi } from "vitest";
import { Dataset } from "../../../src/dataset";
import { DataError, OptionsError } from "../../../src/errors";
import { Dense } from "../../../src/nn/layers";
import { mlp } from "../../../src/nn/mlp";
import { Network } from "../../../src/nn/network";
import { ConfusionMatrix, confusionMatrix, matrixHtml } from "../../../src/notebook/pictures/confusion";
import { worstMistakes } from "../../../src/notebook/pictures/mistakes";
import { Tensor } from "../../../src/tensor";
import { captured, htmlOf, resetDisplays, textOf } from "../support/captured-display";
import { contrast, over, parseColor } from "../support/colors";

vi.mock("../../../src/notebook/display", () => import("../support/captured-display"));

beforeEach(() => resetDisplays());

/** A network whose outputs are its inputs, or their softmax. */
function echo(size: number, activation: "linear" | "softmax" = "linear"): Network {
  const network = new Network([size], [new Dense(size, { activation })]);
  const parameters = new Float32Array(size * size + size);
  for (let i = 0; i < size; i++) parameters[i * size + i] = 1;
  network.setParameters(parameters);
  return network;
}

// Four inputs, so that they are images of 2×2; the largest is the network's answer.
const answers = [0, 1, 1, 2, 0, 2];
const labels = [0, 1, 2, 2, 0, 0];
const strengths = [5, 5, 2, 5, 5, 4];
const samples = Tensor.from(
  answers.map((answer, i) => [0, 1, 2, 3].map((j) => (j === answer ? strengths[i] : 0))),
);
const data = Dataset.classification(samples, labels, ["a", "b", "c", "d"]);

test("counts and shares are what counting by hand gives", () => {
  const matrix = confusionMatrix(echo(4), data);
  expect(matrix.counts).toEqual([
    [2, 0, 1, 0],
    [0, 1, 0, 0],
    [0, 1, 1, 0],
    [0, 0, 0, 0],
  ]);
  expect(matrix.accuracy).toBeCloseTo(4 / 6, 9);
  expect(matrix.perClass.slice(0, 3)).toEqual([2 / 3, 1, 1 / 2]);
  expect(matrix.perClass[3]).toBeNaN();
});

test("the table shows classes, counts, the share of each class and of all", () => {
  confusionMatrix(echo(4), data);
  const rows = htmlOf(0)
    .split("<tr>")
    .slice(3)
    .map((row) => [...row.matchAll(/<t[hd][^>]*>(?:<b>)?([^<]*)/g)].map(([, text]) => text));
  expect(rows).toEqual([
    ["a", "2", "·", "1", "·", "66.7 %"],
    ["b", "·", "1", "·", "·", "100.0 %"],
    ["c", "·", "1", "1", "·", "50.0 %"],
    ["d", "·", "·", "·", "·", "–"],
  ]);
  expect(htmlOf(0)).toContain("4 of 6 are right: 66.67 %");
  expect(htmlOf(0)).toContain('title="actual a, predicted c: 1"');
});

test("the plain text has the same numbers", () => {
  confusionMatrix(echo(4), data);
  expect(textOf(0)).toBe(
    [
      "rows: actual, columns: predicted",
      "   a  b  c  d  accuracy",
      "a  2  0  1  0    66.7 %",
      "b  0  1  0  0   100.0 %",
      "c  0  1  1  0    50.0 %",
      "d  0  0  0  0         –",
      "4 of 6 are right: 66.67 %",
    ].join("\n"),
  );
});

test("names of classes cannot become markup", () => {
  const html = matrixHtml(
    new ConfusionMatrix(
      ["<b>", `"&'`],
      [
        [1, 1],
        [0, 1],
      ],
    ),
  );
  expect(html).not.toContain("<b>&");
  expect(html).toContain("&#60;b&#62;");
  expect(html).not.toContain(`""&'`);
});

test("counts can be read on their colours in both themes", () => {
  const html = matrixHtml(
    new ConfusionMatrix(
      ["a", "b", "c"],
      [
        [90, 10, 0],
        [3, 90, 1],
        [1, 2, 90],
      ],
    ),
  );
  const backgrounds = [...html.matchAll(/background-color:(rgba\([^)]+\))/g)].map(([, color]) =>
    parseColor(color),
  );
  expect(backgrounds).toHaveLength(8);
  // JupyterLab's text and the backgrounds of odd and even rows.
  const themes = [
    { text: "rgba(0,0,0,0.87)", rows: ["#ffffff", "#f5f5f5"] },
    { text: "rgba(255,255,255,0.87)", rows: ["#111111", "#212121"] },
  ];
  for (const { text, rows } of themes) {
    for (const row of rows.map(parseColor)) {
      for (const background of backgrounds) {
        const cell = over(background, row);
        expect(contrast(over(parseColor(text), cell), cell)).toBeGreaterThan(4.5);
      }
    }
  }
});

test("a matrix that a cell ends with is not printed below its table; printed later, it is the table", () => {
  const matrix = confusionMatrix(echo(4), data);
  expect(captured.values).toEqual([matrix]);
  expect(inspect(matrix)).toBe(textOf(0));
});

test("data that do not belong to classes or do not fit the network are refused", () => {
  const numbers = Dataset.regression(samples, samples);
  expect(() => confusionMatrix(echo(4), numbers)).toThrow(DataError);
  expect(() => worstMistakes(echo(4), numbers)).toThrow(DataError);
  expect(() => confusionMatrix(echo(3), data)).toThrow(OptionsError);
  expect(() => worstMistakes(echo(3), data)).toThrow(OptionsError);
  expect(captured.displays).toHaveLength(0);
});

test("the worst mistakes are the most confident wrong answers", () => {
  const mistakes = worstMistakes(echo(4, "softmax"), data);
  expect(mistakes.map(({ index, actual, predicted }) => ({ index, actual, predicted }))).toEqual([
    { index: 5, actual: "a", predicted: "c" },
    { index: 2, actual: "c", predicted: "b" },
  ]);
  expect(mistakes[0].confidence).toBeCloseTo(Math.exp(4) / (Math.exp(4) + 3), 5);
  expect(htmlOf(0)).toContain("a → c<br>94.8 %");
  expect(textOf(0)).toBe("a → c, 94.8 %\nc → b, 71.1 %");
});

test("only as many are shown as are asked for, and not printed below where a cell ends with them", () => {
  const mistakes = worstMistakes(echo(4, "softmax"), data, { count: 1 });
  expect(mistakes).toHaveLength(1);
  expect(htmlOf(0).match(/<img/g)).toHaveLength(1);
  expect(captured.values).toEqual([mistakes]);
});

test("no wrong answer is called certain", () => {
  const certain = Dataset.classification(Tensor.from([[0, 40, 0, 0]]), [0], ["a", "b", "c", "d"]);
  const [mistake] = worstMistakes(echo(4, "softmax"), certain);
  expect(mistake.confidence).toBe(1);
  expect(textOf(0)).toBe("a → b, > 99.9 %");
  expect(htmlOf(0)).toContain("<br>&#62; 99.9 %</div>");
});

test("outputs that are not probabilities are not shown as shares", () => {
  worstMistakes(echo(4), data);
  expect(textOf(0)).toBe("a → c, 4.0000\nc → b, 2.0000");
});

test("a network with one output is as sure of no as it is of yes", () => {
  const network = mlp([4, 1]);
  network.setParameters([1, 0, 0, 0, 0]);
  const pair = Dataset.classification(
    Tensor.from([
      [3, 0, 0, 0],
      [-2, 0, 0, 0],
    ]),
    [0, 1],
    ["no", "yes"],
  );
  const [first, second] = worstMistakes(network, pair);
  expect(first).toMatchObject({ index: 0, actual: "no", predicted: "yes" });
  expect(first.confidence).toBeCloseTo(1 / (1 + Math.exp(-3)), 5);
  expect(second.confidence).toBeCloseTo(1 / (1 + Math.exp(-2)), 5);
});

test("without mistakes it says so", () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  expect(worstMistakes(echo(4), data.take([0, 1]))).toHaveLength(0);
  expect(log).toHaveBeenCalledWith("no mistakes in 2 samples");
  log.mockRestore();
});
