// npm run accuracy: trains the recipes that README and notebooks quote, over several seeds, and prints a table.
import { readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { locked } from "./lock.mjs";
import { ensureNodePackages } from "./node-packages.mjs";
import { inProject } from "./paths.mjs";
import { execute } from "./processes.mjs";
import { Problem, seconds, table } from "./report.mjs";

const SEEDS = [1, 2, 3];

/**
 * What a script in scripts/accuracy answers to `list`, by the recipe's name, and to `train recipe seed [variant]`.
 * @typedef {{ description: string, variants?: string[] }} Recipe variants: the sets of data it is trained on in turn
 * @typedef {Record<string, number>} Shares from 0 to 1, such as `test` and `validation`
 * @typedef {{ recipe: string, seed: number, variant?: string }} Job
 * @typedef {Job & { shares: Shares, milliseconds: number }} Result
 */

/** @param {string[]} args */
export async function main(args) {
  const subjects = readdirSync(inProject("scripts", "accuracy")).map((file) => file.replace(/\.ts$/, ""));
  const [subject, ...names] = args;
  if (!subjects.includes(subject)) {
    throw new Problem(`npm run accuracy expects one of: ${subjects.join(", ")}.`);
  }
  await locked(() => ensureNodePackages({ dev: true }));
  const script = inProject("scripts", "accuracy", `${subject}.ts`);
  const recipes = chosen(JSON.parse(await ask(script, ["list"])), names);
  const results = await inParallel(jobsOf(recipes), script);
  console.log(`\nMean over the seeds ${SEEDS.join(", ")} after training; lowest and highest in brackets.\n`);
  console.log(summary(recipes, results));
  return 0;
}

/**
 * Those that are named, or all.
 * @param {Record<string, Recipe>} recipes @param {string[]} names
 */
export function chosen(recipes, names) {
  const unknown = names.filter((name) => recipes[name] === undefined);
  if (unknown.length === 0) {
    return Object.fromEntries(
      (names.length > 0 ? names : Object.keys(recipes)).map((name) => [name, recipes[name]]),
    );
  }
  throw new Problem(
    `There is no recipe called ${unknown.join(", ")}. There are: ${Object.keys(recipes).join(", ")}.`,
  );
}

/** @param {Record<string, Recipe>} recipes @returns {Job[]} */
export const jobsOf = (recipes) =>
  Object.entries(recipes).flatMap(([recipe, { variants }]) =>
    SEEDS.flatMap((seed) => (variants ?? [undefined]).map((variant) => ({ recipe, seed, variant }))),
  );

/**
 * A table with a row for each recipe, and under it one for each of its variants.
 * @param {Record<string, Recipe>} recipes @param {Result[]} results
 */
export function summary(recipes, results) {
  const measures = [...new Set(results.flatMap(({ shares }) => Object.keys(shares)))];
  const row = (/** @type {string} */ title, /** @type {Result[]} */ some) => [
    title,
    ...measures.map((measure) => meanAndRange(some.flatMap(({ shares }) => shares[measure] ?? []))),
    seconds(mean(some.map(({ milliseconds }) => milliseconds))),
  ];
  const rows = Object.entries(recipes).flatMap(([recipe, { description, variants = [] }]) => {
    const of = results.filter((result) => result.recipe === recipe);
    return [
      row(`${recipe}: ${description}`, of),
      ...variants.map((variant) =>
        row(
          `  ${variant}`,
          of.filter((result) => result.variant === variant),
        ),
      ),
    ];
  });
  return table(["recipe", ...measures, "a run"], rows);
}

/** @param {number[]} values */
function meanAndRange(values) {
  if (values.length === 0) return "";
  const [low, middle, high] = [Math.min(...values), mean(values), Math.max(...values)].map(percent);
  return `${middle} % (${low} – ${high})`;
}

const mean = (/** @type {number[]} */ values) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const percent = (/** @type {number} */ share) => (share * 100).toFixed(2);

/**
 * As many trainings at a time as there are cores, each in a process of its own.
 * @param {Job[]} jobs @param {string} script @returns {Promise<Result[]>}
 */
async function inParallel(jobs, script) {
  const waiting = [...jobs];
  /** @type {Result[]} */
  const results = [];
  const worker = async () => {
    for (let job = waiting.shift(); job; job = waiting.shift()) {
      const { recipe, seed, variant = [] } = job;
      const started = performance.now();
      const shares = JSON.parse(await ask(script, ["train", recipe, String(seed)].concat(variant)));
      const result = { ...job, shares, milliseconds: performance.now() - started };
      results.push(result);
      const figures = Object.entries(shares).map(([measure, share]) => `${measure} ${percent(share)} %`);
      const name = [recipe].concat(variant).join(", ");
      console.log(`${name}, seed ${seed}: ${figures.join(", ")} (${seconds(result.milliseconds)})`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return results;
}

/** @param {string} script @param {string[]} args @returns {Promise<string>} the line of JSON that it prints */
async function ask(script, args) {
  const { code, output } = await execute(process.execPath, ["--import", "tsx", script, ...args]);
  const answer = output.split("\n").find((line) => line.startsWith("{"));
  if (code === 0 && answer) return answer;
  throw new Problem(`${script} ${args.join(" ")} ended with code ${code}:`, output);
}
