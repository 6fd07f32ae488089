import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { composeEmoji } from "../../../src/data/hotdog/emoji";
import { prepareImages } from "../../../src/data/hotdog/prepare";
import { saveImages } from "../../../src/data/hotdog/saved-images";
import { describeWith, kerasEnvironment } from "../../support/requirements";
import { temporaryFolder } from "../support/idx";

const python = kerasEnvironment();

/** What the course does with its cat images, and what it finds. */
const course = `
import json, sys
import h5py
import numpy as np

train_dataset = h5py.File(sys.argv[1], "r")
train_set_x_orig = np.array(train_dataset["train_set_x"][:])
train_set_y_orig = np.array(train_dataset["train_set_y"][:])
test_set_x_orig = np.array(train_dataset["test_set_x"][:])
classes = np.array(train_dataset["list_classes"][:])
train_set_y_orig = train_set_y_orig.reshape((1, train_set_y_orig.shape[0]))
train_set_x_flatten = train_set_x_orig.reshape(train_set_x_orig.shape[0], -1).T

print(json.dumps({
    "x": train_set_x_flatten.shape, "y": train_set_y_orig[0].tolist(), "test": test_set_x_orig.shape,
    "type": str(train_set_x_orig.dtype), "first": train_set_x_flatten[:, 0].tolist(),
    "classes": [name.decode("utf-8") for name in classes],
    "names": [name.decode("utf-8") for name in train_dataset.attrs["train_names"]],
    "source": train_dataset.attrs["source"].decode("utf-8"), "seed": train_dataset.attrs["seed"],
}))
`;

describeWith([python], "prepared images in Python", () => {
  test("are read as the course's cat images are", { timeout: 120_000 }, async () => {
    const prepared = await prepareImages(composeEmoji({ count: 40 }), { size: 8, seed: 3 });
    const file = join(temporaryFolder(), "hotdog.h5");
    await saveImages(file, prepared);
    const { train } = prepared;
    expect(JSON.parse(execFileSync(python.path, ["-c", course, file], { encoding: "utf8" }))).toEqual({
      x: [192, 32],
      y: Array.from(train.labels),
      test: [8, 8, 8, 3],
      type: "uint8",
      first: Array.from(train.pixels.slice(0, 192)),
      classes: ["not-hotdog", "hotdog"],
      names: train.names,
      source: "emoji",
      seed: 3,
    });
  });
});
