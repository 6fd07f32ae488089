import { expect, test } from "vitest";
import { earlyStopping } from "../../src/training/early-stopping";
import { evaluate } from "../../src/training/evaluation";
import { fit } from "../../src/training/fit";
import type { Callback } from "../../src/training/progress";
import { errorOf } from "../support/errors";
import { bitsOf } from "../support/numbers";
import { cloudNetwork, clouds } from "../support/training";

const [train, validation] = clouds(60).split(0.5);
const options = { epochs: 100, batchSize: 5, learningRate: 0.5, validation };

test("training ends after the epochs of patience, with the weights of the best epoch", async () => {
  const network = cloudNetwork();
  const weights: string[] = [];
  const keep = { onEpoch: () => void weights.push(bitsOf(network.getParameters())) };
  const history = await fit(network, train, {
    ...options,
    callbacks: [keep, earlyStopping({ patience: 4 })],
  });
  const losses = history.epochs.map((epoch) => epoch.validationLoss);
  const best = losses.indexOf(Math.min(...losses));
  expect(history.epochs).toHaveLength(best + 1 + 4);
  expect(history.status).toBe("finished");
  expect(history.message).toBe(
    `finished ${best + 5} epochs: validationLoss has not improved for 4 epochs; the weights of epoch ${best + 1} are back`,
  );
  expect(bitsOf(network.getParameters())).toBe(weights[best]);
  expect(evaluate(network, validation).loss).toBeCloseTo(losses[best], 12);
});

test("a run that is not cut short has the best weights at its end too", async () => {
  const cut = await fit(cloudNetwork(), train, { ...options, callbacks: [earlyStopping({ patience: 4 })] });
  const network = cloudNetwork();
  const epochs = cut.epochs.length - 2;
  const history = await fit(network, train, {
    ...options,
    epochs,
    callbacks: [earlyStopping({ patience: 99 })],
  });
  const losses = history.epochs.map((epoch) => epoch.validationLoss);
  expect(Math.min(...losses)).toBeLessThan(losses[epochs - 1]);
  expect(evaluate(network, validation).loss).toBeCloseTo(Math.min(...losses), 12);
});

test("an accuracy improves by rising, and a small improvement can count as none", async () => {
  const callbacks = [earlyStopping({ patience: 3, metric: "accuracy", minimumImprovement: 2 })];
  const history = await fit(cloudNetwork(), train, { ...options, callbacks });
  expect(history.epochs).toHaveLength(4);
  const rising = await fit(cloudNetwork(), train, {
    ...options,
    epochs: 10,
    callbacks: [earlyStopping({ patience: 10, metric: "accuracy" })],
  });
  expect(rising.epochs).toHaveLength(10);
});

test("a run after the end begins to wait anew", async () => {
  const network = cloudNetwork();
  const callbacks = [earlyStopping({ patience: 3 })];
  const first = await fit(network, train, { ...options, callbacks });
  const second = await fit(network, train, { ...options, callbacks });
  expect(second.epochs.length).toBeGreaterThanOrEqual(first.epochs.length + 4);
});

test("a new run knows nothing of the best epoch of a run that was stopped before", async () => {
  const network = cloudNetwork();
  const stop = new AbortController();
  const stopAfterTwo: Callback = { onEpoch: ({ epoch }) => void (epoch === 2 && stop.abort()) };
  const callbacks = [earlyStopping(), stopAfterTwo];
  const first = await fit(network, train, { ...options, callbacks, signal: stop.signal });
  expect(first.status).toBe("stopped");
  // One epoch that makes it worse: it is the best of its run, and stays.
  const trained: string[] = [];
  const keep = { onEpoch: () => void trained.push(bitsOf(network.getParameters())) };
  const second = await fit(network, train, {
    ...{ ...options, epochs: 1, learningRate: 20 },
    callbacks: [earlyStopping(), keep],
  });
  expect(second.last.validationLoss).toBeGreaterThan(first.last.validationLoss);
  expect([bitsOf(network.getParameters())]).toEqual(trained);
});

test("any callback can end training, and says why", async () => {
  const onEpoch = () => ({ stop: "it is late" });
  const history = await fit(cloudNetwork(), train, { ...options, callbacks: [{ onEpoch }] });
  expect(history.message).toBe("finished 1 epoch: it is late");
});

test("a metric that is not measured is refused", async () => {
  const error = await errorOf(() =>
    fit(cloudNetwork(), train, { ...options, validation: undefined, callbacks: [earlyStopping()] }),
  );
  expect(error.message).toMatch(/validationLoss is not measured here/);
});

test("every wrong option is named at once", async () => {
  const wrong = { patience: 0, metric: "lost", minimumImprovement: -1, wait: 3 } as never;
  const error = await errorOf(() => earlyStopping(wrong));
  expect(error.message).toMatch(
    /wait: unknown.*patience: .*metric: expected "validationLoss".*minimumImprovement/s,
  );
});
