import type { Layer } from "../../nn/layers";
import type { Network } from "../../nn/network";
import { type Shape, sameShape, type Tensor } from "../../tensor";

/** What stands in one column of a diagram: the inputs, or a layer with those behind it that change no shape. */
export interface DiagramColumn {
  /** The names of the layers, or "input". */
  readonly names: readonly string[];
  /** The shape of one sample here. */
  readonly shape: Shape;
  /** Which units are drawn, in order; none of an image, which is drawn as a block. */
  readonly units: readonly number[];
  /** From the units of the column before, where this one weighs them. */
  readonly connections: readonly Connection[];
}

/** A weight, between the units `from` and `to` of two neighbouring columns. */
export interface Connection {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
}

/** A column while it is put together. `weights` are [units before, units]. */
interface Draft {
  readonly names: string[];
  readonly shape: Shape;
  readonly weights: Tensor | null;
}

/** The columns of a network, with at most `most` units of each: of a wide layer those with the largest weights. */
export function columnsOf(network: Network, most: number): DiagramColumn[] {
  const drafts: Draft[] = [{ names: ["input"], shape: network.inputShape, weights: null }];
  for (const layer of network.layers) {
    const before = drafts[drafts.length - 1];
    const weights = weightsOf(layer);
    // Dropout, BatchNorm and their like: nothing moves, so they stand with what they follow.
    if (weights === null && sameShape(layer.outputShape, before.shape)) before.names.push(layer.name);
    else {
      const dense = weights?.shape.length === 2 ? weights : null;
      drafts.push({ names: [layer.name], shape: layer.outputShape, weights: dense });
    }
  }
  const units = drafts.map(({ shape, weights }, i) => {
    if (shape.length !== 1) return [];
    return unitsOf(shape[0], weights, drafts[i + 1]?.weights ?? null, most);
  });
  return drafts.map(({ names, shape, weights }, i) => {
    const connections = weights === null ? [] : connectionsOf(weights, units[i - 1], units[i]);
    return { names, shape, units: units[i], connections };
  });
}

/** The numbers of a layer that are no bias and no statistics. */
const weightsOf = ({ parameters }: Layer): Tensor | null =>
  parameters.find(({ value }) => value.shape.length > 1)?.value ?? null;

/** All units, or the `most` whose weights (to both sides) have the largest squares. */
function unitsOf(count: number, incoming: Tensor | null, outgoing: Tensor | null, most: number): number[] {
  const all = Array.from({ length: count }, (_, i) => i);
  if (count <= most) return all;
  const strength = all.map(() => 0);
  incoming?.data.forEach((weight, i) => {
    strength[i % count] += weight ** 2;
  });
  outgoing?.data.forEach((weight, i) => {
    strength[Math.floor(i / outgoing.shape[1])] += weight ** 2;
  });
  const strongest = all.sort((a, b) => strength[b] - strength[a] || a - b).slice(0, most);
  return strongest.sort((a, b) => a - b);
}

const connectionsOf = (weights: Tensor, from: readonly number[], to: readonly number[]): Connection[] =>
  from.flatMap((one) => to.map((other) => ({ from: one, to: other, weight: weights.at(one, other) })));
