// npm test: everything that the tests need, then vitest, then one line that sums up.
import { rmSync } from "node:fs";
import { findChromium, whyNoChromium } from "./chromium.mjs";
import { readJson } from "./files.mjs";
import { ensureKernelspec } from "./kernelspec.mjs";
import { locked } from "./lock.mjs";
import { ensureNodePackages } from "./node-packages.mjs";
import { inProject } from "./paths.mjs";
import { execute } from "./processes.mjs";
import { ensurePython, KERAS, PYTHON } from "./python.mjs";
import { Problem } from "./report.mjs";
import { summarize } from "./test-summary.mjs";

const REPORT = inProject("out", "test-report.json");

/** @param {string[]} args */
export async function main(args) {
  const [withoutPython, withoutKeras] = await locked(async () => {
    await ensureNodePackages({ dev: true });
    ensureKernelspec();
    return [await whyNot("JupyterLab", ensurePython), await whyNot("Keras", () => ensurePython(KERAS))];
  });
  const chromium = findChromium();
  rmSync(REPORT, { force: true });
  const { code } = await execute(
    process.execPath,
    [
      inProject("node_modules", "vitest", "vitest.mjs"),
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${REPORT}`,
      ...args,
    ],
    {
      show: true,
      env: {
        ...process.env,
        NN_PYTHON: withoutPython ? "" : PYTHON,
        NN_PYTHON_MISSING: withoutPython ?? "",
        NN_KERAS: withoutKeras ? "" : KERAS.python,
        NN_KERAS_MISSING: withoutKeras ?? "",
        NN_CHROMIUM: chromium ?? "",
        NN_CHROMIUM_MISSING: chromium ? "" : whyNoChromium(),
      },
    },
  );
  const report = readJson(REPORT);
  if (!report) return code || 1;
  const { lines, failed } = summarize(report, { code, filtered: isFiltered(args) });
  console.log(lines.join("\n"));
  return failed ? code || 1 : 0;
}

/** @param {string[]} args */
const isFiltered = (args) => args.some((each) => each === "-t" || each.startsWith("--testNamePattern"));

/**
 * @param {string} contents @param {() => Promise<void>} install
 * @returns {Promise<string | undefined>} the first sentence of what is wrong
 */
async function whyNot(contents, install) {
  try {
    await install();
    return undefined;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    console.log(`\n${error.message}\n\nThe tests that need ${contents} are skipped.\n`);
    return error.message.replaceAll("\n", " ").split(/\. |: /)[0];
  }
}
