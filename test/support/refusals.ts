import { describe, expect, test } from "vitest";
import { NeuralNetworkError } from "../../src/errors";
import type { Network } from "../../src/nn/network";
import { fit } from "../../src/training/fit";
import { errorOf } from "./errors";
import { bitsOf } from "./numbers";
import { cloudNetwork, clouds } from "./training";

/** What is wrong, the call that is, the kind of error, and what its message has to say. */
export type Refusal = [
  what: string,
  action: () => unknown,
  kind: new (message: string) => Error,
  message: RegExp,
];

/** What no compiler would let through, as a cell without types or a file would bring it. */
export const wrong = (value: unknown) => value as never;

/** Tests that every call is refused as the table says, and that `network`, which they share, never notices. */
export function testRefusals(table: Record<string, Refusal[]>, network: Network = cloudNetwork()): void {
  describe.each(Object.entries(table))("%s", (_, refusals) => {
    test.each(refusals)("refuses %s", async (_what, action, kind, message) => {
      const before = bitsOf(network.getParameters());
      const error = await errorOf(action);
      expect(error).toBeInstanceOf(NeuralNetworkError);
      expect(error).toBeInstanceOf(kind);
      expect(error.name).toBe(kind.name);
      expect(error.message).toMatch(message);
      expect(error.message.length).toBeLessThan(1500);
      expect(bitsOf(network.getParameters())).toBe(before);
    });
  });

  test("after all of these refusals, training goes as if nothing had happened", async () => {
    const untouched = cloudNetwork();
    const options = { epochs: 2, learningRate: 0.1 };
    for (const refusals of Object.values(table)) for (const [, action] of refusals) await errorOf(action);
    const histories = [await fit(network, clouds(30), options), await fit(untouched, clouds(30), options)];
    expect(histories.map(({ epochs }) => epochs.length)).toEqual([2, 2]);
    expect(bitsOf(network.getParameters())).toBe(bitsOf(untouched.getParameters()));
  });
}
