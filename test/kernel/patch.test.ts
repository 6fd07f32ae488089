import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWith, pythonEnvironment } from "../support/requirements";
import { Kernel } from "./driver";
import { Project } from "./project";

const python = pythonEnvironment();
const check = readFileSync(fileURLToPath(new URL("../../notebooks/check.ts", import.meta.url)), "utf8");

describeWith([python], "the first cell of a notebook", () => {
  const cell = 'import "./check";';
  const files = {
    "package.json": "{}",
    "notebooks/check.ts": check,
    "src/index.ts": "export const here = 1;\n",
  };
  let patched: Project;
  let unpatched: Project;
  const kernels: Kernel[] = [];

  beforeAll(() => {
    patched = new Project(files).linkPackages();
    unpatched = new Project(files);
  });
  afterAll(async () => {
    await Promise.all(kernels.map((kernel) => kernel.shutdown()));
    patched.delete();
    unpatched.delete();
  });

  test("says that the kernel is ready where tslab has the patch", async () => {
    const kernel = await Kernel.start({ python: python.path, folder: patched.notebooks });
    kernels.push(kernel);
    expect(await kernel.execute(cell)).toMatchObject({ status: "ok", stdout: "Kernel ready.\n", stderr: "" });
  });

  // tslab without the patch loses a message now and then, and the test would wait for it.
  test("says what to run where it has not, and stops the cells after it", {
    retry: 2,
    timeout: 40_000,
  }, async () => {
    const tslab = unpatched.linkPackagesWithoutPatch();
    const kernel = await Kernel.start({ python: python.path, folder: unpatched.notebooks, tslab });
    kernels.push(kernel);
    const [first, next] = [cell, 'import { here } from "../src";'].map((code) => kernel.begin(code).result);
    const { status, stderr } = await first;
    expect(status).toBe("error");
    expect(stderr).toMatch(/^This notebook runs on a kernel without this project's patch/);
    expect(stderr).toContain("npx patch-package");
    expect(stderr).not.toMatch(/\n\s+at /);
    expect((await next).status).toBe("abort");
  });
});
