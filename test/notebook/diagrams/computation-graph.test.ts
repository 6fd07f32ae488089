import { beforeEach, expect, test, vi } from "vitest";
import { OptionsError } from "../../../src/errors";
import {
  computationGraph,
  type GraphNode,
  graphPicture,
} from "../../../src/notebook/diagrams/computation-graph";
import { palettes } from "../../../src/notebook/theme";
import { captured, htmlOf, resetDisplays, textOf } from "../support/captured-display";
import { contrast, parseColor } from "../support/colors";

vi.mock("../../../src/notebook/display", () => import("../support/captured-display"));

beforeEach(() => resetDisplays());

const neuron: readonly GraphNode[] = [
  { name: "x", value: 0.5 },
  { name: "w", value: -2, gradient: -0.25 },
  { name: "z", formula: "x·w", from: ["x", "w"], value: -1, gradient: -0.5 },
  { name: "t", value: 1 },
  { name: "C", formula: "(z − t)²", from: ["z", "t"], value: 4, gradient: 1 },
];

interface Drawn {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The boxes in the order of the nodes; the first rectangle is the ground. */
const boxesOf = (svg: string): Drawn[] =>
  [...svg.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/g)].map(
    ([, x, y, width, height]) => ({ x: +x, y: +y, width: +width, height: +height }),
  );

test("what is computed stands right of what it needs, and what is given directly left of its first user", () => {
  const [x, w, z, t, c] = boxesOf(graphPicture(neuron).svg);
  expect(x.x).toBe(w.x);
  expect(z.x).toBeGreaterThan(x.x + x.width);
  expect(t.x).toBe(z.x);
  expect(c.x).toBeGreaterThan(z.x + z.width);
});

test("no boxes overlap, and all are within the picture", () => {
  const { svg, size } = graphPicture(neuron);
  const boxes = boxesOf(svg);
  expect(boxes).toHaveLength(neuron.length);
  for (const [i, a] of boxes.entries()) {
    expect(a.x).toBeGreaterThanOrEqual(0);
    expect(a.x + a.width).toBeLessThanOrEqual(size.width);
    expect(a.y + a.height).toBeLessThanOrEqual(size.height);
    for (const b of boxes.slice(i + 1)) {
      const apart =
        a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
      expect(apart).toBe(true);
    }
  }
});

test("an arrow leads from every node to each that is computed from it", () => {
  const { svg } = graphPicture(neuron);
  expect(svg.match(/marker-end/g)).toHaveLength(4);
});

test("every number is written, and in words for who cannot see it", () => {
  computationGraph(neuron);
  const words =
    "Computation graph: x = 0.5000; w = −2.0000 (dw = −0.2500); z = x·w = −1.0000 (dz = −0.5000); t = 1.0000; " +
    "C = (z − t)² = 4.0000 (dC = 1.0000)";
  expect(textOf(0)).toBe(words);
  expect(htmlOf(0)).toContain(`alt="${words}"`);
  const [, encoded] = /base64,([^"]+)/.exec(htmlOf(0)) ?? [];
  const svg = Buffer.from(encoded, "base64").toString();
  for (const text of ["z = x·w", "dw = −0.2500", "4.0000"]) expect(svg).toContain(`>${text}</text>`);
});

test("names cannot become markup", () => {
  const { svg } = graphPicture([{ name: "<b>&" }]);
  expect(svg).not.toContain("<b>");
  expect(svg).toContain("&#60;b&#62;&#38;");
});

test("all text can be read on the ground", () => {
  const { svg } = graphPicture(neuron);
  const colors = [...svg.matchAll(/<text [^>]*fill="(#\w+)"/g)].map(([, color]) => parseColor(color));
  expect(colors.length).toBeGreaterThan(5);
  for (const color of colors) {
    expect(contrast(color, parseColor(palettes.light.background))).toBeGreaterThan(4.5);
  }
});

test("the nodes come back, and are not printed below the picture", () => {
  expect(computationGraph(neuron)).toBe(neuron);
  expect(captured.values).toEqual([neuron]);
});

test("all nodes that cannot be drawn are named at once, and nothing is shown", () => {
  const wrong = [
    { name: "z", from: ["x"] },
    { name: "z", value: 1, colour: "red" },
  ];
  expect(() => computationGraph(wrong)).toThrow(OptionsError);
  for (const part of ['received "x"', "a name that no node has yet", "nodes[1].colour: unknown option"]) {
    expect(() => computationGraph(wrong)).toThrow(part);
  }
  expect(() => computationGraph([])).toThrow("at least one node");
  expect(captured.displays).toHaveLength(0);
});
