import { Dataset } from "../../dataset";
import { Tensor } from "../../tensor";
import { type ImagePreprocessing, scaledPixels } from "../image-preprocessing";
import type { ImageSet } from "./prepare";

/** Prepared images as samples [count, height, width, channels] of numbers from 0 to 1. */
export function imageDataset(
  { pixels, labels }: ImageSet,
  classes: readonly string[],
  { width, height, channels }: ImagePreprocessing,
): Dataset {
  const samples = new Tensor(scaledPixels(pixels), [labels.length, height, width, channels]);
  return Dataset.classification(samples, labels, classes);
}
