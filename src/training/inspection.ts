import { BatchBuffer, BatchReader, inOrder } from "../batches";
import type { Dataset } from "../dataset";
import { DataError } from "../errors";
import type { Layer } from "../nn/layers";
import type { Network } from "../nn/network";
import { lossOn } from "../nn/shortcuts";
import { Random } from "../random";
import { sizeOf, type Tensor } from "../tensor";
import { GrowingHistogram, MagnitudeHistogram } from "./histogram";
import {
  activationOf,
  noUnitStates,
  type Spread,
  SpreadMeasure,
  UnitMeasure,
  type UnitStates,
} from "./layer-measure";
import { Optimizer } from "./optimizers";
import { checkTraining, type Settings, type TrainingOptions } from "./options";
import { stateOf } from "./state";
import { updateRatios } from "./updates";

/** What happens in one layer. */
export interface LayerInspection extends UnitStates {
  /** Counted from 1, as in the summary. */
  readonly layer: number;
  readonly name: string;
  /** In images: channels. */
  readonly units: number;
  /** What the layer sends on. */
  readonly activations: Spread;
  /**
   * The gradient of each sample's own loss with respect to what the layer sends on, or in a last layer whose activation
   * is left to the loss, to its logits; null where no gradient is needed.
   */
  readonly gradients: Spread | null;
  /** ‖ΔW‖ / ‖W‖ of the next step of training; null without weights, or where no learning rate was given. */
  readonly update: number | null;
}

/**
 * Looks inside a network while it answers `data`: what every layer sends on, which gradients come back to it, how many
 * of its units are dead or saturated and, if `training` holds a learning rate, how far the next step would change its
 * weights. The network is left as it was. Layers that only pass numbers on, such as Flatten, are left out.
 *
 * `training` is what `fit` is told: its loss, optimizer, batch size and learning rate count here. Throws one OptionsError
 * for all that does not fit, and a DataError where the numbers inside are not finite.
 */
export function inspectNetwork(
  network: Network,
  data: Dataset,
  training: Partial<TrainingOptions> = {},
): LayerInspection[] {
  const { learningRate } = training ?? {};
  const complete = { ...training, epochs: 1, learningRate: learningRate ?? 1 };
  const settings = checkTraining(network, data, complete, "inspectNetwork");
  return inspect(network, data, settings, learningRate ?? null);
}

/** `inspectNetwork` with options that were checked before, and the rate of the next step, if that is to be measured. */
export function inspect(
  network: Network,
  data: Dataset,
  settings: Settings,
  rate: number | null,
): LayerInspection[] {
  const { optimizer, regularization, batchSize, seed } = settings;
  const { layers, parameters, kernels } = network;
  const pass = new InspectionPass(network, data, settings);
  const order = new Random(seed, "inspection").shuffle(inOrder(data.length));
  let updates: readonly (number | null)[] = [];
  if (rate !== null) {
    pass.run(order, 0, Math.min(batchSize, data.length));
    const { memory } = stateOf(network);
    const next = new Optimizer(optimizer, parameters, kernels, regularization, memory);
    updates = updateRatios(network, next, rate);
  }
  const measures = layers.map((layer) => new LayerMeasure(layer, pass.leavesToLoss(layer)));
  // In batches like those of training, so that the layers need no more memory than they have.
  for (let start = 0; start < data.length; start += batchSize) {
    const end = Math.min(start + batchSize, data.length);
    for (const [i, { output, gradient }] of pass.run(order, start, end).entries()) {
      measures[i].add(output, gradient);
    }
  }
  return measures.flatMap((measure, i) => measure.result(i, updates[i] ?? null));
}

/** What one layer sends on for a batch, and the gradient that came back. */
interface LayerPass {
  /** null where the layer passes its input on as it is. */
  readonly output: Tensor | null;
  readonly gradient: Tensor | null;
}

/** Forward and backward through a network, layer by layer, as `Network` does it, with a look at each. */
class InspectionPass {
  private readonly reader: BatchReader;
  private readonly gradients: BatchBuffer;
  private readonly loss;

  constructor(
    private readonly network: Network,
    data: Dataset,
    settings: Settings,
  ) {
    const outputs = sizeOf(network.outputShape);
    this.loss = lossOn(network.kernels, settings.loss);
    this.reader = new BatchReader(data, outputs, network.kernels);
    this.gradients = new BatchBuffer(network.kernels.zeros, [outputs]);
  }

  /** Whether the loss contains the activation of this layer. */
  leavesToLoss(layer: Layer): boolean {
    return this.loss.contains !== null && layer === this.network.outputLayer;
  }

  /** The tensors live in the layers' memory until the next run. */
  run(order: Uint32Array, start: number, end: number): LayerPass[] {
    const { loss, network } = this;
    const { layers, outputLayer } = network;
    const { x, t } = this.reader.read(order, start, end);
    const last = layers.length - 1;
    const inputs = [x];
    for (let i = 0; i < last; i++) inputs.push(layers[i].forward(inputs[i]));
    const logits = outputLayer !== null && loss.contains !== null;
    const answer = logits ? outputLayer.logits(inputs[last]) : layers[last].forward(inputs[last]);
    const gradient = this.gradients.rows(end - start);
    loss.backward(answer, t, gradient);

    const gradients: (Tensor | null)[] = layers.map(() => null);
    gradients[last] = gradient;
    let dy = logits ? outputLayer.backwardLogits(gradient) : layers[last].backward(gradient);
    for (let i = last - 1; i >= 0 && dy !== null; i--) {
      gradients[i] = dy;
      dy = layers[i].backward(dy);
    }
    // Only now: it may write where the logits were.
    inputs.push(layers[last].forward(inputs[last]));
    return layers.map((_, i) => {
      const output = inputs[i + 1].data === inputs[i].data ? null : inputs[i + 1];
      return { output, gradient: gradients[i] };
    });
  }
}

/** What is measured of one layer. */
class LayerMeasure {
  private readonly units: number;
  private readonly activations = new SpreadMeasure(new GrowingHistogram());
  private readonly gradients = new SpreadMeasure(new MagnitudeHistogram());
  private readonly states: UnitMeasure | null;

  constructor(
    private readonly layer: Layer,
    leftToLoss: boolean,
  ) {
    const { outputShape } = layer;
    this.units = outputShape[outputShape.length - 1];
    this.states = leftToLoss ? null : UnitMeasure.of(this.units, activationOf(layer));
  }

  add(output: Tensor | null, gradient: Tensor | null): void {
    if (output === null) return;
    for (const { data } of [output, gradient ?? output]) {
      const wrong = data.find((value) => !Number.isFinite(value));
      if (wrong === undefined) continue;
      throw new DataError(
        `inspectNetwork: expected finite numbers, received ${wrong} in ${this.layer.name}. ` +
          "Build the network again and train it with a lower learning rate.",
      );
    }
    this.activations.add(output);
    this.states?.add(output);
    // The loss is a mean over the batch: a sample's own gradient is as many times as large.
    if (gradient !== null) this.gradients.add(gradient, gradient.shape[0]);
  }

  /** Nothing for a layer that passes its input on. */
  result(index: number, update: number | null): LayerInspection[] {
    const activations = this.activations.result();
    if (activations === null) return [];
    const states = this.states?.result() ?? noUnitStates;
    const { name } = this.layer;
    const gradients = this.gradients.result();
    return [{ layer: index + 1, name, units: this.units, activations, gradients, ...states, update }];
  }
}
