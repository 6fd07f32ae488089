import type { Dataset } from "../dataset";
import type { Network } from "../nn/network";
import type { TrainingPass } from "../random";
import type { Evaluation } from "./evaluation";
import { History, type TrainingStatus } from "./history";
import { Optimizer } from "./optimizers";
import type { Settings } from "./options";
import type { Progress } from "./progress";
import { makeSchedule, type Schedule } from "./schedules";
import { clearEpoch, copyNumbers, type LiveState, restoreNumbers, stateOf } from "./state";
import { waitFor } from "./waiting";

/** Milliseconds of training between two looks at the outside: short enough for an interrupt to feel immediate. */
const PAUSE_EVERY = 50;

/** One call of `fit`: where training stands, when to pause, and how it ends. */
export class Session implements TrainingPass {
  readonly epochs: number;
  readonly batches: number;
  readonly optimizer: Optimizer;
  private readonly schedule: Schedule;
  private readonly state: LiveState;
  private readonly started = performance.now();
  private lastPause = this.started;
  private samples = 0;
  private readonly guessing: number;

  constructor(
    private readonly network: Network,
    private readonly data: Dataset,
    private readonly settings: Settings,
  ) {
    this.state = resume(network, data, settings);
    this.guessing = mostFrequentShare(data.labels);
    const { optimizer, regularization } = settings;
    const { parameters, kernels } = network;
    this.optimizer = new Optimizer(optimizer, parameters, kernels, regularization, this.state.memory);
    if (this.state.memory !== this.optimizer.memory) {
      this.state.memory = this.optimizer.memory;
      // What another optimizer remembered when the epoch began must not come back to this one.
      this.state.epochStart = { ...this.state.epochStart, memory: new Float32Array(0), steps: 0 };
    }
    this.epochs = (this.state.runStart ?? 0) + settings.epochs;
    this.batches = Math.ceil(data.length / settings.batchSize);
    this.schedule = makeSchedule(settings.schedule, settings.learningRate, this.epochs);
  }

  /** Completed epochs of the network and completed batches of the running epoch. */
  get epoch(): number {
    return this.state.history.length;
  }

  get batch(): number {
    return this.state.batch;
  }

  get seed(): number {
    return this.settings.seed;
  }

  get learningRate(): number {
    return this.schedule(this.epoch);
  }

  /** Where the next batch starts and ends in the epoch's order of samples. */
  get range(): [start: number, end: number] {
    const start = this.state.batch * this.settings.batchSize;
    return [start, Math.min(start + this.settings.batchSize, this.data.length)];
  }

  startEpoch(): void {
    const { network, state } = this;
    if (state.epochBegun) return;
    state.epochStart = copyNumbers(network, state.memory, state.epochStart);
    state.epochBegun = true;
  }

  completeBatch(loss: number, correct: number, count: number, seconds: number): void {
    const { state } = this;
    state.batch++;
    state.lossSum += loss * count;
    state.correct += correct;
    state.seconds += seconds;
    this.samples += count;
  }

  /** Returns the reason of a callback that asks for training to end here. */
  async completeEpoch(validation: Evaluation | null): Promise<string | null> {
    const { state, data } = this;
    state.history.push({
      epoch: this.epoch + 1,
      loss: state.lossSum / data.length,
      accuracy: data.labels === null ? Number.NaN : state.correct / data.length,
      validationLoss: validation?.loss ?? Number.NaN,
      validationAccuracy: validation?.accuracy ?? Number.NaN,
      learningRate: this.learningRate,
      seconds: state.seconds,
    });
    state.epochBegun = false;
    clearEpoch(state);
    return this.call("onEpoch");
  }

  /** Whether it is time for `pause`. */
  get pauseIsDue(): boolean {
    return performance.now() - this.lastPause >= PAUSE_EVERY;
  }

  /** Lets the page update and interrupts arrive. Returns whether training is asked to stop. */
  async pause(): Promise<boolean> {
    await this.call("onProgress");
    await new Promise((resolve) => setImmediate(resolve));
    this.lastPause = performance.now();
    return this.settings.signal?.aborted ?? false;
  }

  async finish(reason: string | null = null): Promise<History> {
    this.state.runStart = null;
    const epochs = `finished ${this.epoch} ${this.epoch === 1 ? "epoch" : "epochs"}`;
    return this.end("finished", reason === null ? epochs : `${epochs}: ${reason}`);
  }

  async stop(): Promise<History> {
    if (this.epoch === this.epochs) return this.finish();
    const position =
      this.batch === 0
        ? `before epoch ${this.epoch + 1} of ${this.epochs}`
        : `at epoch ${this.epoch + 1} of ${this.epochs}, batch ${count(this.batch)} of ${count(this.batches)}`;
    return this.end("stopped", `stopped ${position}; run the cell again to go on`);
  }

  /** Puts back the weights of the last completed epoch, because `what` became a `value` that is not finite. */
  async diverge(what: string, value: number): Promise<History> {
    const position = `epoch ${this.epoch + 1}, batch ${count(Math.min(this.batch + 1, this.batches))} of ${count(this.batches)}`;
    const rate = this.learningRate;
    // A tenth of a rate far from all that work would be as useless.
    const lower = Math.min(this.settings.learningRate / 10, 0.1);
    restoreNumbers(this.network, this.state.memory, this.state.epochStart);
    this.state.epochBegun = false;
    this.state.runStart = null;
    clearEpoch(this.state);
    const restored = this.epoch === 0 ? "first weights" : `weights of epoch ${this.epoch}`;
    return this.end(
      "diverged",
      `${what} became ${value} in ${position}, with learning rate ${Number(rate.toPrecision(3))}; ` +
        `the ${restored} are back in the network; try a lower learning rate, such as ${Number(lower.toPrecision(1))}`,
    );
  }

  async call(event: "onStart" | "onProgress" | "onEpoch"): Promise<string | null> {
    let stop: string | null = null;
    for (const callback of this.settings.callbacks) {
      const answer = await waitFor(callback[event]?.(this.progress()), this.settings.signal);
      stop ??= answer?.stop ?? null;
    }
    return stop;
  }

  private async end(status: TrainingStatus, message: string): Promise<History> {
    const history = new History([...this.state.history], status, message);
    const { callbacks, signal } = this.settings;
    for (const callback of callbacks) await waitFor(callback.onEnd?.(this.progress(), history), signal);
    return history;
  }

  private progress(): Progress {
    const { network, state, data, settings } = this;
    const done = Math.min(state.batch * settings.batchSize, data.length);
    return {
      ...{ network, data, settings },
      history: state.history,
      epoch: Math.min(this.epoch + 1, this.epochs),
      epochs: this.epochs,
      batch: state.batch,
      batches: this.batches,
      loss: state.lossSum / done,
      accuracy: data.labels === null ? Number.NaN : state.correct / done,
      guessing: this.guessing,
      learningRate: this.learningRate,
      samples: this.samples,
      seconds: (performance.now() - this.started) / 1000,
    };
  }
}

/** The state that the network was left in, made ready for a run with these settings. */
function resume(network: Network, data: Dataset, settings: Settings): LiveState {
  const state = stateOf(network);
  const { batchSize, seed, epochs, loss, augmentation } = settings;
  const varied = augmentation === undefined ? "" : `, varied by ${JSON.stringify(augmentation)}`;
  const batchesOf = `${data.length} samples in batches of ${batchSize}, seed ${seed}, ${loss}${varied}`;
  if (state.batchesOf !== batchesOf) clearEpoch(state);
  state.batchesOf = batchesOf;
  const goesOn = state.runStart !== null && state.runStart + epochs > state.history.length;
  if (!goesOn) {
    state.runStart = state.history.length;
    state.best = null;
  }
  return state;
}

/** The share of the most frequent of the labels, NaN without labels. */
function mostFrequentShare(labels: Int32Array | null): number {
  if (labels === null) return Number.NaN;
  const counts: number[] = [];
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts.reduce((most, times) => Math.max(most, times), 0) / labels.length;
}

const count = (value: number): string => value.toLocaleString("en");
