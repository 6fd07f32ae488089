import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWith, pythonEnvironment } from "../support/requirements";
import { Kernel } from "./driver";
import { Project } from "./project";

const python = pythonEnvironment();
const endless = 'console.log("begun");\nwhile (true) {}';
const waiting = 'console.log("begun");\nawait new Promise((resolve) => setTimeout(resolve, 600_000));';

let project: Project;
beforeAll(() => {
  project = new Project({ "package.json": "{}", "src/index.ts": "export const here = 1;\n" }).linkPackages();
});
afterAll(() => project.delete());

describeWith([python], "an interrupt", () => {
  let kernel: Kernel;
  beforeAll(async () => {
    kernel = await Kernel.start({ python: python.path, folder: project.notebooks });
  });
  afterAll(() => kernel.shutdown());

  /** Begins a cell, when the kernel is over any earlier one that failed. */
  const begin = async (code: string) => {
    await kernel.execute("0");
    const cell = kernel.begin(code);
    await cell.printed("begun");
    return cell;
  };

  const expectInterrupted = async (code: string, interrupt: () => Promise<unknown>) => {
    const cell = await begin(code);
    await interrupt();
    expect(await cell.result).toMatchObject({ status: "error", stderr: "Interrupted.\n" });
    expect((await kernel.execute('"alive"')).stdout).toBe("alive\n");
  };

  test("ends a cell that computes, and leaves the kernel alive", async () => {
    await expectInterrupted(endless, () => kernel.interrupt());
  });

  test("ends a cell that waits, and leaves the kernel alive", async () => {
    await expectInterrupted(waiting, () => kernel.interrupt());
  });

  test("may come several times at once", async () => {
    const thrice = () => Promise.all([kernel.interrupt(), kernel.interrupt(), kernel.interrupt()]);
    await expectInterrupted(endless, thrice);
    await expectInterrupted(waiting, thrice);
  });

  test("between cells changes nothing", async () => {
    for (let i = 0; i < 20; i++) await kernel.interrupt();
    // What is on its way may still hit this cell.
    await kernel.execute("0");
    expect(await kernel.execute("1 + 1")).toMatchObject({ status: "ok", stdout: "2\n" });
  });

  test("at any moment of short cells leaves the kernel alive", async () => {
    let [sending, sent] = [true, 0];
    const storm = (async () => {
      for (; sending; sent++) await kernel.interrupt();
    })();
    for (let i = 0; i < 40; i++) await kernel.begin(`const value${i} = ${i};`).result;
    sending = false;
    await storm;
    expect(sent).toBeGreaterThan(40);
    expect(await kernel.execute('"alive"')).toMatchObject({ stdout: "alive\n" });
  });

  test("does not reach the real handler of a cell that listens itself, nor when it has stopped", async () => {
    const listening = await begin(
      'const heard = await new Promise((resolve) => {\n  process.once("SIGINT", resolve);\n  console.log("begun");\n});',
    );
    await kernel.interrupt();
    await listening.result;
    await expectInterrupted(waiting, () => kernel.interrupt());
  });

  test("goes to the functions that code has put in charge, until they are taken out", async () => {
    const cell = await begin(`
      const { interruptHandlers } = (globalThis as any)[Symbol.for("tslab.kernel")];
      let calls = 0;
      const call = () => calls++;
      interruptHandlers.add(call);
      console.log("begun");
      while (calls < 2) await new Promise((resolve) => setTimeout(resolve, 5));
      interruptHandlers.delete(call);
      calls`);
    const pressing = (async () => {
      while (!cell.ended) await kernel.interrupt();
    })();
    expect(await cell.result).toMatchObject({ status: "ok", stdout: "begun\n2\n" });
    await pressing;
  });
});

describeWith([python], "an interrupt by message, as on Windows", () => {
  let kernel: Kernel;
  afterAll(() => kernel.shutdown());

  test("ends a cell that waits", async () => {
    kernel = await Kernel.start({ python: python.path, folder: project.notebooks, interruptMode: "message" });
    const cell = kernel.begin(waiting);
    await cell.printed("begun");
    await kernel.interrupt();
    expect(await cell.result).toMatchObject({ status: "error", stderr: "Interrupted.\n" });
    expect(await kernel.execute("1 + 1")).toMatchObject({ status: "ok", stdout: "2\n" });
  });
});
