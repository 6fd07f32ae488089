import { expect, test } from "vitest";
import { answerTo } from "../../../src/notebook/pad/answer";
import type { Mark } from "../../../src/notebook/pad/drawing";
import { describeFocus, itemAt, moveFocus } from "../../../src/notebook/pad/focus";
import { middle } from "../../../src/notebook/pad/layout";
import { buildLayers, describeModel } from "../../../src/notebook/pad/model";
import { drawNetwork } from "../../../src/notebook/pad/scene";
import { networks, noise } from "./support";

const classes = Array.from({ length: 10 }, (_, i) => String(i));

function looked(name: string, focus: { column: number; item: number } | null = null) {
  const network = networks[name]();
  const layers = buildLayers(describeModel(network.inputShape, network.layers));
  const columns = answerTo(Float32Array.from(noise(network).data), network.inputShape, layers);
  return { network, columns, ...drawNetwork(columns, classes, { width: 800, lit: true, focus }) };
}

const ofKind = <Kind extends Mark["kind"]>(marks: readonly Mark[], kind: Kind) =>
  marks.filter((mark): mark is Extract<Mark, { kind: Kind }> => mark.kind === kind);

const curves = (marks: readonly Mark[]) => ofKind(marks, "curve");

test.each(Object.keys(networks))(
  "%s: every item is found where it is drawn, and nothing between columns",
  (name) => {
    const { layout } = looked(name);
    layout.places.forEach((place, column) => {
      for (let item = 0; item < place.shown; item++) {
        const found = itemAt(layout, middle(place, item));
        expect(found).toEqual(column === 0 ? null : { column, item });
      }
      expect(itemAt(layout, [place.left + place.width + 12, 200])).toBeNull();
    });
  },
);

test("of a neuron that is looked at, its own connections are drawn, and it is marked", () => {
  const focus = { column: 1, item: 5 };
  const { marks, layout, columns } = looked("784-16-16-10", focus);
  const [x, y] = middle(layout.places[1], 5);
  const half = layout.places[1].size / 2;
  for (const { from, to } of curves(marks)) {
    const arrives = to[0] === x - half && to[1] === y;
    const leaves = from[0] === x + half && from[1] === y;
    expect(arrives || leaves).toBe(true);
  }
  // All pixels with ink speak for or against it; it speaks to 16 others, unless it is silent.
  const into = curves(marks).filter(({ to }) => to[0] === x - half);
  expect(into.length).toBeGreaterThan(50);
  expect(curves(marks).length - into.length).toBe(columns[1].values[5] === 0 ? 0 : 16);
  expect(ofKind(marks, "circle").filter(({ focused }) => focused)).toHaveLength(1);
});

test("a neuron that sees the picture shows in its place what it looks for: its weights", () => {
  const { marks, network } = looked("784-16-16-10", { column: 1, item: 3 });
  const [image] = ofKind(marks, "image");
  const weights = network.parameters[0].value;
  const column = Array.from({ length: 784 }, (_, k) => weights.at(k, 3));
  const largest = Math.max(...column.map(Math.abs));
  expect(image.signed).toBe(true);
  column.forEach((weight, k) => {
    expect(image.pixels[k]).toBeCloseTo(weight / largest, 5);
  });
  const texts = ofKind(marks, "text").map(({ text }) => text);
  expect(texts).toContain("What it looks for");
});

test("arrow keys go through all columns and no further", () => {
  const { layout } = looked("784-16-16-10");
  const go = (...keys: string[]) => {
    let focus = moveFocus(layout, null, "ArrowDown");
    for (const key of keys) focus = moveFocus(layout, focus, key);
    return focus;
  };
  expect(go()).toEqual({ column: 1, item: 0 });
  expect(go("ArrowDown", "ArrowDown", "ArrowUp")).toEqual({ column: 1, item: 1 });
  expect(go("ArrowUp", "ArrowLeft")).toEqual({ column: 1, item: 0 });
  expect(go(...new Array(20).fill("ArrowDown"))).toEqual({ column: 1, item: 15 });
  expect(go(...new Array(20).fill("ArrowDown"), "ArrowRight", "ArrowRight", "ArrowRight")).toEqual({
    column: 3,
    item: 9,
  });
  expect(moveFocus(layout, null, "Tab")).toBeNull();
});

test("what is looked at is put into words", () => {
  const { columns } = looked("convolutions, pooling and batch norm");
  const say = (column: number, item: number) => describeFocus(columns, classes, { column, item });
  expect(say(1, 2)).toBe("map 3 of layer 1");
  expect(say(5, 0)).toBe(`neuron 1 of layer 5 sends ${columns[5].values[0].toFixed(4)}`);
  expect(say(6, 7)).toBe(`output 7: ${columns[6].values[7].toFixed(4)}`);
});
