// Loads MNIST in a process of its own and prints what that took: seconds, and bytes of memory.
import { loadMnist } from "../../../src/data/mnist";

const before = process.memoryUsage().rss;
const start = performance.now();
const { train, test } = loadMnist();
const seconds = (performance.now() - start) / 1000;
const memory = process.memoryUsage().rss - before;
console.log(JSON.stringify({ seconds, memory, samples: train.length + test.length }));
