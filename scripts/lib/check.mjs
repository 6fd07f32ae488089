// npm run check: format and lint, strict types with both compilers, and a few rules of this house.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { notebookNames } from "./arguments.mjs";
import { readJson } from "./files.mjs";
import { locked } from "./lock.mjs";
import { ensureNodePackages } from "./node-packages.mjs";
import { inProject } from "./paths.mjs";
import { execute } from "./processes.mjs";
import { Problem, step } from "./report.mjs";
import { wrongOutputs } from "./saved-outputs.mjs";

const USAGE = `Usage: npm run check [-- --fix]

  --fix  first rewrite what can be put right by machine (format, order of imports, simple lint)`;

const LONGEST_FILE = 250;

/** @param {string[]} args */
export async function main(args) {
  if (args.some((each) => each !== "--fix")) {
    console.log(USAGE);
    return args.includes("--help") ? 0 : 1;
  }
  await locked(() => ensureNodePackages({ dev: true }));
  const module = (/** @type {string[]} */ ...names) => inProject("node_modules", ...names);
  const biome = args.includes("--fix") ? ["check", "--write"] : ["check"];
  const failures = [
    await tool("Format and lint", module("@biomejs", "biome", "bin", "biome"), [
      ...biome,
      "--error-on-warnings",
    ]),
    await tool("Types", module("typescript", "bin", "tsc"), ["-p", "tsconfig.json"]),
    await tool(
      "Types of src, as the kernel's TypeScript 5.0.4 sees them",
      module("@tslab", "typescript-for-tslab", "bin", "tsc"),
      ["-p", "tsconfig.tslab.json"],
    ),
    await tool("Compiled kernels", inProject("scripts", "kernels.mjs"), ["--check"]),
    await check("Rules of the house", async () => brokenRules().join("\n")),
  ];
  return failures.some((failed) => failed) ? 1 : 0;
}

/** @param {string} title @param {string} script @param {string[]} args */
function tool(title, script, args) {
  return check(title, async () => {
    const { code, output } = await execute(process.execPath, [script, ...args]);
    return code === 0 ? "" : output || `exit code ${code}`;
  });
}

/**
 * @param {string} title
 * @param {() => Promise<string>} work its complaints
 * @returns {Promise<boolean>} whether it had any
 */
async function check(title, work) {
  let complaints = "";
  try {
    await step(title, async () => {
      complaints = await work();
      if (complaints) throw new Problem("");
    });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    console.log(`\n${complaints.trim()}\n`);
  }
  return complaints !== "";
}

/** What the rules that no tool knows find wrong. */
export function brokenRules() {
  const sources = readdirSync(inProject("src"), { recursive: true, withFileTypes: true });
  const long = sources
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .map((path) => ({ path, lines: readFileSync(path, "utf8").trimEnd().split("\n").length }))
    .filter(({ lines }) => lines > LONGEST_FILE)
    .map(({ path, lines }) => `${path} has ${lines} lines; a file of src has at most ${LONGEST_FILE}.`);
  // A lock file that names a registry works only for those who can reach that one.
  const packages = Object.entries(readJson(inProject("package-lock.json")).packages);
  const resolved = packages
    .filter(([, entry]) => "resolved" in /** @type {object} */ (entry))
    .map(
      ([path]) => `package-lock.json names a registry for ${path}; make it again with this project's .npmrc.`,
    );
  const requirements = readFileSync(inProject("requirements.txt"), "utf8");
  const hosts = requirements
    .split("\n")
    .filter((line) => /^-|:\/\//.test(line))
    .map((line) => `requirements.txt names an index: ${line}`);
  const outputs = notebookNames().flatMap((name) => wrongOutputs(inProject("notebooks", `${name}.ipynb`)));
  return [...long, ...resolved, ...hosts, ...outputs];
}
