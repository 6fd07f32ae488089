import { rmSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { FakeMachine } from "./support/project";

const PATCH = `diff --git a/node_modules/kernel/index.js b/node_modules/kernel/index.js
--- a/node_modules/kernel/index.js
+++ b/node_modules/kernel/index.js
@@ -1 +1 @@
-original
+patched
`;

test.each([
  ["a package is deleted", "node_modules/kernel"],
  ["a file in a package is deleted", "node_modules/kernel/index.js"],
  ["npm was stopped before its end", "node_modules/.package-lock.json"],
])("npm packages are installed again when %s", async (_, path) => {
  const machine = new FakeMachine();
  await machine.startAndStop();
  machine.log();
  rmSync(machine.path(path), { recursive: true });
  await machine.startAndStop();
  expect(machine.log()[0]).toMatch(/^npm ci --omit=dev /);
  await machine.startAndStop();
  expect(machine.log()[0]).toMatch(/^lab /);
});

test("a newer lock file brings newer packages, and what developers installed stays installed", async () => {
  const machine = new FakeMachine();
  await machine.startAndStop();
  // `npm test` installs everything; here there is no vitest that it could run.
  await machine.run("test");
  expect(machine.read("node_modules/linter/package.json")).toContain("1.0.0");
  machine.lock("2.0.0");
  machine.log();
  await machine.startAndStop();
  expect(machine.log()[0]).toMatch(/^npm ci --no-audit /);
  expect(machine.read("node_modules/kernel/package.json")).toContain("2.0.0");
  expect(machine.read("node_modules/linter/package.json")).toContain("2.0.0");
});

test("a patch that is not in node_modules is applied, also one that replaces an older one", async () => {
  const machine = new FakeMachine();
  await machine.startAndStop();
  machine.write("patches/kernel.patch", PATCH);
  await machine.startAndStop();
  expect(machine.read("node_modules/kernel/index.js")).toBe("patched\n");
  machine.log();
  await machine.startAndStop();
  expect(machine.log()[0]).toMatch(/^lab /);
  machine.write("patches/kernel.patch", PATCH.replace("+patched", "+better"));
  await machine.startAndStop();
  expect(machine.read("node_modules/kernel/index.js")).toBe("better\n");
});

test("an interrupted installation of the Python packages ends at once and is repaired by the next start", async () => {
  const machine = new FakeMachine();
  const first = machine.start("start", ["--no-browser"], { FAKE_PYTHON: "slow" });
  await first.printed("Python environment");
  while (!machine.read("log").includes("pip")) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  first.process.kill("SIGINT");
  expect(await first.code).toBe(130);
  machine.log();
  const output = await machine.startAndStop();
  expect(output).toContain("JupyterLab (repair)");
  expect(machine.log().slice(0, 2)).toEqual(["venv", "pip"]);
  await machine.startAndStop();
  expect(machine.log()[0]).toMatch(/^lab /);
});

test("warnings of a Python, and programs that are none, do not get in the way", async () => {
  const machine = new FakeMachine();
  const output = await machine.startAndStop([], { FAKE_PYTHON: "warnings" });
  expect(output).toMatch(/Python environment.*… [\d.]+ s\n/);
  const silent = new FakeMachine();
  const { code, output: refusal } = await silent.run("start", [], { FAKE_PYTHON: "silent" });
  expect(code).toBe(1);
  expect(refusal).toContain("no Python was found on PATH");
});

test.each(["bin/python", "lib/packages/two.py"])(
  "a Python environment without its %s is made anew",
  async (path) => {
    const machine = new FakeMachine();
    await machine.startAndStop();
    machine.log();
    rmSync(machine.path(".venv", path));
    await machine.startAndStop();
    expect(machine.log().slice(0, 2)).toEqual(["venv", "pip"]);
  },
);

test("npm test makes an environment of its own for Keras, once, and says what is skipped where it cannot", async () => {
  const offline = new FakeMachine();
  const { output } = await offline.run("test", [], { FAKE_PYTHON: "offline" });
  for (const contents of ["JupyterLab", "Keras and h5py"]) {
    expect(output).toContain(`pip could not fetch ${contents} from PyPI`);
  }
  expect(output).toContain("The tests that need JupyterLab are skipped.");
  expect(output).toContain("The tests that need Keras are skipped.");
  const machine = new FakeMachine();
  await machine.run("test");
  expect(machine.log().slice(-4)).toEqual(["venv", "pip", "venv", "pip"]);
  expect(machine.read(".venv-test/complete.json")).not.toBe("");
  await machine.run("test");
  expect(machine.log()).toEqual([]);
});

test("other requirements are installed into the environment that is there", async () => {
  const machine = new FakeMachine();
  await machine.startAndStop();
  machine.log();
  machine.write("requirements.txt", "jupyterlab==9\n");
  await machine.startAndStop();
  expect(machine.log()[0]).toBe("pip");
});

test("a kernelspec of another place or another Node is replaced", async () => {
  const machine = new FakeMachine();
  await machine.startAndStop();
  const right = machine.read(".jupyter/kernels/tslab/kernel.json");
  machine.write(".jupyter/kernels/tslab/kernel.json", right.replaceAll(machine.folder, "/elsewhere"));
  await machine.startAndStop();
  expect(machine.read(".jupyter/kernels/tslab/kernel.json")).toBe(right);
});

test("the lock of a command that was killed holds up the next only while its pip still runs", async () => {
  const machine = new FakeMachine();
  const [killed, waiting] = [machine.start("start", [], { FAKE_PYTHON: "slow" }), new FakeMachine()];
  await killed.printed("Python environment");
  const owners = () => machine.read(".jupyter/setup.lock").split(" ").map(Number);
  while (!machine.read("log").includes("pip")) await new Promise((resolve) => setTimeout(resolve, 20));
  killed.process.kill("SIGKILL");
  await killed.code;
  expect(owners()[0]).toBe(killed.pid);
  const next = machine.start("start", ["--no-browser"]);
  await next.printed("waiting for it");
  process.kill(owners().at(-1) as number, "SIGKILL");
  await next.printed("Press Ctrl-C");
  expect(machine.read(".jupyter/setup.lock")).toBe("");
  next.process.kill("SIGINT");
  expect(await next.code).toBe(0);
  writeFileSync(waiting.path("log"), "");
  waiting.write(".jupyter/setup.lock", String(process.pid));
  const second = waiting.start("start", ["--no-browser"]);
  await second.printed("waiting for it");
  rmSync(waiting.path(".jupyter", "setup.lock"));
  await second.printed("Press Ctrl-C");
  second.process.kill("SIGINT");
  expect(await second.code).toBe(0);
});

test("an installation ends when the npm that started it is killed", async () => {
  const machine = new FakeMachine();
  machine.write(
    "scripts/npm.mjs",
    `import { spawn } from "node:child_process";
    const { pid } = spawn(process.execPath, ["scripts/start.mjs"], { stdio: "ignore" });
    console.log("started " + pid);
    setTimeout(() => {}, 60_000);`,
  );
  const npm = machine.start("npm", [], { FAKE_PYTHON: "slow", npm_lifecycle_event: "start" });
  await npm.printed(/started \d+\n/);
  while (!machine.read("log").includes("pip")) await new Promise((resolve) => setTimeout(resolve, 20));
  npm.process.kill("SIGKILL");
  const alive = (pid: number) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  // The lock goes with the command, the command after its pip.
  while (alive(Number(/\d+/.exec(npm.output())))) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(machine.read(".jupyter/setup.lock")).toBe("");
});
