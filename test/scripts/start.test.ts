import { createServer } from "node:net";
import { expect, test } from "vitest";
import { FakeMachine } from "./support/project";

test("the first start installs what a user needs and opens JupyterLab in the project", async () => {
  const machine = new FakeMachine();
  const output = await machine.startAndStop();
  expect(output).toMatch(
    /npm packages .*… [\d.]+ s\n.*Python environment.*… [\d.]+ s\nJupyterLab … [\d.]+ s\n/,
  );
  expect(output).toMatch(/http:\S+\/lab\/tree\/notebooks\/app_mnist\.ipynb\?token=\w{32,}\n/);
  const [npm, venv, pip, lab, end] = machine.log();
  expect(npm).toMatch(/^npm ci --omit=dev /);
  expect([venv, pip, end]).toEqual(["venv", "pip", "shut down"]);
  const { args, cwd, path } = JSON.parse(lab.replace("lab ", ""));
  expect(cwd).toBe(machine.folder);
  expect(path).toBe(machine.path(".jupyter"));
  expect(args).toContain(`--ServerApp.root_dir=${machine.folder}`);
  expect(args).toContain("--LabApp.default_url=/lab/tree/notebooks/app_mnist.ipynb");
  const kernel = JSON.parse(machine.read(".jupyter/kernels/tslab/kernel.json"));
  expect(kernel.display_name).toBe("TypeScript (tslab)");
  expect(kernel.argv.slice(0, 2)).toEqual([process.execPath, machine.path("node_modules/tslab/bin/tslab")]);
});

test("the second start installs nothing and says nothing of it", async () => {
  const machine = new FakeMachine();
  await machine.startAndStop();
  machine.log();
  const output = await machine.startAndStop(["train", "--port", "9731"]);
  expect(output).toMatch(/^JupyterLab … /);
  expect(output).toContain("/lab/tree/notebooks/train.ipynb?");
  const [lab, end] = machine.log();
  expect(lab).toContain("--ServerApp.port=9731");
  expect(end).toBe("shut down");
});

test("an environment whose JupyterLab does not start is made anew by the next start", async () => {
  const machine = new FakeMachine();
  const { code, output } = await machine.run("start", ["--no-browser"], { FAKE_PYTHON: "lab broken" });
  expect(code).toBe(1);
  expect(output).toContain("JupyterLab did not start. Run the command again");
  expect(output).toContain("    ImportError: cannot import name 'LabApp'");
  machine.log();
  await machine.startAndStop();
  expect(machine.log().slice(0, 2)).toEqual(["venv", "pip"]);
});

test.each([
  ["SIGINT", 0],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)("%s shuts JupyterLab down in good order; the exit code is then %i", async (signal, expected) => {
  const machine = new FakeMachine();
  const running = machine.start("start", ["--no-browser"]);
  await running.printed("Press Ctrl-C");
  running.process.kill(signal);
  expect(await running.code).toBe(expected);
  expect(machine.log().at(-1)).toBe("shut down");
});

test("a machine without a suitable Python uses the JupyterLab that it has", async () => {
  const machine = new FakeMachine();
  machine.install("jupyter");
  const output = await machine.startAndStop([], { FAKE_PYTHON: "old" });
  expect(output).toContain("only older ones were found (`python3` is 3.9)");
  expect(output).toContain(`JupyterLab 4.2.0 of this machine (${machine.path("bin", "jupyter")})`);
  expect(machine.log().at(-1)).toBe("shut down");
  const tooOld = await machine.run("start", [], { FAKE_PYTHON: "old", FAKE_LAB: "3.6.1" });
  expect(tooOld.code).toBe(1);
  expect(tooOld.output).not.toContain("of this machine");
});

test.each([
  ["no Python", {}, "JupyterLab needs Python 3.10 or newer, and no Python was found on PATH. Install one "],
  ["an old Python", { FAKE_PYTHON: "old" }, "only older ones were found (`python3` is 3.9). Install one "],
  ["a Python without ensurepip", { FAKE_PYTHON: "no ensurepip" }, "`sudo apt install python3-venv`"],
  ["a Python whose venv fails", { FAKE_PYTHON: "no pip in venv" }, "`sudo apt install python3-venv`"],
  ["no way to PyPI", { FAKE_PYTHON: "offline" }, "pip could not fetch JupyterLab from PyPI"],
  [
    "no way to the npm registry",
    { FAKE_NPM: "npm error code ENOTFOUND" },
    "npm could not reach its registry",
  ],
  ["a folder npm may not write", { FAKE_NPM: "npm error code EACCES" }, "npm may not write into"],
  ["a failing npm", { FAKE_NPM: "npm error code EUSAGE" }, "npm error code EUSAGE"],
])("%s is explained with its remedy", async (name, environment, message) => {
  const machine = new FakeMachine();
  if (name === "no Python") machine.uninstall("python3");
  const { code, output } = await machine.run("start", ["--no-browser"], environment);
  expect(code).toBe(1);
  expect(output.replaceAll("\n", " ")).toContain(message);
  expect(output).not.toMatch(/^ +at /m);
});

test("a port that is taken is refused before anything is installed", async () => {
  const machine = new FakeMachine();
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
  });
  const { code, output } = await machine.run("start", ["--port", String(port)]);
  server.close();
  expect(code).toBe(1);
  expect(output).toContain(`Port ${port} is taken`);
  expect(output).toContain(`npm start -- --port ${port + 1}`);
  expect(machine.log()).toEqual([]);
});

test("an unknown option, notebook or port is refused with what there is", async () => {
  const machine = new FakeMachine();
  const unknown = await machine.run("start", ["--prot", "9000"]);
  expect(unknown).toMatchObject({ code: 1, output: expect.stringContaining("Usage: npm start [notebook]") });
  expect(unknown.output).toContain("--prot");
  const notebook = await machine.run("start", ["nope"]);
  expect(notebook).toMatchObject({ code: 1, output: expect.stringContaining("train, app_mnist") });
  const port = await machine.run("start", ["--port", "70000"]);
  expect(port).toMatchObject({
    code: 1,
    output: expect.stringContaining("from 1 to 65535. Received: --port 70000"),
  });
  expect(await machine.run("start", ["--help"])).toMatchObject({ code: 0 });
  expect(machine.log()).toEqual([]);
});

test("an old Node is told which one is needed", async () => {
  const machine = new FakeMachine();
  machine.write(
    "old-node.cjs",
    'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.18.3" } });',
  );
  const { code, output } = await machine.run("start", [], {
    NODE_OPTIONS: `--require ${JSON.stringify(machine.path("old-node.cjs"))}`,
  });
  expect(code).toBe(1);
  expect(output).toContain("This is Node.js 20.18.3, and the project needs 20.19 or newer.");
});
