import { describe, expect, test, vi } from "vitest";
import { loadMnist } from "../../src/data/mnist";
import { Dataset } from "../../src/dataset";
import { losses } from "../../src/nn/losses";
import { mlp } from "../../src/nn/mlp";
import type { Network } from "../../src/nn/network";
import { Random } from "../../src/random";
import { Tensor } from "../../src/tensor";
import { type Explanation, explain } from "../../src/training/explanations";
import { constantLoss, factsOf, someOf } from "../../src/training/facts";
import { fit } from "../../src/training/fit";
import { inspectNetwork } from "../../src/training/inspection";
import type { TrainingOptions } from "../../src/training/options";
import { clouds } from "../support/training";

/** What is explained after every epoch of a training, and at its end. */
async function explained(
  network: Network,
  data: Dataset,
  options: TrainingOptions,
): Promise<{ during: Explanation[]; end: Explanation[]; sentence: string }> {
  const during: Explanation[] = [];
  let end: Explanation[] = [];
  await fit(network, data, {
    ...options,
    callbacks: [
      {
        onEpoch: (progress) => void during.push(...explain(factsOf(progress))),
        onEnd: (progress) => {
          end = explain(factsOf(progress, true));
        },
      },
    ],
  });
  return { during, end, sentence: end.map((each) => each.sentence).join(" ") };
}

const rules = (explanations: readonly Explanation[]) => explanations.map(({ rule }) => rule);

/** Points whose class nothing tells. */
function noise(count: number, share = 0.5): Dataset {
  const random = new Random(3, "noise");
  const samples = Tensor.zeros([count, 8]);
  for (let i = 0; i < samples.size; i++) samples.data[i] = random.normal();
  const labels = Array.from({ length: count }, (_, i) => (i < share * count ? 0 : 1));
  return Dataset.classification(samples, labels, ["rest", "rare"]);
}

const { train } = loadMnist();
const digits = train.slice(0, 4000);

describe("trainings that are well are not explained", () => {
  // The recipes of notebooks/app_mnist.ipynb.
  test.each([
    ["relu", "softmax", 20, { learningRate: 0.1, decay: 0.1 }],
    ["tanh", "softmax", 8, { learningRate: 0.1, decay: 0.1 }],
    ["sigmoid", "sigmoid", 8, { learningRate: 10, decay: 0.05, loss: "meanSquaredError" }],
  ] as const)("digits with %s", async (activation, output, epochs, recipe) => {
    const [fitted, validation] = train.split(0.9, { seed: 1 });
    const network = mlp([784, 16, 16, 10], { activation, output });
    const { during, end } = await explained(network, fitted, { ...recipe, validation, epochs });
    expect([...during, ...end]).toEqual([]);
  });

  test("a small set that is learned perfectly", async () => {
    const network = mlp([2, 16, 3], { activation: "tanh" });
    const training = { epochs: 60, learningRate: 0.1, validation: clouds(200, 2) };
    const { during, end } = await explained(network, clouds(400), training);
    expect([...during, ...end]).toEqual([]);
  });

  test("a curve that is fitted", async () => {
    const x = Tensor.from(Array.from({ length: 200 }, (_, i) => [(i - 100) / 50]));
    const y = Tensor.from(Array.from(x.data, (value) => [Math.sin(3 * value)]));
    const network = mlp([1, 16, 1], { activation: "tanh", output: "linear" });
    const training = { epochs: 200, learningRate: 0.02, optimizer: "adam", decay: 0.02 } as const;
    const { end } = await explained(network, Dataset.regression(x, y), training);
    expect(end).toEqual([]);
  });
});

describe("what is said when", () => {
  test("units die: the learning rate of the notebook's exercise", async () => {
    const { during, end, sentence } = await explained(mlp([784, 16, 16, 10]), digits, {
      ...{ epochs: 3, learningRate: 1 },
    });
    expect(rules(during)).toContain("dead units");
    expect(rules(end)).toEqual(["dead units", "stuck loss"]);
    expect(sentence).toMatch(/All 16 units of layer [12] are dead: they send 0 for each of 500 samples/);
  });

  test("some units die", async () => {
    const network = mlp([2, 8, 3]);
    network.layers[0].parameters[1].value.data.set([-50, -50, -50, -50, -50, 0, 0, 0]);
    const { sentence } = await explained(network, clouds(300), { epochs: 1, learningRate: 0.01 });
    expect(sentence).toMatch(/^5 of 8 units of layer 1 are dead/);
  });

  test("units are saturated", async () => {
    const network = mlp([784, 16, 10], { activation: "tanh" });
    const { end, sentence } = await explained(network, digits, { epochs: 2, learningRate: 50 });
    expect(rules(end)).toContain("saturated units");
    expect(sentence).toMatch(/\d+ of 16 units of layer 1 are saturated: they stay where tanh is flat/);
  });

  test("the loss sits at ln(classes)", async () => {
    const network = mlp([784, 16, 10], { activation: "sigmoid" });
    // A classic mistake: units that begin alike stay alike.
    for (const { value } of network.parameters) value.data.fill(0);
    const { end, sentence } = await explained(network, digits, { epochs: 3, learningRate: 1e-3 });
    expect(rules(end)).toEqual(["stuck loss"]);
    expect(sentence).toMatch(/^The loss sits at ln 10 = 2\.303, what guessing costs: nothing is learned/);
  });

  test("the loss sits at that of a constant answer, with any loss", async () => {
    const half = await explained(mlp([8, 1]), noise(2000), { epochs: 9, learningRate: 0.1 });
    expect(half.sentence).toMatch(/^The loss sits at ln 2 = 0\.693, what guessing costs/);
    const few = await explained(mlp([8, 1]), noise(2000, 0.9), { epochs: 9, learningRate: 0.1 });
    expect(few.sentence).toMatch(/^The loss sits at 0\.325, what the same answer for every sample costs/);
  });

  test("only the majority class is predicted", async () => {
    const network = mlp([8, 4, 2], { activation: "tanh" });
    const { end, sentence } = await explained(network, noise(600, 0.95), { epochs: 1, learningRate: 0.1 });
    expect(rules(end)).toEqual(["one answer"]);
    expect(sentence).toMatch(/^The answer is "rest" whatever the sample, which is right for 95 %/);
  });

  test("the loss grows", async () => {
    const network = mlp([2, 16, 3], { activation: "linear" });
    const { end, sentence } = await explained(network, clouds(300), {
      ...{ epochs: 8, learningRate: 3, optimizer: { name: "momentum", momentum: 0.99 } },
    });
    expect(rules(end)).toContain("growing loss");
    expect(sentence).toMatch(/The loss has grown from [\d.]+ to [\d.e+]+: the steps are too large/);
  });

  test("the loss is no number any more, where training goes on all the same", async () => {
    const { sentence } = await explained(mlp([2, 8, 3]), clouds(300), {
      ...{ epochs: 2, learningRate: 1e30, onNonFinite: "continue" },
    });
    expect(sentence).toMatch(/^The loss is NaN, beyond all numbers: the steps are too large/);
  });

  test("a few examples are learned by heart", async () => {
    const [few, validation] = [train.slice(0, 200), train.slice(1000, 1500)];
    const { during, end, sentence } = await explained(mlp([784, 64, 10]), few, {
      ...{ epochs: 60, learningRate: 0.01, optimizer: "adam", validation },
    });
    expect(rules(during)).toContain("overfitting");
    expect(rules(end)).toEqual(["overfitting"]);
    expect(sentence).toMatch(
      /^The network learns by heart: since epoch \d+ the loss fell from .* in validation\./,
    );
  });

  test("training ends too early", async () => {
    const validation = train.slice(5000, 6000);
    const options = { epochs: 5, learningRate: 0.01, validation };
    const { during, end, sentence } = await explained(mlp([784, 16, 16, 10]), digits, options);
    expect(during).toEqual([]);
    expect(rules(end)).toEqual(["still improving"]);
    expect(sentence).toMatch(/still improving: in the last 2 epochs the validation loss fell by \d\d\.\d %/);
  });
});

describe("the loss of a constant answer", () => {
  test.each(["crossEntropy", "binaryCrossEntropy", "meanSquaredError"] as const)(
    "with %s is the lowest that any constant answer has",
    (loss) => {
      const data = noise(100, 0.7);
      const lowest = constantLoss(data, loss, 2);
      const t = Tensor.from(Array.from(data.labels ?? [], (label) => [1 - label, label]));
      const of = (answer: number[]) => losses[loss].forward(Tensor.from(new Array(100).fill(answer)), t);
      const best = {
        crossEntropy: [Math.log(0.7), Math.log(0.3)],
        binaryCrossEntropy: [Math.log(0.7 / 0.3), Math.log(0.3 / 0.7)],
        meanSquaredError: [0.7, 0.3],
      }[loss];
      expect(lowest).toBeCloseTo(of(best), 6);
      for (const nudge of [-0.1, 0.1]) expect(of([best[0] + nudge, best[1]])).toBeGreaterThan(lowest);
    },
  );
});

test("looking takes no more memory than training: samples come in batches of the same size", async () => {
  const network = mlp([2, 8, 3]);
  const forward = vi.spyOn(network.layers[0], "forward");
  const options = { epochs: 1, learningRate: 0.1, batchSize: 16 };
  await explained(network, clouds(100), options);
  inspectNetwork(network, clouds(100), options);
  expect(Math.max(...forward.mock.calls.map(([x]) => x.shape[0]))).toBe(16);
});

test("some of the samples come from the whole of the data", () => {
  const all = clouds(1000);
  const some = someOf(all, 4);
  expect([...some.samples.copy().data]).toEqual([...all.take([0, 250, 500, 750]).samples.copy().data]);
  expect(someOf(all, 1000)).toBe(all);
});
