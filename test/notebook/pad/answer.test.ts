import { expect, test } from "vitest";
import { ActivationLayer } from "../../../src/nn/activation-layer";
import { Conv2D } from "../../../src/nn/convolution";
import { Dense, Flatten } from "../../../src/nn/layers";
import { Network } from "../../../src/nn/network";
import { answerTo, type Column } from "../../../src/notebook/pad/answer";
import { buildLayers, describeModel } from "../../../src/notebook/pad/model";
import { Tensor } from "../../../src/tensor";
import { networks, noise } from "./support";

/** The columns of a network for a picture, and the network itself on the kernels that the pad uses. */
function columnsOf(network: Network, picture: Tensor): Column[] {
  const layers = buildLayers(describeModel(network.inputShape, network.layers));
  return answerTo(Float32Array.from(picture.data), network.inputShape, layers);
}

/** What goes from each item to each of the next, by its two numbers. */
const byPair = ({ links }: Column) => new Map(links.map(({ from, to, amount }) => [`${from}→${to}`, amount]));

test("the links into a dense layer are its products x·W, and with the bias they add up to its sums", () => {
  const network = new Network([784], [new Dense(3), new Dense(2, { activation: "softmax" })]);
  const picture = Tensor.zeros([784]);
  picture.data.set([0.5, 1, 0.25], 400);
  const [, hidden] = columnsOf(network, picture);
  const [weights, bias] = network.parameters.map(({ value }) => value);
  const links = byPair(hidden);
  expect(links.size).toBe(9);
  for (let j = 0; j < 3; j++) {
    let sum = bias.at(j);
    for (const k of [400, 401, 402]) {
      const amount = links.get(`${k}→${j}`) ?? Number.NaN;
      expect(amount).toBeCloseTo(picture.at(k) * weights.at(k, j), 6);
      sum += amount;
    }
    expect(hidden.values[j]).toBeCloseTo(sum, 5);
  }
});

test("of many links the strongest are kept, the strongest first", () => {
  const network = networks["784-16-16-10"]();
  const picture = noise(network);
  const weights = network.parameters[0].value;
  const all = Array.from(weights.data, (weight, i) =>
    Math.abs(weight * picture.data[Math.floor(i / 16)]),
  ).sort((a, b) => b - a);
  const sizes = columnsOf(network, picture)[1].links.map(({ amount }) => Math.abs(amount));
  expect(sizes.length).toBeGreaterThan(50);
  sizes.forEach((size, i) => {
    expect(size).toBeCloseTo(all[i], 6);
  });
});

test("a map that goes into a neuron adds what all its pixels add", () => {
  const network = new Network(
    [28, 28, 1],
    [new Conv2D(2, 27), new Flatten(), new Dense(2, { activation: "softmax" })],
  );
  const [, maps, answer] = columnsOf(network, noise(network));
  const weights = network.parameters[2].value;
  const links = byPair(answer);
  for (const map of [0, 1]) {
    for (const j of [0, 1]) {
      let expected = 0;
      for (let k = map; k < 8; k += 2) expected += maps.values[k] * weights.at(k, j);
      expect(links.get(`${map}→${j}`)).toBeCloseTo(expected, 4);
    }
  }
});

test("a link between maps is the mean of what the filter adds, up to the edges", () => {
  const network = new Network(
    [28, 28, 1],
    [new Conv2D(3, 1), new Conv2D(2, 1), new Flatten(), new Dense(2, { activation: "softmax" })],
  );
  const [, first, second] = columnsOf(network, noise(network));
  const weights = network.parameters[2].value;
  const links = byPair(second);
  for (let i = 0; i < 3; i++) {
    const mean = first.values.filter((_, k) => k % 3 === i).reduce((sum, value) => sum + value / 784, 0);
    for (let j = 0; j < 2; j++) {
      expect(links.get(`${i}→${j}`)).toBeCloseTo(mean * weights.at(0, 0, i, j), 5);
    }
  }
});

test("layers that rearrange or rescale have no column of their own", () => {
  const network = networks["convolutions, pooling and batch norm"]();
  const names = columnsOf(network, noise(network)).map(({ name }) => name.split(" ")[0]);
  expect(names).toEqual(["picture", "Conv2D", "MaxPool2D", "Conv2D", "MaxPool2D", "Dense", "Dense"]);
});

test("an activation that stands by itself is that of the layer before it", () => {
  const layers = [new Dense(4), new ActivationLayer("relu"), new Dense(2), new ActivationLayer("softmax")];
  const network = new Network([784], layers);
  const picture = noise(network);
  const [, hidden, answer] = columnsOf(network, picture);
  expect([hidden.name, answer.name]).toEqual(["Dense relu", "Dense softmax"]);
  expect(Math.min(...hidden.values)).toBeGreaterThanOrEqual(0);
  expect(answer.values[0] + answer.values[1]).toBeCloseTo(1, 6);
});
