// Trains as checkpoint.test.ts says, with a checkpoint after every epoch, from the checkpoint if there is one. Prints the
// number of every completed epoch, and at the end the weights' bits.
import { existsSync } from "node:fs";
import { checkpoint, restoreCheckpoint } from "../../../src/models/checkpoint";
import { fit } from "../../../src/training/fit";
import { bitsOf } from "../../support/numbers";
import { makeTraining } from "./training";

const [path] = process.argv.slice(2);

async function main() {
  const { network, data, options } = makeTraining();
  if (existsSync(path)) await restoreCheckpoint(path, network);
  const report = { onEpoch: ({ epoch }: { epoch: number }) => console.log(`epoch ${epoch}`) };
  await fit(network, data, {
    ...options,
    callbacks: [...(options.callbacks ?? []), checkpoint(path), report],
  });
  console.log(`bits ${bitsOf(network.getParameters())}`);
}

void main();
