import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { Dataset, deskew, exportDrawingPad, fit, loadMnist, mlp, type Network, Tensor } from "../../src";
import { networks } from "../notebook/pad/support";
import { chromium, describeWith } from "../support/requirements";
import { launch, screenshot } from "./support/lab-page";
import { digits, Pad } from "./support/pad";

const browserPath = chromium();

describeWith([browserPath], "the drawing pad as an HTML file in a browser", () => {
  const { train, test: unseen } = loadMnist();
  const folder = mkdtempSync(join(tmpdir(), "pad-"));
  let browser: Browser;
  let network: Network;
  let page: Page;

  beforeAll(async () => {
    vi.spyOn(console, "log").mockImplementation(() => {});
    browser = await launch(browserPath.path);
    network = mlp([784, 16, 16, 10], { seed: 1 });
    await fit(network, train.slice(0, 20_000), { epochs: 4, batchSize: 32, learningRate: 0.1, seed: 1 });
    await exportDrawingPad(network, join(folder, "draw.html"));
  });

  afterEach(() => page?.context().close());

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
    vi.restoreAllMocks();
  });

  async function open(options: BrowserContextOptions = {}, name = "draw"): Promise<Pad> {
    const context = await browser.newContext({ viewport: { width: 1100, height: 640 }, ...options });
    page = await context.newPage();
    const problems: string[] = [];
    page.on("pageerror", ({ message }) => problems.push(message));
    page.on("request", (request) => {
      if (!/^(file|data):/.test(request.url())) problems.push(`asks for ${request.url()}`);
    });
    await page.goto(pathToFileURL(join(folder, `${name}.html`)).href);
    expect(problems).toEqual([]);
    return new Pad(page, page.locator("[data-pad]"));
  }

  /** The largest difference between what the page answers and what the network does. */
  async function difference(pad: Pad, of: Network, rows: number[][]): Promise<number> {
    const samples = new Tensor(Float32Array.from(rows.flat()), [rows.length, ...of.inputShape]);
    const expected = of.predict(samples).data;
    const answers = (await pad.read(rows)).flat();
    return Math.max(...answers.map((value, i) => Math.abs(value - expected[i])));
  }

  const testImages = Array.from({ length: 50 }, (_, i) => [...unseen.samples.row(i).data]);

  test.each(Object.entries(digits))(
    "a %s that is drawn is read as one, and answered as the library does",
    async (digit, lines) => {
      const pad = await open();
      await pad.draw(lines);
      await expect.poll(() => pad.verdict()).toBe(digit);
      const picture = (await pad.picture()) ?? [];
      const expected = network.predict(new Tensor(Float32Array.from(picture), [784])).data;
      const table = await pad.table();
      expect(table).toHaveLength(10);
      table.forEach((value, i) => {
        expect(Math.abs(value - expected[i])).toBeLessThan(1e-5);
      });
      await screenshot(page, `pad-${digit}`);
    },
  );

  test("it answers to MNIST's test images as the library does", async () => {
    const pad = await open();
    expect(await difference(pad, network, testImages)).toBeLessThan(1e-5);
  });

  test.each(Object.keys(networks))(
    "%s: with any layers it knows it answers as the library does",
    async (name) => {
      const other = networks[name]();
      await exportDrawingPad(other, join(folder, "other.html"));
      const pad = await open({}, "other");
      expect(await difference(pad, other, testImages.slice(0, 5))).toBeLessThan(1e-5);
      expect((await pad.colors("network")).different).toBeGreaterThan(20);
    },
  );

  test("a finger draws as a mouse does, and a second finger nothing", async () => {
    const pad = await open({ hasTouch: true });
    const box = await pad.part("sheet").boundingBox();
    if (box === null) throw new Error("the pad cannot be seen");
    const session = await page.context().newCDPSession(page);
    const touch = (
      type: "touchStart" | "touchMove" | "touchEnd",
      points: readonly (readonly [number, number])[],
    ) =>
      session.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: points.map(([x, y], id) => ({
          x: box.x + x * box.width,
          y: box.y + y * box.height,
          id,
        })),
      });
    const [line] = digits["7"];
    await touch("touchStart", [line[0]]);
    await touch("touchStart", [line[0], [0.1, 0.9]]);
    for (const point of line.slice(1)) await touch("touchMove", [point, [0.1, 0.9]]);
    await touch("touchEnd", []);
    await expect.poll(() => pad.verdict()).toBe("7");
    const [byFinger] = [await pad.picture()];
    await pad.part("clear").click();
    await pad.draw([line]);
    await expect.poll(() => pad.verdict()).toBe("7");
    const byMouse = (await pad.picture()) ?? [];
    const differences = byMouse.map((value, i) => Math.abs(value - (byFinger?.[i] ?? 0)));
    expect(differences.reduce((sum, value) => sum + value, 0) / 784).toBeLessThan(0.01);
  });

  test("the keyboard draws, undoes and clears, and says what is read", async () => {
    const pad = await open();
    const status = () => pad.part("status").innerText();
    await page.keyboard.press("Tab");
    expect(await pad.part("sheet").evaluate((element) => element.matches(":focus-visible"))).toBe(true);
    await page.keyboard.press("Space");
    for (let i = 0; i < 20; i++) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    expect(await pad.verdict()).toBe("1");
    expect(await status()).toMatch(/^The network reads 1 .* %, then /);
    await page.keyboard.press("Shift+ArrowLeft");
    await page.keyboard.press("Space");
    await page.keyboard.press("Space");
    const two = await pad.picture();
    await page.keyboard.press("Backspace");
    expect(await pad.picture()).not.toEqual(two);
    expect(await pad.verdict()).toBe("1");
    await page.keyboard.press("Delete");
    expect(await status()).toBe("The pad is empty.");
    expect(await pad.verdict()).toMatch(/^Draw a digit/);
    expect(await pad.picture()).toBeNull();
  });

  test("it is lit when the page opens, dark on light and light on dark, and has a name for all that can be seen", async () => {
    for (const [colorScheme, paper] of [
      ["light", "255,255,255"],
      ["dark", "26,26,26"],
    ] as const) {
      const pad = await open({ colorScheme });
      expect(await pad.verdict()).toBe("3");
      await screenshot(page, `pad-${colorScheme}`);
      const { different, paper: painted } = await pad.colors("network");
      expect([different > 20, painted]).toEqual([true, paper]);
      expect(await pad.part("network").getAttribute("aria-label")).toMatch(/^The network reads 3 /);
      expect(await pad.part("sheet").getAttribute("aria-label")).toBe("Draw here");
      const described = await pad.part("sheet").getAttribute("aria-describedby");
      expect(await page.locator(`[id="${described}"]`).innerText()).toContain("With the keyboard");
      expect(await page.getByRole("table", { name: "What the network answers" }).count()).toBe(1);
    }
  });

  test("pointing at a neuron, or going there with the keys, shows its connections and what it looks for", async () => {
    const pad = await open();
    const network = pad.part("network");
    const painted = () => network.screenshot();
    const atRest = await painted();
    const label = () => pad.part("verdict").innerText();
    await network.focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    expect(await label()).toMatch(/neuron 2 of layer 1 sends \d/);
    expect(await pad.part("status").innerText()).toMatch(/^neuron 2 of layer 1/);
    await screenshot(page, "pad-focus");
    expect((await painted()).equals(atRest)).toBe(false);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    expect(await label()).toMatch(/output 1: /);
    await page.keyboard.press("Escape");
    expect(await label()).not.toMatch(/neuron|output/);
    const box = await network.boundingBox();
    if (box === null) throw new Error("the network cannot be seen");
    for (let x = 120; x < 400 && !/neuron/.test(await label()); x += 6)
      await page.mouse.move(box.x + x, box.y + 60);
    expect(await label()).toMatch(/neuron 1 of layer 1/);
    await page.mouse.move(0, 0);
    await expect.poll(label).not.toMatch(/neuron/);
  });

  test("it follows the theme of the system while it is open", async () => {
    const pad = await open({ colorScheme: "light" });
    await page.emulateMedia({ colorScheme: "dark" });
    await expect.poll(async () => (await pad.colors("network")).paper).toBe("26,26,26");
  });

  test("without scripts its still picture is shown", async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    page = await context.newPage();
    await page.goto(pathToFileURL(join(folder, "draw.html")).href);
    const picture = page.locator("[data-pad] img");
    expect(await picture.isVisible()).toBe(true);
    expect((await picture.boundingBox())?.width).toBeGreaterThan(600);
    await page.screenshot({ path: "out/screenshots/pad-still.png" });
  });

  test("a network that learned from straightened digits is shown straightened ones", async () => {
    const straight = mlp([784, 16, 10], { seed: 2 });
    const data = deskew(train.slice(0, 10_000), { shape: [28, 28, 1] });
    await fit(straight, data, { epochs: 3, batchSize: 32, learningRate: 0.1, seed: 1 });
    await exportDrawingPad(straight, join(folder, "straight.html"), { deskew: true });
    const leaning = digits["0"].map((line) => line.map(([x, y]) => [x + 0.35 * (0.5 - y), y] as const));
    const pad = await open({}, "straight");
    await pad.draw(leaning);
    await expect.poll(() => pad.verdict()).toBe("0");
    const straightened = (await pad.picture()) ?? [];
    const upright = await open();
    await upright.draw(leaning);
    await expect.poll(() => upright.part("status").innerText()).toContain("reads");
    const asDrawn = new Tensor(Float32Array.from((await upright.picture()) ?? []), [1, 784]);
    const expected = deskew(Dataset.classification(asDrawn, [0], 10), { shape: [28, 28, 1] }).samples.data;
    straightened.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 5);
    });
    expect(Math.max(...straightened.map((value, i) => Math.abs(value - asDrawn.data[i])))).toBeGreaterThan(
      0.5,
    );
  });

  test("with 100,000 parameters an answer takes less than 5 ms, painting included", async () => {
    const large = mlp([784, 124, 16, 10]);
    await exportDrawingPad(large, join(folder, "large.html"));
    const pad = await open({}, "large");
    const times: number[] = [];
    for (let repetition = 0; repetition < 6; repetition++) {
      await pad.part("clear").click();
      await pad.draw(digits["3"]);
      times.push(await pad.milliseconds());
    }
    // The browser's compiler has seen it by then, and others may keep the machine busy.
    expect(Math.min(...times)).toBeLessThan(5);
  });
});
