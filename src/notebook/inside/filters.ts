import { ShapeError, show } from "../../errors";
import type { Conv2D } from "../../nn/convolution";
import type { Layer } from "../../nn/layers";
import type { Network } from "../../nn/network";
import { sameShape, showShape, Tensor } from "../../tensor";
import { inNotebook, newDisplay, shown } from "../display";
import { decimal } from "../format";
import { imageTag } from "../pictures/png";

/** One filter of a convolution, and what it makes of a picture. */
export interface FilterResponse {
  /** [kernelHeight, kernelWidth, channels]. */
  readonly weights: Tensor;
  /** [height, width]: how strongly the filter answers at each place, after the activation. */
  readonly response: Tensor;
}

const FILTER_SIZE = 48;
const RESPONSE_SIZE = 96;
const CELL_WIDTH = RESPONSE_SIZE + 12;
const COLUMNS = 8;

/**
 * Shows the filters of the network's first convolution, and below each the places of `picture` [...inputShape] that it
 * answers to: the brighter, the more strongly, on one scale for all. Returns the filters and their responses, none where
 * the network has no convolution. Throws a ShapeError for a picture of another shape.
 */
export function filterResponses(network: Network, picture: Tensor): FilterResponse[] {
  if (!(picture instanceof Tensor) || !sameShape(picture.shape, network.inputShape)) {
    const received = picture instanceof Tensor ? showShape(picture.shape) : show(picture);
    throw new ShapeError(
      `filterResponses: expected one picture ${showShape(network.inputShape)}, received ${received}.`,
    );
  }
  const place = network.layers.findIndex(isConvolution);
  if (place < 0) {
    console.log("This network has no convolution, and so no filters to look at.");
    return shown([]);
  }
  let x = picture.reshape([1, ...network.inputShape]);
  for (const layer of network.layers.slice(0, place + 1)) x = layer.forward(x);
  const [{ value: weights }] = network.layers[place].parameters;
  const responses = splitFilters(weights, x);
  const strongest = responses.map(({ response }) => largest(response, (value) => value));
  const text = strongest.map((most, i) => `filter ${i + 1}: strongest response ${decimal(most)}`).join("\n");
  if (inNotebook())
    newDisplay().update({ "text/html": responsesHtml(responses, strongest), "text/plain": text });
  else console.log(text);
  return shown(responses);
}

// By what it has and not by its class, which is another one after an edit of its file.
const isConvolution = (layer: Layer): layer is Conv2D => "filters" in layer && "kernelSize" in layer;

/** weights [kernelHeight, kernelWidth, channels, filters] and y [1, height, width, filters], filter by filter. */
function splitFilters(weights: Tensor, y: Tensor): FilterResponse[] {
  const filters = y.shape[3];
  const every = (tensor: Tensor, first: number, shape: readonly number[]) =>
    Tensor.from(
      Float32Array.from({ length: tensor.size / filters }, (_, i) => tensor.data[first + i * filters]),
      shape,
    );
  return Array.from({ length: filters }, (_, filter) => ({
    weights: every(weights, filter, weights.shape.slice(0, 3)),
    response: every(y, filter, y.shape.slice(1, 3)),
  }));
}

function responsesHtml(responses: readonly FilterResponse[], strongest: readonly number[]): string {
  const scale = Math.max(...strongest) || 1;
  const cells = responses.map(({ weights, response }, i) => {
    const [height, width] = response.shape;
    const parts = [
      filterTag(weights, `weights of filter ${i + 1}`),
      imageTag(
        response.data.map((value) => value / scale),
        [height, width, 1],
        RESPONSE_SIZE,
        `response of filter ${i + 1}, at most ${decimal(strongest[i])}`,
      ),
      `filter ${i + 1}`,
    ];
    const style = `display:inline-block;width:${CELL_WIDTH}px;text-align:center;vertical-align:bottom;padding-bottom:8px`;
    return `<div style="${style}">${parts.filter((part) => part !== "").join("<br>")}</div>`;
  });
  return `<div style="max-width:${COLUMNS * CELL_WIDTH}px;font-size:11px;line-height:1.6;text-align:left;image-rendering:pixelated">${cells.join("")}</div>`;
}

/** Weights as a picture: grey is 0, lighter is positive, darker negative. Only of 1 or 3 channels can one be made. */
function filterTag(weights: Tensor, alt: string): string {
  const [height, width, channels] = weights.shape;
  if (channels !== 1 && channels !== 3) return "";
  const most = largest(weights, Math.abs) || 1;
  return imageTag(
    weights.data.map((value) => 0.5 + value / (2 * most)),
    [height, width, channels],
    FILTER_SIZE,
    alt,
  );
}

function largest({ data }: Tensor, measure: (value: number) => number): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < data.length; i++) most = Math.max(most, measure(data[i]));
  return most;
}
