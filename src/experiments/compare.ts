import type { Network } from "../nn/network";
import { lasting } from "../reload";
import { fit } from "../training/fit";
import type { History } from "../training/history";
import type { Progress } from "../training/progress";
import { Comparison, type Run } from "./comparison";
import { fingerprint } from "./fingerprint";
import { readRuns, writeRuns } from "./kept-runs";
import { type ComparisonOptions, type PlannedRun, planRuns, type Setting } from "./settings";

/** Where a comparison stands. */
export interface ComparisonProgress {
  /** Everything known so far, the running training included. */
  readonly comparison: Comparison;
  /** Trainings that are done, and how many there will be. */
  readonly done: number;
  readonly planned: number;
  /** The largest number of epochs that is planned. */
  readonly epochs: number;
  /** The training that is running. */
  readonly running: { readonly setting: string; readonly seed: number; readonly progress: Progress } | null;
}

/** A training that is asked for, and what is known of it. */
interface Task extends PlannedRun {
  readonly fingerprint: string;
  run: Run | null;
}

/** A network whose training was interrupted: the same training goes on with it. */
const unfinished = lasting("unfinished runs", () => new Map<string, Network>());

/**
 * Trains every setting with every seed and keeps each result in a file under the comparison's name. What the file has
 * already from the same training is not trained again. Settings that are only in the file stay part of the comparison.
 *
 * An aborted signal ends all of it; the results so far are kept. Throws one OptionsError that lists every wrong option
 * of every setting, and a DataError for a file that cannot be read or written, before anything is trained.
 */
export async function runComparison(
  name: string,
  settings: Readonly<Record<string, Setting>>,
  options: ComparisonOptions,
  listener: (progress: ComparisonProgress) => void,
): Promise<Comparison> {
  const kept = readRuns(name);
  const tasks = planTasks(settings, options, kept);
  const isOfTasks = ({ setting, fingerprint }: Run) =>
    tasks.some((task) => task.setting === setting && task.fingerprint === fingerprint);
  const others = kept.filter(({ setting }) => !(setting in settings));
  const comparison = () => new Comparison(name, [...tasks.flatMap(({ run }) => run ?? []), ...others]);
  // Unchanged settings may have been trained with other seeds as well.
  const unasked = kept.filter((run) => isOfTasks(run) && !tasks.some((task) => task.run === run));
  // What a changed setting brought before it was changed stays in the file until there is something better.
  const outdated = () =>
    kept.filter(
      (run) =>
        run.setting in settings &&
        !isOfTasks(run) &&
        !tasks.some((task) => task.setting === run.setting && task.run !== null),
    );
  const keep = () => writeRuns(name, [...comparison().runs, ...unasked, ...outdated()]);
  const tell = (running: ComparisonProgress["running"] = null) =>
    listener({
      comparison: comparison(),
      done: tasks.filter(isDone).length,
      planned: tasks.length,
      epochs: Math.max(0, ...tasks.map(({ training }) => training.epochs)),
      running,
    });

  await keep();
  tell();
  for (const task of tasks.filter((each) => !isDone(each))) {
    const { status } = await trainTask(task, options.signal, tell);
    await keep();
    if (status === "stopped") break;
  }
  tell();
  return comparison();
}

function planTasks(
  settings: Readonly<Record<string, Setting>>,
  options: ComparisonOptions,
  kept: readonly Run[],
): Task[] {
  const prints = new Map<string, string>();
  return planRuns(settings, options).map((planned) => {
    const print = prints.get(planned.setting) ?? fingerprint(planned);
    prints.set(planned.setting, print);
    const isSame = (run: Run) =>
      run.setting === planned.setting && run.seed === planned.seed && run.fingerprint === print;
    return { ...planned, fingerprint: print, run: kept.find(isSame) ?? null };
  });
}

const isDone = ({ run }: Task): boolean => run?.status === "finished" || run?.status === "diverged";

async function trainTask(
  task: Task,
  signal: AbortSignal | undefined,
  tell: (running: ComparisonProgress["running"]) => void,
): Promise<History> {
  const { setting, seed, data, training, fingerprint } = task;
  const key = `${fingerprint} ${seed}`;
  const network = unfinished.get(key) ?? task.makeNetwork(seed);
  const note = ({ history }: Progress, status: Run["status"], message: string) => {
    const epochs = [...history];
    task.run = { setting, seed, fingerprint, parameters: network.parameterCount, epochs, status, message };
  };
  const follow = (progress: Progress) => {
    note(progress, "running", "running");
    tell({ setting, seed, progress });
  };
  const watch = {
    onStart: follow,
    onProgress: follow,
    onEpoch: follow,
    onEnd: (progress: Progress, { status, message }: History) => note(progress, status, message),
  };
  const callbacks = [...(training.callbacks ?? []), watch];
  const history = await fit(network, data, { ...training, callbacks, signal });
  unfinished.clear();
  if (history.status === "stopped") unfinished.set(key, network);
  return history;
}
