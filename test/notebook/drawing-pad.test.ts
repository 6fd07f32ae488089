import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { DataError, OptionsError } from "../../src/errors";
import { Conv2D } from "../../src/nn/convolution";
import { Dense, Flatten, type Layer } from "../../src/nn/layers";
import { mlp } from "../../src/nn/mlp";
import { Network } from "../../src/nn/network";
import { drawingPad, exportDrawingPad } from "../../src/notebook/drawing-pad";
import { temporaryFolder } from "../data/support/idx";
import { captured, htmlOf, resetDisplays, textOf } from "./support/captured-display";

vi.mock("../../src/notebook/display", () => import("./support/captured-display"));

beforeEach(() => resetDisplays());

const network = mlp([784, 16, 16, 10]);

test("where scripts do not run, a picture of the pad stands in its place, with words for it", () => {
  drawingPad(network);
  const [, alternative, base64] =
    /<img [^>]*alt="([^"]+)" src="data:image\/svg\+xml;base64,([^"]+)"/.exec(htmlOf(0)) ?? [];
  expect(alternative).toMatch(/^A pad to draw on .*784 → 16 → 16 → 10, 13,002 parameters.*reads \d, /);
  expect(Buffer.from(base64, "base64").toString()).toMatch(/^<svg [\s\S]*<\/svg>$/);
  expect(textOf(0)).toMatch(/^A pad to draw on/);
});

test("two pads on a page know themselves apart", () => {
  drawingPad(network);
  drawingPad(network);
  const ids = [0, 1].map((i) => /data-pad="([^"]+)"/.exec(htmlOf(i))?.[1]);
  expect(ids[0]).not.toBe(ids[1]);
  for (const [i, id] of ids.entries()) expect(htmlOf(i)).toContain(`"id":"${id}"`);
});

test("with the largest network it fits into a notebook of 1 MB", () => {
  const large = mlp([784, 124, 10]);
  expect(large.parameterCount).toBeGreaterThan(98_000);
  drawingPad(large);
  expect(JSON.stringify(htmlOf(0)).length).toBeLessThan(800_000);
});

test("exported, it is one file with the network's sizes, and folders on the way are made", async () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  const file = join(temporaryFolder(), "new", "draw.html");
  await exportDrawingPad(network, file);
  expect(log).toHaveBeenCalledWith(expect.stringMatching(/^draw\.html: \d+ kB\. /));
  log.mockRestore();
  const page = readFileSync(file, "utf8");
  expect(page).toContain("784 → 16 → 16 → 10, 13,002 parameters");
  expect(page).not.toMatch(/\{\{|\ssrc="(?!data:)|\shref="(?!data:)/);
  expect(captured.displays).toHaveLength(0);
});

test("outside of a notebook it is put into words", () => {
  resetDisplays(false);
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  drawingPad(network);
  expect(log).toHaveBeenCalledWith(expect.stringMatching(/^A pad to draw on/));
  log.mockRestore();
});

/** A layer of somebody's own. */
class Halved implements Layer {
  readonly name = "Halved";
  readonly parameters = [];
  readonly outputShape = [392];
  build(): void {}
  forward = (): never => {
    throw new Error("not reached");
  };
  backward = this.forward;
}

describe("networks and options that it cannot show are refused", () => {
  const softmax = () => new Dense(10, { activation: "softmax" });
  test.each([
    ["no network", {} as Network, "network: expected a Network"],
    ["other samples", mlp([64, 10]), "samples [784] or [28, 28, 1], received [64]"],
    ["too many parameters", mlp([784, 200, 10]), "at most 100,000 parameters, received 159010"],
    ["a layer it does not know", new Network([784], [new Halved(), softmax()]), 'received "Halved"'],
    ["outputs that are no probabilities", mlp([784, 10], { output: "linear" }), "softmax or sigmoid"],
    ["outputs that are images", new Network([28, 28, 1], [new Conv2D(2, 3)]), "2 to 26 outputs"],
    [
      "a single output",
      new Network([28, 28, 1], [new Flatten(), new Dense(1, { activation: "sigmoid" })]),
      "2 to 26",
    ],
  ])("%s", (_, wrong, message) => {
    expect(() => drawingPad(wrong)).toThrow(OptionsError);
    expect(() => drawingPad(wrong)).toThrow(message);
  });

  test("all at once", () => {
    const wrong = { deskew: "yes", classes: ["one"], color: "red" } as object;
    for (const part of [
      "deskew: expected true or false",
      "one name for each of the 10",
      "color: unknown option",
    ]) {
      expect(() => drawingPad(network, wrong)).toThrow(part);
    }
  });

  test("for a file too", async () => {
    await expect(exportDrawingPad(mlp([64, 10]), "draw.html")).rejects.toThrow("exportDrawingPad: network");
    await expect(exportDrawingPad(network, "")).rejects.toThrow("the name of a file to write");
    const folder = temporaryFolder();
    await expect(exportDrawingPad(network, folder)).rejects.toThrow(DataError);
  });

  test("weights that training has blown up", () => {
    const broken = mlp([784, 10]);
    broken.parameters[0].value.data[3] = Number.NaN;
    expect(() => drawingPad(broken)).toThrow("finite weights");
  });
});
