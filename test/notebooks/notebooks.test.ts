import { execFileSync } from "node:child_process";
import {
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { unappliedPatches, whyStale } from "../../scripts/lib/node-packages.mjs";
import { Project, repository } from "../scripts/support/project";
import { describeWith, hotdogPhotos, pythonEnvironment } from "../support/requirements";

/** All notebooks together take some minutes where nothing else runs. */
const SLOW = 1_200_000;
const NO_NPM = fileURLToPath(new URL("support/npm-cli.js", import.meta.url));

interface Output {
  readonly data?: Record<string, string | string[]>;
  readonly text?: string | string[];
}

interface Cell {
  readonly source: string | string[];
  readonly outputs?: readonly Output[];
}

/**
 * What git would put into a fresh clone, with the packages and the Python environment of this one. They are links: an
 * installation in the clone would empty this project's own folder, so none may be needed, and none can be made.
 */
function freshClone(): Project {
  expect([whyStale(true), unappliedPatches()], "run `npm test`, which mends node_modules").toEqual([
    undefined,
    [],
  ]);
  const project = new Project({ ...process.env, npm_execpath: NO_NPM });
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: repository,
    encoding: "utf8",
  });
  const isFile = (name: string) => lstatSync(join(repository, name), { throwIfNoEntry: false })?.isFile();
  const files = listed.split("\0").filter((name) => name !== "" && isFile(name));
  for (const file of files) {
    mkdirSync(dirname(project.path(file)), { recursive: true });
    cpSync(join(repository, file), project.path(file));
  }
  for (const name of ["node_modules", ".venv"]) {
    symlinkSync(join(repository, name), project.path(name), "junction");
  }
  if (!files.includes("notebooks/train.ipynb")) rmSync(project.path("notebooks", "train.ipynb"));
  return project;
}

const notebooksOf = (folder: string) => readdirSync(folder).filter((name) => name.endsWith(".ipynb"));

/** Every file of a folder with its content. */
const contents = (folder: string): [string, string][] =>
  readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "base64")]);

const cellsOf = (project: Project, name: string): Cell[] =>
  (JSON.parse(project.read(`out/${name}.ipynb`)) as { cells: Cell[] }).cells;

/** All that cells printed, and what their displays say in words. */
const printed = (cells: readonly Cell[]): string =>
  cells
    .flatMap((cell) => cell.outputs ?? [])
    .map((each) => text(each.text) + text(each.data?.["text/plain"]))
    .join("\n");

const text = (value: string | string[] | undefined): string => [value ?? ""].flat().join("");

describeWith([pythonEnvironment()], "npm run notebooks in a fresh clone", () => {
  test("runs every notebook on the real kernel and leaves the clone as it was", {
    timeout: SLOW,
  }, async () => {
    const project = freshClone();
    project.write("data/mine.json", "made by a reader");
    const [sources, data] = [project.path("notebooks"), project.path("data")].map(contents);

    const { code, output } = await project.run("notebooks");
    expect(code, output).toBe(0);
    expect(contents(project.path("notebooks"))).toEqual(sources);
    expect(contents(project.path("data"))).toEqual(data);
    const names = notebooksOf(join(repository, "notebooks"));
    expect(notebooksOf(project.path("out"))).toEqual(names);

    for (const name of names) {
      expect(output).toContain(name.replace(".ipynb", ""));
      const file = project.path("out", name);
      expect(statSync(file).size, name).toBeLessThan(1_000_000);
      const { cells } = JSON.parse(readFileSync(file, "utf8")) as { cells: Cell[] };
      const outputs = JSON.stringify(cells.flatMap((cell) => cell.outputs ?? []));
      for (const folder of [project.folder, repository]) {
        expect(outputs, name).not.toContain(JSON.stringify(folder.replace(/[\\/]$/, "")).slice(1, -1));
      }
    }
    // Far below what they reach, so that another machine's rounding does not matter, and far above guessing.
    for (const [name, least] of Object.entries({ app_mnist: 95, train: 85 })) {
      const [, accuracy] = /test accuracy: ([\d.]+) %/.exec(printed(cellsOf(project, name))) ?? [];
      expect(Number(accuracy), name).toBeGreaterThanOrEqual(least);
      expect(output).toContain(`${accuracy} %`);
    }
    expect(printed(cellsOf(project, "running"))).toContain("knows only drawings");
    expect(readdirSync(project.path("out", "data"))).toEqual(
      expect.arrayContaining(["hotdog.h5", "model.h5"]),
    );

    // Where scripts do not run, the last curve is there as a picture.
    const training = cellsOf(project, "app_mnist").filter((cell) =>
      text(cell.source).includes("callbacks = [livePlot()"),
    );
    expect(training.length).toBe(1);
    const html = (training[0].outputs ?? []).map(({ data }) => text(data?.["text/html"])).join("");
    const [, encoded = ""] = /<img [^>]*src="data:image\/svg\+xml;base64,([^"]+)"/.exec(html) ?? [];
    expect(Buffer.from(encoded, "base64").toString()).toMatch(/<svg[\s\S]*<(path|polyline)[\s\S]*<\/svg>/);
  });

  test("fails with the text of a cell that fails, and keeps what came before", {
    timeout: SLOW,
  }, async () => {
    const project = freshClone();
    project.notebook("broken", [
      'console.log("before");',
      'const layers: number = 3;\nthrow new Error("no such layer");',
      'console.log("after");',
    ]);
    const { code, output } = await project.run("notebooks", ["broken"]);
    expect(code).toBe(1);
    expect(output).toContain("broken, code cell 2 failed");
    expect(output).toContain('throw new Error("no such layer");');
    expect(output).toContain("Error: no such layer");
    const saved = project.read("out/broken.ipynb");
    expect(saved).toContain("before\\n");
    expect(saved).not.toContain("after\\n");
  });

  test("says which notebook to run first where its file is missing", { timeout: SLOW }, async () => {
    const { code, output } = await freshClone().run("notebooks", ["train"]);
    expect(code).toBe(1);
    expect(output).toContain("train, code cell 2 failed");
    expect(output).toContain("data/hotdog.h5 is not there yet");
    expect(output).toContain("npm start preprocessing");
  });
});

/** So many photos of each class are enough to see that all goes as with drawings, and few enough to be quick. */
const PHOTOS = 100;

describeWith([pythonEnvironment(), hotdogPhotos()], "npm run notebooks with photos of one's own", () => {
  test("prepares them, trains with them, and asks about them", { timeout: SLOW }, async () => {
    const project = freshClone();
    for (const name of ["hotdog", "not-hotdog"]) {
      mkdirSync(project.path("out", "data", name), { recursive: true });
      const folder = join(hotdogPhotos().path, name);
      for (const file of readdirSync(folder).sort().slice(0, PHOTOS)) {
        cpSync(join(folder, file), project.path("out", "data", name, file));
      }
    }
    const preprocessing = project.read("notebooks/preprocessing.ipynb");
    const chosen = preprocessing.replace('ImageSource = \\"emoji\\"', 'ImageSource = \\"folder\\"');
    expect(chosen).not.toBe(preprocessing);
    project.write("notebooks/preprocessing.ipynb", chosen);

    const { code, output } = await project.run("notebooks", ["preprocessing", "train", "running"]);
    expect(code, output).toBe(0);
    expect(printed(cellsOf(project, "preprocessing"))).toContain(`${2 * PHOTOS} pictures`);
    expect(printed(cellsOf(project, "train"))).toMatch(/test accuracy: [\d.]+ %/);
    const answers = printed(cellsOf(project, "running"));
    expect(answers).toContain("learned from: folder");
    expect(answers).not.toContain("knows only drawings");
  });
});
