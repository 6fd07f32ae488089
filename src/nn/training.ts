import { BatchBuffer, BatchReader, inOrder } from "../batches";
import type { Dataset } from "../dataset";
import { Random } from "../random";
import { sizeOf } from "../tensor";
import { type Evaluation, evaluating } from "./evaluation";
import type { History } from "./history";
import type { LossName } from "./losses";
import { countCorrect } from "./metrics";
import type { Network } from "./network";
import { checkTraining, type TrainingOptions } from "./options";
import { Session } from "./session";
import { lossOn } from "./shortcuts";

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
  const reader = new BatchReader(data, outputs, network.kernels);
  const gradients = new BatchBuffer(network.kernels.zeros, [outputs]);
  const stopsAt = (value: number) => settings.onNonFinite === "stop" && !Number.isFinite(value);

  const session = new Session(network, data, settings);
  try {
    await session.call("onStart");
    if (await session.pause()) return await session.stop();
    while (session.epoch < session.epochs) {
      const order = new Random(settings.seed, "shuffle", session.epoch).shuffle(inOrder(data.length));
      session.startEpoch();

      while (session.batch < session.batches) {
        const before = performance.now();
        const { x, t } = reader.read(order, ...session.range);
        const output = network.forward(x, { logits });
        const batchLoss = loss.forward(output, t);
        if (stopsAt(batchLoss)) return await session.diverge(batchLoss);

        const gradient = gradients.rows(x.shape[0]);
        loss.backward(output, t, gradient);
        network.backward(gradient, { logits });
        session.optimizer.step(network.parameters, session.learningRate, network.kernels);

        const seconds = (performance.now() - before) / 1000;
        session.completeBatch(batchLoss, countCorrect(output, t, logits), x.shape[0], seconds);
        if (session.pauseIsDue && (await session.pause())) return await session.stop();
      }

      // The last update of an epoch can spoil the weights when no batch is left to notice.
      const spoiled = network.getParameters().find(stopsAt);
      if (spoiled !== undefined) return await session.diverge(spoiled);
      const validation = await validate(session, network, settings.validation, settings.loss);
      if (validation === "stopped") return await session.stop();
      if (validation !== null && stopsAt(validation.loss)) return await session.diverge(validation.loss);
      await session.completeEpoch(validation);
      if (await session.pause()) return await session.stop();
    }
    return await session.finish();
  } finally {
    session.close();
  }
}

/** Measures the validation data, if there are any, and pauses like training does. */
async function validate(
  session: Session,
  network: Network,
  validation: Dataset | undefined,
  loss: LossName,
): Promise<Evaluation | null | "stopped"> {
  if (validation === undefined) return null;
  const steps = evaluating(network, validation, lossOn(network.kernels, loss));
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    if (session.pauseIsDue && (await session.pause())) return "stopped";
  }
}
