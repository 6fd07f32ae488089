import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { encodeHdf5, type Hdf5Group, readHdf5 } from "../../src/data/hdf5";
import { DataError, OptionsError } from "../../src/errors";
import { checkpoint, restoreCheckpoint, restoreTree } from "../../src/models/checkpoint";
import { modelConfig } from "../../src/models/keras";
import { readModel, saveModel } from "../../src/models/model-file";
import { digestOf } from "../../src/models/trees";
import { mlp } from "../../src/nn/mlp";
import { fit } from "../../src/training/fit";
import { History } from "../../src/training/history";
import { optimizerNames } from "../../src/training/optimizers";
import type { Progress } from "../../src/training/progress";
import { trainingState } from "../../src/training/saved-state";
import { temporaryFolder } from "../data/support/idx";
import { errorOf } from "../support/errors";
import { bitsOf } from "../support/numbers";
import { wrong } from "../support/refusals";
import { withoutTime } from "../support/training";
import { makeNetwork, makeTraining } from "./support/training";

const script = fileURLToPath(new URL("support/train-until-killed.ts", import.meta.url));

const checkpointPath = () => join(temporaryFolder(), "checkpoint ü.h5");

/** Makes a checkpoint of a training that was stopped after two epochs. */
async function stopped(file: string): Promise<void> {
  const { network, data, options } = makeTraining();
  const controller = new AbortController();
  const stop = {
    onEpoch: ({ history }: { history: readonly unknown[] }) =>
      void (history.length === 2 && controller.abort()),
  };
  const callbacks = [...(options.callbacks ?? []), checkpoint(file, { every: 9 }), stop];
  await fit(network, data, { ...options, callbacks, signal: controller.signal });
  // Waits for the writing, which an interrupted training does not.
  await restoreCheckpoint(file, makeNetwork());
}

test("training whose process is killed twice ends with the bits of training that was left alone", async () => {
  const { network, data, options } = makeTraining();
  await fit(network, data, options);

  const file = checkpointPath();
  for (const epoch of ["epoch 2", "epoch 4"]) {
    const child = train(file);
    await printed(child, epoch);
    child.kill("SIGKILL");
    await once(child, "close");
  }
  const last = train(file);
  const output = await printed(last, "bits ");
  expect(output).not.toContain("epoch 2\n");
  expect(output.split("bits ")[1].trim()).toBe(bitsOf(network.getParameters()));
}, 120_000);

const train = (file: string) => spawn(process.execPath, ["--import", "tsx", script, file], { stdio: "pipe" });

/** What a process printed until a line with this text was complete. */
async function printed(child: ChildProcess, text: string): Promise<string> {
  let output = "";
  for await (const piece of child.stdout ?? []) {
    output += piece;
    if (output.includes(text) && output.endsWith("\n")) return output;
  }
  throw new Error(`it ended without printing ${text}:\n${output}`);
}

test.each(optimizerNames)(
  "a network that was trained with %s comes back with its whole state",
  async (optimizer) => {
    const { network, data, options } = makeTraining();
    const file = checkpointPath();
    const callbacks = [...(options.callbacks ?? []), checkpoint(file, { every: 9 })];
    await fit(network, data, { ...options, epochs: 2, optimizer, callbacks });
    const restored = makeNetwork();
    await restoreCheckpoint(file, restored);
    expect(trainingState(restored)).toEqual(trainingState(network));
    const histories = [];
    for (const each of [network, restored]) histories.push(await fit(each, data, { ...options, optimizer }));
    expect(bitsOf(restored.getParameters())).toBe(bitsOf(network.getParameters()));
    expect(withoutTime(histories[1].epochs)).toEqual(withoutTime(histories[0].epochs));
  },
);

test("a checkpoint is written after every so many epochs, and at the end", async () => {
  const { network, data, options } = makeTraining();
  const file = checkpointPath();
  const epochs: number[] = [];
  const look = {
    onEpoch: async () => {
      const exists = readdirSync(dirname(file)).length > 0;
      epochs.push(exists ? (await readHdf5(file)).groups.history.datasets.epoch.data.length : 0);
    },
  };
  await fit(network, data, { ...options, epochs: 5, callbacks: [checkpoint(file, { every: 2 }), look] });
  expect(epochs).toEqual([0, 2, 2, 4, 4]);
  expect((await readHdf5(file)).groups.history.datasets.epoch.data).toHaveLength(5);
});

test("a checkpoint that takes longer to write does not end up over a later one", async () => {
  const file = checkpointPath();
  const { onEnd } = checkpoint(file);
  const history = new History([], "stopped", "");
  const networks = [mlp([1000, 1000, 2]), mlp([2, 2])];
  await Promise.all(networks.map((network) => onEnd?.({ network } as Progress, history)));
  expect((await readHdf5(file)).attributes.model_config).toBe(modelConfig(networks[1]));
});

describe("what is no checkpoint of this network is refused, and the network is left alone", () => {
  let bytes: Uint8Array;
  let tree: Hdf5Group;
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), "neural-networks-"));
    const file = join(folder, "checkpoint.h5");
    await stopped(file);
    bytes = readFileSync(file);
    tree = await readHdf5(file);
    rmSync(folder, { recursive: true });
  });

  const refused = async (file: string, message: RegExp, network = makeNetwork()) => {
    const before = bitsOf(network.getParameters());
    const error = await errorOf(() => restoreCheckpoint(file, network));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(message);
    expect(bitsOf(network.getParameters())).toBe(before);
  };

  test("a missing file, a model, and a file of another kind", async () => {
    const file = checkpointPath();
    await refused(file, /no such file/);
    await saveModel(file, makeNetwork(), { classes: ["not-hotdog", "hotdog"] });
    await refused(file, /expected a checkpoint, received another HDF5 file\. loadModel reads models/);
    writeFileSync(file, "text");
    await refused(file, /another kind of file/);
  });

  test("a truncated one, that of another network, and a newer one", async () => {
    const file = checkpointPath();
    writeFileSync(file, bytes);
    await refused(file, /a network with the same layers/, makeNetwork(4));
    writeFileSync(file, bytes.subarray(0, bytes.length / 2));
    await refused(file, /a damaged file/);
    writeFileSync(file, await encodeHdf5({ ...tree, attributes: { ...tree.attributes, format_version: 2 } }));
    await refused(file, /a newer version of this library wrote this checkpoint\. Update the project/);
  });

  test("one in which anything was changed", async () => {
    const changes: ((tree: Hdf5Group) => unknown)[] = [
      ({ attributes }) => Object.assign(attributes, { batch: 1 }),
      ({ groups }) => Object.assign(groups.now.attributes, { steps: 7 }),
      ({ groups }) => (groups.now.datasets.memory.data as Float32Array).fill(0),
      ({ groups }) => (groups.history.datasets.loss.data as Float64Array).fill(0),
      ({ groups }) => Object.assign(groups, { best: groups.now }),
    ];
    for (const change of changes) {
      const changed = structuredClone(tree);
      change(changed);
      const error = await errorOf(() => restoreTree(changed, makeNetwork(), "file"));
      expect(error.message).toMatch(/changed or damaged since/);
    }
    restoreTree(tree, makeNetwork(), "file");
  });

  test("one with a fitting checksum whose parts do not fit", async () => {
    const seal = ({ attributes: { content_sha256: _, ...attributes }, ...parts }: Hdf5Group): Hdf5Group => {
      const sealed = { ...parts, attributes };
      return { ...sealed, attributes: { ...attributes, content_sha256: digestOf(sealed) } };
    };
    const changes: [change: (tree: Hdf5Group) => unknown, message: RegExp][] = [
      [
        ({ attributes }) => Object.assign(attributes, { optimizer: "magic" }),
        /name of an optimizer, received magic/,
      ],
      [({ groups }) => Reflect.deleteProperty(groups, "now"), /changed or damaged/],
      [({ attributes }) => Object.assign(attributes, { lossSum: "much" }), /changed or damaged/],
      [
        ({ groups }) => (groups.now.datasets.variables.data as Float32Array).fill(Number.NaN),
        /finite numbers/,
      ],
      [
        ({ groups }) =>
          Object.assign(groups.now.datasets.variables, { data: new Float32Array(3), shape: [3] }),
        /file: .*expected the state of a network with \d+ numbers/,
      ],
    ];
    for (const [change, message] of changes) {
      const changed = structuredClone(tree);
      change(changed);
      const network = makeNetwork();
      const before = bitsOf(network.getParameters());
      const error = await errorOf(() => restoreTree(seal(changed), network, "file"));
      expect(error).toBeInstanceOf(DataError);
      expect(error.message).toMatch(message);
      expect(bitsOf(network.getParameters())).toBe(before);
    }
  });

  test("one that is read as a model", async () => {
    const error = await errorOf(() => readModel(tree, "file"));
    expect(error.message).toMatch(/expected a .*model, received a .*checkpoint/);
  });
});

test("wrong options are refused, and a place that cannot be written to ends training with the reason", async () => {
  const error = await errorOf(() => checkpoint("x.h5", wrong({ every: 0, often: 1 })));
  expect(error).toBeInstanceOf(OptionsError);
  expect(error.message).toMatch(/every: expected a whole number.*often: unknown|often: unknown.*every: /s);
  const { network, data, options } = makeTraining();
  const file = join(temporaryFolder(), "missing", "checkpoint.h5");
  const failure = await errorOf(() => fit(network, data, { ...options, callbacks: [checkpoint(file)] }));
  expect(failure.message).toMatch(/Make the folder/);
  const history = await fit(network, data, options);
  expect(history.epochs).toHaveLength(6);
});
