import { beforeEach, expect, test, vi } from "vitest";
import { ShapeError } from "../../../src/errors";
import { Conv2D } from "../../../src/nn/convolution";
import { Dense, Flatten } from "../../../src/nn/layers";
import { mlp } from "../../../src/nn/mlp";
import { Network } from "../../../src/nn/network";
import { filterResponses } from "../../../src/notebook/inside/filters";
import { Random } from "../../../src/random";
import { Tensor } from "../../../src/tensor";
import { randomTensor } from "../../support/numbers";
import { captured, htmlOf, resetDisplays, textOf } from "../support/captured-display";

vi.mock("../../../src/notebook/display", () => import("../support/captured-display"));

beforeEach(() => resetDisplays());

const convolutional = (channels: number, seed = 1) =>
  new Network(
    [6, 5, channels],
    [new Conv2D(4, [3, 2], { activation: "relu" }), new Flatten(), new Dense(1, { activation: "sigmoid" })],
    { seed },
  );

test("the responses are the sums of weights times pixels at each place, bent by the activation", () => {
  const network = convolutional(3);
  const picture = randomTensor([6, 5, 3], new Random(2));
  const responses = filterResponses(network, picture);
  expect(responses.map(({ response }) => response.shape)).toEqual(new Array(4).fill([4, 4]));
  for (const { weights, response } of responses) {
    expect(weights.shape).toEqual([3, 2, 3]);
    for (let row = 0; row < 4; row++) {
      for (let column = 0; column < 4; column++) {
        let sum = 0;
        for (let i = 0; i < 3; i++)
          for (let j = 0; j < 2; j++)
            for (let c = 0; c < 3; c++) sum += weights.at(i, j, c) * picture.at(row + i, column + j, c);
        expect(response.at(row, column)).toBeCloseTo(Math.max(0, sum), 5);
      }
    }
  }
});

test("every filter is shown with its response, on one scale, and in words", () => {
  const responses = filterResponses(convolutional(3), randomTensor([6, 5, 3], new Random(2)));
  expect(htmlOf(0).match(/<img/g)).toHaveLength(8);
  const most = Math.max(...responses[1].response.data).toFixed(4);
  expect(htmlOf(0)).toContain(`alt="response of filter 2, at most ${most}"`);
  expect(textOf(0).split("\n")[1]).toBe(`filter 2: strongest response ${most}`);
  expect(captured.values).toEqual([responses]);
});

test("weights of two channels make no picture, their responses do", () => {
  filterResponses(convolutional(2), randomTensor([6, 5, 2], new Random(2)));
  expect(htmlOf(0).match(/<img/g)).toHaveLength(4);
});

test("filters that are silent everywhere are shown dark", () => {
  const network = convolutional(3);
  network.setParameters(new Float32Array(network.getParameters().length));
  const responses = filterResponses(network, Tensor.zeros([6, 5, 3]));
  expect(responses.flatMap(({ response }) => [...response.data])).toEqual(new Array(64).fill(0));
  expect(htmlOf(0)).toContain("at most 0.0000");
});

test("a network without a convolution says so", () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  expect(filterResponses(mlp([12, 1]), Tensor.zeros([12]))).toEqual([]);
  expect(log).toHaveBeenCalledWith("This network has no convolution, and so no filters to look at.");
  expect(captured.displays).toHaveLength(0);
  log.mockRestore();
});

test("anything but one picture of the network's shape is refused", () => {
  expect(() => filterResponses(convolutional(3), Tensor.zeros([1, 6, 5, 3]))).toThrow(ShapeError);
  expect(() => filterResponses(convolutional(3), Tensor.zeros([1, 6, 5, 3]))).toThrow(
    "received [1, 6, 5, 3]",
  );
});
