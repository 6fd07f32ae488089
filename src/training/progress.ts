import type { Dataset } from "../dataset";
import type { Network } from "../nn/network";
import type { EpochRecord, History } from "./history";
import type { Settings } from "./options";

/** Where training stands, as callbacks are shown it. */
export interface Progress {
  readonly network: Network;
  /** What is learned from. */
  readonly data: Dataset;
  /** What `fit` was told, with every default filled in. */
  readonly settings: Settings;
  /** The epochs completed so far. */
  readonly history: readonly EpochRecord[];
  /** The epoch that is running, counted from 1, and the one at which training will be finished. */
  readonly epoch: number;
  readonly epochs: number;
  /** Batches done in the running epoch, and how many it has. */
  readonly batch: number;
  readonly batches: number;
  /** Mean over the batches done in the running epoch; NaN before the first. */
  readonly loss: number;
  readonly accuracy: number;
  /** The accuracy of always guessing the most frequent class; NaN where there are no classes. */
  readonly guessing: number;
  readonly learningRate: number;
  /** Samples trained on and seconds passed since `fit` was called. */
  readonly samples: number;
  readonly seconds: number;
}

export interface Stop {
  readonly stop: string;
}

/** What can be plugged into training. `fit` waits for what a callback returns. */
export interface Callback {
  /** Before the first batch. */
  onStart?(progress: Progress): void | Promise<void>;
  /** About twenty times a second, between two batches. */
  onProgress?(progress: Progress): void | Promise<void>;
  /**
   * After every epoch, which is then the last one in `progress.history`. To end training here, return the reason for it:
   * `{ stop: "it is good enough" }`.
   */
  onEpoch?(progress: Progress): Stop | void | Promise<Stop | undefined> | Promise<void>;
  /** After the last batch, however training ended. */
  onEnd?(progress: Progress, history: History): void | Promise<void>;
}
