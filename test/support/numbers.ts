import type { Random } from "../../src/random";
import { type Numbers, type Shape, Tensor } from "../../src/tensor";

/** A tensor of normal numbers, in the memory that `zeros` gives. */
export function randomTensor(
  shape: Shape,
  random: Random,
  zeros: (shape: Shape) => Tensor = Tensor.zeros,
): Tensor {
  const tensor = zeros(shape);
  for (let i = 0; i < tensor.data.length; i++) tensor.data[i] = random.normal();
  return tensor;
}

/** A tensor of the given numbers, in the memory that `zeros` gives. */
export function tensorOf(
  values: ArrayLike<number>,
  shape: Shape,
  zeros: (shape: Shape) => Tensor = Tensor.zeros,
): Tensor {
  const tensor = zeros(shape);
  tensor.data.set(values);
  return tensor;
}

/** The largest difference of two lists, as a share of the largest number expected. NaN if anything is not finite. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.NaN;
  let difference = 0;
  let magnitude = 0;
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    magnitude = Math.max(magnitude, Math.abs(expected[i]));
  }
  return difference === 0 ? 0 : difference / Math.max(magnitude, Number.MIN_VALUE);
}

/** The bits of numbers, so that a comparison tells 0 from −0 and sees every last digit. */
export const bitsOf = (numbers: Numbers): string => {
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  return Buffer.from(bytes).toString("hex");
};
