import sharp from "sharp";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { toySet } from "../../../src/data/toys";
import { Dataset } from "../../../src/dataset";
import { DataError, OptionsError, ShapeError } from "../../../src/errors";
import { Dense } from "../../../src/nn/layers";
import { mlp } from "../../../src/nn/mlp";
import { Network } from "../../../src/nn/network";
import { decisionBoundary, liveBoundary } from "../../../src/notebook/plane/boundary";
import { boundaryPicture } from "../../../src/notebook/plane/boundary-picture";
import { answersOn, planeAround, unitsOn } from "../../../src/notebook/plane/plane";
import { unitMaps } from "../../../src/notebook/plane/unit-maps";
import { palettes } from "../../../src/notebook/theme";
import { Tensor } from "../../../src/tensor";
import { fit } from "../../../src/training/fit";
import { errorOf } from "../../support/errors";
import { wrong } from "../../support/refusals";
import { clouds } from "../../support/training";
import { captured, htmlOf, resetDisplays, textOf } from "../support/captured-display";
import { parseColor } from "../support/colors";

vi.mock("../../../src/notebook/display", () => import("../support/captured-display"));

beforeEach(() => resetDisplays());
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const data = toySet("xor", { count: 100, noise: 0 });

/** A network that says class 1 with the more certainty the further to the right, whatever the second coordinate. */
function byTheFirst(): Network {
  const network = mlp([2, 1]);
  network.setParameters([2, 0, 0]);
  return network;
}

const sigmoid = (value: number) => 1 / (1 + Math.exp(-value));

test("every cell has the network's answer at its middle, and the cells cover the samples", () => {
  const plane = planeAround("test", data, 10);
  const { classes, probabilities } = answersOn(byTheFirst(), plane);
  plane.y.forEach((_, row) => {
    plane.x.forEach((x, column) => {
      expect(classes[row][column]).toBe(x >= 0 ? 1 : 0);
      expect(probabilities[row][column]).toBeCloseTo(sigmoid(2 * Math.abs(x)), 5);
    });
  });
  const half = (plane.x[1] - plane.x[0]) / 2;
  const xs = Array.from({ length: data.length }, (_, i) => data.samples.at(i, 0));
  expect(plane.x[0] - half).toBeLessThan(Math.min(...xs));
  expect(plane.x[9] + half).toBeGreaterThan(Math.max(...xs));
});

test("probabilities are those of the answer: of softmax, of sigmoids, and 1 where there are none", () => {
  const plane = planeAround("test", data, 4);
  for (const [output, low, high] of [
    ["softmax", 0.5, 1],
    ["sigmoid", 0.5, 1],
    ["linear", 1, 1],
  ] as const) {
    const all = answersOn(mlp([2, 2], { output }), plane).probabilities.flat();
    expect(Math.min(...all)).toBeGreaterThanOrEqual(low);
    expect(Math.max(...all)).toBeLessThanOrEqual(high);
  }
});

test("each hidden unit answers for every cell", () => {
  const network = new Network(
    [2],
    [new Dense(3, { activation: "tanh" }), new Dense(2, { activation: "softmax" })],
  );
  // The second unit looks at the second coordinate only.
  const weights = [0, 0, 0, 0, 1, 0];
  network.setParameters([...weights, 0, 0, 0, ...new Array(8).fill(0)]);
  const plane = planeAround("test", data, 6);
  const [{ layer, name, units }, ...others] = unitsOn(network, plane);
  expect([layer, name, units.length, others.length]).toEqual([1, "Dense tanh", 3, 0]);
  plane.y.forEach((y, row) => {
    for (let i = 6 * row; i < 6 * row + 6; i++) expect(units[1][i]).toBeCloseTo(Math.tanh(y), 5);
  });
  expect(units[0].every((value) => value === 0)).toBe(true);
});

/** The pixel at a share of the width and of the height. */
async function pixelAt(svg: string, across: number, down: number): Promise<number[]> {
  const { data: pixels, info } = await sharp(Buffer.from(svg))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const start = 3 * (Math.round(down * info.height) * info.width + Math.round(across * info.width));
  return [...pixels.subarray(start, start + 3)];
}

test("the picture has each class's colour on its side, and the top of the plane at the top", async () => {
  const two = Dataset.classification(
    Tensor.from([
      [-1, -1],
      [1, 1],
    ]),
    [0, 1],
    ["left", "right"],
  );
  const above = mlp([2, 1]);
  above.setParameters([0, 9, 0]);
  const [blue, orange] = palettes.light.series.map((color) => parseColor(color));
  const nearer = (pixel: number[]) => {
    const distance = (color: readonly (number | undefined)[]) =>
      pixel.reduce((sum, value, i) => sum + Math.abs(value - (color[i] ?? 0)), 0);
    return distance(blue) < distance(orange) ? "blue" : "orange";
  };
  const picture = (network: Network) =>
    boundaryPicture(answersOn(network, planeAround("test", two, 20)), two, "words");
  expect(nearer(await pixelAt(picture(byTheFirst()), 0.2, 0.5))).toBe("blue");
  expect(nearer(await pixelAt(picture(byTheFirst()), 0.7, 0.5))).toBe("orange");
  expect(nearer(await pixelAt(picture(above), 0.4, 0.2))).toBe("orange");
  expect(nearer(await pixelAt(picture(above), 0.4, 0.8))).toBe("blue");
});

test("a map of a unit is orange where it is below zero and blue where it is above", async () => {
  const plane = { x: [0, 1, 2], y: [0, 1, 2] };
  const layer = { layer: 1, name: "Dense", units: [Float32Array.from([-1, -1, -1, 0, 0, 0, 1, 1, 1])] };
  const { svg, width, height } = unitMaps([layer], plane);
  const at = (x: number, y: number) => pixelAt(svg, x / width, y / height);
  const [top, bottom] = [await at(32, 32), await at(32, 70)];
  expect(top[2]).toBeGreaterThan(top[0] + 60);
  expect(bottom[0]).toBeGreaterThan(bottom[2] + 60);
});

test("it is shown in one place, with words for who cannot see it, and returned", () => {
  const answers = decisionBoundary(byTheFirst(), data);
  expect(captured.displays).toHaveLength(1);
  expect(textOf(0)).toMatch(
    /^The plane, divided among the classes A, B: \d+\.\d % of 100 samples are on the side of their class\.$/,
  );
  expect(htmlOf(0)).toContain(`alt="${textOf(0)}"`);
  expect(htmlOf(0).length).toBeLessThan(60_000);
  expect(captured.values).toEqual([answers]);
});

test("three classes have three colours", () => {
  decisionBoundary(mlp([2, 8, 3]), clouds(30));
  const [, figure] = /currentScript, (\{.*\})\);/s.exec(htmlOf(0)) as RegExpExecArray;
  const { data: traces } = JSON.parse(figure);
  expect(traces.map(({ type, color }: { type: string; color: number }) => `${type} ${color}`)).toEqual([
    ...["heatmap 0", "heatmap 1", "heatmap 2", "scatter 0", "scatter 1", "scatter 2"],
  ]);
});

test("while a network learns it is redrawn in place, unit by unit if asked, and training is as without it", async () => {
  const training = { epochs: 3, learningRate: 0.1 };
  const [watched, alone] = [mlp([2, 4, 3, 2]), mlp([2, 4, 3, 2])];
  await fit(watched, data, { ...training, callbacks: [liveBoundary(data, { units: true })] });
  await fit(alone, data, training);
  expect(watched.getParameters()).toEqual(alone.getParameters());
  expect(captured.displays).toHaveLength(2);
  expect(captured.displays[0].shown.length).toBeGreaterThanOrEqual(2);
  const ids = captured.displays[0].shown.map(
    (bundle) => /data-chart="([^"]+)"/.exec(bundle["text/html"])?.[1],
  );
  expect(new Set(ids).size).toBe(1);
  expect(textOf(1)).toBe(
    "layer 1 (Dense relu): a map of the plane for each of 4 units; layer 2 (Dense relu): a map of the plane for each of 3 units",
  );
});

test("a thousand fast epochs do not flood the page", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  const tick = { onEpoch: () => void vi.advanceTimersByTime(2) };
  await fit(mlp([2, 2]), data, { epochs: 1000, learningRate: 0.1, callbacks: [tick, liveBoundary(data)] });
  expect(captured.displays[0].shown.length).toBeLessThan(10);
});

test("a training that diverges ends as it would without being watched", async () => {
  const network = mlp([2, 4, 2], { output: "linear" });
  const history = await fit(network, data, {
    epochs: 3,
    learningRate: 1e30,
    callbacks: [liveBoundary(data)],
  });
  expect(history.status).toBe("diverged");
});

test("what is no plane, no classes or does not fit is refused", async () => {
  const images = Dataset.classification(Tensor.zeros([2, 4]), [0, 1], 2);
  const numbers = Dataset.regression(
    Tensor.from([
      [1, 2],
      [3, 4],
    ]),
    Tensor.zeros([2, 1]),
  );
  expect(await errorOf(() => decisionBoundary(mlp([4, 2]), images))).toBeInstanceOf(ShapeError);
  expect(await errorOf(() => liveBoundary(images))).toBeInstanceOf(ShapeError);
  expect(await errorOf(() => decisionBoundary(mlp([2, 1]), numbers))).toBeInstanceOf(DataError);
  expect(await errorOf(() => decisionBoundary(mlp([3, 2]), data))).toBeInstanceOf(OptionsError);
  expect(await errorOf(() => decisionBoundary(mlp([2, 2]), wrong(5)))).toBeInstanceOf(OptionsError);
  const error = await errorOf(() => liveBoundary(data, wrong({ unit: true, units: 3 })));
  expect(error.message).toMatch(
    /unit: unknown option, did you mean units\?[\s\S]*units: expected true or false/,
  );
});

test("outside of a notebook only the words are printed", () => {
  resetDisplays(false);
  const print = vi.spyOn(console, "log").mockImplementation(() => {});
  decisionBoundary(byTheFirst(), data);
  expect(print).toHaveBeenCalledOnce();
  expect(liveBoundary(data)).toEqual({});
});
