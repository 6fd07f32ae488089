import { expect, test } from "vitest";
import { Blocks } from "../../../src/kernels/simd/blocks";
import { Random } from "../../../src/random";

test("whatever is taken and given in whatever order, ranges never overlap and all comes back", () => {
  const random = new Random("blocks");
  const blocks = new Blocks();
  const space = 64 * 1000;
  blocks.give(0, space);
  const owner = new Int32Array(space).fill(-1);
  const taken = new Map<number, { start: number; size: number }>();
  for (let step = 0; step < 20_000; step++) {
    if (random.uniform() < 0.5) {
      const size = 1 + random.integer(random.uniform() < 0.1 ? 20_000 : 500);
      const start = blocks.take(size);
      if (start === null) continue;
      expect(start % 64).toBe(0);
      expect(start + size).toBeLessThanOrEqual(space);
      expect(owner.subarray(start, start + size).every((id) => id === -1)).toBe(true);
      owner.fill(step, start, start + size);
      taken.set(step, { start, size });
    } else if (taken.size > 0) {
      const id = [...taken.keys()][random.integer(taken.size)];
      const { start, size } = taken.get(id) as { start: number; size: number };
      expect(owner.subarray(start, start + size).every((other) => other === id)).toBe(true);
      owner.fill(-1, start, start + size);
      taken.delete(id);
      blocks.give(start, size);
    }
    const used = [...taken.values()].reduce((sum, { size }) => sum + Blocks.rounded(size), 0);
    expect(blocks.free).toBe(space - used);
  }
  for (const { start, size } of taken.values()) blocks.give(start, size);
  expect(blocks.take(space)).toBe(0);
  expect(blocks.take(1)).toBeNull();
});

test("nothing is taken from nothing", () => {
  expect(new Blocks().take(1)).toBeNull();
});
