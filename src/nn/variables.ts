import { OptionsError, showCount } from "../errors";
import type { Kernels } from "../kernels/kernels";
import { type Numbers, type Shape, showShape, sizeOf } from "../tensor";
import type { Parameter, Variable } from "./layers";

/** With their gradients and what an optimizer remembers of them, these are up to 4 GiB. */
const MAXIMUM_PARAMETERS = 2 ** 28;

/** Throws an OptionsError for more parameters than a network can be trained with. */
export function checkParameters(where: string, count: number): void {
  if (count <= MAXIMUM_PARAMETERS) return;
  throw new OptionsError(
    `${where}: expected at most ${showCount(MAXIMUM_PARAMETERS)} parameters, received ${showCount(count)}. ` +
      "Use fewer or smaller layers.",
  );
}

/** A parameter of zeros. Throws an OptionsError for more numbers than a whole network may have. */
export function parameter(name: string, shape: Shape, kernels: Kernels): Parameter {
  checkParameters(`Network: ${name} ${showShape(shape)}`, sizeOf(shape));
  return { name, value: kernels.zeros(shape), gradient: kernels.zeros(shape) };
}

/** How many numbers the variables hold in all. */
export const countNumbers = (variables: readonly Variable[]): number =>
  variables.reduce((count, { value }) => count + value.size, 0);

/** Copies the numbers of all variables, one after the other, into `flat` if that is of their size; returns the copy. */
export function readNumbers(variables: readonly Variable[], flat: Numbers | null = null): Numbers {
  const count = countNumbers(variables);
  const double = variables.some(({ value }) => value.data instanceof Float64Array);
  // Outside of the kernels' memory: a copy is not computed on.
  const fresh = () => (double ? new Float64Array(count) : new Float32Array(count));
  const copy = flat?.length === count ? flat : fresh();
  let offset = 0;
  for (const { value } of variables) {
    copy.set(value.data, offset);
    offset += value.data.length;
  }
  return copy;
}

/** Puts back what `readNumbers` copied. */
export function writeNumbers(variables: readonly Variable[], flat: ArrayLike<number>): void {
  let offset = 0;
  for (const { value } of variables) {
    for (let i = 0; i < value.data.length; i++) value.data[i] = flat[offset++];
  }
}

/** A number that is not finite, if there is one. */
export function findNonFinite(variables: readonly Variable[]): number | undefined {
  for (const { value } of variables) {
    const wrong = value.data.find((number) => !Number.isFinite(number));
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}
