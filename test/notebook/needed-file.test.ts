import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { NeuralNetworkError } from "../../src/errors";
import { neededFile } from "../../src/notebook/needed-file";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "needed-"));
  vi.stubEnv("NN_DATA_FOLDER", folder);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test("a file that is there is named in full", () => {
  writeFileSync(join(folder, "model.h5"), "");
  expect(neededFile("model.h5", { madeBy: "train" })).toBe(join(folder, "model.h5"));
});

test("for one that is missing, the notebook to run first is named, and the command that opens it", () => {
  const missing = () => neededFile("model.h5", { madeBy: "train" });
  expect(missing).toThrow(NeuralNetworkError);
  expect(missing).toThrow("data/model.h5 is not there yet");
  expect(missing).toThrow("train.ipynb");
  expect(missing).toThrow("`npm start train`");
});
