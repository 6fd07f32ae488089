import { beforeEach, describe, expect, test, vi } from "vitest";
import { OptionsError } from "../../../src/errors";
import { Conv2D } from "../../../src/nn/convolution";
import { Dropout } from "../../../src/nn/dropout";
import { Dense, Flatten } from "../../../src/nn/layers";
import { mlp } from "../../../src/nn/mlp";
import { Network } from "../../../src/nn/network";
import { BatchNorm } from "../../../src/nn/normalization";
import { GlobalAveragePooling2D, MaxPool2D } from "../../../src/nn/pooling";
import { columnsOf } from "../../../src/notebook/diagrams/network-columns";
import { diagramPicture, networkDiagram } from "../../../src/notebook/diagrams/network-diagram";
import { captured, htmlOf, resetDisplays, textOf } from "../support/captured-display";

vi.mock("../../../src/notebook/display", () => import("../support/captured-display"));

beforeEach(() => resetDisplays());

const convolutional = () =>
  new Network(
    [12, 12, 1],
    [
      new Conv2D(4, 3, { activation: "relu" }),
      new BatchNorm(),
      new MaxPool2D(2),
      new Flatten(),
      new Dense(20, { activation: "relu" }),
      new Dropout(0.5),
      new Dense(3, { activation: "softmax" }),
    ],
  );

/** The lines of an SVG that stand for weights. */
const linesOf = (svg: string) =>
  [
    ...svg.matchAll(
      /<path d="M([\d.]+) ([\d.]+)L([\d.]+) ([\d.]+)" stroke="([^"]+)"([^>]*) stroke-width="([\d.]+)" stroke-o/g,
    ),
  ].map(([, x1, y1, x2, y2, color, rest, width]) => ({
    ...{ from: [Number(x1), Number(y1)], to: [Number(x2), Number(y2)] },
    ...{ color, dashed: rest.includes("dasharray"), width: Number(width) },
  }));

describe("the columns", () => {
  test("are the inputs and the layers, with every weight between their units", () => {
    const network = mlp([2, 3, 1], { activation: "tanh" });
    const columns = columnsOf(network, 12);
    expect(columns.map(({ names, shape, units }) => ({ names, shape, units }))).toEqual([
      { names: ["input"], shape: [2], units: [0, 1] },
      { names: ["Dense tanh"], shape: [3], units: [0, 1, 2] },
      { names: ["Dense sigmoid"], shape: [1], units: [0] },
    ]);
    const { value } = network.layers[0].parameters[0];
    expect(columns[0].connections).toEqual([]);
    expect(columns[1].connections).toHaveLength(6);
    for (const { from, to, weight } of columns[1].connections) expect(weight).toBe(value.at(from, to));
  });

  test("of images are blocks, and layers that change no shape stand with the one before", () => {
    const columns = columnsOf(convolutional(), 12);
    expect(
      columns.map(({ names, shape, units }) => [names.join(" + "), shape.join("×"), units.length]),
    ).toEqual([
      ["input", "12×12×1", 0],
      ["Conv2D 3×3 relu + BatchNorm", "10×10×4", 0],
      ["MaxPool2D 2×2", "5×5×4", 0],
      ["Flatten", "100", 12],
      ["Dense relu + Dropout 0.5", "20", 12],
      ["Dense softmax", "3", 3],
    ]);
    expect(columns[4].connections).toHaveLength(144);
  });

  test("of wide layers hold the units with the largest weights, on either side", () => {
    const network = mlp([30, 20, 2]);
    const [first, second] = network.layers.map((layer) => layer.parameters[0].value);
    first.data.fill(0.01);
    second.data.fill(0.01);
    first.data.set([5], 7 * 20 + 3);
    second.data.set([-5], 11 * 2);
    const columns = columnsOf(network, 2);
    expect(columns[0].units).toContain(7);
    expect(columns[1].units).toEqual([3, 11]);
    expect(columns[1].connections.find(({ from, to }) => from === 7 && to === 3)?.weight).toBe(5);
  });
});

describe("the drawing", () => {
  const network = mlp([2, 2, 1], { activation: "tanh" });
  network.layers[0].parameters[0].value.data.set([1, -0.5, 0.25, 0]);
  const { svg, size } = diagramPicture(columnsOf(network, 12), "what it shows");

  test("has lines as wide as the weights, blue and whole above 0, orange and dashed below", () => {
    const widths = linesOf(svg).filter(({ to }) => to[0] === 206);
    expect(widths.map(({ width, color, dashed }) => [width, color, dashed])).toEqual([
      [1, "#0072b2", false],
      [2, "#d55e00", true],
      [4, "#0072b2", false],
    ]);
  });

  test("has a circle for each unit, where the lines end", () => {
    const circles = [...svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [+x, +y]);
    expect(circles).toHaveLength(5);
    for (const { from, to } of linesOf(svg)) {
      expect(circles).toContainEqual(from);
      expect(circles).toContainEqual(to);
    }
  });

  test("says what the layers are, and what it shows", () => {
    for (const part of ["<title>what it shows</title>", ">Dense tanh</text>", ">positive weight</text>"]) {
      expect(svg).toContain(part);
    }
    expect(size.width).toBeGreaterThan(3 * 120);
  });

  test("of a wide layer has an ellipsis, and says how many are drawn", () => {
    const wide = diagramPicture(columnsOf(mlp([784, 100, 10]), 8), "").svg;
    expect(wide.match(/>…</g)).toHaveLength(3);
    for (const label of ["8 of 784", "8 of 100", "8 of 10"]) expect(wide).toContain(`>${label}</text>`);
    expect(wide.match(/<circle /g)).toHaveLength(24);
  });

  test("never leaves its picture", () => {
    const networks = [mlp([784, 500, 10]), convolutional(), mlp([1, 1]), mlp([3, 12, 12, 12, 2])];
    for (const [one, most] of networks.flatMap((each) => [1, 12, 40].map((n) => [each, n] as const))) {
      const { svg: drawing, size: area } = diagramPicture(columnsOf(one, most), "");
      expect(drawing).not.toMatch(/NaN|Infinity/);
      for (const [, x, y] of drawing.matchAll(/c?x="([\d.-]+)" c?y="([\d.-]+)"/g)) {
        expect(Number(x)).toBeGreaterThanOrEqual(0);
        expect(Number(x)).toBeLessThanOrEqual(area.width);
        expect(Number(y)).toBeGreaterThanOrEqual(0);
        expect(Number(y)).toBeLessThanOrEqual(area.height);
      }
    }
  });
});

describe("networkDiagram", () => {
  test("shows the drawing with the same in words, and returns the columns", () => {
    const network = mlp([2, 4, 3]);
    const columns = networkDiagram(network);
    expect(columns).toEqual(columnsOf(network, 12));
    expect(captured.values).toEqual([columns]);
    expect(htmlOf(0)).toContain('class="drawing"');
    expect(textOf(0)).toMatch(
      /^Network 2 → Dense relu 4 → Dense softmax 3, 27 parameters\nDense relu 4: weights from /,
    );
  });

  test("works with any network, outside of a notebook in words", () => {
    resetDisplays(false);
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    networkDiagram(convolutional(), { most: 4 });
    networkDiagram(new Network([4, 4, 2], [new GlobalAveragePooling2D()]));
    expect(log.mock.calls[0][0]).toMatch(
      /Dense softmax 3: weights from -?[\d.e-]+ to [\d.]+, \d+ of 12 are positive/,
    );
    expect(log.mock.calls).toHaveLength(2);
    log.mockRestore();
  });

  test("refuses what is no network and wrong options, all at once", () => {
    const wrong = () => networkDiagram({} as Network, { most: 0 });
    expect(wrong).toThrow(OptionsError);
    for (const part of ["network: expected a Network", "most: expected a whole number"])
      expect(wrong).toThrow(part);
  });
});
