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
 * @typedef {{ recipe: string, seed: number }} Job
 * @typedef {{ validation: number, test: number }} Result shares from 0 to 1
 */

/** @param {string[]} args */
export async function main(args) {
  const subjects = readdirSync(inProject("scripts", "accuracy")).map((file) => file.replace(/\.ts$/, ""));
  const subject = args[0];
  if (args.length !== 1 || !subjects.includes(subject)) {
    throw new Problem(`npm run accuracy expects one of: ${subjects.join(", ")}.`);
  }
  await locked(() => ensureNodePackages({ dev: true }));
  const script = inProject("scripts", "accuracy", `${subject}.ts`);
  /** @type {Record<string, string>} */
  const recipes = JSON.parse(await ask(script, ["list"]));
  /** @type {Job[]} */
  const jobs = Object.keys(recipes).flatMap((recipe) => SEEDS.map((seed) => ({ recipe, seed })));
  const results = await inParallel(jobs, script);
  const share = (/** @type {number} */ value) => (value * 100).toFixed(2);
  const rows = Object.entries(recipes).map(([recipe, description]) => {
    const of = results.filter((result) => result.recipe === recipe);
    const mean = (/** @type {"validation" | "test"} */ key) =>
      of.reduce((sum, result) => sum + result[key], 0) / of.length;
    const tests = of.map(({ test }) => test);
    return [
      `${recipe}: ${description}`,
      `${share(mean("test"))} %`,
      `${share(Math.min(...tests))} – ${share(Math.max(...tests))}`,
      `${share(mean("validation"))} %`,
    ];
  });
  console.log(
    `\nMean over the seeds ${SEEDS.join(", ")}; test and validation accuracy after the last epoch.\n`,
  );
  console.log(table(["recipe", "test", "lowest – highest", "validation"], rows));
  return 0;
}

/**
 * As many trainings at a time as there are cores, each in a process of its own.
 * @param {Job[]} jobs @param {string} script @returns {Promise<(Job & Result)[]>}
 */
async function inParallel(jobs, script) {
  const waiting = [...jobs];
  /** @type {(Job & Result)[]} */
  const results = [];
  const worker = async () => {
    for (let job = waiting.shift(); job; job = waiting.shift()) {
      const started = performance.now();
      const result = JSON.parse(await ask(script, ["train", job.recipe, String(job.seed)]));
      results.push({ ...job, ...result });
      const took = seconds(performance.now() - started);
      console.log(`${job.recipe}, seed ${job.seed}: ${(result.test * 100).toFixed(2)} % (${took})`);
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
