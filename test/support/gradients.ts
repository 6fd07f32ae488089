import type { Network } from "../../src/nn/network";
import type { Numbers, Tensor } from "../../src/tensor";

/**
 * The step h of a central difference with four points, f′ ≈ (8·(f(x+h) − f(x−h)) − (f(x+2h) − f(x−2h))) / 12h.
 *
 * Its error is h⁴/30·f⁽⁵⁾ from the curve, below 10⁻¹⁶ here, and about 10⁻¹⁶·f/h from rounding, 10⁻¹² for a loss near 1.
 */
export const STEP = 2e-4;

/**
 * The relative error allowed for a weight matrix or a bias, by its largest number. Half of them agree to
 * 10⁻¹¹; the worst, a gradient near zero, to 2·10⁻⁸. A wrong formula is off by 10⁻³ and more.
 */
export const TOLERANCE = 1e-7;

/** The derivative of `f` with respect to each of the numbers, which `f` reads and this function wiggles in place. */
export function numericalGradient(f: () => number, numbers: Numbers): Float64Array {
  const gradient = new Float64Array(numbers.length);
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i];
    const at = (steps: number) => {
      numbers[i] = value + steps * STEP;
      return f();
    };
    gradient[i] = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * STEP);
    numbers[i] = value;
  }
  return gradient;
}

/** The gradients that the last `backward` left behind, in the order of `getParameters`. */
export function gradientsOf(network: Network): Float64Array {
  const flat = new Float64Array(network.parameterCount);
  let offset = 0;
  for (const { gradient } of network.parameters) {
    flat.set(gradient.data, offset);
    offset += gradient.size;
  }
  return flat;
}

/** How near any ReLU's sum comes to 0, where the function has no derivative and a central difference would lie. */
export function distanceToKink(network: Network, x: Tensor): number {
  let nearest = Number.POSITIVE_INFINITY;
  let input = x;
  for (const layer of network.layers) {
    if ("logits" in layer && "activation" in layer && layer.activation === "relu") {
      const { logits } = layer as unknown as { logits(x: Tensor): Tensor };
      for (const z of logits.call(layer, input).data) nearest = Math.min(nearest, Math.abs(z));
    }
    input = layer.forward(input);
  }
  return nearest;
}
