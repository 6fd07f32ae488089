import { NeuralNetworkError } from "../errors";

/** What one epoch brought. Accuracies are shares from 0 to 1, NaN where there are no classes or no validation data. */
export interface EpochRecord {
  /** Counted from 1. */
  readonly epoch: number;
  /** The mean loss over the epoch, measured before each batch's update. */
  readonly loss: number;
  readonly accuracy: number;
  /** The loss on the validation data after the epoch. */
  readonly validationLoss: number;
  readonly validationAccuracy: number;
  readonly learningRate: number;
  /** Spent on training, without validation. */
  readonly seconds: number;
}

/** The names of all that is kept of an epoch, in the order of tables and files. */
export const epochColumns: readonly (keyof EpochRecord)[] = [
  ...(["epoch", "loss", "accuracy", "validationLoss", "validationAccuracy"] as const),
  ...(["learningRate", "seconds"] as const),
];

export type TrainingStatus = "finished" | "stopped" | "diverged";

/** All epochs that a network has been trained for since it was built, and how the last call of `fit` ended. */
export class History {
  constructor(
    readonly epochs: readonly EpochRecord[],
    readonly status: TrainingStatus,
    /** How it ended, in a sentence. */
    readonly message: string,
  ) {}

  /** The last completed epoch. Throws a NeuralNetworkError if there is none yet. */
  get last(): EpochRecord {
    const last = this.epochs[this.epochs.length - 1];
    if (last === undefined) {
      throw new NeuralNetworkError(
        "History: no epoch has been completed yet. Run the training cell again to go on.",
      );
    }
    return last;
  }

  /** All epochs as text that spreadsheets read: a line for each, under a line of names, nothing where a value is NaN. */
  toCsv(): string {
    const lines = this.epochs.map((record) =>
      epochColumns.map((name) => (Number.isNaN(record[name]) ? "" : String(record[name]))).join(","),
    );
    return `${[epochColumns.join(","), ...lines].join("\n")}\n`;
  }

  /** The epochs, and how training ended, as JSON; null where a value is not a finite number. */
  toJson(): string {
    const { status, message, epochs } = this;
    return JSON.stringify({ status, message, epochs }, null, 2);
  }

  /** A table with a line for each epoch. */
  toString(): string {
    const lines = this.epochs.map((record) =>
      [
        String(record.epoch).padStart(5),
        record.loss.toFixed(4).padStart(10),
        percent(record.accuracy).padStart(10),
        (Number.isNaN(record.validationLoss) ? "" : record.validationLoss.toFixed(4)).padStart(16),
        percent(record.validationAccuracy).padStart(20),
        record.learningRate.toPrecision(3).padStart(14),
      ].join(""),
    );
    const head = "epoch      loss  accuracy validation loss validation accuracy learning rate";
    return [head, ...lines, this.message].join("\n");
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/** A share from 0 to 1 as "95.83 %", and nothing for NaN. */
export const percent = (share: number): string =>
  Number.isNaN(share) ? "" : `${(share * 100).toFixed(2)} %`;
