/** @typedef {{ status: string, title: string, ancestorTitles: string[] }} Test */
/** @typedef {{ status: string, name: string, assertionResults: Test[] }} TestFile */

/** A skipped suite says why in its name; test/support/requirements.ts writes it so. */
const REASON = /^(.*) \(skipped: (.*)\)$/s;

/**
 * The closing lines of a test run: what was skipped and why, and alone on the last line the counts.
 * @param {{ testResults: TestFile[] }} report vitest's
 * @param {{ code: number, filtered: boolean, ci?: boolean }} run vitest's exit code; whether -t left tests out
 */
export function summarize(report, { code, filtered, ci = process.env.CI === "true" }) {
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  /** @param {string[]} statuses */
  const count = (...statuses) => tests.filter((test) => statuses.includes(test.status)).length;
  const passed = count("passed");
  const skipped = tests.length - passed - count("failed");
  // A file that could not even be loaded has no tests that could fail.
  const unloaded = report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  );
  let failed = count("failed") + unloaded.length;
  const lines = unloaded.map((file) => `Failed outside of its tests: ${file.name}`);
  if (failed === 0 && code !== 0) {
    failed = 1;
    lines.push(`Failed outside of the tests: vitest's exit code is ${code}`);
  }
  if (skipped > 0 && !filtered) lines.push(...skippedSuites(tests));
  if (skipped > 0 && !filtered && ci) lines.push("With CI=true a skipped test is a failure.");
  lines.push(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
  return { lines, failed: failed > 0 || (ci && skipped > 0 && !filtered) };
}

/** @param {Test[]} tests */
function skippedSuites(tests) {
  const skipped = tests.filter((test) => test.status !== "passed" && test.status !== "failed");
  const names = skipped.map((test) => {
    const reason = [...test.ancestorTitles, test.title]
      .map((title) => REASON.exec(title))
      .find((match) => match);
    return reason
      ? `Skipped: ${reason[1]} — ${reason[2]}`
      : `Skipped: ${[...test.ancestorTitles, test.title].join(" › ")} — the test itself says so`;
  });
  return [...new Set(names)];
}
