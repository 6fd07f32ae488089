// Saves one kind of file again and again under the same name, other contents every time. Prints a dot after each.
import { composeEmoji } from "../../src/data/hotdog/emoji";
import { prepareImages } from "../../src/data/hotdog/prepare";
import { saveImages } from "../../src/data/hotdog/saved-images";
import { toySet } from "../../src/data/toys";
import { checkpoint } from "../../src/models/checkpoint";
import { saveModel } from "../../src/models/model-file";
import { mlp } from "../../src/nn/mlp";
import { fit } from "../../src/training/fit";

const saved = () => process.stdout.write(".");

const kinds: Record<string, (file: string) => Promise<unknown>> = {
  async model(file) {
    for (let seed = 1; ; seed++) {
      await saveModel(file, mlp([64, 32, 3], { seed }), { classes: ["a", "b", "c"] });
      saved();
    }
  },

  async images(file) {
    for (let seed = 1; ; seed++) {
      await saveImages(file, await prepareImages(composeEmoji({ count: 20, seed }), { size: 8, seed }));
      saved();
    }
  },

  checkpoint: (file) =>
    fit(mlp([2, 64, 2], { seed: 1 }), toySet("moons", { count: 30 }), {
      ...{ epochs: 1_000_000, learningRate: 0.01, optimizer: "adam" },
      callbacks: [checkpoint(file), { onEpoch: () => void saved() }],
    }),
};

const [kind, file] = process.argv.slice(2);
kinds[kind](file).catch((error) => {
  console.error(String(error));
  process.exitCode = 1;
});
