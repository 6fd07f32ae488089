import { execFileSync } from "node:child_process";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { FakeMachine } from "./support/project";

test.each([
  ["linux", undefined],
  ["darwin", undefined],
  ["win32", "message"],
])("on %s the kernelspec asks for interrupts by: %s", (platform, mode) => {
  const machine = new FakeMachine();
  const module = pathToFileURL(machine.path("scripts", "lib", "kernelspec.mjs")).href;
  const script = `
    Object.defineProperty(process, "platform", { value: ${JSON.stringify(platform)} });
    import(${JSON.stringify(module)}).then(({ ensureKernelspec }) => ensureKernelspec());
  `;
  execFileSync(process.execPath, ["--eval", script]);
  const spec = JSON.parse(machine.read(".jupyter/kernels/tslab/kernel.json"));
  expect(spec.language).toBe("typescript");
  // Without the entry Jupyter sends SIGINT.
  expect(spec.interrupt_mode).toBe(mode);
});
