import type { Dataset } from "../../dataset";
import { isCount, isPositive, Problems } from "../../errors";
import { Network } from "../../nn/network";
import type { Shape } from "../../tensor";
import { checkData } from "../../training/options";
import { inNotebook, newDisplay, shown } from "../display";
import { grouped } from "../format";
import { type FirstLayer, firstLayer, type NeuronWeights, strongestSamples, weightsOf } from "./first-layer";
import { nameOf, rangeOf, weightsHtml } from "./weights-html";

export interface WeightPicturesOptions {
  /** [height, width, channels] of what the first layer looks at, where that is rows of pixels. Default: a square. */
  shape?: Shape;
  /** How wide a picture is shown, in pixels of the page. Default 64. */
  size?: number;
  /** More neurons than this are left out. Default 32. */
  most?: number;
  /** How many samples are shown for a neuron. Default 8. */
  samples?: number;
}

/**
 * Shows the weights of the first layer as pictures, one for each neuron or filter: blue where light speaks for it, orange
 * where it speaks against it, on one scale for all. With `data`, a click on a neuron (or Enter) shows the samples that
 * excite it most. Returns both.
 *
 * Works with any network that looks at images. Throws an OptionsError that lists every wrong option, and as `firstLayer`.
 */
export function weightPictures(
  network: Network,
  data: Dataset | null = null,
  options: WeightPicturesOptions = {},
): NeuronWeights[] {
  const { size = 64, most = 32, samples = 8 } = options ?? {};
  const problems = new Problems();
  problems.expect(network instanceof Network, "network", "a Network", network);
  problems.expectKnownKeys(options, ["shape", "size", "most", "samples"]);
  problems.expect(isPositive(size), "size", "a number of pixels > 0", size);
  problems.expect(isCount(most), "most", "a whole number ≥ 1", most);
  problems.expect(isCount(samples), "samples", "a whole number ≥ 1", samples);
  problems.throwIfAny("weightPictures");
  if (data !== null) checkData("weightPictures", network, data, {});
  const first = firstLayer("weightPictures", network, options.shape);
  const units = Math.min(first.units, most);
  const strongest = data === null ? [] : strongestSamples(network, first, data, units, samples);
  const neurons = Array.from({ length: units }, (_, unit) => ({
    weights: weightsOf(first, unit),
    strongest: strongest[unit] ?? [],
  }));
  const title = titleOf(first, units);
  const look = { title, size, shape: options.shape };
  const text = [title, ...neurons.map((neuron, i) => describe(neuron, i, data))].join("\n");
  if (inNotebook()) {
    newDisplay().update({ "text/html": weightsHtml(neurons, data, look), "text/plain": text });
  } else console.log(text);
  return shown(neurons);
}

function titleOf({ layer, place, units: all }: FirstLayer, units: number): string {
  const what = "filters" in layer ? "filters" : "neurons";
  const which = units < all ? `the first ${units} of ${grouped(all)} ${what}` : `${units} ${what}`;
  return `layer ${place} ${layer.name}, weights of ${which}: blue speaks for, orange against`;
}

/** A neuron in a line of text. */
function describe({ weights, strongest }: NeuronWeights, i: number, data: Dataset | null): string {
  const excited =
    data === null ? "" : `, most excited by ${strongest.map(({ index }) => nameOf(data, index)).join(", ")}`;
  return `${i + 1}: ${rangeOf(weights)}${excited}`;
}
