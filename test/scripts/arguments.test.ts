import { expect, test } from "vitest";
import { chosenNotebooks, notebookNamed, parseStartArguments } from "../../scripts/lib/arguments.mjs";

test("without arguments app_mnist opens in the browser on a port of Jupyter's choice", () => {
  expect(parseStartArguments([], {})).toEqual({
    help: false,
    notebook: "app_mnist",
    port: undefined,
    browser: true,
  });
});

test("notebook, port and --no-browser are taken in any order", () => {
  const expected = { help: false, notebook: "train", port: 9000, browser: false };
  expect(parseStartArguments(["train", "--port", "9000", "--no-browser"], {})).toEqual(expected);
  expect(parseStartArguments(["--no-browser", "--port=9000", "train"], {})).toEqual(expected);
});

test("--no-browser is understood without the two dashes that keep it from npm", () => {
  expect(parseStartArguments([], { npm_config_browser: "" }).browser).toBe(false);
  expect(parseStartArguments([], { npm_config_browser: "firefox" }).browser).toBe(true);
});

test.each(["0", "65536", "80.5", "-1", "http", "", "1e3"])("the port %j is refused", (port) => {
  expect(() => parseStartArguments([`--port=${port}`], {})).toThrow(`Received: --port ${port}`);
});

test("two notebooks at once and unknown options are refused with the usage", () => {
  expect(() => parseStartArguments(["train", "app"], {})).toThrow(
    /One notebook at a time.*train, app[\s\S]*Usage/,
  );
  expect(() => parseStartArguments(["--browser"], {})).toThrow(/--browser[\s\S]*Usage/);
  expect(() => parseStartArguments(["--port"], {})).toThrow(/--port[\s\S]*Usage/);
});

test.each(["app", "app.ipynb", "notebooks/app.ipynb", "notebooks\\app.ipynb"])(
  "%s names the notebook app",
  (given) => {
    expect(notebookNamed(given, ["app_mnist", "app"])).toBe("app");
  },
);

test("a notebook that does not exist is answered with those that do", () => {
  expect(() => notebookNamed("mnist", ["train", "app"])).toThrow(
    'no notebook called "mnist". The notebooks are: train, app.',
  );
});

test("notebooks run once each and in reading order, whatever the order in which they are named", () => {
  const names = ["preprocessing", "train", "running", "app_mnist"];
  expect(chosenNotebooks(["running", "train.ipynb", "running", "preprocessing"], names)).toEqual([
    "preprocessing",
    "train",
    "running",
  ]);
  expect(chosenNotebooks([], names)).toEqual(names);
});
