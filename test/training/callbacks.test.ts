import { afterEach, describe, expect, test, vi } from "vitest";
import { NeuralNetworkError } from "../../src/errors";
import { mlp } from "../../src/nn/mlp";
import { evaluate } from "../../src/training/evaluation";
import { fit } from "../../src/training/fit";
import type { History } from "../../src/training/history";
import type { Callback, Progress } from "../../src/training/progress";
import { errorOf } from "../support/errors";
import { bitsOf } from "../support/numbers";
import { cloudNetwork, clouds, pauseAfterEveryBatch, stopWhen, withoutTime } from "../support/training";

afterEach(() => {
  vi.restoreAllMocks();
});

const data = clouds(30);
const options = { epochs: 2, batchSize: 8, learningRate: 0.2 };

/** Notes every call as "event epoch/epochs batch/batches". */
function recorder(calls: string[]): Callback {
  const note =
    (event: string) =>
    ({ epoch, epochs, batch, batches }: Progress) => {
      calls.push(`${event} ${epoch}/${epochs} ${batch}/${batches}`);
    };
  return {
    onStart: note("start"),
    onProgress: note("progress"),
    onEpoch: note("epoch"),
    onEnd: note("end"),
  };
}

describe("callbacks", () => {
  test("are called in order, with the place where training stands", async () => {
    pauseAfterEveryBatch();
    const calls: string[] = [];
    await fit(cloudNetwork(), data, { ...options, callbacks: [recorder(calls)] });
    expect(calls).toEqual([
      "start 1/2 0/4",
      "progress 1/2 0/4",
      "progress 1/2 1/4",
      "progress 1/2 2/4",
      "progress 1/2 3/4",
      "progress 1/2 4/4",
      "epoch 2/2 0/4",
      "progress 2/2 0/4",
      "progress 2/2 1/4",
      "progress 2/2 2/4",
      "progress 2/2 3/4",
      "progress 2/2 4/4",
      "epoch 2/2 0/4",
      "progress 2/2 0/4",
      "end 2/2 0/4",
    ]);
  });

  test("of a second run count on from the first", async () => {
    const network = cloudNetwork();
    await fit(network, data, options);
    const calls: string[] = [];
    await fit(network, data, { ...options, callbacks: [recorder(calls)] });
    expect(calls[0]).toBe("start 3/4 0/4");
    expect(calls[calls.length - 1]).toBe("end 4/4 0/4");
  });

  test("are all waited for, one after the other", async () => {
    const calls: string[] = [];
    const slow = (name: string): Callback => ({
      onEpoch: async () => {
        calls.push(`${name} begins`);
        await new Promise((resolve) => setTimeout(resolve, 5));
        calls.push(`${name} ends`);
      },
    });
    await fit(cloudNetwork(), data, { ...options, epochs: 1, callbacks: [slow("a"), slow("b")] });
    expect(calls).toEqual(["a begins", "a ends", "b begins", "b ends"]);
  });

  test("see the mean loss and accuracy of the batches done", async () => {
    pauseAfterEveryBatch();
    const network = cloudNetwork();
    const seen: Progress[] = [];
    const callbacks = [{ onProgress: (progress: Progress) => void seen.push(progress) }];
    // Nothing changes with a step this small: over the whole epoch the mean is the one of all samples.
    await fit(network, data, { ...options, epochs: 1, learningRate: 1e-30, callbacks });
    expect(seen[0].loss).toBeNaN();
    expect(seen[0].accuracy).toBeNaN();
    const last = seen[4];
    const { loss, accuracy } = evaluate(network, data);
    expect(last.batch).toBe(4);
    expect(last.loss).toBeCloseTo(loss, 12);
    expect(last.accuracy).toBeCloseTo(accuracy, 12);
    const whole = seen[3];
    expect(whole.samples).toBe(24);
    expect(last.samples).toBe(30);
    expect(Math.round(whole.accuracy * 24)).toBeCloseTo(whole.accuracy * 24, 9);
  });

  test("see the epochs so far, the rate and the time", async () => {
    const seen: { done: number; rate: number; seconds: number; samples: number }[] = [];
    const onEpoch = ({ history, learningRate, seconds, samples }: Progress) => {
      seen.push({ done: history.length, rate: learningRate, seconds, samples });
    };
    await fit(cloudNetwork(), data, { ...options, epochs: 3, callbacks: [{ onEpoch }] });
    expect(seen.map(({ done, samples }) => [done, samples])).toEqual([
      [1, 30],
      [2, 60],
      [3, 90],
    ]);
    for (let i = 1; i < 3; i++) expect(seen[i].seconds).toBeGreaterThan(seen[i - 1].seconds);
    expect(seen.every(({ rate }) => rate === 0.2)).toBe(true);
  });

  test("are told the end with the history that fit returns, however training ended", async () => {
    const told: History[] = [];
    const onEnd = (_: Progress, history: History) => {
      told.push(history);
    };
    const network = cloudNetwork();
    const finished = await fit(network, data, { ...options, callbacks: [{ onEnd }] });
    const stopped = await fit(network, data, {
      ...options,
      signal: AbortSignal.abort(),
      callbacks: [{ onEnd }],
    });
    expect(told).toEqual([finished, stopped]);
    expect(told.map(({ status }) => status)).toEqual(["finished", "stopped"]);
  });
});

describe("a callback that throws", () => {
  test.each(["onStart", "onProgress", "onEpoch", "onEnd"] as const)(
    "in %s makes fit throw and loses nothing",
    async (event) => {
      pauseAfterEveryBatch();
      const [broken, whole] = [cloudNetwork(), cloudNetwork()];
      let calls = 0;
      const failing: Callback = {
        [event]: () => {
          calls++;
          if (event !== "onProgress" || calls === 4) throw new Error("the chart is broken");
        },
      };
      const error = await errorOf(() => fit(broken, data, { ...options, callbacks: [failing] }));
      expect(error.message).toBe("the chart is broken");
      const uninterrupted = await fit(whole, data, options);
      // After the end there is nothing to resume: one more call would be a run of its own.
      if (event !== "onEnd") {
        const resumed = await fit(broken, data, options);
        expect(withoutTime(resumed.epochs)).toEqual(withoutTime(uninterrupted.epochs));
      }
      expect(bitsOf(broken.getParameters())).toBe(bitsOf(whole.getParameters()));
    },
  );
});

describe("two fits at the same time", () => {
  test("of one network are refused, and the first goes on", async () => {
    const [shared, alone] = [cloudNetwork(), cloudNetwork()];
    const first = fit(shared, data, options);
    const error = await errorOf(() => fit(shared, data, options));
    expect(error).toBeInstanceOf(NeuralNetworkError);
    expect(error.message).toMatch(/being trained already.*Wait/);
    expect((await first).status).toBe("finished");
    await fit(alone, data, options);
    expect(bitsOf(shared.getParameters())).toBe(bitsOf(alone.getParameters()));
  });

  test("of one network are refused in a callback too", async () => {
    const network = cloudNetwork();
    const messages: string[] = [];
    const onEpoch = async () => {
      messages.push((await errorOf(() => fit(network, data, options))).message);
    };
    await fit(network, data, { ...options, epochs: 1, callbacks: [{ onEpoch }] });
    expect(messages).toEqual([expect.stringContaining("being trained already")]);
  });

  test("of two networks do not disturb each other", async () => {
    pauseAfterEveryBatch();
    const networks = [1, 2].map(cloudNetwork);
    await Promise.all(networks.map((network) => fit(network, data, options)));
    for (const [i, network] of networks.entries()) {
      const alone = cloudNetwork(i + 1);
      await fit(alone, data, options);
      expect(bitsOf(network.getParameters())).toBe(bitsOf(alone.getParameters()));
    }
  });

  test.each<[string, object]>([
    ["stopped", stopWhen(() => true)],
    ["diverged", { learningRate: 1e38 }],
    ["refused", { epochs: 0 }],
    ["broken by a callback", { callbacks: [{ onStart: () => Promise.reject(new Error("broken")) }] }],
  ])("are possible one after the other when the first was %s", async (how, changed) => {
    // Two layers without an activation multiply their weights: a rate of 10³⁸ cannot but overflow.
    const network = mlp([2, 8, 3], { activation: "linear" });
    const first = fit(network, data, { ...options, ...changed });
    const outcome = await first.then(
      ({ status }) => status,
      () => "rejected",
    );
    expect(outcome).toBe(how === "stopped" || how === "diverged" ? how : "rejected");
    expect((await fit(network, data, options)).status).toBe("finished");
  });
});

describe("while training runs", () => {
  const network = mlp([2, 64, 64, 3]);
  const many = clouds(3000);

  // In time of the processor: what another program takes of it on a busy machine is not held by training.
  test.each([
    ["within a long epoch", clouds(100_000)],
    ["by short epochs and their validation", many],
  ])("the event loop is never held for 150 ms %s", { retry: 3 }, async (_, data) => {
    const controller = new AbortController();
    const now = () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    };
    let longest = 0;
    let ticks = 0;
    let last = now();
    const timer = setInterval(() => {
      longest = Math.max(longest, now() - last);
      last = now();
      if (++ticks === 10) controller.abort();
    }, 10);
    await fit(network, data, {
      epochs: 1e6,
      learningRate: 0.01,
      validation: many,
      signal: controller.signal,
    });
    clearInterval(timer);
    expect(ticks).toBeGreaterThanOrEqual(10);
    expect(longest).toBeLessThan(150);
  });

  test("it looks outside by the clock, not after every batch", { retry: 3 }, async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 600);
    const pauses: number[] = [];
    let batches = 0;
    const onProgress = ({ samples }: Progress) => {
      pauses.push(performance.now());
      batches = samples;
    };
    const single = { epochs: 1, batchSize: 1, learningRate: 0.001 };
    await fit(network, clouds(100_000), {
      ...single,
      callbacks: [{ onProgress }],
      signal: controller.signal,
    });
    const gaps = pauses.slice(1).map((time, i) => time - pauses[i]);
    expect(batches).toBeGreaterThan(10 * pauses.length);
    expect(pauses.length).toBeGreaterThanOrEqual(4);
    expect(Math.min(...gaps.slice(0, -1))).toBeGreaterThanOrEqual(49);
  });
});
