import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from "vitest";
import { chromium, describeWith, pythonEnvironment } from "../support/requirements";
import { Lab, notebookOf } from "./support/lab";
import { LabPage, launch, screenshot } from "./support/lab-page";
import { digits, Pad } from "./support/pad";

const cells = [
  `import { drawingPad, exportDrawingPad, fit, loadMnist, mlp } from "../../src";`,
  `const { train } = loadMnist();
const network = mlp([784, 16, 16, 10], { seed: 1 });`,
  "await fit(network, train.slice(0, 20000), { epochs: 4, batchSize: 32, learningRate: 0.1, seed: 1 });",
  "drawingPad(network);",
  `await exportDrawingPad(network, "draw.html");`,
];
const PAD = 3;

const [python, browserPath] = [pythonEnvironment(), chromium()];

describeWith([python, browserPath], "the drawing pad in JupyterLab", () => {
  let lab: Lab;
  let browser: Browser;
  let page: Page;
  let notebook: LabPage;
  let pad: Pad;

  // The tests are steps of one story.
  let broken = false;
  beforeEach(({ skip }) => {
    skip(broken, "an earlier step failed");
    onTestFailed(() => {
      broken = true;
    });
  });

  beforeAll(async () => {
    lab = await Lab.start(python.path);
    lab.write("pad", notebookOf(cells));
    browser = await launch(browserPath.path);
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    notebook = new LabPage(page, lab);
    await notebook.open("pad");
    await notebook.kernelReady();
    pad = new Pad(page, page.locator("[data-pad]"));
  });

  afterAll(async () => {
    if (page !== undefined) await screenshot(page, "last");
    await browser?.close();
    await lab?.stop();
  });

  const selected = () =>
    page
      .locator(".jp-Notebook .jp-Cell")
      .evaluateAll((all) =>
        all.map((cell) => (cell as unknown as { className: string }).className.includes("jp-mod-active")),
      );

  test("a 7 that is drawn in the output is read as one", async () => {
    await notebook.command("notebook:run-all-cells");
    await pad.part("sheet").waitFor({ timeout: 60_000 });
    await notebook.ended(cells.length - 1);
    expect(await pad.verdict()).toBe("3");
    await pad.part("sheet").scrollIntoViewIfNeeded();
    await pad.draw(digits["7"]);
    await expect.poll(() => pad.verdict()).toBe("7");
    await screenshot(page, "lab-pad-light");
    expect(await notebook.outputs(PAD + 1).innerText()).toMatch(/^draw\.html: \d+ kB/);
  });

  test("its keys are its own, and not those that move between cells or delete them", async () => {
    await pad.part("sheet").focus();
    const before = await selected();
    for (const key of ["Delete", "Space", ...new Array(20).fill("ArrowDown"), "Enter"]) {
      await page.keyboard.press(key);
    }
    await expect.poll(() => pad.verdict()).toBe("1");
    for (const key of ["d", "d", "a", "b", "x"]) await page.keyboard.press(key);
    expect(await selected()).toEqual(before);
    expect(before.length).toBe(cells.length);
  });

  test("it follows the theme", async () => {
    await pad.part("clear").click();
    await pad.draw(digits["3"]);
    const paper = async () => (await pad.colors("network")).paper;
    expect(await paper()).toBe("255,255,255");
    await notebook.command("apputils:change-theme", { theme: "JupyterLab Dark" });
    await expect.poll(paper, { timeout: 10_000 }).toBe("26,26,26");
    await screenshot(page, "lab-pad-dark");
    await notebook.command("apputils:change-theme", { theme: "JupyterLab Light" });
    await expect.poll(paper, { timeout: 10_000 }).toBe("255,255,255");
  });

  test("saved and opened again, it reads what is drawn, without a kernel's help", async () => {
    await notebook.command("docmanager:save");
    await expect.poll(() => lab.read("pad"), { timeout: 10_000 }).toContain("data-pad");
    expect(lab.read("pad").length).toBeLessThan(1_000_000);
    await notebook.open("pad");
    await pad.part("sheet").waitFor();
    await notebook.command("kernelmenu:shutdown");
    await pad.part("sheet").scrollIntoViewIfNeeded();
    await pad.draw(digits["0"]);
    await expect.poll(() => pad.verdict()).toBe("0");
  });

  test("in a notebook that is not trusted, its still picture is shown", async () => {
    // Another cell is another notebook, which nobody has signed.
    const copied = JSON.parse(lab.read("pad"));
    copied.cells.push({
      ...{ cell_type: "markdown", id: "more", metadata: {} },
      source: "Copied from somewhere.",
    });
    lab.write("copied", copied);
    await notebook.open("copied");
    const picture = notebook.outputs(PAD).locator("img");
    await picture.waitFor();
    expect(await picture.getAttribute("alt")).toMatch(/^A pad to draw on/);
    await expect
      .poll(() => picture.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth))
      .toBeGreaterThan(600);
    expect(await pad.part("sheet").count()).toBe(0);
    await screenshot(page, "lab-pad-untrusted");
  });
});
