import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWith, pythonEnvironment } from "../support/requirements";
import { Kernel } from "./driver";

const python = pythonEnvironment();

describeWith([python], "models and checkpoints in a notebook", () => {
  let folder: string;
  let kernel: Kernel;

  const printed = async (code: string) => {
    const { status, stdout, stderr } = await kernel.execute(code);
    expect(stderr).toBe("");
    expect(status).toBe("ok");
    return stdout.trim();
  };

  const setUp = () => `
import { checkpoint, Dataset, fit, loadModel, mlp, type Network, Random, restoreCheckpoint, saveModel, Tensor } from "../src";
import { createHash } from "node:crypto";
const random = new Random(1);
const samples = Tensor.zeros([1000, 64]);
for (let i = 0; i < samples.size; i++) samples.data[i] = random.normal();
const data = Dataset.classification(samples, Array.from({ length: 1000 }, (_, i) => (samples.at(i, 0) > 0 ? 1 : 0)), 2);
const hash = (network: Network) =>
  createHash("sha256").update(new Uint8Array(network.getParameters().slice().buffer)).digest("hex");
const options = { epochs: 8, learningRate: 0.01, optimizer: "adam" } as const;
const path = ${JSON.stringify(join(folder, "größe 🌭.h5"))};
const network = mlp([64, 32, 2], { seed: 1 });`;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "kernel models "));
    kernel = await Kernel.start({ python: python.path });
    await printed(setUp());
  });
  afterAll(async () => {
    await kernel.shutdown();
    rmSync(folder, { recursive: true });
  });

  test("training goes on from the checkpoint, in a new kernel, after the first one was killed", async () => {
    const expected = await printed(
      "const whole = mlp([64, 32, 2], { seed: 1 });\nawait fit(whole, data, options);\nhash(whole)",
    );
    const pid = Number(await printed("process.pid"));
    const report = '{ onEpoch: ({ history }) => console.log("epoch", history.length) }';
    const cell = kernel.begin(
      `await fit(network, data, { ...options, callbacks: [checkpoint(path), ${report}] });`,
    );
    await cell.printed("epoch 3");
    process.kill(pid, "SIGKILL");
    await cell.result.catch(() => {});
    await kernel.shutdown();

    kernel = await Kernel.start({ python: python.path });
    await printed(setUp());
    await printed("await restoreCheckpoint(path, network);");
    const epochs = await printed("const history = await fit(network, data, options);\nhistory.epochs.length");
    expect(epochs).toBe("8");
    expect(await printed("hash(network)")).toBe(expected);
  });

  test("a model is saved and loaded, and what is no model is refused in words", async () => {
    await printed('await saveModel(path, network, { classes: ["not-hotdog", "hotdog"], source: "emoji" });');
    expect(await printed("const model = await loadModel(path);\nhash(model.network) === hash(network)")).toBe(
      "true",
    );
    expect(await printed("model.classes.join()")).toBe("not-hotdog,hotdog");
    const { status, stderr } = await kernel.execute('await loadModel("../package.json");');
    expect(status).toBe("error");
    expect(stderr).toMatch(
      /DataError: .*package\.json: expected an HDF5 file, received another kind of file/,
    );
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
