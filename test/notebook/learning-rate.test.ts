import sharp from "sharp";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { toySet } from "../../src/data/toys";
import { mlp } from "../../src/nn/mlp";
import { checkGradients } from "../../src/notebook/check-gradients";
import { findLearningRate } from "../../src/notebook/learning-rate";
import { captured, htmlOf, resetDisplays, textOf } from "./support/captured-display";

vi.mock("../../src/notebook/display", () => import("./support/captured-display"));

beforeEach(() => resetDisplays());
afterEach(() => vi.restoreAllMocks());

const data = toySet("moons", { count: 100 });

test("the learning-rate finder shows one chart on a logarithmic axis with its suggestion, and returns the numbers", async () => {
  const found = await findLearningRate(mlp([2, 8, 2]), data, {
    epochs: 20,
    learningRate: 5,
    optimizer: "adam",
  });
  expect(captured.displays).toHaveLength(1);
  expect(captured.values).toEqual([found]);
  const suggestion = found.suggestion ?? Number.NaN;
  expect(textOf(0)).toContain(`A tenth of the rate at which it is lowest, ${suggestion}, is suggested.`);
  const { data: traces, layout } = JSON.parse(
    (/currentScript, (\{.*\})\);/s.exec(htmlOf(0)) as RegExpExecArray)[1],
  );
  expect(layout.xaxis.type).toBe("log");
  expect(layout.xaxis.range[0]).toBe(-5);
  expect(traces.at(-1)).toMatchObject({ name: `suggestion: ${suggestion}`, x: [suggestion, suggestion] });
  const [, picture] = /src="data:image\/svg\+xml;base64,([^"]+)"/.exec(htmlOf(0)) as RegExpExecArray;
  const svg = Buffer.from(picture, "base64").toString();
  for (const tick of ["0.0001", "0.01", "1"]) expect(svg).toContain(`>${tick}</text>`);
  expect(svg).not.toContain("NaN");
  await sharp(Buffer.from(svg)).raw().toBuffer();
});

test("where no rate helps it says so and draws no suggestion", async () => {
  await findLearningRate(mlp([2, 8, 2]), data, { lowest: 1e-9, highest: 1e-8 });
  expect(textOf(0)).toMatch(/no rate lowered the loss clearly/);
  expect(htmlOf(0)).not.toContain("suggestion:");
});

test("■ ends the finder early and normally", async () => {
  setTimeout(() => process.emit("SIGINT"), 5);
  const { rates } = await findLearningRate(mlp([2, 8, 2]), data, { steps: 1_000_000, highest: 1e-4 });
  expect(rates.length).toBeLessThan(1_000_000);
  expect(captured.displays).toHaveLength(1);
});

test("the gradient check is a table with a line for each parameter", () => {
  const checks = checkGradients(mlp([2, 3, 2]), data.samples.take([0, 1, 2]), [0, 1, 0]);
  expect(textOf(0)).toMatch(/^backward and central differences agree\n/);
  expect(textOf(0).match(/✓/g)).toHaveLength(4);
  expect(checks.every(({ agrees }) => agrees)).toBe(true);
  expect(captured.values).toContain(checks);
});
