import type { Dataset } from "../../dataset";
import { isCount, Problems } from "../../errors";
import type { Network } from "../../nn/network";
import { predictedClass } from "../../nn/predicted-class";
import { shown } from "../display";
import { decimal, grouped, probability } from "../format";
import { labelsOf } from "./confusion";
import { type GalleryOptions, gallery } from "./gallery";

/** A sample that was taken for another class. */
export interface Mistake {
  /** Which sample of the data it is. */
  readonly index: number;
  readonly actual: string;
  readonly predicted: string;
  /** The network's output for the class it predicted. */
  readonly confidence: number;
}

export interface WorstMistakesOptions extends Omit<GalleryOptions, "captions" | "most"> {
  /** Default 20. */
  count?: number;
}

/**
 * Shows the wrong answers that the network gives with the greatest confidence, as "actual → predicted, confidence",
 * and returns them. Throws as `confusionMatrix` and `gallery` do.
 */
export function worstMistakes(
  network: Network,
  data: Dataset,
  options: WorstMistakesOptions = {},
): Mistake[] {
  const { count = 20, ...look } = options ?? {};
  const problems = new Problems();
  problems.expect(isCount(count), "count", "a whole number ≥ 1", count);
  problems.throwIfAny("worstMistakes");
  const worst = findMistakes(network, data).slice(0, count);
  if (worst.length === 0) console.log(`no mistakes in ${grouped(data.length)} samples`);
  else {
    const output = network.outputLayer?.activation;
    const written = output === "softmax" || output === "sigmoid" ? probability : decimal;
    const captions = worst.map(
      ({ actual, predicted, confidence }) => `${actual} → ${predicted}\n${written(confidence)}`,
    );
    gallery(data.samples.take(worst.map(({ index }) => index)), { ...look, captions, most: count });
  }
  return shown(worst);
}

/** All wrong answers, the most confident first. */
function findMistakes(network: Network, data: Dataset): Mistake[] {
  const labels = labelsOf("worstMistakes", network, data);
  const outputs = network.predict(data.samples);
  const mistakes: Mistake[] = [];
  for (const [index, label] of labels.entries()) {
    const predicted = predictedClass(outputs, index);
    if (predicted === label) continue;
    const start = outputs.rowStart(index);
    const single = outputs.shape[1] === 1;
    const output = outputs.data[start + (single ? 0 : predicted)];
    const confidence = single && predicted === 0 ? 1 - output : output;
    mistakes.push({ index, actual: data.classes[label], predicted: data.classes[predicted], confidence });
  }
  return mistakes.sort((a, b) => b.confidence - a.confidence || a.index - b.index);
}
