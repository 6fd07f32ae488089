import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWith, pythonEnvironment } from "../support/requirements";
import { Kernel } from "./driver";
import { Project } from "./project";

const python = pythonEnvironment();
const files = ["src/notebook/display.ts", "src/notebook/kernel.ts"];
const read = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8");

describeWith([python], "a display in a notebook", () => {
  let project: Project;
  let kernel: Kernel;

  beforeAll(async () => {
    project = new Project({
      "package.json": "{}",
      ...Object.fromEntries(files.map((path) => [path, read(path)])),
    });
    kernel = await Kernel.start({ python: python.path, folder: project.linkPackages().notebooks });
    await kernel.execute('import { newDisplay } from "../src/notebook/display";');
  });
  afterAll(async () => {
    await kernel.shutdown();
    project.delete();
  });

  test("is replaced in place, also by a later cell, with all its MIME types", async () => {
    const first = await kernel.execute(`const chart = newDisplay();
const show = (value: number) => chart.update({ "text/html": \`<b>\${value}</b>\`, "text/plain": String(value) });
show(1);
show(2);`);
    const later = await kernel.execute("show(3);");
    expect(later.displays).toEqual([]);
    expect(first.displays).toEqual([
      { id: expect.any(String), data: { "text/html": "<b>3</b>", "text/plain": "3" }, updates: 2 },
    ]);
  });

  test("stands beside others, in the cell that runs when it is first shown", async () => {
    const two =
      'const one = newDisplay();\nconst other = newDisplay();\none.update({ "text/plain": "one" });';
    expect((await kernel.execute(two)).displays.map(({ data }) => data)).toEqual([{ "text/plain": "one" }]);
    const shown = await kernel.execute('other.update({ "text/plain": "other" });');
    expect(shown.displays.map(({ data }) => data)).toEqual([{ "text/plain": "other" }]);
  });

  test("of a cell that runs again is a new one", async () => {
    const cell = 'const again = newDisplay();\nagain.update({ "text/plain": "again" });';
    const [first, second] = [await kernel.execute(cell), await kernel.execute(cell)];
    expect([first.displays.length, second.displays.length]).toEqual([1, 1]);
    expect(second.displays[0].id).not.toBe(first.displays[0].id);
  });

  test("stands alone where the cell ends with the value that it shows, which later cells can print", async () => {
    await kernel.execute('import { shown } from "../src/notebook/display";\nconst result = { right: 7 };');
    expect((await kernel.execute("shown(result);")).stdout).toBe("");
    expect((await kernel.execute("result;")).stdout).toBe("{ right: 7 }\n");
    expect((await kernel.execute("shown(result);\nresult.right;")).stdout).toBe("7\n");
  });
});
