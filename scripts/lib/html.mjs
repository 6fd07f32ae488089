// npm run html: the notebooks as a site of HTML pages, which needs no server and nothing from elsewhere.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { notebookNamed, notebookNames } from "./arguments.mjs";
import { readJson } from "./files.mjs";
import { locked } from "./lock.mjs";
import { ensureNodePackages } from "./node-packages.mjs";
import { main as runNotebooks } from "./notebooks.mjs";
import { inProject } from "./paths.mjs";
import { execute } from "./processes.mjs";
import { ensurePython, PYTHON, pythonVariables } from "./python.mjs";
import { Problem, step } from "./report.mjs";
import { finishPage, indexPage, introduction } from "./site-pages.mjs";

const USAGE = `Usage: npm run html [names] [-- --run]

Makes a site of the notebooks, all of them if none is named, in out/site: open index.html there. A notebook is shown with
the outputs that it carries or, if it has none, with those of its last run (\`npm run notebooks\`), which is made if need be.

  --run  runs them first`;

/** @typedef {import("./site-pages.mjs").Cell & { outputs?: object[] }} Cell */

/** @param {string[]} args */
export async function main(args) {
  const options = args.filter((each) => each.startsWith("-"));
  if (options.some((each) => each !== "--run")) {
    console.log(USAGE);
    return options.every((each) => each === "--help" || each === "-h") ? 0 : 1;
  }
  const given = args.filter((each) => !each.startsWith("-")).map((each) => notebookNamed(each));
  const names = given.length > 0 ? given : notebookNames();
  await locked(async () => {
    await ensureNodePackages({ dev: true });
    await ensurePython();
  });
  const missing = options.includes("--run") ? names : names.filter((name) => sourceOf(name) === undefined);
  if (missing.length > 0 && (await runNotebooks(missing)) !== 0) return 1;

  const run = options.includes("--run");
  const notebooks = names.map((name) => {
    const source = run ? inProject("out", `${name}.ipynb`) : sourceOf(name);
    if (source === undefined) throw new Problem(`The notebook ${name} has no outputs, also after a run.`);
    return { name, source };
  });
  await writeSite(notebooks, inProject("out", "site"));
  console.log("\nout/site/index.html");
  return 0;
}

/**
 * Makes a page of each notebook, and one that lists them, in a folder that is emptied first.
 * @param {{ name: string, source: string }[]} notebooks
 * @param {string} site
 */
export async function writeSite(notebooks, site) {
  rmSync(site, { recursive: true, force: true });
  mkdirSync(site, { recursive: true });
  await copyAssets(site);
  const names = notebooks.map(({ name }) => name);
  for (const { name, source } of notebooks) {
    await step(name, async () => {
      const page = await convert(name, source, site);
      writeFileSync(page, finishPage(readFileSync(page, "utf8"), names));
    });
  }
  const pages = notebooks.map(({ name, source }) => ({ name, ...introduction(cellsOf(source)) }));
  writeFileSync(join(site, "index.html"), indexPage(pages));
}

/**
 * Where a notebook has outputs: itself, or its last run if it has not been changed since.
 * @param {string} name
 */
export function sourceOf(name) {
  const [own, run] = ["notebooks", "out"].map((folder) => inProject(folder, `${name}.ipynb`));
  if (hasOutputs(own)) return own;
  return existsSync(run) && hasOutputs(run) && sources(own) === sources(run) ? run : undefined;
}

/** @param {string} file @returns {Cell[]} */
const cellsOf = (file) => readJson(file)?.cells ?? [];

/** @param {string} file */
const hasOutputs = (file) => cellsOf(file).some(({ outputs = [] }) => outputs.length > 0);

/** @param {string} file */
const sources = (file) => JSON.stringify(cellsOf(file).map(({ source }) => [source].flat().join("")));

/** @param {string} name @param {string} source @param {string} site */
async function convert(name, source, site) {
  const { code, output } = await execute(
    PYTHON,
    [
      ...["-m", "nbconvert", "--to", "html", source],
      ...["--output-dir", site, "--output", name],
      ...[
        "--template",
        "page",
        `--TemplateExporter.extra_template_basepaths=${inProject("scripts", "site")}`,
      ],
    ],
    // Templates are looked for in the folder that it runs in.
    { cwd: inProject("scripts", "site"), env: pythonVariables() },
  );
  const page = join(site, `${name}.html`);
  if (code !== 0 || !existsSync(page)) {
    throw new Problem(`The notebook ${name} could not be made into a page. What was said last:`, output);
  }
  return page;
}

/**
 * What all pages share: Plotly, MathJax, our styles, and JupyterLab's for both themes.
 * @param {string} site
 */
async function copyAssets(site) {
  const assets = [
    ["node_modules", "plotly.js-dist-min", "plotly.min.js"],
    ["node_modules", "mathjax", "es5", "tex-svg.js"],
    ["scripts", "site", "site.css"],
    ["scripts", "site", "theme.js"],
  ];
  for (const path of assets) copyFileSync(inProject(...path), join(site, path[path.length - 1]));
  const [lab, light, dark, code] = await labStyles();
  const styles = [lab, light, `@media (prefers-color-scheme: dark) {\n${dark}\n}`, code];
  writeFileSync(join(site, "notebook.css"), styles.join("\n"));
}

/** The styles of nbconvert's own pages, and of the code in them. */
async function labStyles() {
  const script = `
import json
from pathlib import Path
from jupyter_core.paths import jupyter_path
from jupyterlab_pygments import JupyterStyle
from pygments.formatters import HtmlFormatter
folders = [Path(each) for each in jupyter_path("nbconvert", "templates", "lab", "static")]
folder = next(each for each in folders if (each / "index.css").exists())
styles = [(folder / name).read_text("utf-8") for name in ("index.css", "theme-light.css", "theme-dark.css")]
print(json.dumps([*styles, HtmlFormatter(style=JupyterStyle).get_style_defs(".highlight")]))
`;
  const { code, output } = await execute(PYTHON, ["-c", script], { env: pythonVariables() });
  if (code !== 0) throw new Problem("nbconvert's styles were not found. What was said last:", output);
  return JSON.parse(output);
}
