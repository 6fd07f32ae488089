import { describe, expect, test } from "vitest";
import { OptionsError } from "../src/errors";
import { Random } from "../src/random";
import { randomFixture } from "./support/fixtures";

/** Puts the generator into a known state, past its seeding. */
function fromState(state: number[]): Random {
  const random = new Random(0);
  (random as unknown as { state: Uint32Array }).state.set(state);
  return random;
}

const draw = <Value>(count: number, next: () => Value): Value[] => Array.from({ length: count }, next);

function moments(values: number[]): { mean: number; variance: number; skewness: number; kurtosis: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const moment = (power: number) =>
    values.reduce((sum, value) => sum + (value - mean) ** power, 0) / values.length;
  const variance = moment(2);
  return { mean, variance, skewness: moment(3) / variance ** 1.5, kurtosis: moment(4) / variance ** 2 };
}

/** Σ (observed − expected)² / expected for counts that should all be equal. */
function chiSquare(counts: number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe("the generator", () => {
  test("gives the published outputs of xoshiro128** 1.1 for the state 1, 2, 3, 4", () => {
    const published = [
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ];
    const random = fromState([1, 2, 3, 4]);
    expect(draw(10, () => random.bits())).toEqual(published);
  });

  test("gives the outputs of the reference in Python", () => {
    const random = fromState(randomFixture.fromState.state);
    expect(draw(50, () => random.bits())).toEqual(randomFixture.fromState.bits);
  });

  test.each(randomFixture.fromKeys)("is seeded by the keys $keys as the reference is", ({ keys, bits }) => {
    const random = new Random(...keys);
    expect(draw(bits.length, () => random.bits())).toEqual(bits);
  });

  test.each(randomFixture.shuffles)(
    "shuffles $count items by the keys $keys as the reference does",
    (known) => {
      const items = Array.from({ length: known.count }, (_, i) => i);
      expect(new Random(...known.keys).shuffle(items)).toEqual(known.order);
    },
  );

  test("gives the same stream for the same keys, and unrelated ones for near keys", () => {
    const streams = [[1], [2], [1, "shuffle"], [1, "shuffle", 0], [1, "shuffle", 1], ["1"], [12], [1, 2]];
    const of = (keys: (string | number)[]) => {
      const random = new Random(...keys);
      return draw(1000, () => random.bits());
    };
    const drawn = streams.map(of);
    expect(streams.map(of)).toEqual(drawn);
    for (let a = 0; a < drawn.length; a++) {
      for (let b = 0; b < a; b++) {
        // Half of 32,000 bits differ, ± 89: six standard deviations are 537.
        const differing = drawn[a].reduce((count, bits, i) => {
          let difference = (bits ^ drawn[b][i]) >>> 0;
          let ones = 0;
          for (; difference !== 0; difference &= difference - 1) ones++;
          return count + ones;
        }, 0);
        expect(Math.abs(differing - 16_000)).toBeLessThan(537);
      }
    }
  });
});

describe("uniform numbers", () => {
  test("lie in [low, high) and fill it evenly", () => {
    const random = new Random("uniform");
    const values = draw(100_000, () => random.uniform(-2, 3));
    expect(values.every((value) => value >= -2 && value < 3)).toBe(true);
    const counts = new Array(50).fill(0);
    for (const value of values) counts[Math.floor(((value + 2) / 5) * 50)]++;
    // 49 degrees of freedom: above 85 in one of a thousand.
    expect(chiSquare(counts)).toBeLessThan(85);
  });

  test("are between 0 and 1 unless told otherwise", () => {
    const random = new Random("unit");
    const values = draw(10_000, () => random.uniform());
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(Math.abs(moments(values).mean - 0.5)).toBeLessThan(0.015);
  });
});

test("whole numbers from 0 to count − 1 are equally frequent", () => {
  const random = new Random("integers");
  const counts = new Array(7).fill(0);
  for (let i = 0; i < 70_000; i++) counts[random.integer(7)]++;
  // 6 degrees of freedom: above 22.5 in one of a thousand.
  expect(chiSquare(counts)).toBeLessThan(22.5);
  expect(draw(20, () => random.integer(1))).toEqual(new Array(20).fill(0));
});

describe("normal numbers", () => {
  const random = new Random("normal");
  const values = draw(200_000, () => random.normal());

  test("have the moments of the standard normal distribution", () => {
    const { mean, variance, skewness, kurtosis } = moments(values);
    // Standard errors of 200,000 draws: 0.0022, 0.0032, 0.0055, 0.011. Four of each.
    expect(Math.abs(mean)).toBeLessThan(0.009);
    expect(Math.abs(variance - 1)).toBeLessThan(0.013);
    expect(Math.abs(skewness)).toBeLessThan(0.022);
    expect(Math.abs(kurtosis - 3)).toBeLessThan(0.044);
  });

  test("have its tails", () => {
    const beyond = (limit: number) =>
      values.filter((value) => Math.abs(value) > limit).length / values.length;
    expect(beyond(1)).toBeCloseTo(0.3173, 2);
    expect(beyond(2)).toBeCloseTo(0.0455, 2);
    expect(beyond(3)).toBeCloseTo(0.0027, 3);
    expect(values.every(Number.isFinite)).toBe(true);
  });

  test("do not depend on their neighbours", () => {
    for (const lag of [1, 2, 3]) {
      const product = values.slice(lag).reduce((sum, value, i) => sum + value * values[i], 0);
      expect(Math.abs(product / values.length)).toBeLessThan(0.009);
    }
  });
});

describe("shuffle", () => {
  test("keeps every item, works in place, and takes any list of numbers", () => {
    const random = new Random("kept");
    for (const length of [0, 1, 2, 10, 1000]) {
      const items = Uint32Array.from({ length }, (_, i) => i * 3);
      const shuffled = random.shuffle(items);
      expect(shuffled).toBe(items);
      expect([...shuffled].sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, i) => i * 3));
    }
  });

  test("makes all 24 orders of four items equally frequent", () => {
    const random = new Random("orders");
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const order = random.shuffle([0, 1, 2, 3]).join("");
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    // 23 degrees of freedom: above 49.7 in one of a thousand.
    expect(chiSquare([...counts.values()])).toBeLessThan(49.7);
  });

  test("brings every item to every place equally often", () => {
    const random = new Random("places");
    const counts = new Array(100).fill(0);
    for (let i = 0; i < 10_000; i++) {
      const order = random.shuffle([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      for (let place = 0; place < 10; place++) counts[order[place] * 10 + place]++;
    }
    // 81 degrees of freedom: above 126 in one of a thousand.
    expect(chiSquare(counts)).toBeLessThan(126);
  });
});

describe("wrong arguments are named in an OptionsError:", () => {
  const random = new Random(1);
  test.each<[string, () => unknown, string]>([
    ["a key that is no number", () => new Random(1, Number.NaN), "Random: keys: .*received NaN"],
    ["a key that is missing", () => new Random(undefined as never), "Random: keys: .*received undefined"],
    ["a key of another type", () => new Random({} as never), "Random: keys: .*finite numbers or strings"],
    ["an interval upside down", () => random.uniform(2, 1), "uniform: .*low ≤ high, received 2 and 1"],
    ["an endless interval", () => random.uniform(0, Number.POSITIVE_INFINITY), "received 0 and Infinity"],
    ["an interval of text", () => random.uniform("0" as never, "1" as never), 'received "0" and "1"'],
    ["a word to shuffle", () => random.shuffle("word" as never), 'shuffle: items: .*received "word"'],
    ["nothing to shuffle", () => random.shuffle(undefined as never), "shuffle: items: .*received undefined"],
    ["a part of a number", () => random.integer(1.5), "integer: count: .*received 1.5"],
  ])("%s", (_, call, message) => {
    expect(call).toThrow(OptionsError);
    expect(call).toThrow(new RegExp(message));
  });
});
