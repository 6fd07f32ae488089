import { describe, expect, test } from "vitest";
import { DataError, OptionsError } from "../../src/errors";
import { Conv2D } from "../../src/nn/convolution";
import { Dropout } from "../../src/nn/dropout";
import { Dense, Flatten } from "../../src/nn/layers";
import { mlp } from "../../src/nn/mlp";
import { Network } from "../../src/nn/network";
import { BatchNorm } from "../../src/nn/normalization";
import { MaxPool2D } from "../../src/nn/pooling";
import { Random } from "../../src/random";
import { Tensor } from "../../src/tensor";
import { measureGradients } from "../../src/training/gradient-check";
import { errorOf } from "../support/errors";
import { bitsOf } from "../support/numbers";
import { wrong } from "../support/refusals";

/** Numbers from the normal distribution. */
function normal(shape: number[]): Tensor {
  const random = new Random(3);
  const tensor = Tensor.zeros(shape);
  for (let i = 0; i < tensor.size; i++) tensor.data[i] = random.normal();
  return tensor;
}

/** A dense layer whose author forgot something. */
class Wrong extends Dense {
  override backwardLogits(dz: Tensor): Tensor | null {
    const dx = super.backwardLogits(dz);
    const [, bias] = this.parameters;
    for (let i = 0; i < bias.gradient.size; i++) bias.gradient.data[i] *= 1.01;
    return dx;
  }
}

describe("gradients that are right", () => {
  test.each<[what: string, network: Network, x: Tensor, y: number[] | Tensor, loss?: "meanSquaredError"]>([
    ["relu and softmax", mlp([5, 6, 4, 3]), normal([7, 5]), [0, 1, 2, 0, 1, 2, 2]],
    ["one output", mlp([5, 6, 1], { activation: "tanh" }), normal([4, 5]), [0, 1, 1, 0]],
    ["a regression", mlp([5, 6, 2], { output: "linear" }), normal([4, 5]), normal([4, 2])],
    [
      "another loss",
      mlp([5, 6, 3], { activation: "sigmoid", output: "sigmoid" }),
      normal([3, 5]),
      [0, 1, 2],
      "meanSquaredError",
    ],
    [
      "convolution, pooling, batch norm and dropout",
      new Network(
        [6, 6, 1],
        [
          new Conv2D(3, 3, { activation: "relu" }),
          new BatchNorm(),
          new MaxPool2D(2),
          new Flatten(),
          new Dropout(0.3),
          new Dense(2, { activation: "softmax" }),
        ],
      ),
      normal([5, 6, 6, 1]),
      [0, 1, 0, 1, 1],
    ],
    [
      "ten layers of sigmoids, through which next to nothing comes back",
      mlp([4, ...new Array(10).fill(4), 2], { activation: "sigmoid" }),
      normal([6, 4]),
      [0, 1, 0, 1, 0, 1],
    ],
  ])("agree: %s", (_, network, x, y, loss) => {
    const before = bitsOf(network.getParameters());
    const checks = measureGradients(network, x, y, loss === undefined ? {} : { loss });
    expect(checks.map(({ name, parameter }) => `${name} ${parameter}`)).toEqual(
      network.layers.flatMap((layer) =>
        layer.parameters.map((parameter) => `${layer.name} ${parameter.name}`),
      ),
    );
    for (const check of checks) expect(check, JSON.stringify(check)).toMatchObject({ agrees: true });
    expect(bitsOf(network.getParameters())).toBe(before);
  });
});

test("a formula that is one percent off is found, in the parameter that it belongs to", () => {
  const network = new Network(
    [4],
    [new Dense(5, { activation: "tanh" }), new Wrong(3, { activation: "softmax" })],
  );
  const checks = measureGradients(network, normal([8, 4]), [0, 1, 2, 0, 1, 2, 0, 1]);
  expect(
    checks.filter(({ agrees }) => !agrees).map(({ layer, parameter }) => `${layer} ${parameter}`),
  ).toEqual(["2 bias"]);
  expect(checks[3].relativeError).toBeGreaterThan(0.005);
  expect(checks[3].relativeError).toBeLessThan(0.02);
});

test("of large parameters so many numbers are tried as asked, of small ones all", () => {
  const counts = (count?: number) =>
    measureGradients(mlp([30, 4, 2]), normal([2, 30]), [0, 1], wrong({ count })).map(
      ({ checked }) => checked,
    );
  expect(counts(7)).toEqual([7, 4, 7, 2]);
  expect(counts()).toEqual([50, 4, 8, 2]);
});

test("where nothing learns there is nothing to disagree about", () => {
  const network = mlp([2, 3, 2]);
  const dead = network.getParameters();
  // Biases far below zero: no unit ever answers.
  dead.fill(-100, 6, 9);
  network.setParameters(dead);
  const checks = measureGradients(network, normal([4, 2]), [0, 1, 0, 1]);
  expect(checks[0]).toMatchObject({ largestGradient: 0, relativeError: 0, agrees: true });
});

test("what does not fit is refused", async () => {
  const network = mlp([2, 3, 2]);
  const refused = (...[x, y, options]: unknown[]) =>
    errorOf(() => measureGradients(network, wrong(x), wrong(y), wrong(options)));
  expect(await refused(normal([4, 2]), [0, 1])).toBeInstanceOf(DataError);
  expect(await refused(normal([2, 2]), [0, 5])).toBeInstanceOf(DataError);
  expect(await refused(normal([2, 2]), 5)).toBeInstanceOf(DataError);
  expect(await refused(5, [0, 1])).toBeInstanceOf(DataError);
  expect(await refused(normal([2, 3]), [0, 1])).toBeInstanceOf(OptionsError);
  expect((await refused(normal([2, 2]), [0, 1], { count: 0, los: 1 })).message).toMatch(
    /los: unknown option, did you mean loss\?[\s\S]*count: expected/,
  );
  expect((await errorOf(() => measureGradients(wrong(5), normal([2, 2]), [0, 1]))).message).toMatch(
    /network: expected a Network, received 5/,
  );
});
