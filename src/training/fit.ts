import { BatchBuffer, BatchReader, inOrder } from "../batches";
import type { Dataset } from "../dataset";
import type { Network } from "../nn/network";
import { lossOn } from "../nn/shortcuts";
import { findNonFinite } from "../nn/variables";
import { Random } from "../random";
import { sizeOf } from "../tensor";
import { type Evaluation, Evaluator } from "./evaluation";
import type { History } from "./history";
import { countCorrect } from "./metrics";
import { checkTraining, type TrainingOptions } from "./options";
import { Session } from "./session";
import { claim, release } from "./state";

/**
 * Trains a network in place: every epoch goes through the data in a new order, batch by batch; a batch is a forward
 * pass, a backward pass and one step of the optimizer.
 *
 * The same seed gives the same weights, bit for bit. Training that was stopped goes on, when `fit` is called again,
 * where it was; after a finished run it goes on for `epochs` more. Throws one OptionsError that lists every wrong option.
 */
export async function fit(network: Network, data: Dataset, options: TrainingOptions): Promise<History> {
  const settings = checkTraining(network, data, options);
  const loss = lossOn(network.kernels, settings.loss);
  const logits = loss.contains !== null;
  const outputs = sizeOf(network.outputShape);
  const reader = new BatchReader(data, outputs, network.kernels, settings.augmentation);
  const gradients = new BatchBuffer(network.kernels.zeros, [outputs]);
  const measure = settings.validation && new Evaluator(network, settings.validation, loss);
  const stopsAt = (value: number) => settings.onNonFinite === "stop" && !Number.isFinite(value);

  claim(network);
  try {
    const session = new Session(network, data, settings);
    await session.call("onStart");
    if (await session.pause()) return await session.stop();
    while (session.epoch < session.epochs) {
      const order = new Random(settings.seed, "shuffle", session.epoch).shuffle(inOrder(data.length));
      session.startEpoch();

      while (session.batch < session.batches) {
        const before = performance.now();
        const { x, t } = reader.read(order, ...session.range, session);
        const output = network.forward(x, { logits, training: session });
        const batchLoss = loss.forward(output, t);
        if (stopsAt(batchLoss)) return await session.diverge("the loss", batchLoss);

        const gradient = gradients.rows(x.shape[0]);
        loss.backward(output, t, gradient);
        network.backward(gradient, { logits });
        session.optimizer.step(session.learningRate);

        const seconds = (performance.now() - before) / 1000;
        session.completeBatch(batchLoss, countCorrect(output, t, logits), x.shape[0], seconds);
        if (session.pauseIsDue && (await session.pause())) return await session.stop();
      }

      // The last update of an epoch can spoil the weights when no batch is left to notice.
      const spoiled = findNonFinite(network.variables);
      if (spoiled !== undefined && stopsAt(spoiled)) return await session.diverge("a weight", spoiled);
      const validation = await validate(session, measure);
      if (validation === "stopped") return await session.stop();
      if (validation !== null && stopsAt(validation.loss))
        return await session.diverge("the validation loss", validation.loss);
      const reason = await session.completeEpoch(validation);
      if (reason !== null) return await session.finish(reason);
      if (await session.pause()) return await session.stop();
    }
    return await session.finish();
  } finally {
    release(network);
  }
}

/** Measures the validation data, if there are any, and pauses like training does. */
async function validate(session: Session, evaluator?: Evaluator): Promise<Evaluation | null | "stopped"> {
  if (evaluator === undefined) return null;
  const steps = evaluator.steps();
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    if (session.pauseIsDue && (await session.pause())) return "stopped";
  }
}
