import { expect, test } from "vitest";
import { mlp } from "../../src/nn/mlp";
import { fit } from "../../src/training/fit";
import { bitsOf } from "../support/numbers";
import { clouds } from "../support/training";

const data = clouds(30);
const options = { epochs: 1, batchSize: 8, learningRate: 0.01 };

test.each(["momentum", "adam"] as const)(
  "a run that diverges leaves what %s remembers as it was after the last completed epoch",
  async (optimizer) => {
    const [diverging, steady] = [0, 1].map(() => mlp([2, 8, 3], { activation: "linear" }));
    for (const network of [diverging, steady]) await fit(network, data, { ...options, optimizer });
    const history = await fit(diverging, data, { ...options, optimizer, learningRate: 1e38 });
    expect(history.status).toBe("diverged");
    // Not in the first batch: the memory has changed by then.
    expect(history.message).toMatch(/in epoch 2, batch [2-4] of 4/);
    for (const network of [diverging, steady]) await fit(network, data, { ...options, optimizer });
    expect(bitsOf(diverging.getParameters())).toBe(bitsOf(steady.getParameters()));
  },
);
