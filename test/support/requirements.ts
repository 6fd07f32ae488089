import { describe, test } from "vitest";
import { findChromium, whyNoChromium } from "../../scripts/lib/chromium.mjs";
import { environmentState, KERAS, PYTHON } from "../../scripts/lib/python.mjs";

/** Something outside of the project that some tests need: where it is, or why it is missing. */
export interface Requirement {
  readonly name: string;
  readonly path: string;
  readonly missing: string;
  /** Nobody has to have it: where it is missing, tests are skipped even with CI=true. */
  readonly optional?: boolean;
}

/** The Python of .venv, with JupyterLab and nbclient. `npm test` makes it and says here how that went. */
export function pythonEnvironment(): Requirement {
  const { NN_PYTHON, NN_PYTHON_MISSING } = process.env;
  const path = environmentState() === "ready" ? PYTHON : "";
  return installed("the Python environment", NN_PYTHON, NN_PYTHON_MISSING, path);
}

/** The Python of .venv-test, with Keras and h5py. `npm test` makes it and says here how that went. */
export function kerasEnvironment(): Requirement {
  const { NN_KERAS, NN_KERAS_MISSING } = process.env;
  const path = environmentState(KERAS) === "ready" ? KERAS.python : "";
  return installed("Keras", NN_KERAS, NN_KERAS_MISSING, path);
}

/** What `npm test` says of it, or else what is there. */
function installed(name: string, path = "", missing = "", found: string): Requirement {
  if (path || missing) return { name, path, missing };
  return { name, path: found, missing: found ? "" : "not made yet; `npm test` makes it" };
}

/** A Chromium, Chrome or Edge that is installed on the machine. */
export function chromium(): Requirement {
  const { NN_CHROMIUM, NN_CHROMIUM_MISSING } = process.env;
  const path = NN_CHROMIUM || (NN_CHROMIUM_MISSING ? "" : (findChromium() ?? ""));
  return { name: "Chromium", path, missing: path ? "" : NN_CHROMIUM_MISSING || whyNoChromium() };
}

/** A folder with photos in `hotdog` and `not-hotdog`, which the variable HOTDOG_PHOTOS names. */
export function hotdogPhotos(): Requirement {
  const path = process.env.HOTDOG_PHOTOS ?? "";
  const missing = path ? "" : "the variable HOTDOG_PHOTOS names no folder";
  return { name: "Photos of hot dogs", path, missing, optional: true };
}

/**
 * `describe`, for tests that need something. Where it is missing they are skipped under a name that says why,
 * which `npm test` lists at its end; with CI=true they fail instead, unless nobody has to have what is missing.
 */
export function describeWith(requirements: readonly Requirement[], name: string, body: () => void): void {
  const missing = requirements.filter((each) => each.missing !== "");
  const reason = missing.map((each) => `${each.name}: ${each.missing}`).join("; ");
  if (missing.length === 0) {
    describe(name, body);
  } else if (process.env.CI === "true" && missing.some(({ optional }) => !optional)) {
    test(name, () => {
      throw new Error(`With CI=true nothing may be skipped, and this is missing. ${reason}`);
    });
  } else {
    describe.skip(`${name} (skipped: ${reason})`, body);
  }
}
