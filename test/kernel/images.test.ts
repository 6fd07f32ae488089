import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWith, pythonEnvironment } from "../support/requirements";
import { Kernel } from "./driver";

const python = pythonEnvironment();

describeWith([python], "images in a notebook", () => {
  let kernel: Kernel;

  beforeAll(async () => {
    kernel = await Kernel.start({ python: python.path });
  });
  afterAll(() => kernel.shutdown());

  const ok = async (code: string) => {
    const { status, stdout, stderr } = await kernel.execute(code);
    expect({ status, stderr }).toEqual({ status: "ok", stderr: "" });
    return stdout;
  };

  test("are found, prepared, and stopped by ■, after which the kernel goes on", async () => {
    await ok(`
import { findImages, prepareImages } from "../src";
const collection = await findImages("emoji", { count: 2000 });`);
    const cell = kernel.begin(
      `await prepareImages(collection, { onProgress: ({ done }) => void (done === 10 && console.log("running")) });`,
    );
    await cell.printed("running");
    const pressed = performance.now();
    await kernel.interrupt();
    const { status, stderr } = await cell.result;
    expect(performance.now() - pressed).toBeLessThan(2000);
    expect(status).toBe("error");
    expect(stderr).toMatch(
      /prepareImages: stopped after \d+ of 2,400 images\. Nothing was kept; run the cell again\./,
    );
    const stdout = await ok(`
const few = await findImages("emoji", { count: 20 });
const { train } = await prepareImages(few, { size: 8 });
train.labels.length`);
    expect(stdout.trim()).toBe("16");
  });

  test("that cannot be fetched leave the kernel as it was", async () => {
    const { status, stderr } = await kernel.execute(`
import { findImages as find } from "../src";
await find("download", { address: "http://no-such-host.invalid/a.zip", folder: "no-such-set" });`);
    expect(status).toBe("error");
    expect(stderr).toMatch(/no answer: its name is not known.*use the source "emoji"/);
    expect((await ok("1 + 1")).trim()).toBe("2");
  });
});
