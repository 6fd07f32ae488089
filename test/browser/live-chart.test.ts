import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from "vitest";
import { chromium, describeWith, pythonEnvironment } from "../support/requirements";
import { Lab, notebookOf } from "./support/lab";
import { LabPage, launch, screenshot as saveScreenshot } from "./support/lab-page";

const EPOCHS = 100;

// The training begins when the chart is there, and takes its time until it is told to hurry, on a machine of any speed.
const cells = [
  `import { confusionMatrix, fit, gallery, livePlot, loadMnist, mlp, progressBar, weightPictures, worstMistakes } from "../../src";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";`,
  `const { train } = loadMnist();
const [fitted, validation] = train.slice(0, 600).split(0.8);
const network = mlp([784, 16, 16, 10]);
const paced = {
  onStart: async () => {
    while (!existsSync("begin")) await sleep(50);
  },
  onEpoch: () => sleep(existsSync("hurry") ? 0 : 300),
};`,
  "gallery(validation.samples.take([0, 1, 2, 3, 4, 5, 6, 7]));",
  `const history = await fit(network, fitted, {
  ...{ epochs: ${EPOCHS}, learningRate: 0.05, validation },
  callbacks: [livePlot(), progressBar(), paced],
});`,
  "confusionMatrix(network, validation);",
  "worstMistakes(network, validation);",
  "weightPictures(network, validation);",
];
const TRAINING = 3;
const WEIGHTS = 6;

const [python, browserPath] = [pythonEnvironment(), chromium()];

describeWith([python, browserPath], "the chart of a training in JupyterLab", () => {
  let lab: Lab;
  let browser: Browser;
  let page: Page;
  let notebook: LabPage;

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
    lab.write("live", notebookOf(cells));
    browser = await launch(browserPath.path);
    page = await browser.newPage({ viewport: { width: 1200, height: 1000 } });
    notebook = new LabPage(page, lab);
    await open("live");
    await notebook.kernelReady();
  });

  afterAll(async () => {
    if (page !== undefined) await screenshot("last");
    await browser?.close();
    await lab?.stop();
  });

  const open = (name: string) => notebook.open(name);
  const command = (name: string, options?: object) => notebook.command(name, options);
  const outputs = (cell: number) => notebook.outputs(cell);
  const ended = (cell: number) => notebook.ended(cell);
  const screenshot = (name: string) => saveScreenshot(page, name);
  const graph = () => page.locator(".js-plotly-plot");
  const picture = () => outputs(TRAINING).locator("img");
  const progressLine = () => outputs(TRAINING).nth(1).innerText();

  /** The number of points of the training's accuracy, and how far the reader has zoomed. */
  const state = () =>
    graph().evaluate((element) => {
      const { data, layout } = element as unknown as {
        data: { name: string; x: number[] }[];
        layout: { xaxis: { range: number[] } };
      };
      return {
        epochs: data.find(({ name }) => name === "training")?.x.length ?? 0,
        range: layout.xaxis.range.map(Number),
      };
    });

  test("it is updated in place while the network trains", async () => {
    await command("notebook:run-all-cells");
    await graph().waitFor({ timeout: 60_000 });
    // A mark on the element itself: a new one would not have it.
    await graph().evaluate((element) => element.setAttribute("data-mark", "first"));
    await outputs(TRAINING)
      .first()
      .evaluate((element) => element.setAttribute("data-mark", "first"));
    lab.signal("begin");
    const seen = new Set<number>();
    await expect
      .poll(async () => seen.add((await state()).epochs).size, { timeout: 20_000, interval: 50 })
      .toBeGreaterThan(5);
    expect(await graph().count()).toBe(1);
    expect(await graph().getAttribute("data-mark")).toBe("first");
    expect(await outputs(TRAINING).first().getAttribute("data-mark")).toBe("first");
    expect(await outputs(TRAINING).count()).toBe(2);
    expect(await progressLine()).toMatch(
      /^epoch \d+\/100.* · loss .* · accuracy .* % · validation .* images\/s · .* left$/,
    );
    await screenshot("training");
  });

  test("what the reader has zoomed to stays when points are added", async () => {
    const area = await graph().locator(".nsewdrag").first().boundingBox();
    if (area === null) throw new Error("the chart cannot be seen");
    await page.mouse.move(area.x + 10, area.y + 10);
    await page.mouse.down();
    await page.mouse.move(area.x + area.width / 2, area.y + area.height - 10, { steps: 4 });
    await page.mouse.up();
    const zoomed = await state();
    expect(zoomed.range[1]).toBeLessThan(EPOCHS * 0.6);
    await expect
      .poll(async () => (await state()).epochs, { timeout: 10_000 })
      .toBeGreaterThan(zoomed.epochs + 1);
    expect((await state()).range).toEqual(zoomed.range);
  });

  test("■ ends the cell, and running it again goes on in the same curve", async () => {
    await page
      .locator('.jp-NotebookPanel-toolbar [data-command="notebook:interrupt-kernel"]')
      .first()
      .click();
    const pressed = performance.now();
    await ended(TRAINING);
    expect(performance.now() - pressed).toBeLessThan(3000);
    expect(await progressLine()).toMatch(/stopped .* of 100.*; run the cell again to go on/);
    const { epochs } = await state();
    expect(epochs).toBeLessThan(EPOCHS);
    await ended(cells.length - 1);

    lab.signal("hurry");
    await page.locator(".jp-Notebook .jp-Cell").nth(TRAINING).locator(".jp-InputPrompt").click();
    await command("notebook:run-cell");
    await expect.poll(async () => (await state()).epochs, { timeout: 10_000 }).toBeGreaterThan(epochs);
    await ended(TRAINING);
    expect(await progressLine()).toMatch(/finished 100 epochs · loss .* · accuracy .* · validation /);
    expect((await state()).epochs).toBe(EPOCHS);
    expect(await outputs(TRAINING).count()).toBe(2);
    await screenshot("finished");
  });

  test("a neuron shows what excites it, when it is clicked or Enter is pressed", async () => {
    const neurons = outputs(WEIGHTS).locator("summary");
    const samples = outputs(WEIGHTS).locator("details > div img:visible");
    expect(await neurons.count()).toBe(16);
    expect(await samples.count()).toBe(0);
    await neurons.nth(2).click();
    expect(await samples.count()).toBe(8);
    await screenshot("neuron");
    // JupyterLab keeps these keys for itself elsewhere.
    await neurons.nth(5).focus();
    for (const [key, shown] of [
      ["Enter", 8],
      ["Space", 0],
    ] as const) {
      await page.keyboard.press(key);
      await expect
        .poll(() => outputs(WEIGHTS).locator("details").nth(5).locator("div img:visible").count())
        .toBe(shown);
    }
  });

  test("it follows the theme", async () => {
    const color = () =>
      graph()
        .locator(".xtick text")
        .first()
        .evaluate((element) => (element as unknown as { style: { fill: string } }).style.fill);
    const light = await color();
    await command("apputils:change-theme", { theme: "JupyterLab Dark" });
    await expect.poll(color, { timeout: 10_000 }).not.toBe(light);
    await screenshot("dark");
    await page.locator(".jp-Notebook .jp-Cell").last().scrollIntoViewIfNeeded();
    await screenshot("dark-below");
    await command("apputils:change-theme", { theme: "JupyterLab Light" });
    await expect.poll(color, { timeout: 10_000 }).toBe(light);
    await screenshot("light-below");
  });

  test("saved and opened again it shows the same curve, in a small file", async () => {
    await command("docmanager:save");
    await expect.poll(() => lab.read("live"), { timeout: 10_000 }).toContain("finished 100 epochs");
    expect(lab.read("live").length).toBeLessThan(300_000);
    await open("live");
    await graph().waitFor({ timeout: 20_000 });
    expect((await state()).epochs).toBe(EPOCHS);
  });

  test("where Plotly cannot be had, its picture is shown", async () => {
    await page.route("**/plotly.min.js", (route) => route.abort());
    await open("live");
    await expectPicture();
    await page.unroute("**/plotly.min.js");
  });

  test("in a notebook that is not trusted, its picture is shown", async () => {
    // Another cell is another notebook, which nobody has signed.
    const copied = JSON.parse(lab.read("live"));
    copied.cells.push({
      ...{ cell_type: "markdown", id: "more", metadata: {} },
      source: "Copied from somewhere.",
    });
    lab.write("copied", copied);
    await open("copied");
    await expectPicture();
    await screenshot("untrusted");
    await command("apputils:change-theme", { theme: "JupyterLab Dark" });
    await screenshot("untrusted-dark");
  });

  async function expectPicture(): Promise<void> {
    await picture().waitFor();
    expect(await picture().getAttribute("alt")).toMatch(/After epoch 100 of 100: accuracy .* %/);
    await expect
      .poll(() =>
        picture().evaluate((element) => (element as unknown as { naturalWidth: number }).naturalWidth),
      )
      .toBe(760);
    expect(await picture().isVisible()).toBe(true);
    expect(await graph().count()).toBe(0);
  }
});
