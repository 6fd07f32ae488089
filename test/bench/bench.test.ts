import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { bars, growthPicture } from "../../bench/chart";
import { judge, type Outcome, type Row } from "../../bench/compare";
import type { Contestant } from "../../bench/contestants";
import { cliffs } from "../../bench/own";
import { median, ratios } from "../../bench/statistics";
import { JOBS, parseBenchArguments } from "../../scripts/lib/bench.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

test("every job but the notebook's runs on a few samples, without peers, and leaves its figures in a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const json = join(folder, "bench.json");
  const jobs = JOBS.filter((job) => job !== "notebook");
  const settings = { environment: null, nodes: [], jobs, json, readme: false };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", "tsx", join(root, "bench", "run.ts"), JSON.stringify(settings)],
    { env: { ...process.env, BENCH_TINY: "1" }, encoding: "utf8", cwd: root },
  );
  expect(status, stdout + stderr).toBe(0);
  const { machine, outcomes, growth } = JSON.parse(readFileSync(json, "utf8"));
  rmSync(folder, { recursive: true });
  expect(machine.node).toBe(process.versions.node);
  expect(Object.keys(outcomes)).toEqual(jobs.filter((job) => job !== "growth"));
  for (const { rows } of Object.values<Outcome>(outcomes)) {
    for (const { time } of rows) {
      expect(time.median).toBeGreaterThan(0);
      expect(time.low).toBeLessThanOrEqual(time.median);
      expect(time.high).toBeGreaterThanOrEqual(time.median);
    }
  }
  expect(outcomes.sgd.rows[0].loss).toBeLessThan(Math.log(10));
  for (const { sizes, values } of growth) expect(values.length).toBe(sizes.length);
}, 120_000);

test("the median of an even count lies between the two in the middle", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 9, 2])).toBe(3);
});

test("ratios are taken turn by turn, so that a slow minute counts for both", () => {
  expect(ratios([1, 10, 1], [2, 20, 2])).toEqual({ median: 0.5, low: 0.5, high: 0.5 });
});

const time = { median: 10, low: 9, high: 12 };
const row = (contestant: string, ratio?: number): Row => ({
  ...{ contestant, time, cpu: time, times: [9, 10, 12], cpus: [9, 10, 12], loss: 1, accuracy: 0.9 },
  ratio: ratio === undefined ? undefined : { median: ratio, low: ratio, high: ratio },
});
const on = (kernels: string) => ({ versions: { kernels } }) as unknown as Contestant;

test("a target is reached or missed, more strictly where multiplication and addition are one instruction", () => {
  const target = { of: "NumPy", most: 0.8, mostFused: 0.72 } as const;
  const rows = [row("NumPy", 0.75)];
  expect(judge(target, rows, on("simd"))).toMatchObject([{ reached: true }]);
  expect(judge(target, rows, on("relaxed-simd"))).toMatchObject([{ reached: false }]);
  expect(judge({ of: "NumPy", timesFaster: 30 }, [row("NumPy", 1 / 31)], on("simd"))).toMatchObject([
    { reached: true },
  ]);
  expect(judge(target, [row("PyTorch", 0.1)], on("simd"))).toEqual([]);
});

const curve = (values: number[]) => ({
  ...{ name: "width", title: "width", unit: "µs", values, milliseconds: values },
  sizes: values.map((_, i) => 16 * 2 ** i),
});

test("a cliff is a size at which each piece of work suddenly costs half as much again", () => {
  expect(cliffs([curve([2, 1, 1.2])])).toEqual([]);
  expect(cliffs([curve([2, 1, 1.6])])).toEqual(["width: 32 → 64"]);
});

test("the pictures name what they show", () => {
  const outcome = {
    ...{ title: "small & quick", unit: "ms an epoch", verdicts: [] },
    rows: [row("ours"), row("NumPy", 0.7)],
  };
  expect(bars([outcome])).toMatch(/>small &(amp|#38); quick</);
  expect(bars([outcome])).toContain("NumPy");
  expect(growthPicture([curve([2, 1, 1.2])])).toContain("width, from 16");
});

test("jobs and options are understood, and an unknown job is refused with the usage", () => {
  expect(parseBenchArguments(["sgd", "--peers", "--json", "a.json"])).toMatchObject({
    ...{ jobs: ["sgd"], peers: true, json: "a.json", readme: false },
  });
  expect(() => parseBenchArguments(["sdg"])).toThrow(/no job called sdg[\s\S]*Usage/);
});
