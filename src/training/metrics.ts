import { DataError, isCount, Problems, show } from "../errors";
import { predictedClass } from "../nn/predicted-class";
import type { Tensor } from "../tensor";

/** How many rows of outputs (or of logits) speak for the class that the targets name. Both [batch, outputs]. */
export function countCorrect(outputs: Tensor, targets: Tensor, logits: boolean): number {
  // A logit of 0 is a probability of one half.
  const threshold = logits ? 0 : 0.5;
  let correct = 0;
  for (let row = 0; row < outputs.shape[0]; row++) {
    if (predictedClass(outputs, row, threshold) === predictedClass(targets, row)) correct++;
  }
  return correct;
}

/**
 * How often each class was taken for which: element [actual, predicted] counts samples.
 * Throws an OptionsError for counts that differ, and a DataError for a class that is not one of `classes`.
 */
export function countConfusions(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
): number[][] {
  const problems = new Problems();
  problems.expect(isCount(classes), "classes", "a whole number ≥ 1", classes);
  problems.expect(
    actual?.length === predicted?.length,
    "predicted",
    `as many classes as actual has, ${actual?.length}`,
    predicted?.length,
  );
  problems.throwIfAny("countConfusions");
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < actual.length; i++) {
    if (counts[actual[i]]?.[predicted[i]] === undefined) {
      throw new DataError(
        `countConfusions: expected classes from 0 to ${classes - 1}, ` +
          `received ${show(actual[i])} and ${show(predicted[i])} for sample ${i}.`,
      );
    }
    counts[actual[i]][predicted[i]]++;
  }
  return counts;
}

/** How well one class is recognised; shares from 0 to 1. */
export interface ClassMetrics {
  /** Samples of this class. */
  readonly count: number;
  /** Of the samples taken for this class, the share that is of it; NaN where none was taken for it. */
  readonly precision: number;
  /** Of the samples of this class, the share that was taken for it; NaN where there is none. */
  readonly recall: number;
  /** 2·precision·recall / (precision + recall), which is 2·right / (count + taken); NaN where nothing is of it or taken for it. */
  readonly f1: number;
}

/** The metrics of every class, from a matrix [actual, predicted] as `countConfusions` makes it. */
export function classMetrics(confusions: readonly (readonly number[])[]): ClassMetrics[] {
  return confusions.map((row, i) => {
    const right = row[i];
    const count = row.reduce((sum, n) => sum + n, 0);
    const taken = confusions.reduce((sum, other) => sum + other[i], 0);
    return { count, precision: right / taken, recall: right / count, f1: (2 * right) / (count + taken) };
  });
}

/** The share of samples whose class is right, from a matrix [actual, predicted]. */
export function accuracyOf(confusions: readonly (readonly number[])[]): number {
  const right = confusions.reduce((sum, row, i) => sum + row[i], 0);
  return right / confusions.flat().reduce((sum, n) => sum + n, 0);
}
