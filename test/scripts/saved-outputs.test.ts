import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { saveOutputs, wrongOutputs } from "../../scripts/lib/saved-outputs.mjs";

const html = (text: string) => ({ output_type: "display_data", metadata: {}, data: { "text/html": text } });
const printed = (text: string, name = "stdout") => ({ output_type: "stream", name, text });

function notebook(source: string, outputs: object[] = [], metadata: object = {}): object {
  const cell = { cell_type: "code", source, outputs, metadata, execution_count: null };
  return { cells: [{ cell_type: "markdown", source: "# text", metadata: {} }, cell], nbformat: 4 };
}

/** A notebook without outputs, and one that was run. */
function files(source: string, executed: object): { original: string; executed: string } {
  const folder = mkdtempSync(join(tmpdir(), "outputs "));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const paths = { original: join(folder, "a.ipynb"), executed: join(folder, "b.ipynb") };
  writeFileSync(paths.original, JSON.stringify(notebook(source)));
  writeFileSync(paths.executed, JSON.stringify(executed));
  return paths;
}

const cellOf = (path: string) => JSON.parse(readFileSync(path, "utf8")).cells[1];

/** Saves outputs for a cell `1 + 1`, and says what is wrong with the notebook then. */
function wrongAfterSaving(...outputs: object[]): string[] {
  const { original, executed } = files("1 + 1", notebook("1 + 1", outputs));
  saveOutputs(original, executed);
  return wrongOutputs(original).map((each) => each.slice(original.length));
}

test("saved outputs hold neither seconds nor names made by chance, and pass the check", () => {
  const ids = ["6f1c2c3e-0a52-4b0e-9d4e-0a6f6f6a1b2c", "0b9b1a53-1a34-4b1f-8b1e-2a3b4c5d6e7f"];
  const shown = ids.map((id) => html(`<div data-chart="${id}"></div>done<span class="timing"> · 3 s</span>`));
  const { original, executed } = files("1 + 1", notebook("1 + 1", [...shown, shown[0]]));
  saveOutputs(original, executed);
  const textsOf = (path: string): string[] =>
    cellOf(path).outputs.map((each: ReturnType<typeof html>) => each.data["text/html"]);
  const texts = textsOf(original);
  expect(texts[0]).toMatch(/^<div data-chart="[0-9a-f-]{36}"><\/div>done$/);
  expect(texts[0]).not.toContain(ids[0]);
  expect(texts[1]).not.toBe(texts[0]);
  expect(texts[2]).toBe(texts[0]);
  // The same again, and another in a notebook of another name.
  saveOutputs(original, executed);
  expect(textsOf(original)).toEqual(texts);
  const other = original.replace("a.ipynb", "c.ipynb");
  writeFileSync(other, JSON.stringify(notebook("1 + 1")));
  saveOutputs(other, executed);
  expect(textsOf(other)[0]).not.toBe(texts[0]);
  expect(wrongOutputs(original)).toEqual([]);
});

test("outputs of a cell that was changed since are refused", () => {
  const { original, executed } = files("1 + 1", notebook("1 + 1", [printed("2")]));
  saveOutputs(original, executed);
  writeFileSync(original, readFileSync(original, "utf8").replace("1 + 1", "1 + 2"));
  expect(wrongOutputs(original)).toEqual([expect.stringContaining("cell 2 was changed since its outputs")]);
});

test("a notebook that was edited while it ran keeps what it has", () => {
  const { original, executed } = files("1 + 2", notebook("1 + 1", [printed("2")]));
  const before = readFileSync(original, "utf8");
  expect(() => saveOutputs(original, executed)).toThrow(/edited while it ran/);
  expect(readFileSync(original, "utf8")).toBe(before);
});

test("paths of a machine, photographs and errors are refused", () => {
  expect(wrongAfterSaving(printed("in notebooks/a and ../data/b.h5 and https://host/tmp/x"))).toEqual([]);
  for (const path of ["/home/ada/x.h5", "/Users/ada/x", "C:\\Users\\ada"]) {
    expect(wrongAfterSaving(printed(`wrote ${path}`)), path).toEqual([
      expect.stringContaining(", cell 2 shows a path of one machine"),
    ]);
  }
  expect(wrongAfterSaving(html('<img src="data:image/jpeg;base64,AAAA">'))).toEqual([
    ", cell 2 shows a photograph.",
  ]);
  expect(wrongAfterSaving(printed("oh", "stderr"))).toEqual([", cell 2 shows an error."]);
});

test("a notebook of more than 1 MB is refused", () => {
  expect(wrongAfterSaving(printed("x".repeat(1_000_001)))).toEqual([
    expect.stringContaining("at most 1000000"),
  ]);
});
