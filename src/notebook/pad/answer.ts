import type { Layer } from "../../nn/layers";
import { type Shape, sizeOf, Tensor } from "../../tensor";
import { kindOf } from "./model";

/** How much one number of a column adds to one of the next, for the picture that is looked at. */
export interface Link {
  readonly from: number;
  readonly to: number;
  readonly amount: number;
}

/** What a layer makes of the picture: neurons [units], or maps [height, width, channels]. The first column is the picture. */
export interface Column {
  readonly name: string;
  readonly shape: Shape;
  readonly values: Float32Array;
  /** The strongest connections that come in, the strongest first; none to the picture. */
  readonly links: readonly Link[];
  /** What goes through every connection that comes in. */
  readonly amounts: Amounts;
  /** Of neurons that look at the picture itself: how each pixel speaks for them, [784, units]. */
  readonly weights: Tensor | null;
}

/** What goes from each item of a column to each of the next, [from · next + to], and how many the next has. */
interface Amounts {
  readonly amounts: Float32Array;
  readonly next: number;
}

const nothing: Amounts = { amounts: new Float32Array(0), next: 1 };

/** More links between two columns than this hide each other. */
const MOST_LINKS = 72;

/**
 * What the network makes of a picture of 784 pixels, layer by layer; the last column is its answer. Layers that only
 * rearrange or rescale the numbers of the column before have none of their own.
 */
export function answerTo(picture: Float32Array, inputShape: Shape, layers: readonly Layer[]): Column[] {
  const columns: Column[] = [
    {
      ...{ name: "picture", shape: [28, 28, 1], values: Float32Array.from(picture) },
      ...{ links: [], amounts: nothing, weights: null },
    },
  ];
  let x = new Tensor(picture, [1, ...inputShape]);
  for (const layer of layers) {
    const y = layer.forward(x);
    const before = columns[columns.length - 1];
    const kind = kindOf(layer);
    if (rescaling.includes(kind) && columns.length > 1) {
      // The column shows what the next layer is given.
      const [, activation] = kind === "ActivationLayer" ? layer.name.split(" ") : [];
      const name = activation === undefined ? before.name : before.name.replace("linear", activation);
      columns[columns.length - 1] = { ...before, name, values: Float32Array.from(y.data) };
    } else if (kind in linksOf) {
      const amounts = linksOf[kind](x.data, before.shape, layer);
      const values = Float32Array.from(y.data.subarray(0, sizeOf(layer.outputShape)));
      const weights = kind === "Dense" && columns.length === 1 ? layer.parameters[0].value : null;
      const links = strongest(amounts);
      columns.push({ name: layer.name, shape: layer.outputShape, values, links, amounts, weights });
    }
    x = y;
  }
  return columns;
}

const rescaling = ["BatchNorm", "Rescaling", "ActivationLayer"];

/** The item of a column that number k belongs to: itself, or its map. */
const itemOf = (k: number, shape: Shape): number => (isMaps(shape) ? k % shape[2] : k);

/** Whether a column shows maps. The picture is a single one, and its pixels are items of their own. */
export const isMaps = (shape: Shape): boolean => shape.length === 3 && shape[2] > 1;

const linksOf: Record<string, (x: ArrayLike<number>, shape: Shape, layer: Layer) => Amounts> = {
  /** A sum z = Σ xₖ·Wₖⱼ + b: the number k adds xₖ·Wₖⱼ to neuron j, and a map adds what its numbers do together. */
  Dense(x, shape, { parameters: [{ value: W }] }) {
    const [inputs, next] = W.shape;
    const amounts = new Float32Array((isMaps(shape) ? shape[2] : inputs) * next);
    for (let k = 0; k < inputs; k++) {
      if (x[k] === 0) continue;
      const item = itemOf(k, shape) * next;
      for (let j = 0; j < next; j++) amounts[item + j] += x[k] * W.data[k * next + j];
    }
    return { amounts, next };
  },

  /** Map i adds to map j, in the mean over the places of the filter, about its own mean times the sum of the filter's weights for it. */
  Conv2D(x, _, { parameters: [{ value: W }] }) {
    const [height, width, inputs, next] = W.shape;
    const means = meansOf(x, inputs);
    const amounts = new Float32Array(inputs * next);
    for (let w = 0; w < height * width * inputs * next; w++) {
      const item = w % (inputs * next);
      amounts[item] += means[Math.floor(item / next)] * W.data[w];
    }
    return { amounts, next };
  },

  MaxPool2D: (x, shape) => oneToOne(meansOf(x, shape[2])),

  GlobalAveragePooling2D: (x, shape) => oneToOne(meansOf(x, shape[2])),
};

/** The mean of every channel. */
function meansOf(x: ArrayLike<number>, channels: number): Float32Array {
  const means = new Float32Array(channels);
  for (let k = 0; k < x.length; k++) means[k % channels] += (x[k] * channels) / x.length;
  return means;
}

function oneToOne(amounts: Float32Array): Amounts {
  const next = amounts.length;
  const square = new Float32Array(next * next);
  for (let i = 0; i < next; i++) square[i * next + i] = amounts[i];
  return { amounts: square, next };
}

/** The strongest connections of one item of a column alone: those that come into it, or those that go out into the next. */
export const linksInto = ({ amounts }: Column, item: number): Link[] =>
  strongest(amounts, item, amounts.next);

export const linksOutOf = (next: Column, item: number): Link[] =>
  strongest(next.amounts, item * next.amounts.next, 1, (item + 1) * next.amounts.next);

/** The amounts that are furthest from 0, of those from `start` to `end` that lie `step` apart. */
function strongest({ amounts, next }: Amounts, start = 0, step = 1, end = amounts.length): Link[] {
  const best: number[] = [];
  for (let i = start; i < end; i += step) {
    const size = Math.abs(amounts[i]);
    if (!(size > 0) || (best.length === MOST_LINKS && size <= Math.abs(amounts[best[MOST_LINKS - 1]])))
      continue;
    let place = best.length;
    while (place > 0 && Math.abs(amounts[best[place - 1]]) < size) place--;
    best.splice(place, 0, i);
    if (best.length > MOST_LINKS) best.pop();
  }
  return best.map((i) => ({ from: Math.floor(i / next), to: i % next, amount: amounts[i] }));
}
