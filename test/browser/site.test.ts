import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { writeSite } from "../../scripts/lib/html.mjs";
import { drawingPad, mlp, show } from "../../src";
import type { Chart } from "../../src/notebook/charts/chart";
import { chartHtml } from "../../src/notebook/charts/chart-plotly";
import { htmlOf } from "../notebook/support/captured-display";
import { chromium, describeWith, pythonEnvironment } from "../support/requirements";
import { launch, screenshot } from "./support/lab-page";
import { Pad } from "./support/pad";

vi.mock("../../src/notebook/display", () => import("../notebook/support/captured-display"));

const [python, browserPath] = [pythonEnvironment(), chromium()];

const chart: Chart = {
  ...{ description: "A curve that falls", xLabel: "epoch", xRange: [0, 3] },
  panels: [{ label: "loss", digits: 2 }],
  series: [{ name: "training", panel: 0, color: 0, line: "solid", x: [1, 2, 3], y: [3, 2, 1] }],
};

/** What of a page's names is used here. */
interface Styles {
  getComputedStyle(element: object): { fontFamily: string };
}

const markdown = (source: string) => ({
  cell_type: "markdown",
  id: `m${source.length}`,
  metadata: {},
  source,
});

const code = (source: string, html: string) => ({
  ...{ cell_type: "code", id: `c${source.length}`, metadata: {}, execution_count: 1, source },
  outputs: [
    { output_type: "display_data", metadata: {}, data: { "text/html": html, "text/plain": "shown" } },
  ],
});

const notebook = (cells: object[]) => ({
  ...{ cells, nbformat: 4, nbformat_minor: 5 },
  metadata: {
    kernelspec: { name: "tslab", display_name: "TypeScript (tslab)", language: "typescript" },
    language_info: { name: "typescript" },
  },
});

describeWith([python, browserPath], "the notebooks as a site", () => {
  const folder = mkdtempSync(join(tmpdir(), "site é-"));
  const site = join(folder, "site");
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    vi.spyOn(process.stdout, "write").mockImplementation(() => true);
    drawingPad(mlp([784, 16, 10]));
    show.source("Dense.forward");
    const first = notebook([
      markdown(
        "# One\n\nThe first of *two*, before [the other](two.ipynb).\n\nIt costs $x_1^2$ or more:\n\n$$y = \\sum_i x_i$$",
      ),
      code("const price = `$${a} $${b}`;", chartHtml(chart, "a")),
      code("drawingPad(network);", htmlOf(0)),
      code('show.source("Dense.forward");', htmlOf(1)),
    ]);
    writeFileSync(join(folder, "one.ipynb"), JSON.stringify(first));
    writeFileSync(join(folder, "two.ipynb"), JSON.stringify(notebook([markdown("# Two\n\nThe second.")])));
    await writeSite(
      ["one", "two"].map((name) => ({ name, source: join(folder, `${name}.ipynb`) })),
      site,
    );
    vi.restoreAllMocks();
    browser = await launch(browserPath.path);
    page = await browser.newPage({ viewport: { width: 1180, height: 900 }, colorScheme: "light" });
    page.on("pageerror", ({ message }) => problems.push(message));
    page.on("request", (request) => {
      if (!/^(file|data):/.test(request.url())) problems.push(`asks for ${request.url()}`);
    });
    page.on("requestfailed", (request) => problems.push(`does not get ${request.url().slice(0, 200)}`));
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("the index leads to each notebook, and each leads to the others and back", async () => {
    await page.goto(pathToFileURL(join(site, "index.html")).href);
    expect(await page.locator(".site-list li").allInnerTexts()).toEqual([
      "One\n\nThe first of two, before the other.",
      "Two\n\nThe second.",
    ]);
    await screenshot(page, "site-index");
    await page.click("text=One");
    await page.click("text=the other");
    expect(await page.locator("h1").innerText()).toContain("Two");
    await page.click("text=All notebooks");
    expect(page.url()).toMatch(/\/index\.html$/);
  });

  test("without a network, charts are alive, formulas drawn, code left alone, and the pad reads", async () => {
    await page.goto(pathToFileURL(join(site, "one.html")).href);
    await page.locator(".js-plotly-plot").waitFor();
    await page.locator("mjx-container[display]").waitFor();
    expect(await page.locator("mjx-container").count()).toBe(2);
    expect(await page.locator(".jp-CodeCell .jp-InputArea").first().innerText()).toContain(
      "const price = `$${a} $${b}`;",
    );
    const pad = new Pad(page, page.locator("[data-pad]"));
    expect((await pad.table()).reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5);
    const font = await page
      .locator("pre", { hasText: "forward(x: Tensor)" })
      .last()
      .evaluate((element) => (globalThis as unknown as Styles).getComputedStyle(element).fontFamily);
    expect(font).toContain("monospace");
    await screenshot(page, "site-page");
    expect(problems).toEqual([]);
  });

  test("it follows the theme of the system while it is open", async () => {
    const pad = new Pad(page, page.locator("[data-pad]"));
    const tick = () =>
      page
        .locator(".js-plotly-plot .xtick text")
        .first()
        .evaluate((text) => (text as unknown as { style: { fill: string } }).style.fill);
    const light = await tick();
    await page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(tick).not.toBe(light);
    await expect.poll(async () => (await pad.colors("network")).paper).toBe("26,26,26");
    await screenshot(page, "site-page-dark");
  });

  test("what is shared stands beside the pages once", () => {
    expect(readFileSync(join(site, "one.html"), "utf8").length).toBeLessThan(400_000);
    expect(readFileSync(join(site, "two.html"), "utf8").length).toBeLessThan(20_000);
  });
});
