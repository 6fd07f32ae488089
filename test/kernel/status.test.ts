import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWith, pythonEnvironment } from "../support/requirements";
import { Kernel } from "./driver";
import { Project } from "./project";

const python = pythonEnvironment();

describeWith([python], "the status of a kernel", () => {
  let project: Project;
  let kernel: Kernel;

  beforeAll(async () => {
    project = new Project({ "package.json": "{}" }).linkPackages();
    kernel = await Kernel.start({ python: python.path, folder: project.notebooks });
    await kernel.execute("const pause = () => new Promise((resolve) => setTimeout(resolve, 300));");
  });
  afterAll(async () => {
    await kernel.shutdown();
    project.delete();
  });

  /** The statuses while `act` runs, each with whether it is about a later request than the first of them. */
  const statusesOf = async (act: () => Promise<unknown>): Promise<string[]> => {
    const from = kernel.statuses.length;
    await act();
    // The page may hear of the last one a moment after the reply.
    while (kernel.statuses.at(-1)?.status !== "idle") await new Promise((resolve) => setTimeout(resolve, 10));
    const heard = kernel.statuses.slice(from);
    return heard.map(
      ({ status, request }) => `${status} ${request - Math.min(...heard.map((h) => h.request))}`,
    );
  };

  test("is busy from the start of each queued cell to its end", async () => {
    const statuses = await statusesOf(async () => {
      const cells = ["await pause();", "1;", "await pause();"].map((code) => kernel.begin(code));
      await Promise.all(cells.map(({ result }) => result));
    });
    expect(statuses).toEqual(["busy 0", "idle 0", "busy 1", "idle 1", "busy 2", "idle 2"]);
  });

  test("is busy again after something else was asked while a cell runs", async () => {
    const statuses = await statusesOf(async () => {
      const cell = kernel.begin('console.log("begun");\nawait pause();');
      await cell.printed("begun");
      await kernel.complete("pau");
      await cell.result;
    });
    expect(statuses).toEqual(["busy 0", "busy 1", "idle 1", "busy 0", "idle 0"]);
  });

  test("is idle when a cell failed and dropped those after it", async () => {
    const statuses = await statusesOf(async () => {
      const cells = ["throw new Error();", "1;"].map((code) => kernel.begin(code));
      await Promise.all(cells.map(({ result }) => result));
    });
    expect(statuses).toEqual(["busy 0", "idle 0", "idle 1"]);
  });
});

describeWith([python], "a cell that has ended", () => {
  test("is answered before the next one keeps the kernel from answering", async () => {
    const project = new Project({ "package.json": "{}" }).linkPackages();
    const kernel = await Kernel.start({ python: python.path, folder: project.notebooks });
    const first = kernel.begin("1;");
    const second = kernel.begin("const end = Date.now() + 2000;\nwhile (Date.now() < end) {}");
    let ended = false;
    second.result.then(() => {
      ended = true;
    });
    await first.result;
    expect(ended).toBe(false);
    const [{ milliseconds: one }, { milliseconds: both }] = [await first.result, await second.result];
    expect(both - one).toBeGreaterThan(1900);
    await kernel.shutdown();
    project.delete();
  });
});
