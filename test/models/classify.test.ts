import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { DataError } from "../../src/errors";
import { classify, classifyFolder } from "../../src/models/classify";
import type { Model } from "../../src/models/model-file";
import { Dense, Flatten } from "../../src/nn/layers";
import { Network } from "../../src/nn/network";
import { temporaryFolder } from "../data/support/idx";
import { colourPicture, save } from "../data/support/pictures";
import { errorOf } from "../support/errors";

const colours = { red: [255, 0, 0, 255], green: [0, 255, 0, 255], blue: [0, 0, 255, 255] } as const;

/** A picture whose left half has one colour, and whose right half another one. */
const halves = (left: keyof typeof colours, right: keyof typeof colours) =>
  colourPicture(40, 20, (x) => colours[x < 20 ? left : right]);

/** Says how much of each colour is in a picture of 2 × 4 pixels: logits are sums over the pixels. */
function colourModel(inputShape: number[], fit: "fill" | "cover"): Model {
  const layers = inputShape.length === 1 ? [] : [new Flatten()];
  const network = new Network(inputShape, [...layers, new Dense(3, { activation: "softmax" })]);
  const [weights] = network.parameters;
  for (let i = 0; i < weights.value.data.length; i++) {
    const [pixel, unit] = [Math.floor(i / 3), i % 3];
    weights.value.data[i] = pixel % 3 === unit ? 1 : 0;
  }
  return {
    network,
    classes: ["red", "green", "blue"],
    preprocessing: { width: 4, height: 2, channels: 3, fit },
    history: null,
    source: null,
  };
}

describe.each([[[2, 4, 3]], [[24]]])("a model that takes samples %j", (inputShape) => {
  test("sees an image as its file says, and names the most probable class", async () => {
    const file = await save(halves("blue", "blue"), temporaryFolder(), "blue.png");
    const { className, probabilities, picture } = await classify(colourModel(inputShape, "fill"), file);
    expect(className).toBe("blue");
    expect(picture.shape).toEqual([2, 4, 3]);
    expect(picture.row(0).row(0).toArray()).toEqual([0, 0, 1]);
    // Eight pixels of blue: e⁸ / (e⁸ + 2).
    expect(probabilities[2]).toBeCloseTo(Math.exp(8) / (Math.exp(8) + 2), 6);
    expect(probabilities.reduce((sum, each) => sum + each)).toBeCloseTo(1, 6);
  });
});

test("another preprocessing in the model is another picture", async () => {
  const wide = colourPicture(80, 20, (x) => colours[x < 20 || x >= 60 ? "red" : "green"]);
  const file = await save(wide, temporaryFolder(), "wide.png");
  const names = [];
  for (const fit of ["fill", "cover"] as const)
    names.push((await classify(colourModel([2, 4, 3], fit), file)).className);
  const [, covered] = names;
  // What stands out at the sides is red, and cut off.
  expect(covered).toBe("green");
  const { picture } = await classify(colourModel([2, 4, 3], "fill"), file);
  expect(picture.at(0, 0, 0)).toBeGreaterThan(0.5);
});

test("a single output is the probability of the second class", async () => {
  const network = new Network([2, 4, 3], [new Flatten(), new Dense(1, { activation: "sigmoid" })]);
  for (const { value } of network.parameters) value.data.fill(0);
  network.parameters[1].value.data.fill(Math.log(3));
  const model = { ...colourModel([2, 4, 3], "fill"), network, classes: ["not-hotdog", "hotdog"] };
  const { className, probabilities } = await classify(
    model,
    await save(halves("red", "blue"), temporaryFolder(), "x.png"),
  );
  expect(className).toBe("hotdog");
  expect(probabilities[0]).toBeCloseTo(0.25, 6);
  expect(probabilities[1]).toBeCloseTo(0.75, 6);
});

describe("a folder", () => {
  let model: Model;
  beforeAll(() => {
    model = colourModel([2, 4, 3], "fill");
  });

  test("is classified image by image in the order of names, and what is no image is listed", async () => {
    const folder = temporaryFolder();
    await save(halves("blue", "blue"), folder, "b lunch 🌭.png");
    await save(halves("red", "red"), folder, "a.jpg");
    await save(halves("green", "green"), folder, "d.webp");
    writeFileSync(join(folder, "c.jpg"), "no image");
    writeFileSync(join(folder, ".hidden"), "");
    writeFileSync(join(folder, "e.png"), "");
    mkdirSync(join(folder, "sub-folder"));
    const { images, skipped } = await classifyFolder(model, folder);
    expect(images.map(({ file, className }) => [file, className])).toEqual([
      ["a.jpg", "red"],
      ["b lunch 🌭.png", "blue"],
      ["d.webp", "green"],
    ]);
    expect(skipped.map(({ file }) => file)).toEqual(["c.jpg", "e.png"]);
    expect(skipped[0].reason).toMatch(/cannot be decoded/);
    expect(skipped[1].reason).toMatch(/an empty file/);
  });

  test("that is missing or empty is refused", async () => {
    const folder = temporaryFolder();
    expect((await errorOf(() => classifyFolder(model, folder))).message).toMatch(/without files/);
    const error = await errorOf(() => classifyFolder(model, join(folder, "missing")));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(/no such file or folder/);
  });

  test("cannot be classified by a model that does not say how an image is prepared", async () => {
    const folder = temporaryFolder();
    await save(halves("red", "red"), folder, "a.png");
    const error = await errorOf(() => classifyFolder({ ...model, preprocessing: null }, folder));
    expect(error.message).toMatch(
      /how an image is prepared.*saveModel\(path, network, \{ classes, preprocessing \}\)/,
    );
  });
});
