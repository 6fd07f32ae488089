import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { mlp } from "../../../src/nn/mlp";
import { histogramPicture } from "../../../src/notebook/inside/histogram-picture";
import { histograms, liveHistograms } from "../../../src/notebook/inside/histograms";
import { brief, inspectionTable } from "../../../src/notebook/inside/inspection-table";
import { fit } from "../../../src/training/fit";
import { inspectNetwork, type LayerInspection } from "../../../src/training/inspection";
import { bitsOf } from "../../support/numbers";
import { cloudNetwork, clouds, pauseAfterEveryBatch, stopWhen } from "../../support/training";
import { captured, htmlOf, resetDisplays, textOf } from "../support/captured-display";

vi.mock("../../../src/notebook/display", () => import("../support/captured-display"));

beforeEach(() => resetDisplays());
afterEach(() => {
  vi.restoreAllMocks();
});

const data = clouds(200);
const options = { epochs: 3, learningRate: 0.1, batchSize: 50 };

const drawingIn = (html: string): string =>
  Buffer.from(/base64,([^"]+)"/.exec(html)?.[1] ?? "", "base64").toString();

/** The areas of bars of one colour, as [left, bottom, top, right]. */
const barsOf = (svg: string, color: string): number[][] =>
  [...svg.matchAll(new RegExp(`<path d="([^"]+)" fill="${color}"`, "g"))].flatMap(([, path]) =>
    [...path.matchAll(/M([\d.-]+) ([\d.-]+)V([\d.-]+)H([\d.-]+)V/g)].map((bar) => bar.slice(1).map(Number)),
  );

describe("histograms", () => {
  test("show a drawing of every layer with the same in words, and return what is measured", () => {
    const network = mlp([2, 8, 3], { activation: "relu" });
    const layers = histograms(network, data, options);
    expect(layers).toEqual(inspectNetwork(network, data, options));
    expect(captured.values).toEqual([layers]);
    const svg = drawingIn(htmlOf(0));
    for (const part of ["over 200 samples", "1 Dense relu", "8 units", "2 Dense softmax", "next step: "]) {
      expect(svg).toContain(part);
    }
    expect(svg).toContain(`${layers[0].dead} dead`);
    expect(textOf(0)).toContain(inspectionTable(layers));
    expect(htmlOf(0)).toMatch(/ alt="What happens inside, over 200 samples\./);
  });

  test("outside of a notebook print the table", () => {
    resetDisplays(false);
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    const layers = histograms(cloudNetwork(), data);
    expect(log.mock.calls).toEqual([[inspectionTable(layers)]]);
    expect(captured.displays).toHaveLength(0);
  });

  test("say what does not fit", () => {
    expect(() => histograms(mlp([3, 2]), data)).toThrow(/data: expected samples \[3\]/);
  });
});

describe("the drawing", () => {
  const layer = (parts: Partial<LayerInspection>): LayerInspection => ({
    ...{ layer: 1, name: "Dense relu", units: 2, dead: 1, saturated: null, flat: 0.5, update: null },
    activations: {
      ...{ mean: 1, deviation: 1, zeros: 0.6 },
      histogram: { edges: [0, 1, 2, 3], counts: [70, 10, 20] },
    },
    gradients: {
      ...{ mean: 0, deviation: 0.1, zeros: 0 },
      histogram: { edges: [0.01, 0.1, 1], counts: [30, 60] },
    },
    ...parts,
  });

  test("has bars as high as the counts, without what is exactly 0", () => {
    const bars = barsOf(histogramPicture([layer({})], "", ""), "#0072b2");
    const heights = bars.map(([, bottom, top]) => bottom - top);
    // Of 100 numbers 60 are 0: 10, 10 and 20 are left.
    expect(heights[0]).toBeCloseTo(heights[2] / 2, 1);
    expect(heights[1]).toBeCloseTo(heights[2] / 2, 1);
    expect(bars.map(([left]) => left)).toEqual([170, 256.7, 343.3]);
    expect(histogramPicture([layer({})], "", "")).toContain("1 ± 1, 60 % are 0");
  });

  test("has one axis for the gradients of all layers, on which small ones are to the left", () => {
    const gradients = {
      ...{ mean: 0, deviation: 1e-5, zeros: 0 },
      histogram: { edges: [1e-6, 1e-5], counts: [7] },
    };
    const svg = histogramPicture([layer({ gradients }), layer({})], "", "");
    // Six powers of ten share 260 pixels.
    expect(barsOf(svg, "#d55e00").map(([left]) => left)).toEqual([480, 653.3, 696.7]);
    expect(svg.match(/>1e-6</g)).toHaveLength(2);
  });

  test("leaves out stray gradients that only make the axis long", () => {
    const stray = {
      ...{ mean: 0, deviation: 1, zeros: 0 },
      histogram: { edges: [1e-9, 1e-8, 1e-7, 0.1, 1], counts: [1, 0, 4999, 5000] },
    };
    expect(histogramPicture([layer({ gradients: stray })], "", "")).not.toContain(">1e-9<");
  });

  test("has no gradients where none came back", () => {
    expect(barsOf(histogramPicture([layer({ gradients: null })], "", ""), "#d55e00")).toEqual([]);
  });
});

describe("the table", () => {
  test("has a row for each layer, and a dash for what a layer has not", () => {
    const network = mlp([2, 8, 3], { activation: "tanh" });
    const [head, first, second] = inspectionTable(inspectNetwork(network, data)).split("\n");
    expect(head).toMatch(/^layer +units +activations +of them 0 +gradients +dead +saturated +update$/);
    expect(first).toMatch(/^1 Dense tanh +8 .+ ± .+ 0\.0 % .+ – +0 +–$/);
    expect(second).toMatch(/^2 Dense softmax +3 .+ – +– +–$/);
  });

  test.each([
    [0, "0"],
    [0.00123, "0.0012"],
    [-0.049, "-0.049"],
    [0.0000123, "1.2e-5"],
    [3456, "3500"],
    [3456789, "3.5e+6"],
  ])("%d is written as %s", (value, text) => {
    expect(brief(value)).toBe(text);
  });
});

describe("live histograms", () => {
  test("move in one place while a network is trained, and end with what it became", async () => {
    pauseAfterEveryBatch();
    const network = cloudNetwork();
    await fit(network, data, { ...options, callbacks: [liveHistograms()] });
    expect(captured.displays).toHaveLength(1);
    const texts = captured.displays[0].shown.map((bundle) => bundle["text/plain"].split("\n")[0]);
    expect(texts[0]).toBe("What happens inside, after 0 epochs, over 200 samples.");
    expect(texts).toContain("What happens inside, after 1.25 epochs, over 200 samples.");
    expect(texts.at(-1)).toBe("What happens inside, after 3 epochs, over 200 samples.");
    expect(textOf(0)).toContain(inspectionTable(inspectNetwork(network, data, options)));
  });

  test("change nothing about the training", async () => {
    pauseAfterEveryBatch();
    const [seen, unseen] = [cloudNetwork(), cloudNetwork()];
    const training = { ...options, optimizer: "adam", clipNorm: 0.1 } as const;
    await fit(seen, data, { ...training, callbacks: [liveHistograms()] });
    await fit(unseen, data, training);
    expect(captured.displays[0].shown.length).toBeGreaterThan(4);
    expect(bitsOf(seen.getParameters())).toBe(bitsOf(unseen.getParameters()));
  });

  test("are left as they are by numbers that are not finite", async () => {
    const network = mlp([2, 8, 3]);
    const { signal, callbacks } = stopWhen((progress) => progress.history.length > 5);
    const history = await fit(network, data, {
      ...{ epochs: 3, learningRate: 1e30, onNonFinite: "continue" },
      ...{ signal, callbacks: [...callbacks, liveHistograms()] },
    });
    expect(history.epochs.at(-1)?.loss).toBeNaN();
    expect(captured.displays[0].shown).toHaveLength(1);
  });

  test("come at most once a second", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const live = liveHistograms();
    await fit(cloudNetwork(), data, {
      ...{ ...options, epochs: 50 },
      callbacks: [live, { onEpoch: () => void vi.advanceTimersByTime(100) }],
    });
    vi.useRealTimers();
    // 50 epochs take 5 s; one more is the first, and one the last.
    expect(captured.displays[0].shown.length).toBeGreaterThanOrEqual(5);
    expect(captured.displays[0].shown.length).toBeLessThanOrEqual(7);
  });

  test("are nothing outside of a notebook", () => {
    resetDisplays(false);
    expect(liveHistograms()).toEqual({});
  });
});
