// The outputs that a notebook in git carries: made by a run of its own, and refused when they no longer belong to its cells.
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { basename } from "node:path";
import { readJson, writeJson } from "./files.mjs";
import { Problem } from "./report.mjs";

const MOST_BYTES = 1_000_000;

/** @typedef {{ cell_type: string, source: string | string[], metadata: Record<string, any>, outputs?: any[], execution_count?: number | null }} Cell */

/**
 * What the outputs of a cell belong to.
 * @param {Cell} cell
 */
const hashOf = ({ source }) =>
  createHash("sha256").update([source].flat().join("")).digest("hex").slice(0, 16);

/**
 * Puts the outputs of a run into the notebook it is a run of, without what differs from run to run.
 * @param {string} notebook
 * @param {string} executed
 */
export function saveOutputs(notebook, executed) {
  const target = readJson(notebook);
  /** @type {Cell[]} */
  const cells = readJson(executed).cells;
  if (target.cells.length !== cells.length) {
    throw new Problem(`${notebook} was edited while it ran. Save its outputs again.`);
  }
  const ids = new Map();
  target.cells.forEach((/** @type {Cell} */ cell, /** @type {number} */ i) => {
    if (cell.cell_type !== "code") return;
    if (hashOf(cell) !== hashOf(cells[i])) {
      throw new Problem(`${notebook} was edited while it ran. Save its outputs again.`);
    }
    const outputs = withoutNoise(cells[i].outputs ?? [], basename(notebook), ids);
    cell.outputs = outputs;
    cell.execution_count = cells[i].execution_count;
    const metadata = { ...cell.metadata };
    delete metadata.saved;
    cell.metadata = outputs.length > 0 ? { ...metadata, saved: { source: hashOf(cell) } } : metadata;
  });
  writeJson(notebook, target, 1);
}

const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;

/**
 * Seconds differ from run to run, and so do the random names of charts. In their place come names made of the notebook's
 * and a number: two notebooks can be open in one page.
 * @param {any[]} outputs @param {string} notebook @param {Map<string, string>} ids
 */
function withoutNoise(outputs, notebook, ids) {
  const named = (/** @type {string} */ id) => {
    const digits = createHash("sha256").update(`${notebook} ${ids.size}`).digest("hex");
    if (!ids.has(id)) ids.set(id, digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, "$1-$2-$3-$4-$5"));
    return /** @type {string} */ (ids.get(id));
  };
  const timing = /<span class=\\"timing\\">.*?<\/span>/g;
  return JSON.parse(JSON.stringify(outputs).replace(timing, "").replace(UUID, named));
}

/** A folder of one machine, in the text of an output. */
const MACHINE_PATH = /(?<![\w:/.])(?:\/(?:home|Users|root|tmp|var|mnt|work|opt)\/|[A-Z]:\\\\)[^"\s<]{0,60}/;

/**
 * What is wrong with the outputs that a notebook carries.
 * @param {string} notebook
 * @returns {string[]}
 */
export function wrongOutputs(notebook) {
  /** @type {string[]} */
  const wrong = [];
  const { size } = statSync(notebook);
  if (size > MOST_BYTES) wrong.push(`${notebook} has ${size} bytes; a notebook has at most ${MOST_BYTES}.`);
  /** @type {{ cells: Cell[] }} */
  const { cells } = JSON.parse(readFileSync(notebook, "utf8"));
  cells.forEach((cell, i) => {
    const outputs = cell.outputs ?? [];
    if (outputs.length === 0) return;
    const where = `${notebook}, cell ${i + 1}`;
    if (cell.metadata.saved?.source !== hashOf(cell)) {
      wrong.push(
        `${where} was changed since its outputs were made; \`npm run notebooks -- --save\` makes them again.`,
      );
    }
    const text = JSON.stringify(outputs);
    const [path] = MACHINE_PATH.exec(text) ?? [];
    if (path !== undefined) wrong.push(`${where} shows a path of one machine: ${path}`);
    // What the library draws is PNG or SVG.
    if (/image\/jpeg/.test(text)) wrong.push(`${where} shows a photograph.`);
    if (outputs.some(({ output_type: type, name }) => type === "error" || name === "stderr")) {
      wrong.push(`${where} shows an error.`);
    }
  });
  return wrong;
}
