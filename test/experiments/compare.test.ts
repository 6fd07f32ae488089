import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DataError, OptionsError } from "../../src/errors";
import { type ComparisonProgress, runComparison } from "../../src/experiments/compare";
import { keptRunsPath, removeRuns } from "../../src/experiments/kept-runs";
import type { ComparisonOptions, Setting } from "../../src/experiments/settings";
import { Dropout } from "../../src/nn/dropout";
import { Dense } from "../../src/nn/layers";
import { mlp } from "../../src/nn/mlp";
import { Network } from "../../src/nn/network";
import { fit } from "../../src/training/fit";
import type { Callback } from "../../src/training/progress";
import { errorOf } from "../support/errors";
import { wrong } from "../support/refusals";
import { clouds, pauseAfterEveryBatch, withoutTime } from "../support/training";

const data = clouds(60);
const validation = clouds(30, 2);
const common: ComparisonOptions = { sizes: [2, 4, 3], data, validation, epochs: 3, learningRate: 0.1 };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "comparison-"));
  vi.stubEnv("NN_DATA_FOLDER", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** Counts the trainings that begin, by the setting's own callback. */
function counted() {
  const trained: string[] = [];
  const as = (name: string): { callbacks: Callback[] } => ({
    callbacks: [{ onStart: () => void trained.push(name) }],
  });
  return { trained, as };
}

const run = (settings: Record<string, Setting>, options: Partial<ComparisonOptions> = {}, name = "trial") =>
  runComparison(name, settings, { ...common, ...options }, () => {});

test("each setting ends as fit alone would end, from the same seed", async () => {
  const comparison = await run({ relu: { activation: "relu" }, adam: { optimizer: "adam" } }, { seed: 7 });
  const network = mlp([2, 4, 3], { seed: 7 });
  const alone = await fit(network, data, {
    epochs: 3,
    learningRate: 0.1,
    seed: 7,
    validation,
    optimizer: "adam",
  });
  expect(comparison.results.map(({ setting }) => setting)).toEqual(["relu", "adam"]);
  const [, adam] = comparison.results;
  expect(withoutTime(adam.runs[0].epochs)).toEqual(withoutTime(alone.epochs));
  expect(adam.parameters).toBe(2 * 4 + 4 + 4 * 3 + 3);
  expect(adam.final.mean).toBe(alone.last.validationAccuracy);
});

test("repeats use the seeds that follow; mean, deviation and the best epoch are theirs", async () => {
  const comparison = await run({ tanh: { activation: "tanh" } }, { repeats: 3, seed: 5 });
  const [{ runs, final, best }] = comparison.results;
  expect(runs.map(({ seed }) => seed)).toEqual([5, 6, 7]);
  const last = runs.map(({ epochs }) => epochs[2].validationAccuracy);
  expect(new Set(last).size).toBeGreaterThan(1);
  const mean = (last[0] + last[1] + last[2]) / 3;
  expect(final.mean).toBeCloseTo(mean, 12);
  expect(final.deviation).toBeCloseTo(Math.sqrt(last.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 2), 12);
  expect([final.low, final.high]).toEqual([Math.min(...last), Math.max(...last)]);
  const means = [0, 1, 2].map(
    (i) => runs.reduce((sum, { epochs }) => sum + epochs[i].validationAccuracy, 0) / 3,
  );
  expect(best.value).toBeCloseTo(Math.max(...means), 12);
  expect(best.epoch).toBe(means.indexOf(Math.max(...means)) + 1);
});

test("what was trained before is taken from the file, and what changed is trained again", async () => {
  const { trained, as } = counted();
  const relu = { activation: "relu", ...as("relu") } as const;
  const tanh = { activation: "tanh", ...as("tanh") } as const;
  const first = await run({ relu, tanh });
  expect(trained).toEqual(["relu", "tanh"]);
  const second = await run({ relu, tanh });
  expect(trained).toEqual(["relu", "tanh"]);
  expect(second.runs).toEqual(first.runs);
  const third = await run({ relu, tanh: { ...tanh, learningRate: 0.2 } });
  expect(trained).toEqual(["relu", "tanh", "tanh"]);
  expect(third.results[0].runs).toEqual(first.results[0].runs);
  expect(third.results[1].runs).toHaveLength(1);
  expect(third.results[1].runs[0].epochs).not.toEqual(first.results[1].runs[0].epochs);
});

test.each<[what: string, before: Setting, after: Setting]>([
  ["the epochs", {}, { epochs: 4 }],
  ["the data", {}, { data: clouds(60, 9) }],
  ["the validation data", {}, { validation: clouds(30, 9) }],
  ["the sizes", {}, { sizes: [2, 5, 3] }],
  ["the initializer", {}, { initializer: "xavier" }],
  ["a part of an option", { schedule: { name: "cosine" } }, { schedule: { name: "cosine", final: 0.01 } }],
  [
    "what a layer was told",
    ...([0.1, 0.2].map((rate) => ({
      sizes: undefined,
      network: (seed: number) =>
        new Network([2], [new Dense(4), new Dropout(rate), new Dense(3, { activation: "softmax" })], {
          seed,
        }),
    })) as [Setting, Setting]),
  ],
])("a change of %s counts as one", async (_, before, after) => {
  const { trained, as } = counted();
  const options = "network" in before ? { sizes: undefined } : {};
  await run({ it: { ...before, ...as("before") } }, options);
  await run({ it: { ...before, ...as("again") } }, options);
  await run({ it: { ...after, ...as("after") } }, options);
  expect(trained).toEqual(["before", "after"]);
});

test("neither the order of options nor defaults that are written out count as a change", async () => {
  const { trained, as } = counted();
  await run({ it: { schedule: { name: "step", every: 2, factor: 0.5 }, clipNorm: 1, ...as("before") } });
  await run({
    it: { clipNorm: 1, decay: undefined, schedule: { factor: 0.5, every: 2, name: "step" }, ...as("after") },
  });
  expect(trained).toEqual(["before"]);
});

test("what a setting brought before it was changed is lost only when it has been trained anew", async () => {
  const { trained, as } = counted();
  await run({ it: as("before") });
  await run({ other: {}, it: { epochs: 5 } }, { signal: AbortSignal.abort() });
  await run({ it: as("again") });
  expect(trained).toEqual(["before"]);
  await run({ it: { epochs: 5 } });
  await run({ it: as("anew") });
  expect(trained).toEqual(["before", "anew"]);
});

test("settings that have left the cell stay, in the end, until they are forgotten", async () => {
  await run({ old: { activation: "relu" } });
  const both = await run({ new: { activation: "tanh" } });
  expect(both.results.map(({ setting }) => setting)).toEqual(["new", "old"]);
  expect((await runComparison("trial", {}, {}, () => {})).results).toHaveLength(2);
  await removeRuns("trial", ["old"]);
  expect((await run({})).results.map(({ setting }) => setting)).toEqual(["new"]);
  await removeRuns("trial", []);
  expect((await run({})).results).toEqual([]);
  await removeRuns("never there", []);
});

test("fewer repeats hide the other seeds and more train only those that are missing", async () => {
  const { trained, as } = counted();
  const settings = { it: as("it") };
  await run(settings, { repeats: 2 });
  expect((await run(settings, { repeats: 1 })).runs.map(({ seed }) => seed)).toEqual([1]);
  expect((await run(settings, { repeats: 3 })).runs.map(({ seed }) => seed)).toEqual([1, 2, 3]);
  expect(trained).toHaveLength(3);
});

test("an interrupt ends all of it, keeps what there is, and the next call goes on in the middle", async () => {
  pauseAfterEveryBatch();
  const { trained, as } = counted();
  const controller = new AbortController();
  const stopping = {
    onEpoch: ({ history }: { history: readonly unknown[] }) => {
      if (history.length === 2) controller.abort();
    },
  };
  const second = { activation: "tanh" } as const;
  const settings = {
    first: { epochs: 1, ...as("first") },
    second: { ...second, callbacks: [...as("second").callbacks, stopping] },
    third: as("third"),
  };
  const stopped = await run(settings, { signal: controller.signal });
  expect(trained).toEqual(["first", "second"]);
  expect(stopped.runs.map(({ setting, status }) => [setting, status])).toEqual([
    ["first", "finished"],
    ["second", "stopped"],
  ]);
  expect(stopped.runs[1].epochs).toHaveLength(2);
  const batches: number[] = [];
  const watch = { onProgress: ({ samples }: { samples: number }) => void batches.push(samples) };
  const finished = await run({ ...settings, second: { ...second, callbacks: [watch] } });
  expect(trained).toEqual(["first", "second", "third"]);
  // The last epoch only.
  expect(Math.max(...batches)).toBe(60);
  const alone = await fit(mlp([2, 4, 3], second), data, { epochs: 3, learningRate: 0.1, validation });
  expect(withoutTime(finished.results[1].runs[0].epochs)).toEqual(withoutTime(alone.epochs));
});

test("the file is complete after every training, whatever comes after", async () => {
  const { trained, as } = counted();
  const failing = {
    callbacks: [
      {
        onStart: () => {
          throw new Error("the machine fell over");
        },
      },
    ],
  };
  await expect(run({ good: as("good"), bad: failing })).rejects.toThrow("the machine fell over");
  expect((await run({ good: as("good") })).runs).toHaveLength(1);
  expect(trained).toEqual(["good"]);
});

test("a training that diverges is a result like others", async () => {
  const { trained, as } = counted();
  const settings = { wild: { output: "linear", learningRate: 1e30, ...as("wild") } } as const;
  await run(settings);
  const [{ final, best, runs }] = (await run(settings)).results;
  expect(trained).toEqual(["wild"]);
  expect(runs[0].status).toBe("diverged");
  expect([final.mean, best.value]).toEqual([Number.NaN, Number.NaN]);
});

test("where there are no classes, or no validation data, settings are compared by what there is", async () => {
  const accuracy = await run({ it: {} }, { validation: undefined }, "by accuracy");
  expect(accuracy.metric).toBe("accuracy");
  const network = (seed: number) => mlp([2, 4, 3], { seed, output: "linear" });
  const losses = await run(
    { slow: { learningRate: 1e-5 }, fast: {} },
    { sizes: undefined, network },
    "by accuracy of numbers",
  );
  expect(losses.metric).toBe("validationAccuracy");
  expect(losses.best?.setting).toBe("fast");
});

test("all wrong options of all settings are refused at once, before anything is trained", async () => {
  const { trained, as } = counted();
  const settings = {
    good: as("good"),
    typo: { activatoin: "relu", epochs: 0 },
    several: { activation: "tnh", learningRate: -1, optimizer: "sgdd" },
    other: { network: () => 5 },
    same: {
      network: (
        (network) => () =>
          network
      )(mlp([2, 3])),
      sizes: undefined,
    },
    both: { network: () => mlp([2, 3]), sizes: [2, 3] },
    fits: { sizes: [3, 3] },
    none: 5,
  };
  const error = await errorOf(() => run(wrong(settings), wrong({ repeats: 0, epoch: 1 })));
  expect(error).toBeInstanceOf(OptionsError);
  expect(error.message).toContain("repeats: expected a whole number from 1 to 100, received 0");
  expect(error.message).toContain("typo: activatoin");
  expect(error.message).toContain("epoch: unknown option, did you mean epochs?");
  const { message } = await errorOf(() => run(wrong(settings)));
  const lines = message.split("\n  - ");
  expect(lines.shift()).toBe("compare:");
  for (const expected of [
    /^typo: activatoin: unknown option, did you mean activation\?$/,
    /^typo: epochs: expected a whole number ≥ 1, received 0$/,
    /^several: activation: expected .* received "tnh"$/,
    /^several: learningRate: expected a finite number > 0, received -1$/,
    /^several: optimizer: expected .* received "sgdd"$/,
    /^other: network: expected .* received/,
    /^same: network: expected a function that makes a new network whenever it is called/,
    /^both: sizes: expected none beside network/,
    /^fits: data: expected samples \[3\], received \[2\]$/,
    /^none: options: expected an object/,
  ])
    expect(lines).toContainEqual(expect.stringMatching(expected));
  expect(trained).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
});

test("a setting may make its network in another way than the others", async () => {
  const network = (seed: number) => new Network([2], [new Dense(3, { activation: "softmax" })], { seed });
  const mixed = await run({ deep: {}, flat: { network } });
  expect(mixed.results.map(({ parameters }) => parameters)).toEqual([27, 9]);
  const turned = await run({ flat: {}, deep: { sizes: [2, 4, 3] } }, { network, sizes: undefined }, "turned");
  expect(turned.results.map(({ parameters }) => parameters)).toEqual([9, 27]);
});

test("what is wrong for all is said once", async () => {
  const { message } = await errorOf(() =>
    run({ one: {}, two: {}, three: { epochs: 2 } }, { learningRate: 0, epochs: 0 }),
  );
  expect(message.split("\n")).toEqual([
    "compare:",
    "  - one, two: epochs: expected a whole number ≥ 1, received 0",
    "  - learningRate: expected a finite number > 0, received 0",
  ]);
});

test.each(["", ".", "../up", "a/b", "a\\b", "x".repeat(61), "a\0b", "nul:"])(
  "the name %j is refused",
  async (name) => {
    expect(await errorOf(() => run({ it: {} }, {}, name))).toBeInstanceOf(OptionsError);
    expect(await errorOf(() => removeRuns(name, []))).toBeInstanceOf(OptionsError);
  },
);

test.each([
  ["no JSON", "{"],
  ["another format", `{ "format": 99, "runs": [] }`],
  ["runs that are none", `{ "format": 1, "runs": [{ "setting": "it" }] }`],
  [
    "epochs that are none",
    `{ "format": 1, "runs": [{ "setting": "it", "seed": 1, "fingerprint": "", "parameters": 1, "status": "", "message": "", "epochs": [null] }] }`,
  ],
])("a file with %s is refused and left alone; it can be forgotten", async (_, text) => {
  await run({ it: {} });
  writeFileSync(keptRunsPath("trial"), text);
  const error = await errorOf(() => run({ it: {} }));
  expect(error).toBeInstanceOf(DataError);
  expect(error.message).toContain(`forgetRuns("trial") removes it`);
  expect(readFileSync(keptRunsPath("trial"), "utf8")).toBe(text);
  await removeRuns("trial", []);
  await run({ it: {} });
});

test("whoever listens is told where it stands, the running training included", async () => {
  pauseAfterEveryBatch();
  const told: ComparisonProgress[] = [];
  await runComparison("trial", { one: {}, two: { epochs: 5 } }, common, (progress) => told.push(progress));
  expect(told[0]).toMatchObject({ done: 0, planned: 2, epochs: 5, running: null });
  const running = told.filter(({ running }) => running?.setting === "two");
  expect(running.length).toBeGreaterThan(5);
  const lengths = running.map(({ comparison }) => comparison.results[1].runs[0].epochs.length);
  expect(new Set(lengths)).toEqual(new Set([0, 1, 2, 3, 4, 5]));
  expect(running.every(({ done }) => done === 1)).toBe(true);
  expect(told.at(-1)).toMatchObject({ done: 2, running: null });
});
