// What the contestants on Node share: commands come as JSON lines on stdin, each is answered by one line on stdout.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** Pixels from 0 to 1, row after row, and labels. */
export function read({ images, labels, imagesOffset, labelsOffset, count, features }) {
  const bytes = readFileSync(images).subarray(imagesOffset, imagesOffset + count * features);
  return {
    x: Float32Array.from(bytes, (byte) => byte / 255),
    y: readFileSync(labels).subarray(labelsOffset, labelsOffset + count),
  };
}

/** Weights [in, out] of each Dense layer: He for ReLU, Xavier for the last. */
export function firstWeights({ sizes }) {
  return sizes.slice(1).map((outputs, i) => {
    const inputs = sizes[i];
    const deviation = Math.sqrt(2 / (i === sizes.length - 2 ? inputs + outputs : inputs));
    return Float32Array.from({ length: inputs * outputs }, () => deviation * normal());
  });
}

const normal = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());

/** `start(recipe, data)` gives `epoch()`, which answers { loss, accuracy }. */
export async function serve(start, versions) {
  let recipe;
  let epoch;
  const answer = async (command) => {
    if (command.do === "hello") return { versions };
    if (command.do === "setup") {
      recipe = command.recipe;
      epoch = await start(recipe, read(recipe.data));
      return {};
    }
    const cpuBefore = process.cpuUsage();
    const before = performance.now();
    let last;
    for (let i = 0; i < recipe.epochs; i++) last = await epoch();
    const milliseconds = (performance.now() - before) / recipe.epochs;
    const { user, system } = process.cpuUsage(cpuBefore);
    return { milliseconds, cpu: (user + system) / 1000 / recipe.epochs, ...last };
  };
  // What a library prints must not be taken for an answer.
  const { write } = process.stdout;
  const print = write.bind(process.stdout);
  process.stdout.write = process.stderr.write.bind(process.stderr);
  for await (const line of createInterface({ input: process.stdin })) {
    const reply = await answer(JSON.parse(line)).catch((error) => ({ error: error.message }));
    print(`${JSON.stringify(reply)}\n`);
  }
}
