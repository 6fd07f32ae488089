import { beforeEach, expect, test, vi } from "vitest";
import { OptionsError } from "../../src/errors";
import { table } from "../../src/notebook/table";
import { captured, htmlOf, resetDisplays, textOf } from "./support/captured-display";

vi.mock("../../src/notebook/display", () => import("./support/captured-display"));

beforeEach(() => resetDisplays());

const rows = [
  { class: "hotdog", images: 400 },
  { class: "not-hotdog", images: 1600 },
];

test("the columns are the keys of the first row, numbers to the right and in groups", () => {
  table(rows, { caption: "images" });
  expect(textOf(0)).toBe(
    ["images", "class       images", "hotdog         400", "not-hotdog   1,600"].join("\n"),
  );
  const cells = [...htmlOf(0).matchAll(/<t[hd] style="[^"]*text-align:(\w+)">([^<]*)/g)].map((cell) =>
    cell.slice(1),
  );
  expect(cells).toEqual([
    ["left", "class"],
    ["right", "images"],
    ["left", "hotdog"],
    ["right", "400"],
    ["left", "not-hotdog"],
    ["right", "1,600"],
  ]);
  expect(htmlOf(0)).toContain(">images</caption>");
});

test("the rows come back, and are not printed below the table", () => {
  expect(table(rows)).toBe(rows);
  expect(captured.values).toEqual([rows]);
});

test("without rows it says so in words", () => {
  table([], { caption: "skipped", empty: "no file" });
  expect(htmlOf(0)).toBe('<div style="padding:3px 7px"><b>skipped</b>: no file</div>');
  expect(textOf(0)).toBe("skipped\nno file");
});

test("of very many rows the first are shown, and it says so", () => {
  table(
    Array.from({ length: 1200 }, (_, i) => ({ i })),
    { most: 3 },
  );
  expect(htmlOf(0).match(/<tr>/g)).toHaveLength(4);
  expect(htmlOf(0)).toContain("the first 3 of 1,200 rows");
});

test("texts cannot become markup", () => {
  table([{ "<b>": `<script>"&'` }], { caption: "<i>" });
  expect(htmlOf(0)).not.toMatch(/<b>|<script>|<i>/);
});

test("a row that lacks a column has an empty cell there", () => {
  table([{ a: 1, b: "x" }, { a: 2 }]);
  expect(textOf(0)).toBe("a  b\n1  x\n2");
});

test("outside of a notebook the table is printed", () => {
  resetDisplays(false);
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  table(rows);
  expect(log).toHaveBeenCalledWith("class       images\nhotdog         400\nnot-hotdog   1,600");
  log.mockRestore();
});

test("all wrong options are named at once", () => {
  const wrong = { most: 0, captain: "x" } as object;
  expect(() => table("rows" as never, wrong)).toThrow(OptionsError);
  for (const part of ["rows: expected", "most: expected", "captain: unknown option"]) {
    expect(() => table("rows" as never, wrong)).toThrow(part);
  }
});
