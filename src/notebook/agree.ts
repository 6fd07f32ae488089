import { NeuralNetworkError, ShapeError } from "../errors";
import { type NestedNumbers, Tensor } from "../tensor";

/**
 * Compares what was computed by hand with what the library computed, prints the largest difference, and throws a
 * NeuralNetworkError if it exceeds `within`, a ShapeError if the counts differ.
 */
export function agree(
  byHand: NestedNumbers | Tensor,
  library: NestedNumbers | Tensor,
  { within = 1e-5 } = {},
): void {
  const [a, b] = [byHand, library].map(
    (value) => (value instanceof Tensor ? value : Tensor.from(value)).copy().data,
  );
  if (a.length !== b.length) {
    throw new ShapeError(`agree: ${a.length} numbers by hand, ${b.length} from the library.`);
  }
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  if (!(largest <= within)) {
    throw new NeuralNetworkError(
      `agree: by hand and library differ by ${largest}, more than ${within}.\nby hand: ${a.join(", ")}\nlibrary: ${b.join(", ")}`,
    );
  }
  console.log(`✓ by hand and library agree to ${within}`);
}
