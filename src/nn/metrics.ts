import { DataError, isCount, Problems, show } from "../errors";
import type { Tensor } from "../tensor";

/** The class that a row of outputs speaks for: the largest, or with one output whether it passes `threshold`. */
export function predictedClass(outputs: Tensor, row: number, threshold = 0.5): number {
  const width = outputs.shape[1];
  const start = outputs.rowStart(row);
  if (width === 1) return outputs.data[start] > threshold ? 1 : 0;
  let best = 0;
  for (let j = 1; j < width; j++) if (outputs.data[start + j] > outputs.data[start + best]) best = j;
  return best;
}

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
