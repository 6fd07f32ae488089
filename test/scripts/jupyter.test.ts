import { existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeWith, pythonEnvironment } from "../support/requirements";
import { Project, type Running, repository } from "./support/project";

const SLOW = 120_000;

/** The real commands in a fresh folder, with the packages that the repository has. */
function realProject(): Project {
  const project = new Project(process.env);
  for (const name of ["package.json", "package-lock.json"]) {
    project.write(name, readFileSync(join(repository, name), "utf8"));
  }
  for (const name of ["node_modules", ".venv", "patches"]) {
    if (existsSync(join(repository, name))) symlinkSync(join(repository, name), project.path(name), "dir");
  }
  return project;
}

/** The command lines of the processes that belong to a project, our own aside. */
function processesOf(project: Project): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      } catch {
        return "";
      }
    })
    .filter((command) => command.includes(project.folder));
}

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 100));
}

/** Asks the server that a command started. */
async function ask(running: Running, path: string, body?: object) {
  const [, address, token] = /(http:\S+?)lab\/\S*token=(\w+)/.exec(running.output()) ?? [];
  const response = await fetch(`${address}api/${path}`, {
    method: body ? "POST" : "GET",
    headers: { Authorization: `token ${token}` },
    body: body && JSON.stringify(body),
  });
  return (await response.json()) as Record<string, unknown>;
}

/** Starts JupyterLab and a kernel in it. */
async function startWithKernel(project: Project, args: readonly string[] = []): Promise<Running> {
  const running = project.start("start", ["--no-browser", ...args]);
  await running.printed("Press Ctrl-C");
  await ask(running, "kernels", { name: "tslab" });
  await until(() => processesOf(project).some((command) => command.includes("tslab kernel")));
  return running;
}

describeWith([pythonEnvironment()], "npm start with the real JupyterLab", () => {
  test("offers the tslab kernel alone and ends with its kernels on Ctrl-C", { timeout: SLOW }, async () => {
    const project = realProject();
    const running = await startWithKernel(project);
    const { default: standard, kernelspecs } = await ask(running, "kernelspecs");
    expect(standard).toBe("tslab");
    expect(Object.keys(kernelspecs as object)).toEqual(["tslab"]);
    const contents = await ask(running, "contents/notebooks/app_mnist.ipynb?content=0");
    expect(contents.name).toBe("app_mnist.ipynb");
    running.process.kill("SIGINT");
    expect(await running.code).toBe(0);
    expect(processesOf(project)).toEqual([]);
    expect(readdirSync(project.path("out", "jupyter"))).toEqual([]);
  });

  test("two run side by side, and one that is killed leaves no server and no kernel", {
    timeout: SLOW,
  }, async () => {
    const [first, second] = [realProject(), realProject()];
    const [killed, other] = await Promise.all([startWithKernel(first), startWithKernel(second)]);
    killed.process.kill("SIGKILL");
    await until(() => processesOf(first).length === 0);
    expect((await ask(other, "kernels")) as unknown).toHaveLength(1);
    other.process.kill("SIGTERM");
    expect(await other.code).toBe(143);
    expect(processesOf(second)).toEqual([]);
  });
});

describeWith([pythonEnvironment()], "npm run notebooks with the real kernel", () => {
  test("runs notebooks into out/, and shows the cell that failed", { timeout: SLOW }, async () => {
    const project = realProject();
    project.notebook("app_mnist", [
      'import { existsSync } from "node:fs";\nconsole.log(process.env.NN_DATA_FOLDER, existsSync("train.ipynb"));',
      'console.log("test accuracy: 95.83 %");',
    ]);
    project.notebook("train", ["const found: number = 1;", "found.toFixed(", "never()"]);
    const before = project.read("notebooks/app_mnist.ipynb");
    const { code, output } = await project.run("notebooks");
    expect(code).toBe(1);
    expect(output).toMatch(/^notebook +code cells +seconds +final accuracy$/m);
    expect(output).toMatch(/^train +3 +[\d.]+ +failed in code cell 2$/m);
    expect(output).toMatch(/^app_mnist +2 +[\d.]+ +95\.83 %$/m);
    expect(output).toMatch(/train, code cell 2 failed\n\n {4}found\.toFixed\(\n\n {4}.*expected/);
    expect(project.read("notebooks/app_mnist.ipynb")).toBe(before);
    expect(JSON.parse(project.read("out/app_mnist.ipynb")).cells[0].outputs[0].text.join("")).toBe(
      `${project.path("out", "data")} true\n`,
    );
    expect(processesOf(project)).toEqual([]);
  });

  test("an interrupt ends a kernel that is busy", { timeout: SLOW }, async () => {
    const project = realProject();
    project.notebook("train", ["while (true) {}"]);
    const running = project.start("notebooks", ["train"]);
    await until(() => processesOf(project).some((command) => command.includes("tslab kernel")));
    running.process.kill("SIGINT");
    expect(await running.code).toBe(130);
    expect(processesOf(project)).toEqual([]);
  });
});
