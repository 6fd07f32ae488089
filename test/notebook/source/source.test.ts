import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test, vi } from "vitest";
import { OptionsError } from "../../../src/errors";
import { Dense } from "../../../src/nn/layers";
import { show } from "../../../src/notebook/source/source";
import { projectRoot } from "../../../src/root";
import { captured, htmlOf, resetDisplays, textOf } from "../support/captured-display";

vi.mock("../../../src/notebook/display", () => import("../support/captured-display"));

beforeEach(() => resetDisplays());

const layers = readFileSync(join(projectRoot(), "src/nn/layers.ts"), "utf8").split("\n");

/** What a reader sees of HTML. */
const seen = (html: string) =>
  html.replace(/<[^>]*>/g, "").replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));

test("a class is shown with its docstring, line for line as it stands in its file, and says where that is", () => {
  show.source("Dense");
  const [, first, last] = /^\/\/ src\/nn\/layers\.ts, lines (\d+) to (\d+)\n/.exec(textOf(0)) ?? [];
  const lines = layers.slice(Number(first) - 1, Number(last));
  expect(lines[0]).toBe("/**");
  expect(lines.at(-1)).toBe("}");
  expect(lines.join("\n")).toContain("export class Dense ");
  expect(textOf(0).split("\n").slice(1)).toEqual(lines);
  expect(seen(htmlOf(0))).toBe(`src/nn/layers.ts, lines ${first} to ${last}${lines.join("\n")}`);
});

test("the thing itself does as well as its name", () => {
  show.source("Dense");
  show.source(Dense);
  expect(htmlOf(1)).toBe(htmlOf(0));
});

test("a method is shown alone, moved to the left", () => {
  show.source("Dense.backwardLogits");
  const text = textOf(0);
  expect(text.split("\n")[1]).toMatch(/^\/\*\* dW = /);
  expect(text).toContain("\nbackwardLogits(dz: Tensor): Tensor | null {\n  this.kernels.weightGradient");
  expect(text.trimEnd().endsWith("\n}")).toBe(true);
});

test("a method that a class has from the one that it extends is shown where it stands", () => {
  show.source("Dense.forward");
  expect(textOf(0)).toMatch(/^\/\/ src\/nn\/bases\.ts, lines \d+ to \d+\n\/\*\* y = f/);
  expect(textOf(0)).toContain("\nforward(x: Tensor): Tensor {");
  expect(() => show.source("Dense.nothing")).toThrow(OptionsError);
});

test("words have the colours of JupyterLab's editor, which follow its theme", () => {
  show.source("Dense");
  const html = htmlOf(0);
  const look = (variable: string, word: string) =>
    new RegExp(`color:var\\(--jp-mirror-editor-${variable}-color,[^>]*>${word}</span>`);
  expect(html).toMatch(look("keyword", "class"));
  expect(html).toMatch(look("def", "Dense"));
  expect(html).toMatch(look("string", "&#34;units&#34;"));
  expect(html).toMatch(look("comment", "/\\*\\* z = x·W \\+ b\\.[^<]*"));
  expect(html).toMatch(look("property", "kernels"));
});

test("of a name that two files declare, both are shown, the one that explains more first", () => {
  show.source("fit");
  expect(textOf(0).match(/^\/\/ src\/\S+/gm)).toEqual(["// src/training/fit.ts,", "// src/notebook/fit.ts,"]);
});

test("functions, constants and types are found too", () => {
  for (const name of ["mlp", "relu", "ActivationName", "Kernels", "activations"]) {
    show.source(name);
    expect(textOf(captured.displays.length - 1)).toContain(name);
  }
});

test("outside of a notebook the lines are printed", () => {
  resetDisplays(false);
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  show.source("isCount");
  expect(log).toHaveBeenCalledWith(expect.stringContaining("export const isCount"));
  log.mockRestore();
});

test.each([
  ["Denes", "Did you mean Dense"],
  ["Dense.sideways", "Did you mean Dense"],
  ["no such thing", "Names are as in src/index.ts"],
  [42, "received 42"],
  [undefined, "received undefined"],
])("%s is refused", (name, advice) => {
  expect(() => show.source(name as string)).toThrow(OptionsError);
  expect(() => show.source(name as string)).toThrow(advice);
});
