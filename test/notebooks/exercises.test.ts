import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Comparison, Dataset, History, LearningRates, Network } from "../../src";
import { evaluate, inspectNetwork, Tensor } from "../../src";
import { type Edit, NotebookCells } from "./support/cells";

const app = new NotebookCells("app");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "exercises-"));
  vi.stubEnv("NN_DATA_FOLDER", folder);
  vi.spyOn(console, "log").mockImplementation(() => {});
});
afterAll(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Without the pauses that give a reader time to look. */
const hurry: Edit = ["=> sleep(15)", "=> {}"];

/** What each setting ends with, in percent. */
const finals = ({ results }: Comparison): Record<string, number> =>
  Object.fromEntries(results.map(({ setting, final }) => [setting, 100 * final.mean]));

/** The comparison in a cell, with another setting, or edited. */
const compared = async (cells: string[], ...edits: Edit[]) => {
  const { comparison } = await app.run<{ comparison: Comparison }>(cells, edits, "comparison");
  return finals(comparison);
};

interface Played {
  played: History;
  playground: Network;
  points: Dataset;
}

const play = async (...edits: Edit[]) => {
  const { playground, points } = await app.run<Played>(
    ["playground-set", "playground"],
    [...edits, hurry],
    "playground, points",
  );
  return 100 * evaluate(playground, points).accuracy;
};

/** An exercise: words that stand in the notebook, and what has to be true for them to be. */
type Exercise = [claim: string, check: () => Promise<void>];

const MNIST = ["data"];
const CHALLENGE = [...MNIST, "challenge-look", "challenge"];

const chapters: Record<string, Exercise[]> = {
  "two instruments": [
    [
      "the suggestion is less than a fifth of that for SGD",
      async () => {
        const find = async (...edits: Edit[]) =>
          (await app.run<{ found: LearningRates }>(["data", "hyperparameters", "rate"], edits, "found")).found
            .suggestion ?? Number.NaN;
        const sgd = await find();
        expect(await find(["fitted, training)", 'fitted, { ...training, optimizer: "adam" })'])).toBeLessThan(
          sgd / 5,
        );
        expect(
          await find(["fitted, training)", 'fitted, { ...training, optimizer: "momentum" })']),
        ).toBeLessThan(sgd);
      },
    ],
  ],
  "the playground": [
    [
      "Three lines enclose the inner circle, and everything is right. Two lines make a strip, with about 85 of 100 right, and one line cuts off a side: about 67 of 100.",
      async () => {
        expect(await play()).toBeGreaterThan(99);
        expect(Math.abs((await play(["[2, 3, 2]", "[2, 2, 2]"])) - 85)).toBeLessThan(5);
        expect(Math.abs((await play(["[2, 3, 2]", "[2, 1, 2]"])) - 67)).toBeLessThan(5);
      },
    ],
    [
      "Hardly more than half of the points are right",
      async () => {
        const xor: Edit = ['"circles"', '"xor"'];
        expect(
          Math.abs(
            (await play(xor, ['[2, 3, 2], { activation: "tanh", seed: 1 }', "[2, 2], { seed: 1 }"])) - 50,
          ),
        ).toBeLessThan(12);
        expect(await play(xor, ["[2, 3, 2]", "[2, 4, 2]"])).toBeGreaterThan(95);
      },
    ],
    [
      "About 87 of 100, with a straight line; with four neurons all of them.",
      async () => {
        const moons: Edit = ['"circles"', '"moons"'];
        expect(Math.abs((await play(moons, ["[2, 3, 2]", "[2, 1, 2]"])) - 87)).toBeLessThan(4);
        expect(await play(moons, ["[2, 3, 2]", "[2, 4, 2]"])).toBeGreaterThan(99);
      },
    ],
  ],
  "not classes, but numbers": [
    [
      "the loss stays above 0.2; with hidden layers it ends below 0.06.",
      async () => {
        const wave = async (...edits: Edit[]) =>
          (await app.run<{ waved: History }>(["function"], [hurry, ...edits], "waved")).waved.last.loss;
        expect(await wave(["[1, 16, 16, 1]", "[1, 1]"])).toBeGreaterThan(0.2);
        expect(await wave()).toBeLessThan(0.06);
      },
    ],
    [
      "The sine of 6 is −0.28. The network is off by more than 0.3",
      async () => {
        const { wave } = await app.run<{ wave: Network }>(["function"], [hurry], "wave");
        const answer = wave.predict(Tensor.from([6]));
        expect(Math.sin(6)).toBeCloseTo(-0.28, 2);
        expect(Math.abs(answer.data[0] - Math.sin(6))).toBeGreaterThan(0.3);
      },
    ],
  ],
  "side by side": [
    [
      "It ends a little below the others, near 89 %",
      async () => {
        const { linear, relu, tanh } = await compared(
          [...MNIST, "activations"],
          ["sigmoid: {", 'linear: { activation: "linear" }, sigmoid: {'],
        );
        expect(Math.abs(linear - 89)).toBeLessThan(2);
        expect(linear).toBeLessThan(Math.min(relu, tanh));
      },
    ],
    [
      "Only sigmoid is trained again, and it is now as good as the others within two percent",
      async () => {
        const { sigmoid, relu, tanh } = await compared(
          [...MNIST, "activations"],
          ['activation: "sigmoid" }', 'activation: "sigmoid", learningRate: 1 }'],
        );
        expect(sigmoid).toBeGreaterThan(Math.min(relu, tanh) - 2);
      },
    ],
  ],
  "what a layer buys": [
    [
      "Two layers of 16 have fewer weights than one of 80, and are better",
      async () => {
        const {
          "no hidden layer": none,
          "one of 32": few,
          "one of 80": many,
          "two of 16": two,
        } = await compared(["layers"]);
        expect(none).toBeLessThan(65);
        expect(few).toBeGreaterThan(none + 5);
        expect(many).toBeGreaterThan(few + 3);
        expect(two).toBeGreaterThan(many + 5);
      },
    ],
    [
      "More than 90 %, like two layers",
      async () => {
        const three = '"three of 12": { sizes: [2, 12, 12, 12, 2] },';
        expect(
          (await compared(["layers"], ['"no hidden layer"', `${three} "no hidden layer"`]))["three of 12"],
        ).toBeGreaterThan(90);
      },
    ],
    [
      "All settings end below 65 %, as without a hidden layer",
      async () => {
        const all = await compared(["layers"], ['activation: "relu"', 'activation: "linear"']);
        // What an exercise before this one has added is kept as it was.
        const { "three of 12": _, ...four } = all;
        expect(Object.keys(four)).toHaveLength(4);
        for (const accuracy of Object.values(four)) expect(accuracy).toBeLessThan(65);
      },
    ],
  ],
  "the gradient that vanishes": [
    [
      "Sigmoid learns nothing at all: its cost stands at 2.30 = ln 10",
      async () => {
        const { comparison } = await app.run<{ comparison: Comparison }>(
          [...MNIST, "vanishing"],
          [],
          "comparison",
        );
        const { relu, tanh, sigmoid } = finals(comparison);
        expect(Math.min(relu, tanh)).toBeGreaterThan(80);
        expect(sigmoid).toBeLessThan(13);
        expect(comparison.results[2].runs[0].epochs[4].loss).toBeCloseTo(2.3, 1);
      },
    ],
    [
      "Now sigmoid learns too: more than 85 %.",
      async () => {
        const { sigmoid } = await compared(
          [...MNIST, "vanishing"],
          ["[784, 16, 16, 16, 16, 16, 16, 10]", "[784, 16, 10]"],
        );
        expect(sigmoid).toBeGreaterThan(85);
      },
    ],
    [
      "better than 20 %, and far behind the others",
      async () => {
        const { relu, tanh, sigmoid } = await compared(
          [...MNIST, "vanishing"],
          ["learningRate: 0.1", 'optimizer: "adam", learningRate: 0.005'],
        );
        expect(sigmoid).toBeGreaterThan(20);
        expect(Math.min(relu, tanh)).toBeGreaterThan(sigmoid + 10);
      },
    ],
  ],
  "what the batch size changes": [
    [
      "there is a size that is best, and it is neither of the two",
      async () => {
        const all = await compared([...MNIST, "batch"]);
        expect(all["32"]).toBeGreaterThan(all["2000"] + 10);
        expect(all["32"]).toBeGreaterThan(all["8"]);
        expect(all["512"]).toBeLessThan(all["128"]);
      },
    ],
    [
      "Almost what 128 reaches in 10 epochs",
      async () => {
        const all = await compared([...MNIST, "batch"], ["batchSize: 512 }", "batchSize: 512, epochs: 40 }"]);
        expect(Math.abs(all["512"] - all["128"])).toBeLessThan(2);
      },
    ],
    [
      "11 %: a rate of 1.6 kills the neurons in the first few steps",
      async () => {
        const all = await compared(
          [...MNIST, "batch"],
          ["batchSize: 512 }", "batchSize: 512, learningRate: 1.6 }"],
        );
        expect(Math.abs(all["512"] - 11)).toBeLessThan(2);
      },
    ],
  ],
  "what decay does": [
    [
      "Calm from the beginning, and not as good as decay 0.3",
      async () => {
        const all = await compared(
          [...MNIST, "decay"],
          ['"no decay": {', '"no decay, small": { learningRate: 0.03 }, "no decay": {'],
        );
        expect(all["decay 0.3"]).toBeGreaterThan(all["no decay"] + 0.5);
        expect(all["decay 0.3"]).toBeGreaterThan(all["decay 1"]);
        expect(all["no decay, small"]).toBeLessThan(all["decay 0.3"]);
      },
    ],
    [
      "At least as good as no decay; the last epochs are the calmest of all.",
      async () => {
        const { cosine, "no decay": none } = await compared(
          [...MNIST, "decay"],
          ['"no decay": {', 'cosine: { schedule: { name: "cosine" } }, "no decay": {'],
        );
        expect(cosine).toBeGreaterThanOrEqual(none);
      },
    ],
  ],
  "too little room, and too much": [
    [
      "and are right for about 86 of 100 others",
      async () => {
        const { comparison } = await app.run<{ comparison: Comparison }>(
          [...MNIST, "fitting"],
          [],
          "comparison",
        );
        const all = finals(comparison);
        const [one, many] = comparison.results.map(({ runs }) => runs[0].epochs[39]);
        expect(one.loss).toBeGreaterThan(1.5);
        expect(many.accuracy).toBe(1);
        expect(Math.abs(all["128 neurons"] - 86)).toBeLessThan(2);
        expect(all["128, varied images"]).toBeGreaterThan(all["128 neurons"] + 2);
        expect(all["128, 5,000 digits"]).toBeGreaterThan(all["128, varied images"] + 2);
      },
    ],
    [
      "Within two percent of 128 neurons alone",
      async () => {
        const all = await compared(
          [...MNIST, "fitting"],
          ['"128 neurons": {}', '"128 neurons": {}, "128, dropout": { dropout: 0.5 }'],
        );
        expect(Math.abs(all["128, dropout"] - all["128 neurons"])).toBeLessThan(2);
      },
    ],
    [
      "It ends before epoch 40, with an accuracy within two percent",
      async () => {
        const early =
          '"128 neurons": {}, "128, stopped early": { callbacks: [earlyStopping({ patience: 3 })] }';
        const { comparison } = await app.run<{ comparison: Comparison }>(
          [...MNIST, "fitting"],
          [
            ['"128 neurons": {}', early],
            ["import { compare }", "import { compare, earlyStopping }"],
          ],
          "comparison",
        );
        const all = finals(comparison);
        expect(
          comparison.results.find(({ setting }) => setting === "128, stopped early")?.runs[0].epochs.length,
        ).toBeLessThan(40);
        expect(Math.abs(all["128, stopped early"] - all["128 neurons"])).toBeLessThan(2);
      },
    ],
    [
      "Between 500 and 5,000: about 92 %.",
      async () => {
        const all = await compared(
          [...MNIST, "fitting"],
          ['"128 neurons": {}', '"128 neurons": {}, "128, 2,000 digits": { data: data.slice(0, 2000) }'],
        );
        expect(Math.abs(all["128, 2,000 digits"] - 92)).toBeLessThan(2);
      },
    ],
  ],
  "what happens inside": [
    [
      "The units of a layer die, all of them; nothing comes back through it",
      async () => {
        const { watched, data } = await app.run<{ watched: Network; data: Dataset }>(
          [...MNIST, "inside"],
          [["learningRate: 0.1", "learningRate: 1.6"]],
          "watched, data",
        );
        const dead = inspectNetwork(watched, data).filter((layer) => layer.dead === layer.units);
        expect(dead.length).toBeGreaterThan(0);
      },
    ],
    [
      "most of them are counted as saturated",
      async () => {
        const { watched, data } = await app.run<{ watched: Network; data: Dataset }>(
          [...MNIST, "inside"],
          [
            [
              '{ activation: "relu", seed: 1 }',
              '{ activation: "sigmoid", initializer: { normal: 10 }, seed: 1 }',
            ],
          ],
          "watched, data",
        );
        const [first] = inspectNetwork(watched, data);
        expect(first.saturated).toBeGreaterThan(first.units / 2);
      },
    ],
  ],
  "the challenge": [
    [
      "Deskewing wins at once",
      async () => {
        const { plain, augmented, deskewed } = await compared(CHALLENGE);
        expect(deskewed).toBeGreaterThan(plain + 1);
        expect(Math.abs(augmented - plain)).toBeLessThan(1.5);
      },
    ],
    [
      "About as good as plain with all 8,000, within two percent",
      async () => {
        const whole = "deskewed: { data: upright.data,";
        const { plain, deskewed } = await compared(CHALLENGE, [
          whole,
          whole.replace(",", ".slice(0, 2000),"),
        ]);
        expect(Math.abs(deskewed - plain)).toBeLessThan(2);
      },
    ],
    [
      "Far below plain.",
      async () => {
        const both = "deskewed: { data: upright.data, validation: upright.held }";
        const { plain, deskewed } = await compared(CHALLENGE, [both, "deskewed: { data: upright.data }"]);
        expect(deskewed).toBeLessThan(plain - 5);
      },
    ],
  ],
};

describe.each(Object.entries(chapters))("%s", (_, exercises) => {
  test.each(exercises)("“%s”", async (claim, check) => {
    expect(app.text).toContain(claim);
    await check();
  });
});
