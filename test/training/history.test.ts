import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { NeuralNetworkError } from "../../src/errors";
import { type EpochRecord, History, percent } from "../../src/training/history";

const record = (epoch: number, more: Partial<EpochRecord> = {}): EpochRecord => ({
  epoch,
  loss: 0.5 / epoch,
  accuracy: 0.9,
  validationLoss: 0.61234,
  validationAccuracy: 0.8765,
  learningRate: 0.15,
  seconds: 1,
  ...more,
});

describe("a history", () => {
  test("prints as a table with a line for each epoch and how it ended", () => {
    const without = { validationLoss: Number.NaN, validationAccuracy: Number.NaN };
    const history = new History([record(1), record(2, without)], "finished", "finished 2 epochs");
    expect(String(history).split("\n")).toEqual([
      "epoch      loss  accuracy validation loss validation accuracy learning rate",
      "    1    0.5000   90.00 %          0.6123             87.65 %         0.150",
      "    2    0.2500   90.00 %                                             0.150",
      "finished 2 epochs",
    ]);
    expect(inspect(history)).toBe(String(history));
  });

  test("has a last epoch, and says so when there is none yet", () => {
    const history = new History([record(1), record(2)], "stopped", "");
    expect(history.last.epoch).toBe(2);
    const empty = new History([], "stopped", "");
    expect(() => empty.last).toThrow(NeuralNetworkError);
    expect(() => empty.last).toThrow(/no epoch has been completed yet/);
  });
});

test("a history is told as CSV and as JSON, with nothing for what is not a number", () => {
  const history = new History(
    [record(1), record(2, { validationLoss: Number.NaN })],
    "stopped",
    'stopped, "so"',
  );
  expect(history.toCsv()).toBe(
    "epoch,loss,accuracy,validationLoss,validationAccuracy,learningRate,seconds\n" +
      "1,0.5,0.9,0.61234,0.8765,0.15,1\n2,0.25,0.9,,0.8765,0.15,1\n",
  );
  expect(JSON.parse(history.toJson())).toEqual({
    ...{ status: "stopped", message: 'stopped, "so"' },
    epochs: [record(1), { ...record(2), validationLoss: null }],
  });
});

test("a share is shown in percent, and not at all where there is none", () => {
  expect([0, 0.95825, 1, Number.NaN].map(percent)).toEqual(["0.00 %", "95.83 %", "100.00 %", ""]);
});
