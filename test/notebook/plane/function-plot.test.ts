import sharp from "sharp";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { noisySine, toySet } from "../../../src/data/toys";
import { Dataset } from "../../../src/dataset";
import { DataError, OptionsError, ShapeError } from "../../../src/errors";
import { mlp } from "../../../src/nn/mlp";
import { functionPlot, liveFunction } from "../../../src/notebook/plane/function-plot";
import { Tensor } from "../../../src/tensor";
import { fit } from "../../../src/training/fit";
import { errorOf } from "../../support/errors";
import { wrong } from "../../support/refusals";
import { captured, htmlOf, resetDisplays, textOf } from "../support/captured-display";

vi.mock("../../../src/notebook/display", () => import("../support/captured-display"));

beforeEach(() => resetDisplays());
afterEach(() => vi.restoreAllMocks());

const data = noisySine({ count: 50 });

/** y = 2x + 1. */
function line() {
  const network = mlp([1, 1], { output: "linear" });
  network.setParameters([2, 1]);
  return network;
}

interface Trace {
  name: string;
  mode: string;
  x: number[];
  y: number[];
}

const tracesOf = (html: string): Trace[] =>
  JSON.parse((/currentScript, (\{.*\})\);/s.exec(html) as RegExpExecArray)[1]).data;

test("it shows the samples, the network's answers a little beyond them, and the truth if it is known", async () => {
  const { x, y } = functionPlot(line(), data, { truth: Math.sin });
  expect(x[0]).toBeLessThan(-Math.PI);
  expect(x.at(-1)).toBeGreaterThan(Math.PI);
  for (const [i, value] of x.entries()) expect(y[0][i]).toBeCloseTo(2 * value + 1, 5);
  const [samples, network, truth] = tracesOf(htmlOf(0));
  expect([samples.name, samples.mode, samples.x.length]).toEqual(["samples", "markers", 50]);
  expect([network.name, network.mode]).toEqual(["network", "lines"]);
  for (const [i, value] of truth.x.entries()) expect(truth.y[i]).toBeCloseTo(Math.sin(value), 3);
  const [, picture] = /src="data:image\/svg\+xml;base64,([^"]+)"/.exec(htmlOf(0)) as RegExpExecArray;
  await sharp(Buffer.from(picture, "base64")).raw().toBuffer();
});

test("the words say how far the samples are from it", () => {
  functionPlot(line(), data);
  const distances = Array.from(
    { length: 50 },
    (_, i) => (data.targets?.at(i, 0) ?? 0) - 2 * data.samples.at(i, 0) - 1,
  );
  const expected = Math.sqrt(distances.reduce((sum, value) => sum + value ** 2, 0) / 50);
  const [, said] = /which are ([\d.]+) away/.exec(textOf(0)) as RegExpExecArray;
  expect(Number(said)).toBeGreaterThan(expected * 0.98);
  expect(Number(said)).toBeLessThan(expected * 1.02);
});

test("while a network learns it is redrawn in place and ends with what the network has become", async () => {
  const network = mlp([1, 12, 1], { activation: "tanh", output: "linear" });
  const training = { epochs: 300, batchSize: 10, learningRate: 0.02, optimizer: "adam" } as const;
  await fit(network, data, { ...training, callbacks: [liveFunction(data)] });
  expect(captured.displays).toHaveLength(1);
  const [first, last] = [captured.displays[0].shown[0], captured.displays[0].shown.at(-1)].map(
    (bundle) => tracesOf(bundle?.["text/html"] ?? "")[1],
  );
  const distance = ({ x, y }: Trace) =>
    Math.max(...x.map((value, i) => (Math.abs(value) < 3 ? Math.abs(y[i] - Math.sin(value)) : 0)));
  expect(distance(first)).toBeGreaterThan(0.5);
  expect(distance(last)).toBeLessThan(0.2);
});

test("a training that diverges ends as it would without being watched", async () => {
  const network = mlp([1, 4, 1], { output: "linear" });
  const history = await fit(network, data, {
    epochs: 3,
    learningRate: 1e30,
    callbacks: [liveFunction(data)],
  });
  expect(history.status).toBe("diverged");
});

test("what is no function of one number is refused", async () => {
  expect(await errorOf(() => functionPlot(mlp([2, 2]), toySet("xor")))).toBeInstanceOf(ShapeError);
  expect(await errorOf(() => liveFunction(toySet("xor")))).toBeInstanceOf(ShapeError);
  expect(await errorOf(() => functionPlot(mlp([3, 1]), data))).toBeInstanceOf(OptionsError);
  expect(await errorOf(() => functionPlot(line(), data, wrong({ truth: 5 })))).toBeInstanceOf(OptionsError);
  expect(await errorOf(() => functionPlot(line(), wrong(5)))).toBeInstanceOf(OptionsError);
  const classes = Dataset.classification(Tensor.zeros([2, 1]), [0, 1], 2);
  expect(await errorOf(() => functionPlot(mlp([1, 2]), classes))).toBeInstanceOf(DataError);
});
