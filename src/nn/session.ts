import type { Dataset } from "../dataset";
import { NeuralNetworkError } from "../errors";
import { lasting } from "../reload";
import type { Evaluation } from "./evaluation";
import { type EpochRecord, History, type TrainingStatus } from "./history";
import type { Network } from "./network";
import { type Optimizer, optimizers } from "./optimizers";
import type { Settings } from "./options";
import type { Progress } from "./progress";
import { exponentialDecay } from "./schedules";

/** Milliseconds of training between two looks at the outside: short enough for an interrupt to feel immediate. */
const PAUSE_EVERY = 50;

/** Everything that training needs, beside the network's weights, to go on as if it had never stopped. */
interface TrainingState {
  readonly history: EpochRecord[];
  /** Batches done of the running epoch, and what they add up to. */
  batch: number;
  lossSum: number;
  correct: number;
  seconds: number;
  /** What decides the batches of the running epoch and their loss: it starts over when this changes. */
  batchesOf: string;
  /** Completed epochs when the current run began; null when the last run came to its end. */
  runStart: number | null;
  optimizerName: string;
  optimizer: Optimizer;
  /** The weights after the last completed epoch, from when the next one begins until it is completed. */
  weights: ArrayLike<number> | null;
}

const states = lasting("training states", () => new WeakMap<Network, TrainingState>());
const running = lasting("running trainings", () => new WeakSet<Network>());

/** One call of `fit`: where training stands, when to pause, and how it ends. */
export class Session {
  readonly epochs: number;
  readonly batches: number;
  private readonly state: TrainingState;
  private readonly started = performance.now();
  private lastPause = this.started;
  private samples = 0;

  /** Throws a NeuralNetworkError if the network is being trained already. */
  constructor(
    private readonly network: Network,
    private readonly data: Dataset,
    private readonly settings: Settings,
  ) {
    if (running.has(network)) {
      throw new NeuralNetworkError(
        "fit: this network is being trained already. Wait for that to end or interrupt it.",
      );
    }
    running.add(network);
    this.state = resume(network, data, settings);
    this.epochs = (this.state.runStart ?? 0) + settings.epochs;
    this.batches = Math.ceil(data.length / settings.batchSize);
  }

  /** Completed epochs of the network and completed batches of the running epoch. */
  get epoch(): number {
    return this.state.history.length;
  }

  get batch(): number {
    return this.state.batch;
  }

  get optimizer(): Optimizer {
    return this.state.optimizer;
  }

  get learningRate(): number {
    return exponentialDecay(this.settings.learningRate, this.settings.decay)(this.epoch);
  }

  /** Where the next batch starts and ends in the epoch's order of samples. */
  get range(): [start: number, end: number] {
    const start = this.state.batch * this.settings.batchSize;
    return [start, Math.min(start + this.settings.batchSize, this.data.length)];
  }

  startEpoch(): void {
    this.state.weights ??= this.network.getParameters();
  }

  completeBatch(loss: number, correct: number, count: number, seconds: number): void {
    const { state } = this;
    state.batch++;
    state.lossSum += loss * count;
    state.correct += correct;
    state.seconds += seconds;
    this.samples += count;
  }

  async completeEpoch(validation: Evaluation | null): Promise<void> {
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
    state.weights = null;
    clearEpoch(state);
    await this.call("onEpoch");
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

  async finish(): Promise<History> {
    this.state.runStart = null;
    return this.end("finished", `finished ${this.epoch} ${this.epoch === 1 ? "epoch" : "epochs"}`);
  }

  async stop(): Promise<History> {
    if (this.epoch === this.epochs) return this.finish();
    const position =
      this.batch === 0
        ? `before epoch ${this.epoch + 1} of ${this.epochs}`
        : `at epoch ${this.epoch + 1} of ${this.epochs}, batch ${count(this.batch)} of ${count(this.batches)}`;
    return this.end("stopped", `stopped ${position}; run the cell again to go on`);
  }

  /** Puts back the weights of the last completed epoch. */
  async diverge(loss: number): Promise<History> {
    const position = `epoch ${this.epoch + 1}, batch ${count(Math.min(this.batch + 1, this.batches))} of ${count(this.batches)}`;
    const rate = this.learningRate;
    if (this.state.weights !== null) this.network.setParameters(this.state.weights);
    this.state.weights = null;
    this.state.optimizer = optimizers[this.settings.optimizer]();
    this.state.runStart = null;
    clearEpoch(this.state);
    const restored = this.epoch === 0 ? "first weights" : `weights of epoch ${this.epoch}`;
    return this.end(
      "diverged",
      `the loss became ${loss} in ${position}, with learning rate ${Number(rate.toPrecision(3))}; ` +
        `the ${restored} are back in the network; try a lower learning rate, such as ${Number((this.settings.learningRate / 10).toPrecision(1))}`,
    );
  }

  /** Must be called once, however training ended. */
  close(): void {
    running.delete(this.network);
  }

  async call(event: "onStart" | "onProgress" | "onEpoch"): Promise<void> {
    for (const callback of this.settings.callbacks) await callback[event]?.(this.progress());
  }

  private async end(status: TrainingStatus, message: string): Promise<History> {
    const history = new History([...this.state.history], status, message);
    for (const callback of this.settings.callbacks) await callback.onEnd?.(this.progress(), history);
    return history;
  }

  private progress(): Progress {
    const { state, data } = this;
    const done = Math.min(state.batch * this.settings.batchSize, data.length);
    return {
      network: this.network,
      history: state.history,
      epoch: Math.min(this.epoch + 1, this.epochs),
      epochs: this.epochs,
      batch: state.batch,
      batches: this.batches,
      loss: state.lossSum / done,
      accuracy: data.labels === null ? Number.NaN : state.correct / done,
      learningRate: this.learningRate,
      samples: this.samples,
      seconds: (performance.now() - this.started) / 1000,
    };
  }
}

/** The state that the network was left in, or a new one. */
function resume(network: Network, data: Dataset, settings: Settings): TrainingState {
  const batchesOf = `${data.length} samples in batches of ${settings.batchSize}, seed ${settings.seed}, ${settings.loss}`;
  let state = states.get(network);
  if (state === undefined) {
    state = {
      history: [],
      ...{ batch: 0, lossSum: 0, correct: 0, seconds: 0 },
      batchesOf,
      runStart: null,
      optimizerName: settings.optimizer,
      optimizer: optimizers[settings.optimizer](),
      weights: null,
    };
    states.set(network, state);
  }
  if (state.batchesOf !== batchesOf) clearEpoch(state);
  state.batchesOf = batchesOf;
  if (state.optimizerName !== settings.optimizer) state.optimizer = optimizers[settings.optimizer]();
  state.optimizerName = settings.optimizer;
  const begun = state.runStart;
  state.runStart =
    begun !== null && begun + settings.epochs > state.history.length ? begun : state.history.length;
  return state;
}

function clearEpoch(state: TrainingState): void {
  state.batch = 0;
  state.lossSum = 0;
  state.correct = 0;
  state.seconds = 0;
}

const count = (value: number): string => value.toLocaleString("en");
