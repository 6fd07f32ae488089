import { describe, expect, test } from "vitest";
import { noisySine, type ToyName, toyNames, toySet } from "../../src/data/toys";
import { OptionsError } from "../../src/errors";
import { mlp } from "../../src/nn/mlp";
import { evaluate } from "../../src/training/evaluation";
import { fit } from "../../src/training/fit";
import { testRefusals, wrong } from "../support/refusals";

/** The points of one class. */
const pointsOf = (name: ToyName, label: number, noise = 0) => {
  const { samples, labels } = toySet(name, { noise });
  return [...(labels ?? [])].flatMap((each, i) =>
    each === label ? [[samples.at(i, 0), samples.at(i, 1)]] : [],
  );
};

const near = (value: number) => expect.closeTo(value, 5);

test("without noise every point is where its class is", () => {
  for (const [x, y] of pointsOf("xor", 0)) expect(x * y).toBeGreaterThan(0);
  for (const [x, y] of pointsOf("xor", 1)) expect(x * y).toBeLessThan(0);
  for (const [x, y] of pointsOf("circles", 0)) expect(Math.hypot(x, y)).toEqual(near(0.8));
  for (const [x, y] of pointsOf("circles", 1)) expect(Math.hypot(x, y)).toEqual(near(1.8));
  // A half circle of radius 1.3 around its middle, and the other one around the other.
  for (const [x, y] of pointsOf("moons", 0))
    expect([Math.hypot(x + 0.65, y + 0.325), y > -0.33]).toEqual([near(1.3), true]);
  for (const [x, y] of pointsOf("moons", 1))
    expect([Math.hypot(x - 0.65, y - 0.325), y < 0.33]).toEqual([near(1.3), true]);
  // One arm is the other, turned by half a circle.
  const [one, other] = [0, 1].map((label) =>
    pointsOf("spirals", label).sort(([a, b], [c, d]) => Math.hypot(a, b) - Math.hypot(c, d)),
  );
  for (const [i, [x, y]] of one.entries()) expect(other[i]).toEqual([near(-x), near(-y)]);
});

describe.each(toyNames)("%s", (name) => {
  test("has as many samples of each class, in every slice, and the seed decides them", () => {
    const data = toySet(name, { count: 101, seed: 3 });
    const labels = [...(data.labels ?? [])];
    expect(labels.filter((label) => label === 0)).toHaveLength(51);
    expect(new Set(labels.slice(40, 42)).size).toBe(2);
    expect(toySet(name, { count: 101, seed: 3 }).samples.data).toEqual(data.samples.data);
    expect(toySet(name, { count: 101, seed: 4 }).samples.data).not.toEqual(data.samples.data);
  });

  test("noise moves points by so much", () => {
    const [still, moved] = [0, 0.2].map((noise) => toySet(name, { count: 4000, noise }).samples.data);
    const strays = Array.from(still, (value, i) => moved[i] - value);
    const deviation = Math.sqrt(strays.reduce((sum, stray) => sum + stray ** 2, 0) / strays.length);
    expect(deviation).toBeGreaterThan(0.19);
    expect(deviation).toBeLessThan(0.21);
  });

  test("a straight line does not tell its classes apart, a hidden layer does", async () => {
    const [data, validation] = toySet(name).split(0.7);
    const training = { epochs: 100, batchSize: 20, optimizer: "adam", learningRate: 0.01 } as const;
    const [straight, bent] = [
      [2, 2],
      [2, 24, 24, 2],
    ].map((sizes) => mlp(sizes));
    for (const network of [straight, bent]) await fit(network, data, training);
    expect(evaluate(straight, validation).accuracy).toBeLessThan(0.92);
    expect(evaluate(bent, validation).accuracy).toBeGreaterThan(0.93);
  });
});

test("the sine is one wave with so much noise", () => {
  const { samples, targets } = noisySine({ count: 4000, noise: 0.2 });
  const x = [...samples.data];
  expect(Math.min(...x)).toBeCloseTo(-Math.PI, 2);
  expect(Math.max(...x)).toBeCloseTo(Math.PI, 2);
  const strays = x.map((value, i) => (targets?.at(i, 0) ?? 0) - Math.sin(value));
  const deviation = Math.sqrt(strays.reduce((sum, stray) => sum + stray ** 2, 0) / strays.length);
  expect(deviation).toBeGreaterThan(0.19);
  expect(deviation).toBeLessThan(0.21);
});

testRefusals({
  "toy sets": [
    ["a typo", () => toySet(wrong("moon")), OptionsError, /name: expected "xor", .*received "moon"/],
    [
      "all wrong options at once",
      () => toySet("xor", wrong({ count: 1, noise: -1, seed: 0.5, size: 3 })),
      OptionsError,
      /size: unknown option[\s\S]*count: expected[\s\S]*noise: expected[\s\S]*seed: expected/,
    ],
    ["what is no set of options", () => noisySine(wrong(5)), OptionsError, /options: expected an object/],
  ],
});
