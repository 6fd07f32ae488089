import { NeuralNetworkError, ShapeError } from "../errors";
import { type NestedNumbers, Tensor } from "../tensor";

export interface AgreeOptions {
  /** The largest difference that is accepted. Default 0.00001. */
  within?: number;
  /** What is compared, for the line that is printed. Default "by hand and library". */
  what?: string;
}

/**
 * Prints that two values agree: none of their numbers, in the same order, differ by more than `within`. Throws a
 * NeuralNetworkError that names the largest difference if one does, and a ShapeError if the counts of numbers differ.
 */
export function agree(
  one: NestedNumbers | Tensor,
  other: NestedNumbers | Tensor,
  { within = 1e-5, what = "by hand and library" }: AgreeOptions = {},
): void {
  const [a, b] = [one, other].map(
    (value) => (value instanceof Tensor ? value : Tensor.from(value)).copy().data,
  );
  if (a.length !== b.length) {
    throw new ShapeError(
      `agree: expected as many numbers in one as in the other of ${what}, received ${a.length} and ${b.length}.`,
    );
  }
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  if (!(largest <= within)) {
    throw new NeuralNetworkError(
      `agree: ${what} differ by ${largest}, more than ${within}.\none:   ${a.join(", ")}\nother: ${b.join(", ")}`,
    );
  }
  // The difference itself depends on the order in which numbers were added: the limit does not.
  console.log(`✓ ${what} agree (largest difference at most ${within})`);
}
