import { afterAll, beforeEach, describe, expect, test, vi } from "vitest";
import { isKind, lasting } from "../src/reload";
import { bitsOf } from "./support/numbers";
import { cloudNetwork, clouds } from "./support/training";

/** The library as a notebook has it after a file of src was edited: every module made anew. */
async function loadAgain() {
  vi.resetModules();
  const { Dataset } = await import("../src/dataset");
  const { Tensor } = await import("../src/tensor");
  const { Network } = await import("../src/nn/network");
  const { Dense } = await import("../src/nn/layers");
  const { fit } = await import("../src/training/fit");
  const { evaluate } = await import("../src/training/evaluation");
  return { Dataset, Tensor, Network, Dense, fit, evaluate };
}

let before: Awaited<ReturnType<typeof loadAgain>>;
let after: Awaited<ReturnType<typeof loadAgain>>;

beforeEach(async () => {
  before = await loadAgain();
  after = await loadAgain();
});

afterAll(() => {
  vi.resetModules();
});

const options = { epochs: 2, batchSize: 8, learningRate: 0.1 };
const points = (library: typeof before) => library.Tensor.from([[0], [1], [2], [3]]);
const setOf = (library: typeof before) => library.Dataset.classification(points(library), [0, 0, 1, 1], 2);
const networkOf = (library: typeof before) =>
  new library.Network([1], [new library.Dense(2, { activation: "softmax" })]);

describe("what earlier cells made, when src is loaded again", () => {
  test("is still what it was", () => {
    expect(after.Tensor).not.toBe(before.Tensor);
    expect(points(before)).toBeInstanceOf(after.Tensor);
    expect(setOf(before)).toBeInstanceOf(after.Dataset);
    expect(networkOf(before)).toBeInstanceOf(after.Network);
    expect(networkOf(before)).not.toBeInstanceOf(after.Tensor);
    expect({ shape: [1] }).not.toBeInstanceOf(after.Tensor);
  });

  test("can be trained and measured by the new functions", async () => {
    const [network, data] = [networkOf(before), setOf(before)];
    expect((await after.fit(network, data, options)).status).toBe("finished");
    expect(after.evaluate(network, setOf(after)).loss).toBe(before.evaluate(network, data).loss);
    expect(network.predict(points(after)).shape).toEqual([4, 2]);
  });

  test("goes on with training where it was", async () => {
    const [reloaded, whole] = [networkOf(before), networkOf(before)];
    const data = setOf(before);
    await before.fit(reloaded, data, { ...options, epochs: 3, decay: 0.2 });
    const history = await after.fit(reloaded, data, { ...options, epochs: 2, decay: 0.2 });
    await before.fit(whole, data, { ...options, epochs: 5, decay: 0.2 });
    expect(history.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5]);
    expect(bitsOf(reloaded.getParameters())).toBe(bitsOf(whole.getParameters()));
  });

  test("is not trained twice at the same time, nor given a layer that is taken", async () => {
    const network = networkOf(before);
    const training = before.fit(network, setOf(before), options);
    await expect(after.fit(network, setOf(after), options)).rejects.toThrow(/being trained already/);
    await training;
    expect(() => new after.Network([1], [network.layers[0]])).toThrow(/already part of a network/);
  });
});

test("a kind is told by its name, and nothing else passes for it", () => {
  expect(isKind({ kind: "Tensor" }, "Tensor")).toBe(true);
  expect(
    [{ kind: "Dataset" }, {}, null, undefined, "Tensor", 5].some((value) => isKind(value, "Tensor")),
  ).toBe(false);
  expect(isKind(cloudNetwork(), "Network")).toBe(true);
  expect(isKind(clouds(3), "Dataset")).toBe(true);
});

test("something lasting is made once", () => {
  const made: number[] = [];
  const make = () => {
    made.push(1);
    return { made };
  };
  const name = `test ${Math.random()}`;
  expect(lasting(name, make)).toBe(lasting(name, make));
  expect(made).toEqual([1]);
  expect(lasting(`${name}, another`, make)).not.toBe(lasting(name, make));
});
