// npm run picture: runs a notebook in JupyterLab as a reader would, and takes README's pictures: of its training cell and,
// if it has one, of its drawing pad.
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { notebookNamed } from "./arguments.mjs";
import { findChromium, whyNoChromium } from "./chromium.mjs";
import { locked } from "./lock.mjs";
import { ensureNodePackages } from "./node-packages.mjs";
import { inProject, ROOT } from "./paths.mjs";
import { Problem, step } from "./report.mjs";

const WIDTH = 1180;
const CHROMIUM_OPTIONS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-sync",
];

/** @param {string[]} args */
export async function main([name = "app_mnist"]) {
  const notebook = notebookNamed(name);
  await locked(() => ensureNodePackages({ dev: true }));
  const executablePath = findChromium();
  if (!executablePath) throw new Problem(`The picture needs a browser: ${whyNoChromium()}`);
  const copy = `picture-${process.pid}`;
  copyFileSync(inProject("notebooks", `${notebook}.ipynb`), inProject("notebooks", `${copy}.ipynb`));
  const server = spawn(process.execPath, [inProject("scripts", "start.mjs"), copy, "--no-browser"], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => server.once("close", resolve));
  const browser = await chromium().launch({ executablePath, args: CHROMIUM_OPTIONS });
  try {
    const address = (await addressOf(server)).replace("/lab/tree/", "/doc/tree/");
    const page = await browser.newPage({ viewport: { width: WIDTH, height: 900 } });
    await page.goto(address);
    await page.waitForSelector(".jp-Notebook .jp-Cell");
    // Before the kernel is there, running a cell asks which one to use.
    await page.waitForSelector('.jp-Toolbar-kernelName:has-text("tslab")', { timeout: 60_000 });
    await page.waitForSelector('.jp-Notebook-ExecutionIndicator[data-status="idle"]', { timeout: 60_000 });
    await step(`${notebook} in JupyterLab`, () => runAll(page));
    save(`${notebook}.png`, await trainingCell(page));
    const pad = await drawingPad(page);
    if (pad) save("drawing-pad.png", pad);
    return 0;
  } finally {
    await browser.close();
    server.kill("SIGINT");
    await ended;
    rmSync(inProject("notebooks", `${copy}.ipynb`), { force: true });
  }
}

/** @param {string} name @param {Buffer} picture */
function save(name, picture) {
  mkdirSync(inProject("docs"), { recursive: true });
  writeFileSync(inProject("docs", name), picture);
  console.log(`docs/${name}, ${Math.round(picture.length / 1024)} kB`);
}

/** playwright-core is a package for developers: it may have been installed a moment ago. */
const chromium = () => createRequire(import.meta.url)("playwright-core").chromium;

/** @param {import("node:child_process").ChildProcess} server @returns {Promise<string>} */
function addressOf(server) {
  return new Promise((resolve, reject) => {
    let printed = "";
    server.stdout?.setEncoding("utf8").on("data", (text) => {
      printed += text;
      const address = /https?:\/\/\S+token=\S+/.exec(printed);
      if (address) resolve(address[0]);
    });
    server.once("close", () => reject(new Problem(`JupyterLab did not start.`, printed)));
  });
}

/** @param {import("playwright-core").Page} page */
async function runAll(page) {
  await page.locator(".jp-Notebook").press("Escape");
  await page.click('.lm-MenuBar-itemLabel:text-is("Run")');
  await page.click('.lm-Menu-itemLabel:text-is("Run All Cells")');
  const done = `(() => {
    const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")].map((each) => each.textContent);
    return prompts.length > 0 && !prompts.some((text) => text.includes("*"));
  })()`;
  await page.waitForTimeout(2000);
  await page.waitForFunction(done, undefined, { timeout: 600_000, polling: 1000 });
}

/**
 * Scrolls the notebook until an element is at its top: cells that come into view grow, and push it down again.
 * @param {import("playwright-core").Locator} element
 */
async function toTop(element) {
  for (let y = Infinity, tries = 0; y > 120 && tries < 20; tries++) {
    await element.evaluate((each) => each.scrollIntoView({ block: "start" }));
    await element.page().waitForTimeout(500);
    y = (await element.boundingBox())?.y ?? Infinity;
  }
}

/** @param {import("playwright-core").Page} page */
async function trainingCell(page) {
  const cell = page.locator(".jp-CodeCell", { hasText: "livePlot(), progressBar()" });
  const text = page.locator(".jp-MarkdownCell", { hasText: "Watch both charts" });
  await toTop(text);
  await page.evaluate("document.activeElement.blur()");
  await page.waitForTimeout(1500);
  const [above, below] = [await text.boundingBox(), await cell.boundingBox()];
  if (!above || !below) throw new Problem("The training cell was not found in the notebook.");
  const clip = { x: 0, y: above.y - 8, width: WIDTH, height: below.y + below.height - above.y + 16 };
  return page.screenshot({ clip });
}

/** A 5: its neck and its bow, from 0 to 1 across the pad. */
const FIVE = [
  [0.66, 0.2],
  [0.42, 0.21],
  [0.37, 0.46],
  ...Array.from({ length: 14 }, (_, i) => {
    const angle = ((-115 + 19 * i) * Math.PI) / 180;
    return [0.47 + 0.19 * Math.cos(angle), 0.64 + 0.2 * Math.sin(angle)];
  }),
];

/**
 * The drawing pad with a digit that was drawn there.
 * @param {import("playwright-core").Page} page
 */
async function drawingPad(page) {
  const sheet = page.locator('[data-pad] [data-part="sheet"]').first();
  if ((await sheet.count()) === 0) return undefined;
  const cell = page.locator(".jp-CodeCell", { has: page.locator("[data-pad]") }).first();
  await toTop(cell);
  await page.waitForTimeout(1500);
  const box = await sheet.boundingBox();
  if (!box) throw new Problem("The drawing pad cannot be seen in the notebook.");
  for (const [i, [x, y]] of FIVE.entries()) {
    await page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 3 });
    if (i === 0) await page.mouse.down();
  }
  await page.mouse.up();
  await page.mouse.move(0, 0);
  await page.evaluate("document.activeElement.blur()");
  await page.waitForTimeout(500);
  return cell.locator(".jp-Cell-outputArea").screenshot();
}
