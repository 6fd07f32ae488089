import { randomUUID } from "node:crypto";
import type { Dataset } from "../../dataset";
import { type Shape, sizeOf, type Tensor } from "../../tensor";
import { escapeMarkup } from "../format";
import { imageTag } from "../pictures/png";
import type { NeuronWeights } from "./first-layer";
import { brief } from "./inspection-table";

/** Blue and orange, which stay apart for colour-blind readers and can be seen on light and on dark pages. */
const POSITIVE = [0.16, 0.54, 0.8];
const NEGATIVE = [0.9, 0.46, 0.12];

/** Where a page has styles, an open neuron has a line of its own; where it has none, what is in it stands below. */
const STYLE = [
  ".neurons{display:flex;flex-wrap:wrap;gap:8px;padding:3px}",
  ".neurons details[open]{width:100%}",
  ".neurons details>div{padding:6px 0 6px 12px}",
  ".neurons summary{list-style:none;cursor:pointer}",
  ".neurons summary::-webkit-details-marker{display:none}",
  ".neurons summary:focus-visible,.neurons details[open]>summary{outline:2px solid #1976d2;outline-offset:2px}",
].join("");

interface Look {
  readonly title: string;
  readonly size: number;
  /** What samples that are rows of pixels look like. */
  readonly shape?: Shape;
}

/**
 * A picture for each neuron. With data they can be opened, with the mouse or the keyboard, and without a script: the page
 * itself knows how to open and close a `details` element.
 */
export function weightsHtml(neurons: readonly NeuronWeights[], data: Dataset | null, look: Look): string {
  const { title, size } = look;
  const full = fullColor(neurons);
  // Channels stand side by side, and each should be seen.
  const width = size * Math.min(3, neurons[0].weights.shape[2]);
  const group = randomUUID();
  const cells = neurons.map((neuron, i) => {
    const picture = weightsTag(neuron.weights, full, width, `${i + 1}: ${rangeOf(neuron.weights)}`);
    const cell = `width:${width + 8}px;text-align:center`;
    if (data === null) return `<div style="${cell};display:inline-block">${picture}<br>${i + 1}</div>`;
    return [
      `<details name="${group}" style="display:inline-block;vertical-align:top">`,
      `<summary style="${cell}" title="what excites neuron ${i + 1}?">${picture}<br>${i + 1}</summary>`,
      `<div>${samplesHtml(neuron, data, look)}</div></details>`,
    ].join("");
  });
  const hint = data === null ? "" : ". Click one to see what excites it most.";
  // Else JupyterLab would take Enter and the space bar for itself.
  const keys = 'data-lm-suppress-shortcuts="true"';
  return [
    `<style>${STYLE}</style>`,
    `<div style="font-size:11px;line-height:1.4;text-align:left;image-rendering:pixelated">`,
    `<div style="padding-bottom:6px">${escapeMarkup(title)}${hint}</div>`,
    `<div class="neurons" ${keys}>${cells.join("")}</div></div>`,
  ].join("");
}

/** Weights as colours that are the denser, the larger they are: what is 0 lets the page through. Channels stand side by side. */
function weightsTag(weights: Tensor, full: number, size: number, alt: string): string {
  const [height, width, channels] = weights.shape;
  const columns = width * channels;
  const pixels = new Float32Array(height * columns * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < columns; x++) {
      const value = weights.data[(y * width + (x % width)) * channels + Math.floor(x / width)];
      pixels.set([...(value > 0 ? POSITIVE : NEGATIVE), Math.abs(value) / full], (y * columns + x) * 4);
    }
  }
  return imageTag(pixels, [height, columns, 4], size, alt);
}

function samplesHtml({ strongest }: NeuronWeights, data: Dataset, { size, shape }: Look): string {
  return strongest
    .map(({ index, value }) => {
      const name = nameOf(data, index);
      const picture = sampleTag(data.samples.row(index), size, shape, `${name}, sample ${index}`);
      const style = `display:inline-block;width:${size + 8}px;text-align:center;vertical-align:top`;
      return `<div style="${style}">${picture}<br>${escapeMarkup(name)}<br>${brief(value)}</div>`;
    })
    .join("");
}

/** A sample as an image, its pixels from 0 to 1 or, where some lie outside, from the lowest to the highest. */
function sampleTag(sample: Tensor, size: number, shape: Shape | undefined, alt: string): string {
  const side = Math.sqrt(sample.size);
  const square = Number.isInteger(side) ? [side, side, 1] : [1, sample.size, 1];
  const rows = shape !== undefined && sizeOf(shape) === sample.size ? shape : square;
  const [height, width, channels] = sample.shape.length === 3 ? sample.shape : rows;
  const { data } = sample;
  const [low, high] = [Math.min(0, ...data), Math.max(1, ...data)];
  // Of channels that are no colours the first is shown.
  const colored = channels === 3;
  const pixels = Array.from({ length: height * width * (colored ? 3 : 1) }, (_, i) => {
    return (data[colored ? i : i * channels] - low) / (high - low);
  });
  return imageTag(pixels, [height, width, colored ? 3 : 1], size, alt);
}

/** What a sample shows: its class, or which one it is. */
export const nameOf = ({ labels, classes }: Dataset, index: number): string =>
  labels === null ? `sample ${index}` : classes[labels[index]];

export const rangeOf = ({ data }: Tensor): string =>
  `weights from ${brief(Math.min(...data))} to ${brief(Math.max(...data))}`;

/** The size of weight from which on colours are dense: only one in a hundred is larger, so that a few do not pale all others. */
function fullColor(neurons: readonly NeuronWeights[]): number {
  const sizes = neurons.flatMap(({ weights }) => Array.from(weights.data, Math.abs)).sort((a, b) => a - b);
  return sizes[Math.floor(0.99 * (sizes.length - 1))] || 1;
}
