// node_modules: is it what package-lock.json asks for, whole and patched? If not, mend it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { countFiles, readJson, sha256, writeJson } from "./files.mjs";
import { shareLock } from "./lock.mjs";
import { inProject, ROOT } from "./paths.mjs";
import { execute, findOnPath, WINDOWS } from "./processes.mjs";
import { Problem, step } from "./report.mjs";

/** @typedef {{ version?: string, dev?: boolean, devOptional?: boolean, optional?: boolean, os?: string[] }} Entry */

const INSTALLED = inProject("node_modules", ".package-lock.json");
// Without a network npm would otherwise try for more than a minute before it says so.
const QUICK = ["--no-audit", "--no-fund", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"];
const FRESH = "not installed";
const STAMP = inProject("node_modules", ".files-installed.json");

/**
 * Installs the npm packages that are missing and applies our patches.
 * @param {{ dev?: boolean }} [options] dev: also what only developers of the project need
 */
export async function ensureNodePackages({ dev = false } = {}) {
  const reason = whyStale(dev);
  if (reason) await install(dev || hasDevPackages(), reason);
  recordFiles();
  const patches = unappliedPatches();
  if (patches.length === 0) return;
  if (await applyPatches()) return;
  // A package that carries an older patch of ours takes the new one only after it is fetched again.
  await install(dev || hasDevPackages(), "patched packages changed");
  recordFiles();
  if (unappliedPatches().length > 0 && !(await applyPatches())) {
    throw new Problem(
      `The changes in ${patches.map((name) => `patches/${name}`).join(", ")} could not be applied to ` +
        "node_modules. Delete the folder node_modules and run the command again; if that does not help, " +
        "the patch and the version in package.json do not belong together.",
    );
  }
}

/**
 * Why node_modules has to be installed again, or undefined when it is as it should be.
 * @param {boolean} dev
 */
export function whyStale(dev) {
  const wanted = entries(readJson(inProject("package-lock.json")));
  const installed = entries(readJson(INSTALLED));
  if (Object.keys(installed).length === 0) return FRESH;
  for (const [path, entry] of Object.entries(wanted)) {
    const needed = (dev || !entry.dev) && !entry.optional && !entry.devOptional;
    if (needed && installed[path]?.version !== entry.version) return `${shortName(path)} is missing or old`;
  }
  for (const [path, entry] of Object.entries(installed)) {
    if (!existsSync(inProject(path, "package.json"))) return `${shortName(path)} is missing`;
    if (entry.os && !entry.os.includes(process.platform)) return "installed for another system";
  }
  const stamp = readJson(STAMP);
  if (stamp?.lock === sha256(INSTALLED) && countFiles(inProject("node_modules")) < stamp.files) {
    return "files are missing";
  }
  return undefined;
}

/** @param {any} lock @returns {Record<string, Entry>} */
function entries(lock) {
  const { "": _project, ...packages } = lock?.packages ?? {};
  return packages;
}

/** @param {string} path */
const shortName = (path) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);

function hasDevPackages() {
  return Object.values(entries(readJson(INSTALLED))).some((entry) => entry.dev);
}

/** npm leaves a note of what it installed; how many files that were, it does not say. */
function recordFiles() {
  const lock = sha256(INSTALLED);
  if (readJson(STAMP)?.lock !== lock) {
    writeJson(STAMP, { lock, files: countFiles(inProject("node_modules")) });
  }
}

/** @param {boolean} dev @param {string} reason */
async function install(dev, reason) {
  const npm = findNpm();
  const why = reason === FRESH ? "" : ` (${reason})`;
  await step(`npm packages${why}`, async (detail) => {
    const args = [...npm.args, "ci", ...(dev ? [] : ["--omit=dev"]), ...QUICK];
    const { code, output } = await execute(npm.command, args, {
      shell: npm.shell,
      onLine: detail,
      onStart: shareLock,
    });
    if (code !== 0) throw new Problem(explainNpm(output), output);
  });
}

/** npm's own script where we can find it: then no shell is needed, and it runs on this very Node. */
export function findNpm() {
  const near = dirname(process.execPath);
  const scripts = [
    process.env.npm_execpath ?? "",
    join(near, "node_modules", "npm", "bin", "npm-cli.js"),
    join(near, "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
  ];
  const script = scripts.find((path) => basename(path) === "npm-cli.js" && existsSync(path));
  if (script) return { command: process.execPath, args: [script], shell: false };
  if (!findOnPath("npm")) {
    throw new Problem(
      "npm, which comes with Node.js, was not found on PATH. Install Node.js from nodejs.org (it brings npm " +
        "along), or on Linux the package `npm` of your distribution, and run the command again.",
    );
  }
  return { command: "npm", args: [], shell: WINDOWS };
}

/** @param {string} output */
export function explainNpm(output) {
  if (/ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET|ENETUNREACH|ERR_SOCKET|network/i.test(output)) {
    return (
      "npm could not reach its registry, so the npm packages are not installed. The first start needs the " +
      "network once: check the connection (behind a company proxy: `npm config set proxy …`) and run the " +
      "command again."
    );
  }
  if (/EACCES|EPERM|EROFS/.test(output)) {
    return (
      `npm may not write into ${ROOT}. Close notebooks and editors that hold files of node_modules open, ` +
      "make sure that the folder belongs to you (a clone made with sudo does not), and run the command again."
    );
  }
  if (/ENOSPC/.test(output)) {
    return "The disk is full: the npm packages need about 250 MB. Free some space and run the command again.";
  }
  return "`npm ci` failed, so the npm packages are not installed. What npm said last:";
}

/** The names of our patches whose lines are not in node_modules. */
export function unappliedPatches() {
  const folder = inProject("patches");
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith(".patch"));
  return names.filter((name) => !isApplied(readFileSync(join(folder, name), "utf8")));
}

/**
 * Whether every file has, in one piece, what each hunk of the patch leaves in it.
 * @param {string} patch
 */
function isApplied(patch) {
  let text = "";
  let block = "";
  let applied = true;
  const closeBlock = () => {
    applied &&= text.includes(block);
    block = "";
  };
  for (const line of patch.replaceAll("\r\n", "\n").split("\n")) {
    if (line.startsWith("+++ ")) {
      closeBlock();
      const path = inProject(line.slice("+++ b/".length));
      text = existsSync(path) ? readFileSync(path, "utf8").replaceAll("\r\n", "\n") : "";
    } else if (/^(@@|diff |--- |index )/.test(line)) {
      closeBlock();
    } else if (/^[ +]/.test(line)) {
      block += `${line.slice(1)}\n`;
    } else if (line.startsWith("\\ No newline")) {
      block = block.slice(0, -1);
    }
  }
  closeBlock();
  return applied;
}

async function applyPatches() {
  const { code } = await execute(process.execPath, [inProject("node_modules", "patch-package", "index.js")]);
  return code === 0 && unappliedPatches().length === 0;
}
