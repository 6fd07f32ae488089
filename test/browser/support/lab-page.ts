import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type Locator, type Page, chromium as playwright } from "playwright-core";
import { expect } from "vitest";
import type { Lab } from "./lab";

const screenshots = fileURLToPath(new URL("../../../out/screenshots", import.meta.url));

const BROWSER_OPTIONS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
];

/** What of JupyterLab's application the tests use. */
interface Jupyter {
  commands: { execute(id: string, args: object): Promise<unknown> };
  shell: {
    currentWidget: {
      sessionContext: { ready: Promise<void>; session: { kernel: { info: Promise<object> } } };
    };
  };
}

export const launch = (executablePath: string): Promise<Browser> =>
  playwright.launch({ executablePath, args: BROWSER_OPTIONS });

/** Saves what the page shows, without a pointer over it, into out/screenshots. */
export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  await page.mouse.move(0, 0);
  await page.screenshot({ path: join(screenshots, `${name}.png`) });
}

/** A page of JupyterLab with one notebook, whose cells are counted from 0. */
export class LabPage {
  constructor(
    readonly page: Page,
    private readonly lab: Lab,
  ) {
    page.setDefaultTimeout(20_000);
  }

  async open(name: string): Promise<void> {
    await this.page.goto(this.lab.page(name));
    await this.page.locator(".jp-NotebookPanel .jp-CodeCell").first().waitFor();
  }

  /** A cell that is run before the kernel is there asks for one. */
  async kernelReady(): Promise<void> {
    await this.page.evaluate(() => {
      const { jupyterapp } = globalThis as unknown as { jupyterapp: Jupyter };
      const { sessionContext } = jupyterapp.shell.currentWidget;
      return sessionContext.ready.then(() => sessionContext.session.kernel.info).then(() => undefined);
    });
  }

  /** Runs a command of JupyterLab's; those that run cells end when the cells do, so nobody waits for them. */
  async command(name: string, options: object = {}): Promise<void> {
    await this.page.evaluate(
      ([id, args]) => {
        const { jupyterapp } = globalThis as unknown as { jupyterapp: Jupyter };
        const done = jupyterapp.commands.execute(id, args);
        return id.includes(":run-") ? undefined : done.then(() => undefined);
      },
      [name, options] as const,
    );
  }

  cell(index: number): Locator {
    return this.page.locator(".jp-Notebook .jp-Cell").nth(index);
  }

  outputs(index: number): Locator {
    return this.cell(index).locator(".jp-OutputArea-child");
  }

  /** Waits until a cell has run. */
  async ended(index: number): Promise<void> {
    const prompt = () => this.cell(index).locator(".jp-InputPrompt").innerText();
    await expect.poll(prompt, { timeout: 40_000, interval: 100 }).toMatch(/^\[\d+\]:$/);
  }
}
