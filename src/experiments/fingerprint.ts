import { createHash, type Hash } from "node:crypto";
import type { Dataset } from "../dataset";
import type { Layer } from "../nn/layers";
import { lasting } from "../reload";
import type { Numbers, Tensor } from "../tensor";
import type { PlannedRun } from "./settings";

/**
 * A text that two trainings with the same seed share only if they would end alike: it stands for the layers and their
 * first weights, the samples, and all options but `callbacks`, which are functions.
 */
export function fingerprint({ data, training, makeNetwork }: PlannedRun): string {
  const { callbacks: _, validation, seed: __, ...options } = training;
  // Any seed would do, as long as it is always the same.
  const network = makeNetwork(1);
  const hash = createHash("sha256");
  hash.update(JSON.stringify([network.inputShape, network.layers.map(describeLayer), options], inOrder));
  hash.update(bytesOf(network.getParameters()));
  hash.update(digestOf(data));
  if (validation !== undefined) hash.update(digestOf(validation));
  return hash.digest("hex");
}

/** What was set when the layer was made. */
const describeLayer = (layer: Layer): unknown[] => [
  layer.name,
  layer.outputShape,
  Object.fromEntries(Object.entries(layer).filter(([, value]) => typeof value !== "object")),
];

const digests = lasting("digests of data sets", () => new WeakMap<Dataset, Buffer>());

/** SHA-256 of everything that can be learned from the data, computed once. */
function digestOf(data: Dataset): Buffer {
  const known = digests.get(data);
  if (known !== undefined) return known;
  const hash = createHash("sha256").update(JSON.stringify([data.classes, data.samples.shape]));
  updateWith(hash, data.samples);
  if (data.labels !== null) hash.update(bytesOf(data.labels));
  if (data.targets !== null) updateWith(hash, data.targets);
  const digest = hash.digest();
  digests.set(data, digest);
  return digest;
}

function updateWith(hash: Hash, tensor: Tensor): void {
  for (let i = 0; i < tensor.shape[0]; i++) {
    const start = tensor.rowStart(i);
    hash.update(bytesOf(tensor.data.subarray(start, start + tensor.rowSize)));
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Numbers | Int32Array): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Makes JSON write the same object in the same way, in whatever order its keys were given. */
const inOrder = (_: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
