import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, onTestFailed, test } from "vitest";
import { chromium, describeWith, pythonEnvironment } from "../support/requirements";
import { Lab, notebookOf } from "./support/lab";
import { LabPage, launch, screenshot } from "./support/lab-page";

// Everything begins when a file is there, and takes its time until it is told to hurry, on a machine of any speed.
const cells = [
  `import { compare, fit, liveBoundary, mlp, toySet, type TrainingOptions } from "../../src";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
process.env.NN_DATA_FOLDER = process.cwd();`,
  `const points = toySet("circles");
const network = mlp([2, 6, 2], { activation: "tanh", seed: 1 });
const patient: TrainingOptions = { epochs: 60, batchSize: 20, learningRate: 0.02, optimizer: "adam" };
const paced = (file: string) => ({
  onStart: async () => {
    while (!existsSync(file)) await sleep(50);
  },
  onEpoch: () => sleep(existsSync(\`\${file}-hurry\`) ? 0 : 250),
});`,
  `const history = await fit(network, points, {
  ...patient,
  callbacks: [liveBoundary(points, { units: true }), paced("boundary")],
});`,
  `const [data, validation] = points.split(0.8);
const settings = { sgd: { optimizer: "sgd" }, momentum: { optimizer: "momentum" }, adam: { optimizer: "adam" } } as const;
const common = { sizes: [2, 6, 2], data, validation, epochs: 12, learningRate: 0.02, repeats: 2 };`,
  `await compare("optimizers", settings, { ...common, callbacks: [paced("compare")] });`,
  `console.log("not run");
const wrong = mlp([2, 6, 2], { activations: ["tanh", "softmx"] });`,
  `console.log("not run");
const missing = mlp([2, 6, 6, 2], { activations: ["tanh", "softmax"] });`,
];
const [BOUNDARY, COMPARE, TYPO, MISSING] = [2, 4, 5, 6];

const [python, browserPath] = [pythonEnvironment(), chromium()];

describeWith([python, browserPath], "experiments in JupyterLab", () => {
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
    lab.write("experiments", notebookOf(cells));
    browser = await launch(browserPath.path);
    page = await browser.newPage({ viewport: { width: 1200, height: 1000 } });
    notebook = new LabPage(page, lab);
    await notebook.open("experiments");
    await notebook.kernelReady();
  });

  afterAll(async () => {
    if (page !== undefined) await screenshot(page, "last");
    await browser?.close();
    await lab?.stop();
  });

  const graph = (cell: number) => notebook.cell(cell).locator(".js-plotly-plot");

  interface Trace {
    readonly name: string;
    readonly type: string;
    readonly showlegend?: boolean;
    readonly x: readonly number[];
    readonly z?: readonly (readonly (number | null)[])[];
    readonly line: { readonly color: string; readonly dash?: string };
    readonly marker: { readonly symbol: string };
  }

  const traces = (cell: number): Promise<Trace[]> =>
    graph(cell).evaluate((element) =>
      (element as unknown as { data: Trace[] }).data.map(
        ({ name, type, showlegend, x, z, line, marker }) => ({
          ...{ name, type, showlegend, x, z, line, marker },
        }),
      ),
    );

  const legend = async (cell: number) => (await traces(cell)).filter(({ showlegend }) => showlegend);

  /** In how many cells of the plane the network says A. */
  const areaOfA = async () =>
    ((await traces(BOUNDARY))[0].z ?? []).flat().filter((value) => value !== null).length;

  test("the decision boundary moves in place while the network learns, and so do the maps of its units", async () => {
    await notebook.command("notebook:run-all-cells");
    await graph(BOUNDARY).waitFor({ timeout: 60_000 });
    // A mark on the element itself: a new one would not have it.
    await graph(BOUNDARY).evaluate((element) => element.setAttribute("data-mark", "first"));
    const maps = notebook.cell(BOUNDARY).locator("img.drawing").last();
    const picture = await maps.getAttribute("src");
    lab.signal("boundary");
    const areas = new Set<number>();
    await expect
      .poll(async () => areas.add(await areaOfA()).size, { timeout: 20_000, interval: 50 })
      .toBeGreaterThan(5);
    expect(await graph(BOUNDARY).count()).toBe(1);
    expect(await graph(BOUNDARY).getAttribute("data-mark")).toBe("first");
    expect(await notebook.outputs(BOUNDARY).count()).toBe(2);
    expect(await maps.getAttribute("src")).not.toBe(picture);
    expect(await maps.getAttribute("alt")).toBe(
      "layer 1 (Dense tanh): a map of the plane for each of 6 units",
    );
    await notebook.cell(BOUNDARY).scrollIntoViewIfNeeded();
    await screenshot(page, "boundary");
  });

  test("no frame is without a map while they are replaced", async () => {
    const frames = await notebook.cell(BOUNDARY).evaluate(async (cell) => {
      const { requestAnimationFrame, document } = globalThis as unknown as {
        requestAnimationFrame(callback: () => void): void;
        document: { getElementsByTagName(name: string): ArrayLike<Image> };
      };
      interface Image {
        readonly complete: boolean;
        readonly naturalWidth: number;
        readonly src: string;
        readonly style: { readonly display: string };
        readonly className: string;
      }
      const inside = cell as unknown as typeof document;
      const pictures = new Set<string>();
      const seen = { all: 0, empty: 0, pictures: 0 };
      for (const begun = Date.now(); Date.now() - begun < 4000; seen.all++) {
        await new Promise<void>((resolve) => requestAnimationFrame(resolve));
        const images = Array.from(inside.getElementsByTagName("img")).filter(
          ({ style }) => style.display !== "none",
        );
        for (const { src } of images) pictures.add(src);
        if (!images.some(({ complete, naturalWidth }) => complete && naturalWidth > 0)) seen.empty++;
      }
      return { ...seen, pictures: pictures.size };
    });
    expect(frames.pictures).toBeGreaterThan(3);
    expect(frames.all).toBeGreaterThan(10);
    expect(frames.empty).toBe(0);
  });

  test("a hover says which class a place belongs to, and how sure the network is", async () => {
    lab.signal("boundary-hurry");
    const area = await graph(BOUNDARY).locator(".nsewdrag").boundingBox();
    if (area === null) throw new Error("the plane cannot be seen");
    await page.mouse.move(area.x + 12, area.y + 12, { steps: 3 });
    await expect
      .poll(() => graph(BOUNDARY).locator(".hovertext").textContent())
      .toMatch(/x₁ .*, x₂ .*B: \d+ %/s);
  });

  test("the comparison draws a curve for each setting, apart in colour, line and mark", async () => {
    await graph(COMPARE).waitFor({ timeout: 30_000 });
    await graph(COMPARE).scrollIntoViewIfNeeded();
    await graph(COMPARE).evaluate((element) => element.setAttribute("data-mark", "first"));
    lab.signal("compare");
    await expect.poll(async () => (await legend(COMPARE)).length, { timeout: 30_000, interval: 100 }).toBe(3);
    const curves = await legend(COMPARE);
    expect(curves.map(({ name }) => name)).toEqual(["sgd", "momentum", "adam"]);
    for (const look of [
      curves.map(({ line }) => line.color),
      curves.map(({ line }) => line.dash),
      curves.map(({ marker }) => marker.symbol),
    ]) {
      expect(new Set(look).size).toBe(3);
    }
    expect(await notebook.outputs(COMPARE).nth(1).innerText()).toMatch(/training 3 of 6 \(adam\): \d+ %/);
    await screenshot(page, "compare-running");
  });

  test("■ ends all of it, and running the cell again trains what is missing, in one chart", async () => {
    await page
      .locator('.jp-NotebookPanel-toolbar [data-command="notebook:interrupt-kernel"]')
      .first()
      .click();
    await notebook.ended(COMPARE);
    expect(await notebook.outputs(COMPARE).nth(1).innerText()).toMatch(
      /2 of 6 trainings are done; run the cell again to go on/,
    );
    const done = (await legend(COMPARE)).map(({ x }) => x.length);
    expect(done.slice(0, 2)).toEqual([12, 12]);
    expect(done[2]).toBeLessThan(12);

    lab.signal("compare-hurry");
    await notebook.ended(TYPO);
    await notebook.cell(COMPARE).locator(".jp-InputPrompt").click();
    await notebook.command("notebook:run-cell");
    await expect
      .poll(async () => (await notebook.outputs(COMPARE).nth(1).innerText()).match(/\t2\t/g)?.length, {
        timeout: 20_000,
      })
      .toBe(3);
    await notebook.ended(COMPARE);
    expect((await legend(COMPARE)).map(({ x }) => x.length)).toEqual([12, 12, 12]);
    expect(await notebook.outputs(COMPARE).count()).toBe(2);
    expect(await notebook.outputs(COMPARE).nth(1).innerText()).toMatch(
      /best at the end: (sgd|momentum|adam)/,
    );
    // A mean of two and a shade for each setting in both panels.
    expect(await traces(COMPARE)).toHaveLength(18);
    await graph(COMPARE).scrollIntoViewIfNeeded();
    await screenshot(page, "compare");
  });

  test("in another kernel the results are there without any training", async () => {
    rmSync(join(lab.folder, "compare"));
    await notebook.open("experiments");
    await page.evaluate(() => {
      const { jupyterapp } = globalThis as unknown as {
        jupyterapp: { shell: { currentWidget: { sessionContext: { restartKernel(): Promise<void> } } } };
      };
      return jupyterapp.shell.currentWidget.sessionContext.restartKernel();
    });
    await notebook.kernelReady();
    for (const cell of [0, 1, 3, COMPARE]) {
      await notebook.cell(cell).locator(".jp-InputPrompt").click();
      await notebook.command("notebook:run-cell");
      await notebook.ended(cell);
    }
    // A training would have waited for its file.
    expect((await legend(COMPARE)).map(({ x }) => x.length)).toEqual([12, 12, 12]);
  });

  test.each([
    [
      "a typo",
      TYPO,
      /Type '"softmx"' is not assignable to type 'ActivationName'\. Did you mean '"softmax"'\?/,
    ],
    ["a layer without an activation", MISSING, /Source has 2 element\(s\) but target requires 3/],
  ])("%s is refused before anything in the cell runs", async (_, cell, message) => {
    await notebook.cell(cell).locator(".jp-InputPrompt").click();
    await notebook.command("notebook:run-cell");
    await expect.poll(() => notebook.outputs(cell).first().innerText()).toMatch(message);
    expect(await notebook.cell(cell).locator(".jp-OutputArea").innerText()).not.toContain("not run");
    await notebook.cell(cell).scrollIntoViewIfNeeded();
    await screenshot(page, `refused-${cell}`);
  });

  test("both follow the theme", async () => {
    await notebook.command("apputils:change-theme", { theme: "JupyterLab Dark" });
    const text = () =>
      graph(COMPARE)
        .locator(".xtick text")
        .first()
        .evaluate((element) => (element as unknown as { style: { fill: string } }).style.fill);
    await graph(COMPARE).scrollIntoViewIfNeeded();
    await expect.poll(text, { timeout: 10_000 }).toBe("rgb(224, 224, 224)");
    await screenshot(page, "compare-dark");
  });
});
