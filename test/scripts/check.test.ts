import { expect, test } from "vitest";
import { findChromium, whyNoChromium } from "../../scripts/lib/chromium.mjs";
import { FakeMachine } from "./support/project";

test("npm run check names files that are too long and lock files that name a registry", async () => {
  const machine = new FakeMachine();
  machine.write("src/long.ts", "// line\n".repeat(251));
  machine.write("src/nn/short.ts", "// line\n".repeat(250));
  machine.write("requirements.txt", "--index-url somewhere\njupyterlab==4.6.6\n");
  const packages = { "node_modules/kernel": { version: "1.0.0", resolved: "somewhere" } };
  machine.write("package-lock.json", JSON.stringify({ packages }));
  const { code, output } = await machine.run("check");
  expect(code).toBe(1);
  expect(output).toMatch(/long\.ts has 251 lines; a file of src has at most 250\.$/m);
  expect(output).not.toContain("short.ts");
  expect(output).toContain("package-lock.json names a registry for node_modules/kernel;");
  expect(output).toContain("requirements.txt names an index: --index-url somewhere");
});

test("npm run check fails when one of its tools fails, and runs the others all the same", async () => {
  const machine = new FakeMachine();
  machine.write("src/short.ts", "");
  // The stand-ins for the packages have no compilers in them.
  const { code, output } = await machine.run("check");
  expect(code).toBe(1);
  expect(output).toMatch(/Format and lint … failed.*Types … failed.*Rules of the house … [\d.]+ s/s);
});

test("CHROMIUM_PATH decides which browser the tests use, and one that does not exist is none", () => {
  expect(findChromium({ CHROMIUM_PATH: process.execPath })).toBe(process.execPath);
  expect(findChromium({ CHROMIUM_PATH: "/nowhere/chromium" })).toBeUndefined();
  expect(whyNoChromium({ CHROMIUM_PATH: "/nowhere/chromium" })).toContain(
    "/nowhere/chromium, which does not exist",
  );
});
