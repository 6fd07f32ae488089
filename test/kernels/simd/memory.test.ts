import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { KernelMemory } from "../../../src/kernels/simd/memory";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** Collects, and lets what hears of collected buffers run. */
async function collect(): Promise<void> {
  for (let i = 0; i < 4; i++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const used = ({ usage }: KernelMemory) => usage.size - usage.free;

test("arrays are zeros and do not overlap, however the memory grows", () => {
  const memory = new KernelMemory();
  const arrays = Array.from({ length: 200 }, (_, i) => memory.zeros(i * 37));
  for (const [i, array] of arrays.entries()) {
    expect(array.every((value) => value === 0)).toBe(true);
    array.fill(i);
  }
  for (const [i, array] of arrays.entries()) expect(array.every((value) => value === i)).toBe(true);
});

test("arrays that nobody can reach any more give their place to others, which are zeros again", async () => {
  const memory = new KernelMemory();
  const makeAndDrop = () => {
    for (let i = 0; i < 50; i++) memory.zeros(10_000).fill(7);
  };
  makeAndDrop();
  await collect();
  const { size } = memory.usage;
  for (let round = 0; round < 20; round++) {
    makeAndDrop();
    await collect();
  }
  expect(memory.usage.size).toBeLessThanOrEqual(2 * size);
  expect(memory.zeros(10_000).every((value) => value === 0)).toBe(true);
});

test("a part of an array, or its buffer, keeps its place taken", async () => {
  const memory = new KernelMemory();
  const part = memory.zeros(1000).fill(5).subarray(990);
  const buffer = memory.zeros(1000).fill(6).buffer;
  await collect();
  for (let i = 0; i < 20; i++) memory.zeros(1000).fill(9);
  expect([...part]).toEqual(new Array(10).fill(5));
  expect(new Float32Array(buffer, part.byteOffset).includes(6)).toBe(true);
});

test("what is dropped is collected without being asked for", async () => {
  const memory = new KernelMemory();
  let most = 0;
  for (let i = 0; i < 1000; i++) {
    memory.zeros(250_000).fill(1);
    if (i % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
    most = Math.max(most, used(memory));
  }
  expect(most).toBeLessThan(300e6);
});

test("an array knows whether it is in a memory", () => {
  const [memory, other] = [new KernelMemory(), new KernelMemory()];
  const array = memory.zeros(3);
  expect([memory.holds(array), memory.holds(array.subarray(1)), other.holds(array)]).toEqual([
    true,
    true,
    false,
  ]);
  expect(memory.holds(new Float32Array(3))).toBe(false);
});

test("a full memory gives ordinary arrays", () => {
  const memory = new KernelMemory(4);
  const arrays = Array.from({ length: 3 }, () => memory.zeros(16384));
  expect(arrays.map((array) => memory.holds(array))).toEqual([true, true, false]);
  expect(arrays[2].every((value) => value === 0)).toBe(true);
});
