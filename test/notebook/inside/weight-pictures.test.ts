import sharp from "sharp";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { Dataset } from "../../../src/dataset";
import { NeuralNetworkError, ShapeError } from "../../../src/errors";
import { Conv2D } from "../../../src/nn/convolution";
import { Dense, Flatten } from "../../../src/nn/layers";
import { mlp } from "../../../src/nn/mlp";
import { Network } from "../../../src/nn/network";
import { MaxPool2D } from "../../../src/nn/pooling";
import { weightPictures } from "../../../src/notebook/inside/weight-pictures";
import { Random } from "../../../src/random";
import { type Shape, sizeOf, Tensor } from "../../../src/tensor";
import { captured, htmlOf, resetDisplays, textOf } from "../support/captured-display";
import { contrast, over } from "../support/colors";

vi.mock("../../../src/notebook/display", () => import("../support/captured-display"));

beforeEach(() => resetDisplays());

/** Images of random pixels of three classes. */
function noise(count: number, shape: Shape): Dataset {
  const random = new Random(1, "noise");
  const samples = Tensor.zeros([count, ...shape]);
  for (let i = 0; i < samples.size; i++) samples.data[i] = random.uniform();
  const labels = Array.from({ length: count }, (_, i) => i % 3);
  return Dataset.classification(samples, labels, ["cat", "dog", "<b>"]);
}

const convolution = (shape: Shape) =>
  new Network(shape, [
    new Conv2D(4, 3, { activation: "relu" }),
    new Flatten(),
    new Dense(3, { activation: "softmax" }),
  ]);

/** The pixels of the pictures in some HTML, as RGBA rows. */
async function pixelsOf(
  html: string,
  alt: string,
): Promise<{ width: number; height: number; pixels: number[][] }> {
  const [, source] = new RegExp(`alt="${alt}[^"]*" src="data:image/png;base64,([^"]+)"`).exec(html) ?? [];
  const { data, info } = await sharp(Buffer.from(source, "base64"))
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const pixels = Array.from({ length: info.width * info.height }, (_, i) => [
    ...data.subarray(4 * i, 4 * i + 4),
  ]);
  return { width: info.width, height: info.height, pixels };
}

describe("the weights", () => {
  test("of a Dense layer are a picture for each neuron, pixel by pixel", async () => {
    const network = mlp([9, 2, 3]);
    // Pixel i has the weight i − 4 for the first neuron, and 4 − i for the second.
    const { data } = network.layers[0].parameters[0].value;
    for (let i = 0; i < 9; i++) data.set([i - 4, 4 - i], 2 * i);
    const [first, second] = weightPictures(network);
    expect(first.weights.shape).toEqual([3, 3, 1]);
    expect([...first.weights.data]).toEqual([-4, -3, -2, -1, 0, 1, 2, 3, 4]);
    expect(second.weights.at(0, 2, 0)).toBe(2);
    const { width, height, pixels } = await pixelsOf(htmlOf(0), "1: ");
    expect([width, height]).toEqual([3, 3]);
    const dense = pixels.map(([red, , blue, cover]) => [blue > red ? "blue" : "orange", cover]);
    expect(dense.slice(0, 4)).toEqual([255, 191, 128, 64].map((cover) => ["orange", cover]));
    expect(dense.slice(5)).toEqual([64, 128, 191, 255].map((cover) => ["blue", cover]));
    expect(dense[4][1]).toBe(0);
  });

  test("of a convolution are a picture for each filter, its channels side by side", async () => {
    const network = convolution([5, 5, 2]);
    const filters = weightPictures(network);
    const { value } = network.layers[0].parameters[0];
    expect(filters).toHaveLength(4);
    expect(filters[3].weights.at(2, 0, 1)).toBe(value.at(2, 0, 1, 3));
    expect(await pixelsOf(htmlOf(0), "1: ")).toMatchObject({ width: 6, height: 3 });
    expect(textOf(0)).toMatch(
      /^layer 1 Conv2D 3×3 relu, weights of 4 filters: blue speaks for, orange against/,
    );
  });

  test("are found behind layers that weigh nothing, with the shape that these give", () => {
    const layers = () => [new MaxPool2D(2), new Flatten(), new Dense(2)];
    expect(weightPictures(new Network([6, 8, 1], layers()))[0].weights.shape).toEqual([3, 4, 1]);
  });

  test("stay in view when one of them is huge", async () => {
    const network = mlp([400, 2, 3]);
    network.layers[0].parameters[0].value.data[0] = 1000;
    weightPictures(network);
    const { pixels } = await pixelsOf(htmlOf(0), "2: ");
    expect(Math.max(...pixels.map(([, , , cover]) => cover))).toBeGreaterThan(200);
  });

  test("can be told apart on a white page and on a dark one", async () => {
    const network = mlp([4, 1, 2]);
    network.layers[0].parameters[0].value.data.set([1, -1, 1, -1]);
    weightPictures(network);
    const { pixels } = await pixelsOf(htmlOf(0), "1: ");
    for (const page of [
      [255, 255, 255],
      [17, 17, 17],
    ] as const) {
      for (const [red, green, blue] of pixels) {
        expect(contrast(over([red, green, blue], page), page)).toBeGreaterThan(2.8);
      }
    }
  });

  test("of many neurons are left out, and it says so", () => {
    expect(weightPictures(mlp([16, 100, 2]), null, { most: 5 })).toHaveLength(5);
    expect(textOf(0)).toContain("the first 5 of 100 neurons");
    expect(htmlOf(0).match(/<img /g)).toHaveLength(5);
  });
});

describe("the samples that excite a neuron", () => {
  test("are those with the largest sums, the strongest first", () => {
    const data = noise(600, [16]);
    const network = mlp([16, 3, 3], { activation: "sigmoid" });
    const [weights, bias] = network.layers[0].parameters.map(({ value }) => value);
    const neurons = weightPictures(network, data, { samples: 5 });
    neurons.forEach(({ strongest }, unit) => {
      const sums = Array.from({ length: 600 }, (_, index) => {
        const x = Array.from(data.samples.row(index).data);
        const value = x.reduce((sum, pixel, i) => sum + pixel * weights.at(i, unit), bias.at(unit));
        return { index, value };
      });
      const expected = sums.sort((a, b) => b.value - a.value).slice(0, 5);
      expect(strongest.map(({ index }) => index)).toEqual(expected.map(({ index }) => index));
      expect(strongest[0].value).toBeCloseTo(expected[0].value, 5);
    });
  });

  test("of a filter are those that have its pattern at any place", () => {
    const data = noise(300, [5, 5, 1]);
    const network = convolution([5, 5, 1]);
    const [, { strongest }] = weightPictures(network, data, { samples: 3 });
    const y = network.layers[0].forward(data.samples.copy());
    const largest = Array.from({ length: 300 }, (_, index) => {
      const places = Array.from({ length: 9 }, (_, p) => y.data[(index * 9 + p) * 4 + 1]);
      return { index, value: Math.max(...places) };
    });
    expect(strongest).toEqual(largest.sort((a, b) => b.value - a.value).slice(0, 3));
  });

  test("can be opened with the mouse and with the keyboard, one neuron at a time, and without a script", () => {
    const neurons = weightPictures(mlp([16, 4, 3]), noise(50, [16]), { samples: 2 });
    const html = htmlOf(0);
    const groups = [...html.matchAll(/<details name="([^"]+)"/g)].map(([, group]) => group);
    expect(groups).toHaveLength(4);
    expect(new Set(groups).size).toBe(1);
    expect(html.match(/<summary [^>]*><img [^>]+>/g)).toHaveLength(4);
    expect(html).toContain('data-lm-suppress-shortcuts="true"');
    expect(html).not.toContain("<script");
    const [{ index }] = neurons[0].strongest;
    expect(html).toContain(`alt="${["cat", "dog", "&#60;b&#62;"][index % 3]}, sample ${index}"`);
  });

  test("are shown as they are, whatever their shape", async () => {
    const shapes = [[16], [4, 4, 1], [2, 3, 3], [2, 3, 2]];
    for (const [i, shape] of shapes.entries()) {
      const network = new Network(shape, [
        ...(shape.length === 1 ? [] : [new Flatten()]),
        new Dense(3, { activation: "softmax" }),
      ]);
      const data = noise(9, shape);
      const [{ strongest }] = weightPictures(network, data);
      const { width, height, pixels } = await pixelsOf(htmlOf(i), `[^"]*, sample ${strongest[0].index}`);
      expect([height, width]).toEqual(shape.length === 1 ? [4, 4] : shape.slice(0, 2));
      const { data: values } = data.samples.row(strongest[0].index);
      const channels = shape[2] ?? 1;
      expect(pixels[5][0]).toBe(Math.round(255 * values[5 * channels]));
    }
  });
});

describe("weightPictures", () => {
  test("outside of a notebook prints a line for each neuron", () => {
    resetDisplays(false);
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    const neurons = weightPictures(mlp([16, 2, 3]), noise(20, [16]), { samples: 2 });
    const lines = log.mock.calls[0][0].split("\n");
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(
      /^1: weights from -[\d.]+ to [\d.]+, most excited by (cat|dog|<b>), (cat|dog|<b>)$/,
    );
    expect(captured.values).toEqual([neurons]);
    log.mockRestore();
  });

  test("looks at rows of pixels of any shape that it is told", () => {
    const [{ weights }] = weightPictures(mlp([12, 2]), null, { shape: [2, 2, 3] });
    expect(sizeOf(weights.shape)).toBe(12);
    expect(weights.shape).toEqual([2, 2, 3]);
  });

  test("refuses what is no image, and says what to do", () => {
    expect(() => weightPictures(mlp([2, 4, 3]))).toThrow(ShapeError);
    expect(() => weightPictures(mlp([2, 4, 3]))).toThrow(
      /first layer looks at \[2\] = 2 numbers\. With \{ shape: \[height, width, channels\] \}/,
    );
    expect(() => weightPictures(mlp([12, 2]), null, { shape: [5, 5, 1] })).toThrow(ShapeError);
  });

  test("refuses a network that weighs nothing, data that do not fit, and wrong options, all at once", () => {
    const pool = new Network([4, 4, 1], [new MaxPool2D(2)]);
    expect(() => weightPictures(pool)).toThrow(NeuralNetworkError);
    expect(() => weightPictures(mlp([16, 3]), noise(5, [9]))).toThrow(
      /weightPictures: data: expected samples/,
    );
    const wrong = () => weightPictures(mlp([16, 3]), null, { size: 0, most: 0.5, samples: -1 });
    for (const part of ["size: expected", "most: expected", "samples: expected"]) expect(wrong).toThrow(part);
  });
});
