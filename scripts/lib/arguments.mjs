import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { parseArgs } from "node:util";
import { inProject } from "./paths.mjs";
import { Problem } from "./report.mjs";

/** In the order in which they are meant to be read. */
const ORDER = ["preprocessing", "train", "running", "app_mnist", "app"];

export const START_USAGE = `Usage: npm start [notebook] [-- --port N --no-browser]

  notebook      which notebook to open: app_mnist (if you name none) or another of notebooks/
  --port N      the port that JupyterLab listens on; without it 8888 or the next that is free
  --no-browser  only print the address
  --help        print this`;

/** The notebooks that there are, without their ending, in reading order. */
export function notebookNames() {
  /** @param {string} name */
  const place = (name) => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);
  try {
    const files = readdirSync(inProject("notebooks")).filter((name) => name.endsWith(".ipynb"));
    return files
      .map((name) => name.slice(0, -".ipynb".length))
      .sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
  } catch {
    return [];
  }
}

/**
 * The name of the notebook that someone means by `train`, `train.ipynb` or `notebooks/train.ipynb`.
 * @param {string} given
 * @param {string[]} [names]
 */
export function notebookNamed(given, names = notebookNames()) {
  const name = basename(given.replaceAll("\\", "/")).replace(/\.ipynb$/, "");
  if (names.includes(name)) return name;
  throw new Problem(
    `There is no notebook called ${JSON.stringify(given)}. The notebooks are: ${names.join(", ") || "none"}. ` +
      "(An option for the command itself goes after two dashes: `npm start -- --port 9000`.)",
  );
}

/**
 * The notebooks that someone names, each once and in reading order: a later one needs what an earlier one makes.
 * All of them if none is named.
 * @param {string[]} given
 * @param {string[]} [names]
 */
export function chosenNotebooks(given, names = notebookNames()) {
  const wanted = given.map((each) => notebookNamed(each, names));
  return names.filter((name) => wanted.length === 0 || wanted.includes(name));
}

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
export function parseStartArguments(args, env = process.env) {
  const { values, positionals } = parse(args);
  // `npm start --no-browser` without the two dashes gives the option to npm, which hands it on like this.
  const browser =
    !values["no-browser"] && env.npm_config_browser !== "" && env.npm_config_browser !== "false";
  if (positionals.length > 1) {
    throw new Problem(
      `One notebook at a time, please; these were given: ${positionals.join(", ")}.\n\n${START_USAGE}`,
    );
  }
  return {
    help: values.help ?? false,
    notebook: positionals[0] ?? "app_mnist",
    port: values.port === undefined ? undefined : portNumber(values.port),
    browser,
  };
}

/** @param {string[]} args */
function parse(args) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        port: { type: "string", short: "p" },
        "no-browser": { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    const [sentence] = /** @type {Error} */ (error).message.split(". ");
    throw new Problem(`${sentence}.\n\n${START_USAGE}`);
  }
}

/** @param {string} text */
function portNumber(text) {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65535) return port;
  throw new Problem(`A port is a whole number from 1 to 65535. Received: --port ${text}.`);
}
