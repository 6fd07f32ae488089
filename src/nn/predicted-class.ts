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
