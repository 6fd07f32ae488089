import { expect, test } from "vitest";
import { finalAccuracy } from "../../scripts/lib/notebooks.mjs";
import { Problem, table, wrap } from "../../scripts/lib/report.mjs";
import { summarize } from "../../scripts/lib/test-summary.mjs";

const result = (status: string, ...titles: string[]) => ({
  status,
  title: titles.at(-1) ?? "",
  ancestorTitles: titles.slice(0, -1),
});
const file = (...assertionResults: ReturnType<typeof result>[]) => ({
  name: "a.test.ts",
  status: assertionResults.some((each) => each.status === "failed") ? "failed" : "passed",
  assertionResults,
});

test("a paragraph is broken between words, never inside a command", () => {
  const text = `${"word ".repeat(18)}\`npm start -- --port 9000\` and more`;
  expect(wrap(text).split("\n")).toEqual([
    `${"word ".repeat(18)}`.trim(),
    "`npm start -- --port 9000` and more",
  ]);
});

test("a problem shows what the failing program said of errors, or else its last lines", () => {
  const lines = Array.from({ length: 20 }, (_, i) => `line ${i}`);
  expect(new Problem("It failed.", lines.join("\n")).message).toMatch(
    /^It failed\.\n\n {4}line 12\n(.*\n)* {4}line 19$/,
  );
  const pip = [...lines, "ERROR: No matching distribution", "", ...lines].join("\r\n");
  expect(new Problem("It failed.", pip).message).toBe("It failed.\n\n    ERROR: No matching distribution");
});

test("a table aligns names to the left and figures to the right", () => {
  expect(table(["notebook", "cells"], [["app", "7"]]).split("\n")).toEqual([
    "notebook   cells",
    "────────────────",
    "app            7",
  ]);
});

test("the final accuracy is the last that a notebook printed", () => {
  expect(finalAccuracy(["accuracy 91.2 %", "test accuracy: 95.83 %\n", "loss: 3 %"])).toBe("95.83 %");
  expect(finalAccuracy(["loss 0.3"])).toBe("–");
});

test("a run of tests ends with its counts alone on the last line", () => {
  const report = {
    testResults: [file(result("passed", "a")), file(result("failed", "b"), result("passed", "c"))],
  };
  const { lines, failed } = summarize(report, { code: 1, filtered: false, ci: false });
  expect(lines.at(-1)).toBe("2 passed, 1 failed");
  expect(failed).toBe(true);
});

test("what was skipped is listed with its reason, and with CI=true fails", () => {
  const suite = "the chart (skipped: Chromium: none was found)";
  const report = {
    testResults: [file(result("skipped", suite, "grows"), result("skipped", suite, "stays"))],
  };
  const summary = summarize(report, { code: 0, filtered: false, ci: false });
  expect(summary).toEqual({
    lines: ["Skipped: the chart — Chromium: none was found", "0 passed, 0 failed, 2 skipped"],
    failed: false,
  });
  const inCi = summarize(report, { code: 0, filtered: false, ci: true });
  expect(inCi.failed).toBe(true);
  expect(inCi.lines.at(-1)).toBe("0 passed, 0 failed, 2 skipped");
  expect(summarize(report, { code: 0, filtered: true, ci: true }).failed).toBe(false);
});

test("a file that cannot be loaded and an error outside of the tests count as failures", () => {
  const unloaded = { ...file(), status: "failed" };
  expect(summarize({ testResults: [unloaded] }, { code: 1, filtered: false, ci: false }).lines.at(-1)).toBe(
    "0 passed, 1 failed",
  );
  const passed = { testResults: [file(result("passed", "a"))] };
  expect(summarize(passed, { code: 1, filtered: false, ci: false })).toMatchObject({ failed: true });
  expect(summarize(passed, { code: 1, filtered: false, ci: false }).lines.at(-1)).toBe("1 passed, 1 failed");
});
