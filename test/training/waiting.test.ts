import { getEventListeners } from "node:events";
import { describe, expect, test } from "vitest";
import { fit } from "../../src/training/fit";
import type { Callback } from "../../src/training/progress";
import { waitFor } from "../../src/training/waiting";
import { cloudNetwork, clouds } from "../support/training";

const data = clouds(30);
const options = { epochs: 2, batchSize: 8, learningRate: 0.2 };
const forever = () => new Promise<undefined>(() => {});
const later = <T>(milliseconds: number, value: T) =>
  new Promise<T>((resolve) => setTimeout(resolve, milliseconds, value));

const listeners = (signal: AbortSignal) => getEventListeners(signal, "abort").length;

describe("a callback that never comes to its end", () => {
  test.each(["onStart", "onProgress", "onEpoch", "onEnd"] as const)(
    "in %s holds training only until it is asked to stop",
    async (event) => {
      const controller = new AbortController();
      const { signal } = controller;
      const network = cloudNetwork();
      const hanging: Callback = {
        [event]: () => {
          setTimeout(() => controller.abort(), 20);
          return forever();
        },
      };
      const history = await fit(network, data, { ...options, signal, callbacks: [hanging] });
      expect(history.status).toBe(event === "onEnd" ? "finished" : "stopped");
      if (event !== "onEnd") expect(history.message).toMatch(/stopped .*; run the cell again to go on/);
      expect(listeners(signal)).toBe(0);
      // The network is free again, and goes on.
      const resumed = await fit(network, data, options);
      expect(resumed.status).toBe("finished");
      expect(resumed.epochs).toHaveLength(event === "onEnd" ? 4 : 2);
    },
  );
});

describe("waiting for a callback", () => {
  test("ends with what it resolves to, and leaves no listener", async () => {
    const { signal } = new AbortController();
    expect(await waitFor(later(5, { stop: "enough" }), signal)).toEqual({ stop: "enough" });
    expect(listeners(signal)).toBe(0);
  });

  test("passes on what it rejects with", async () => {
    const { signal } = new AbortController();
    const broken = Promise.reject(new Error("the chart is broken"));
    await expect(waitFor(broken, signal)).rejects.toThrow("the chart is broken");
    expect(listeners(signal)).toBe(0);
  });

  test("goes on for a moment after an interrupt, so that a last picture is drawn", async () => {
    expect(await waitFor(later(50, "drawn"), AbortSignal.abort())).toBe("drawn");
  });

  test("listens to nothing where the answer is there already", async () => {
    const signal = { addEventListener: () => expect.unreachable() } as unknown as AbortSignal;
    expect(await waitFor("done", signal)).toBe("done");
    expect(await waitFor(undefined, signal)).toBeUndefined();
  });
});
