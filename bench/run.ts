// Runs the jobs that it is given and reports; `npm run bench` prepares what it needs and starts it.
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";
import { dirname, join } from "node:path";
import { projectRoot } from "../src/root";
import { bars, growthPicture } from "./chart";
import { compare, type Outcome } from "./compare";
import { Contestant, type Environment } from "./contestants";
import { comparisons } from "./jobs";
import { againstPlain, type Curve, cliffs, grow, inNotebook, memory, predicting, reachAccuracy } from "./own";
import { decodingPhotos } from "./photos";
import { markdown, printed, printedCurves } from "./report";

export interface Settings {
  /** Null for the library alone. */
  readonly environment: Environment | null;
  /** Python with Jupyter, for the notebook's job. */
  readonly jupyterPython?: string;
  readonly nodes: readonly string[];
  /** Names of jobs; none for all. */
  readonly jobs: readonly string[];
  readonly json?: string;
  readonly readme: boolean;
}

const machine = () => ({
  date: new Date().toISOString().slice(0, 16).replace("T", " "),
  processor: cpus()[0]?.model.trim() ?? "unknown",
  cores: cpus().length,
  memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
  system: `${type()} ${release()}`,
});

async function main(settings: Settings): Promise<void> {
  const { environment, jobs, jupyterPython } = settings;
  const wanted = (name: string) => jobs.length === 0 || jobs.includes(name);
  const started = performance.now();
  const outcomes: Record<string, Outcome> = {};
  let curves: Curve[] = [];
  const failures: string[] = [];
  const ours: Contestant[] = [];

  const attempt = async (name: string, work: () => Promise<Outcome[]>) => {
    if (!wanted(name)) return;
    try {
      const results = await work();
      for (const [i, outcome] of results.entries()) {
        outcomes[i === 0 ? name : `${name} (${i + 1})`] = outcome;
        console.log(printed(outcome));
      }
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      failures.push(`${name}: ${message}`);
      console.log(`\n${name} could not be measured: ${message}`);
    } finally {
      for (const left of Contestant.running) if (!ours.includes(left)) await left.end();
    }
    console.log(`  (${Math.round((performance.now() - started) / 1000)} s since the start)`);
  };

  ours.push(await Contestant.ours());
  for (const node of settings.nodes) {
    const other = await Contestant.ours("ours", { node });
    ours.push(Object.assign(other, { name: `ours, Node ${other.versions.node}` }));
  }
  const [first] = ours;
  const versions: Record<string, string> = {
    ...first.versions,
    ...(await peerVersions(environment, wanted)),
  };
  const about = { ...machine(), ...versions };
  console.log(
    Object.entries(about)
      .map(([key, value]) => `${key}: ${value}`)
      .join(" · "),
  );

  for (const [name, job] of Object.entries(comparisons))
    await attempt(name, () => compare(job, ours, environment));
  await attempt("accuracy", async () => [await reachAccuracy(first, environment)]);
  await attempt("kernels", async () => [await againstPlain(first)]);
  await attempt("predicting", async () => [await predicting(first)]);
  await attempt("memory", async () => [await memory()]);
  await attempt("photos", async () => [await decodingPhotos()]);
  if (jupyterPython !== undefined)
    await attempt("notebook", async () => [await inNotebook(first, jupyterPython)]);
  if (wanted("growth")) {
    curves = await grow(first);
    console.log(printedCurves(curves, cliffs(curves)));
  }
  for (const contestant of ours) await contestant.end();

  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(`\n${seconds} s in all`);
  const result = { machine: about, seconds, outcomes, growth: curves, cliffs: cliffs(curves), failures };
  if (settings.json !== undefined) write(settings.json, `${JSON.stringify(result, null, 2)}\n`);
  if (settings.readme) {
    const docs = join(projectRoot(), "docs");
    if (environment !== null) write(join(docs, "bench.svg"), bars(Object.values(outcomes)));
    if (curves.length > 0) write(join(docs, "bench-growth.svg"), growthPicture(curves));
    console.log(`\n${markdown(Object.values(outcomes))}`);
  }
  process.exitCode = failures.length > 0 ? 1 : 0;
}

/** Each peer that takes part anywhere says once what it is. */
async function peerVersions(
  environment: Environment | null,
  wanted: (job: string) => boolean,
): Promise<Record<string, string>> {
  if (environment === null) return {};
  const names = new Set(
    Object.entries(comparisons).flatMap(([job, { rivals }]) =>
      wanted(job) ? rivals.map(({ name }) => name) : [],
    ),
  );
  const versions: Record<string, string> = {};
  for (const name of names) {
    const contestant = await Contestant.peer(name, environment);
    Object.assign(versions, contestant?.versions);
    await contestant?.end();
  }
  return versions;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  console.log(`\n${path} written`);
}

main(JSON.parse(process.argv[2]));
