import { expect, test } from "vitest";
import { answerTo } from "../../../src/notebook/pad/answer";
import { buildLayers, describeModel } from "../../../src/notebook/pad/model";
import type { Tensor } from "../../../src/tensor";
import { networks, noise } from "./support";

const each = Object.entries(networks);

test.each(each)("%s: made again from text it gives the network's answers", (_, make) => {
  const network = make();
  const text = JSON.stringify(describeModel(network.inputShape, network.layers));
  const layers = buildLayers(JSON.parse(text));
  for (const seed of [1, 2, 3]) {
    const sample = noise(network, seed);
    const answer = answerTo(Float32Array.from(sample.data), network.inputShape, layers).at(-1);
    const expected = network.predict(sample).data;
    expect(answer?.values).toHaveLength(expected.length);
    answer?.values.forEach((value, i) => {
      expect(Math.abs(value - expected[i])).toBeLessThan(1e-5);
    });
  }
});

test.each(each)("%s: every column shows what comes out of a layer", (_, make) => {
  const network = make();
  const sample = noise(network);
  const layers = buildLayers(describeModel(network.inputShape, network.layers));
  const columns = answerTo(Float32Array.from(sample.data), network.inputShape, layers);
  let y = sample.reshape([1, ...network.inputShape]);
  const outputs: Tensor[] = network.layers.map((layer) => {
    y = layer.forward(y).copy();
    return y;
  });
  expect(columns[0].values).toEqual(Float32Array.from(sample.data));
  for (const { name, values } of columns.slice(1)) {
    const same = outputs.some(
      ({ data }) =>
        data.length === values.length && data.every((value, i) => Math.abs(value - values[i]) < 1e-4),
    );
    expect(same, name).toBe(true);
  }
});

test("the numbers take four thirds of their four bytes", () => {
  const network = networks["784-16-16-10"]();
  const { numbers } = describeModel(network.inputShape, network.layers);
  expect(numbers.length).toBe(4 * Math.ceil((4 * network.parameterCount) / 3));
});
