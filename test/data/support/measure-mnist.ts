// Loads MNIST in a process of its own and prints what that took: seconds of the processor, and bytes of memory.
import { loadMnist } from "../../../src/data/mnist";

const memoryBefore = process.memoryUsage().rss;
const before = process.cpuUsage();
const { train, test } = loadMnist();
const { user, system } = process.cpuUsage(before);
const memory = process.memoryUsage().rss - memoryBefore;
console.log(JSON.stringify({ seconds: (user + system) / 1e6, memory, samples: train.length + test.length }));
