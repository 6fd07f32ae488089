import { readdirSync, readFileSync } from "node:fs";
import { join, posix, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const src = fileURLToPath(new URL("../src", import.meta.url));

const files = readdirSync(src, { recursive: true, encoding: "utf8" })
  .map((name) => name.split(sep).join("/"))
  .filter((name) => /\.m?[jt]s$/.test(name))
  .map((name) => ({ name, text: readFileSync(join(src, name), "utf8") }));

/** The rooms of the house: each may import from itself and from those above it, never from those below. */
const rooms = [
  "errors",
  "root",
  "reload",
  "tensor",
  "random",
  "images",
  "dataset",
  "deskew",
  "augmentation",
  "batches",
  "kernels",
  "nn",
  "training",
  "data",
  "models",
  "experiments",
  "notebook",
  "index",
];

const roomOf = (name: string): string => name.replace(/\.ts$/, "").split("/")[0];

/** What a file loads: the path of every import, re-export, require and require.resolve. */
function loaded(text: string): string[] {
  const code = withoutComments(text);
  const found = [
    ...code.matchAll(/\b(?:from|import)\s*\(?\s*["']([^"']+)["']/g),
    ...code.matchAll(/\brequire(?:\.resolve)?\s*\(\s*["']([^"']+)["']/g),
  ];
  return found.map((match) => match[1]);
}

const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");

/** The lines that break a rule, as "file: line", so that a failure says where. */
const linesWith = (pattern: RegExp): string[] =>
  files.flatMap(({ name, text }) =>
    withoutComments(text)
      .split("\n")
      .filter((line) => pattern.test(line))
      .map((line) => `${name}: ${line.trim()}`),
  );

test("every file of src is in a room that the house has", () => {
  expect(files.length).toBeGreaterThan(10);
  expect(files.map(({ name }) => name).filter((name) => !rooms.includes(roomOf(name)))).toEqual([]);
});

test("imports go up in the house only", () => {
  const wrong = files.flatMap(({ name, text }) =>
    loaded(text)
      .filter((path) => path.startsWith("."))
      .map((path) => posix.join(posix.dirname(name), path))
      .filter((target) => rooms.indexOf(roomOf(target)) > rooms.indexOf(roomOf(name)))
      .map((target) => `${name} imports ${target}`),
  );
  expect(wrong).toEqual([]);
});

test("imports name a file of src, without its extension", () => {
  const names = new Set(files.map(({ name }) => name));
  const wrong = files.flatMap(({ name, text }) =>
    loaded(text)
      .filter((path) => path.startsWith("."))
      .map((path) => posix.join(posix.dirname(name), path))
      // What no compiler touches is loaded as it is named.
      .filter((path) => !names.has(name.endsWith(".mjs") ? path : `${path}.ts`))
      .map((path) => `${name} imports ${path}`),
  );
  expect(wrong).toEqual([]);
});

/** The room of the one file that may deal with each library. */
const callers: Record<string, string> = {
  sharp: "data",
  h5wasm: "data",
  yauzl: "data",
  "@iconify-json": "data",
  tslab: "notebook",
  "plotly.js-dist-min": "notebook",
};

test.each(Object.entries(callers))("%s has at most one caller, in %s", (library, room) => {
  const named = new RegExp(`["'\`/]${library.replaceAll(".", "\\.")}["'\`/.]`);
  const users = files.filter(({ text }) => named.test(withoutComments(text))).map(({ name }) => name);
  expect(users.length, users.join()).toBeLessThanOrEqual(1);
  for (const name of users) expect(roomOf(name)).toBe(room);
});

test("the network knows no library at all, not even Node's", () => {
  const outside = files
    .filter(({ name }) => rooms.indexOf(roomOf(name)) <= rooms.indexOf("nn") && roomOf(name) !== "root")
    .flatMap(({ name, text }) =>
      loaded(text)
        .filter((path) => !path.startsWith("."))
        .map((path) => `${name} loads ${path}`),
    );
  expect(outside).toEqual([]);
});

test("no file of src has more than 250 lines", () => {
  const long = files.filter(({ text }) => text.trimEnd().split("\n").length > 250);
  expect(long.map(({ name }) => name)).toEqual([]);
});

test("nothing is of type any", () => {
  expect(linesWith(/(?::|<|\bas|\||&|=>|,)\s*any\b(?!\s+[a-z])|\bany\[\]/)).toEqual([]);
});

test("nothing is exported by default, and nothing is written that the kernel's compiler refuses", () => {
  expect(linesWith(/\bexport\s+default\b|\bimport\.meta\b|\busing\s+\w+\s*=|\bNoInfer\b/)).toEqual([]);
  expect(linesWith(/(?<!["'.\w])WebAssembly\b/)).toEqual([]);
});
