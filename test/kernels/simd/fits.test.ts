import { expect, test } from "vitest";
import { relaxedSimd, simd } from "../../../src/kernels/simd/compiled";
import { simdKernels } from "../../../src/kernels/simd/simd";
import { webAssembly } from "../../../src/kernels/simd/web-assembly";
import { mlp } from "../../../src/nn/mlp";
import { fit } from "../../../src/training/fit";
import { clouds } from "../../support/training";

const bytes = [relaxedSimd, simd].map((text) => Buffer.from(text, "base64"));
const newKernels = () => simdKernels("test", bytes.find((each) => webAssembly.validate(each)) as Buffer);

test("a thousand short fits, some stopped and some failing, leave their memory to each other", async () => {
  const kernels = newKernels();
  const data = clouds(60);
  const inputs = data.sampleShape[0];
  let early = 0;
  for (let i = 0; i < 1000; i++) {
    const network = mlp([inputs, 500, data.classes.length], { seed: i, kernels });
    const stop = new AbortController();
    if (i % 3 === 1) stop.abort();
    const failing = {
      onStart() {
        if (i % 3 === 2) throw new Error("a callback that fails");
      },
    };
    const options = { epochs: 1, learningRate: 0.1, signal: stop.signal, callbacks: [failing] };
    await fit(network, data, options).catch(() => null);
    if (i === 500) early = kernels.memory.usage.size;
  }
  // Half a gigabyte if nothing were given back.
  expect(early).toBeLessThan(150e6);
  expect(kernels.memory.usage.size).toBeLessThanOrEqual(1.5 * early);
});

test("training takes memory in the first epoch and none in a thousand more", async () => {
  const kernels = newKernels();
  const data = clouds(30);
  const network = mlp([data.sampleShape[0], 8, data.classes.length], { kernels });
  const used: number[] = [];
  const watch = {
    onEpoch() {
      used.push(kernels.memory.usage.size - kernels.memory.usage.free);
    },
  };
  await fit(network, data, { epochs: 1001, batchSize: 8, learningRate: 0.01, callbacks: [watch] });
  expect(Math.max(...used)).toBe(used[0]);
});
