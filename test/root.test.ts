import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

const repository = resolve(fileURLToPath(new URL("..", import.meta.url)));
const before = process.cwd();

const fresh = async () => {
  vi.resetModules();
  return await import("../src/root");
};

beforeEach(() => vi.stubEnv("NN_DATA_FOLDER", undefined));
afterEach(() => {
  process.chdir(before);
  vi.unstubAllEnvs();
});

test("the project's folder is found from a folder in it", async () => {
  process.chdir(join(repository, "test", "support"));
  const { projectRoot } = await fresh();
  expect(projectRoot()).toBe(repository);
  expect(existsSync(join(projectRoot(), "src", "root.ts"))).toBe(true);
});

test("it stays the same when the working directory changes", async () => {
  const { projectRoot } = await fresh();
  process.chdir(tmpdir());
  expect(projectRoot()).toBe(repository);
});

test("data files are in the project's data, or where NN_DATA_FOLDER says, from the project's folder on", async () => {
  const { dataFolder } = await fresh();
  expect(dataFolder()).toBe(join(repository, "data"));
  vi.stubEnv("NN_DATA_FOLDER", join("out", "data"));
  process.chdir(tmpdir());
  expect(dataFolder()).toBe(join(repository, "out", "data"));
  vi.stubEnv("NN_DATA_FOLDER", tmpdir());
  expect(dataFolder()).toBe(resolve(tmpdir()));
});

test("the folder of data files is made when one is named that is not there yet", async () => {
  const { dataFile } = await fresh();
  const parent = mkdtempSync(join(tmpdir(), "root-"));
  vi.stubEnv("NN_DATA_FOLDER", join(parent, "new", "data"));
  expect(dataFile("model.h5")).toBe(join(parent, "new", "data", "model.h5"));
  expect(existsSync(join(parent, "new", "data"))).toBe(true);
  rmSync(parent, { recursive: true });
});
