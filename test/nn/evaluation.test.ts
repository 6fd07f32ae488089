import { describe, expect, test } from "vitest";
import { Dataset } from "../../src/dataset";
import { plainDouble } from "../../src/kernels/plain";
import { evaluate, evaluating } from "../../src/nn/evaluation";
import { Dense } from "../../src/nn/layers";
import { mlp } from "../../src/nn/mlp";
import { Network } from "../../src/nn/network";
import { lossOn } from "../../src/nn/shortcuts";
import { Random } from "../../src/random";
import { Tensor } from "../../src/tensor";
import { bitsOf, randomTensor } from "../support/numbers";
import { cloudNetwork, clouds } from "../support/training";

describe("evaluate", () => {
  test("gives the mean loss and the share of right classes of all samples", () => {
    const data = clouds(601);
    const network = cloudNetwork();
    const outputs = network.predict(data.samples);
    let loss = 0;
    let right = 0;
    for (let i = 0; i < 601; i++) {
      const row = [...outputs.row(i).data];
      const label = data.labels?.[i] ?? -1;
      loss -= Math.log(row[label]);
      if (row.indexOf(Math.max(...row)) === label) right++;
    }
    const evaluation = evaluate(network, data);
    expect(evaluation.loss).toBeCloseTo(loss / 601, 6);
    expect(evaluation.accuracy).toBe(right / 601);
    expect(right).toBeGreaterThan(0);
  });

  test.each([1, 249, 250, 251, 500])("weights %i samples equally, whatever the last piece", (count) => {
    const all = clouds(500);
    const part = all.slice(0, count);
    const network = mlp([2, 3], { kernels: plainDouble });
    const single = Array.from({ length: count }, (_, i) => evaluate(network, all.slice(i, i + 1)));
    const mean = (key: "loss" | "accuracy") => single.reduce((sum, one) => sum + one[key], 0) / count;
    expect(evaluate(network, part).loss).toBeCloseTo(mean("loss"), 12);
    expect(evaluate(network, part).accuracy).toBeCloseTo(mean("accuracy"), 12);
  });

  test("uses the loss of the output activation, or the one that is asked for", () => {
    const network = mlp([2, 3], { kernels: plainDouble });
    const data = clouds(20);
    const outputs = network.predict(data.samples);
    let squares = 0;
    for (let i = 0; i < 20; i++) {
      for (let j = 0; j < 3; j++) squares += (outputs.at(i, j) - (data.labels?.[i] === j ? 1 : 0)) ** 2;
    }
    expect(evaluate(network, data, { loss: "meanSquaredError" }).loss).toBeCloseTo(squares / 60, 6);
    expect(evaluate(network, data).loss).toBe(evaluate(network, data, { loss: "crossEntropy" }).loss);
  });

  test("compares a single output with one half, and its logit with 0", () => {
    const network = new Network([1], [new Dense(1, { activation: "sigmoid" })]);
    network.setParameters([1, 0]);
    // σ(−2), σ(0.3), σ(2) = 0.12, 0.57, 0.88
    const data = Dataset.classification(Tensor.from([[-2], [0.3], [2]]), [0, 1, 0], 2);
    expect(evaluate(network, data).accuracy).toBeCloseTo(2 / 3, 12);
    expect(evaluate(network, data, { loss: "meanSquaredError" }).accuracy).toBeCloseTo(2 / 3, 12);
  });

  test("knows no accuracy where there are no classes", () => {
    const data = Dataset.regression(randomTensor([5, 2], new Random(1)), Tensor.zeros([5, 1]));
    const { loss, accuracy } = evaluate(mlp([2, 1], { output: "linear" }), data);
    expect(loss).toBeGreaterThan(0);
    expect(accuracy).toBeNaN();
  });

  test("changes nothing", () => {
    const network = cloudNetwork();
    const before = bitsOf(network.getParameters());
    expect(evaluate(network, clouds(20))).toEqual(evaluate(network, clouds(20)));
    expect(bitsOf(network.getParameters())).toBe(before);
  });

  test("can be taken in steps", () => {
    const [network, data] = [cloudNetwork(), clouds(600)];
    const steps = evaluating(network, data, lossOn(network.kernels, "crossEntropy"));
    let count = 0;
    let step = steps.next();
    for (; !step.done; step = steps.next()) count++;
    expect(count).toBe(3);
    expect(step.value).toEqual(evaluate(network, data));
  });
});
