import type { Layer } from "../nn/layers";
import type { Network } from "../nn/network";
import type { Numbers } from "../tensor";
import type { Optimizer } from "./optimizers";
import { copyNumbers, restoreNumbers } from "./state";

/**
 * How far the next step of the optimizer would go, with the gradients that the network holds now: for each layer
 * ‖ΔW‖ / ‖W‖ over its weights, null where there are none. The step is tried and taken back. About 0.001 is usual for
 * networks that learn well (Karpathy, CS231n, "Ratio of weights:updates").
 */
export function updateRatios(network: Network, optimizer: Optimizer, rate: number): (number | null)[] {
  const before = copyNumbers(network, optimizer.memory);
  const weights = network.layers.map((layer) => weightsOf(layer).map((numbers) => numbers.slice()));
  optimizer.step(rate);
  const ratios = network.layers.map((layer, i) => ratioOf(weights[i], weightsOf(layer)));
  restoreNumbers(network, optimizer.memory, before);
  return ratios;
}

/** Without biases, γ and β: they begin at 0 or 1, which says nothing about the size of a step. */
const weightsOf = ({ parameters }: Layer): Numbers[] =>
  parameters.filter(({ value }) => value.shape.length > 1).map(({ value }) => value.data);

function ratioOf(before: readonly Numbers[], after: readonly Numbers[]): number | null {
  let [change, size] = [0, 0];
  before.forEach((numbers, k) => {
    for (let i = 0; i < numbers.length; i++) {
      change += (after[k][i] - numbers[i]) ** 2;
      size += numbers[i] ** 2;
    }
  });
  return size === 0 ? null : Math.sqrt(change / size);
}
