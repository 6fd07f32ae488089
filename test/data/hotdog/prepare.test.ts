import { chmodSync, copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { FoundImage, ImageCollection, Part } from "../../../src/data/hotdog/collection";
import { composeEmoji } from "../../../src/data/hotdog/emoji";
import { findInFolder } from "../../../src/data/hotdog/folder";
import { type ImageSet, type PreparedImages, prepareImages } from "../../../src/data/hotdog/prepare";
import { DataError, NeuralNetworkError, OptionsError } from "../../../src/errors";
import { errorOf } from "../../support/errors";
import { wrong } from "../../support/refusals";
import { writeBadImages, writeUnusualImages } from "../support/bad-images";
import { temporaryFolder } from "../support/idx";
import { colourPicture, save } from "../support/pictures";

/** A folder with so many images of each class, no two the same. */
async function photoFolder(
  hotdogs: number,
  others: number,
  parts: readonly string[] = ["."],
): Promise<string> {
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  let shade = 0;
  for (const part of parts) {
    for (const [name, count] of Object.entries({ hotdog: hotdogs, "not-hotdog": others })) {
      mkdirSync(join(folder, part, name), { recursive: true });
      for (let i = 0; i < count; i++) {
        const colour = [shade % 256, 100, 50, 255] as const;
        shade += 3;
        await save(colourPicture(12, 8, () => colour).png(), join(folder, part, name), `${i}.png`);
      }
    }
  }
  return folder;
}

/** Images that are numbers, as a collection would bring them: nothing of them is on the disk. */
function collectionOf(images: readonly { label: number; shade: number; part?: Part }[]): ImageCollection {
  const found = images.map(
    ({ label, shade, part = null }, i): FoundImage => ({
      name: `image ${i}`,
      label,
      part,
      path: null,
      read: async ({ width, height }) => ({
        data: new Uint8Array(width * height * 3).fill(shade),
        width,
        height,
        channels: 3,
        original: { width: 10 + (i % 2), height: 5 },
      }),
    }),
  );
  const classes = ["not-hotdog", "hotdog"];
  return { source: "folder", description: "numbers", classes, images: found, ignored: [], attributions: [] };
}

const sequence = (count: number, label: number, from: number, part?: Part) =>
  Array.from({ length: count }, (_, i) => ({ label, shade: from + i, part }));

const setsOf = ({ train, test: testSet }: PreparedImages): ImageSet[] => [train, testSet];
const namesOf = (prepared: PreparedImages): string[] => setsOf(prepared).flatMap(({ names }) => names);
const countOf = (set: ImageSet, label: number): number => set.labels.filter((each) => each === label).length;

/** The first pixel of an image. */
function colourOf(prepared: PreparedImages, name: string): number[] {
  for (const { names, pixels } of setsOf(prepared)) {
    const start = (names.indexOf(name) * pixels.length) / names.length;
    if (start >= 0) return Array.from(pixels.slice(start, start + 3));
  }
  throw new Error(`${name} is in neither set`);
}

describe("photos become bytes of one size", () => {
  test("with the class of the folder that each is in", async () => {
    const prepared = await prepareImages(findInFolder(await photoFolder(10, 15)), { size: 4 });
    expect(prepared.preprocessing).toEqual({ width: 4, height: 4, channels: 3, fit: "cover" });
    for (const { pixels, labels, names } of setsOf(prepared)) {
      expect(pixels).toHaveLength(labels.length * 4 * 4 * 3);
      expect(names.map((name) => (name.startsWith("hotdog/") ? 1 : 0))).toEqual(Array.from(labels));
    }
    expect(colourOf(prepared, "hotdog/3.png")).toEqual([9, 100, 50]);
    expect(colourOf(prepared, "not-hotdog/2.png")).toEqual([36, 100, 50]);
    expect(prepared.sizes).toEqual([{ width: 12, height: 8, count: 25 }]);
    expect([prepared.skipped, prepared.duplicates, prepared.unseen]).toEqual([[], [], null]);
  });

  test("whatever kind of image it is", async () => {
    const folder = await photoFolder(5, 5);
    const unusual = await writeUnusualImages(join(folder, "hotdog"));
    const prepared = await prepareImages(findInFolder(folder), { size: 4 });
    expect(prepared.skipped).toEqual([]);
    for (const [name, { colour, tolerance }] of Object.entries(unusual)) {
      const differences = colourOf(prepared, `hotdog/${name}`).map((value, i) => Math.abs(value - colour[i]));
      expect(Math.max(...differences), name).toBeLessThanOrEqual(tolerance);
    }
    // The camera noted that the photo has to be turned.
    expect(prepared.sizes).toContainEqual({ width: 30, height: 20, count: 1 });
  });

  test("but for those that cannot be decoded, which are listed, and the run goes on", async () => {
    const folder = await photoFolder(15, 20);
    const bad = await writeBadImages(join(folder, "not-hotdog"));
    const prepared = await asNobody(() => prepareImages(findInFolder(folder), { size: 4 }));
    expect(namesOf(prepared)).toHaveLength(35);
    expect(prepared.skipped.map(({ name }) => name).sort()).toEqual(
      Object.keys(bad)
        .map((name) => `not-hotdog/${name}`)
        .sort(),
    );
    for (const { name, reason } of prepared.skipped) expect(reason).toMatch(bad[name.split("/")[1]]);
  });

  test("but for what was passed over when they were found, which is listed, too", async () => {
    const folder = await photoFolder(3, 3);
    mkdirSync(join(folder, "hotdog", "more"));
    const prepared = await prepareImages(findInFolder(folder), { size: 4 });
    expect(prepared.skipped).toEqual([{ name: "hotdog/more", reason: expect.stringMatching(/^a folder/) }]);
  });
});

/** Runs something as a user who may not read everything, where this one may. */
async function asNobody<T>(action: () => Promise<T>): Promise<T> {
  const superuser = process.getuid?.() === 0;
  if (superuser) process.seteuid?.(65_534);
  try {
    return await action();
  } finally {
    if (superuser) process.seteuid?.(0);
  }
}

describe("the split", () => {
  const images = [...sequence(30, 1, 0), ...sequence(50, 0, 100)];

  test("has the stated share of every class in the test set", async () => {
    const { train, test: testSet } = await prepareImages(collectionOf(images), { size: 2, testShare: 0.3 });
    expect([countOf(testSet, 1), countOf(testSet, 0)]).toEqual([9, 15]);
    expect([countOf(train, 1), countOf(train, 0)]).toEqual([21, 35]);
    expect(new Set([...train.names, ...testSet.names]).size).toBe(80);
  });

  test("is the same for the same seed, another for another, and in an order by chance", async () => {
    const namesFor = async (seed: number) =>
      (await prepareImages(collectionOf(images), { size: 2, seed })).test.names;
    expect(await namesFor(1)).toEqual(await namesFor(1));
    expect([...(await namesFor(1))].sort()).not.toEqual([...(await namesFor(2))].sort());
    const { train } = await prepareImages(collectionOf(images), { size: 2 });
    const changes = train.labels.filter((label, i) => i > 0 && label !== train.labels[i - 1]);
    expect(changes.length).toBeGreaterThan(10);
  });

  test("is the one that came with the folders, unless another is asked for", async () => {
    const folder = await photoFolder(6, 4, ["train", "test"]);
    const given = await prepareImages(findInFolder(folder), { size: 2 });
    expect([given.train.names.length, given.test.names.length]).toEqual([10, 10]);
    expect(given.train.names.every((name) => name.startsWith("train/"))).toBe(true);
    expect(given.test.names.every((name) => name.startsWith("test/"))).toBe(true);
    const again = await prepareImages(findInFolder(folder), { size: 2, resplit: true });
    expect([again.train.names.length, again.test.names.length]).toEqual([16, 4]);
  });

  test("is made where there is a folder to train with only", async () => {
    const folder = await photoFolder(10, 10, ["train"]);
    const { train, test: testSet } = await prepareImages(findInFolder(folder), { size: 2 });
    expect([train.names.length, testSet.names.length]).toEqual([16, 4]);
  });

  test("leaves pictures in an unseen style out of both sets", async () => {
    const { train, test: testSet, unseen } = await prepareImages(composeEmoji({ count: 50 }), { size: 8 });
    expect(unseen?.names).toHaveLength(10);
    expect(unseen?.names.every((name) => name.startsWith("emojione/"))).toBe(true);
    expect([...train.names, ...testSet.names].some((name) => name.startsWith("emojione/"))).toBe(false);
  });
});

describe("an image that is there twice", () => {
  test("is kept once, so that it is not on both sides of the split, whatever its name is", async () => {
    const folder = await photoFolder(10, 10);
    for (let copy = 0; copy < 5; copy++) {
      copyFileSync(join(folder, "hotdog", "4.png"), join(folder, "hotdog", `copy ${copy}.jpg`));
    }
    const prepared = await prepareImages(findInFolder(folder), { size: 4 });
    expect(namesOf(prepared)).toHaveLength(20);
    expect(prepared.duplicates).toHaveLength(5);
    expect(prepared.duplicates[0]).toEqual({ name: "hotdog/copy 0.jpg", of: "hotdog/4.png" });
  });

  test("is the same when its file holds something besides, or is of another kind", async () => {
    const folder = await photoFolder(4, 4);
    const same = () => colourPicture(12, 8, () => [0, 100, 50, 255]);
    await save(
      same()
        .png()
        .withExifMerge({ IFD0: { Artist: "me" } }),
      join(folder, "hotdog"),
      "exif.png",
    );
    await save(same().webp({ lossless: true }), join(folder, "hotdog"), "other.webp");
    const { duplicates } = await prepareImages(findInFolder(folder), { size: 4 });
    expect(duplicates.map(({ name, of }) => [name, of])).toEqual([
      ["hotdog/exif.png", "hotdog/0.png"],
      ["hotdog/other.webp", "hotdog/0.png"],
    ]);
  });

  test("stays a test image where the folders say so", async () => {
    const images = [
      ...sequence(5, 1, 0, "train"),
      ...sequence(5, 0, 50, "train"),
      ...sequence(2, 1, 3, "test"),
      ...sequence(2, 0, 80, "test"),
    ];
    const { train, test: testSet, duplicates } = await prepareImages(collectionOf(images), { size: 2 });
    expect([train.names.length, testSet.names.length]).toEqual([8, 4]);
    expect(duplicates).toEqual([
      { name: "image 3", of: "image 10" },
      { name: "image 4", of: "image 11" },
    ]);
  });

  test("is left out altogether where it is in both classes", async () => {
    const images = [...sequence(5, 1, 0), ...sequence(5, 0, 50), { label: 0, shade: 2 }];
    const prepared = await prepareImages(collectionOf(images), { size: 2 });
    expect(namesOf(prepared)).toHaveLength(9);
    expect(prepared.skipped).toEqual([
      { name: "image 2", reason: "the same picture is in the other class, as image 10" },
      { name: "image 10", reason: "the same picture is in the other class, as image 2" },
    ]);
  });
});

describe("stops with a clear error", () => {
  test("when more than the stated share failed", async () => {
    const folder = await photoFolder(4, 4);
    const bad = Object.keys(await writeBadImages(join(folder, "hotdog"))).length;
    const error = await asNobody(() => errorOf(() => prepareImages(findInFolder(folder))));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(
      new RegExp(`at most 20 % of the images to fail, received ${bad} of ${8 + bad}.*maximumFailures`),
    );
    expect(error.message).toMatch(/\n {2}- hotdog\/bomb\.png: 30000 × 30000/);
    const prepared = await asNobody(() => prepareImages(findInFolder(folder), { maximumFailures: 0.5 }));
    expect(prepared.skipped).toHaveLength(bad);
  });

  test("when no image of a class can be used", async () => {
    const images = [...sequence(5, 1, 0), { label: 0, shade: 60 }];
    const error = await errorOf(() => prepareImages(collectionOf(images)));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(
      /two images of each class, received 1 of not-hotdog and 5 of hotdog.*numbers/,
    );
  });

  test("when a class has no test images in the folders that came with it", async () => {
    const images = [
      ...sequence(4, 1, 0, "train"),
      ...sequence(4, 0, 50, "train"),
      ...sequence(4, 1, 100, "test"),
    ];
    const error = await errorOf(() => prepareImages(collectionOf(images)));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(
      /class not-hotdog .*received 4 and 0\. Add some, or pass { resplit: true }/,
    );
  });

  test("when options are wrong, all at once", async () => {
    const options = {
      size: 0,
      fit: "crop",
      seed: 0.5,
      testShare: 1,
      resplit: 1,
      maximumFailures: 2,
      signal: 1,
      sizes: 3,
    };
    const error = await errorOf(() => prepareImages(collectionOf([]), wrong(options)));
    expect(error).toBeInstanceOf(OptionsError);
    expect(error.message.match(/^ {2}- /gm)).toHaveLength(8);
  });

  test("when the program itself is wrong, with that error and not a skipped image", async () => {
    const collection = collectionOf([...sequence(5, 1, 0), ...sequence(5, 0, 50)]);
    const broken = { ...collection.images[0], read: () => Promise.reject(new TypeError("a mistake")) };
    const images = [broken, ...collection.images.slice(1)];
    let read = 0;
    const onProgress = () => {
      read++;
    };
    const error = await errorOf(() => prepareImages({ ...collection, images }, { onProgress }));
    expect(error).toBeInstanceOf(TypeError);
    // Nothing goes on in the background.
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(read).toBeLessThan(images.length - 1);
  });
});

describe("while it runs", () => {
  const images = [...sequence(30, 1, 0), ...sequence(50, 0, 100)];

  test("tells how far it is, image by image", async () => {
    const told: number[] = [];
    await prepareImages(collectionOf(images), {
      size: 2,
      onProgress: ({ done, total, unit }) => {
        expect([total, unit]).toEqual([80, "images"]);
        told.push(done);
      },
    });
    expect(told).toEqual(Array.from({ length: 80 }, (_, i) => i + 1));
  });

  test("a signal stops it soon", async () => {
    const controller = new AbortController();
    let decoded = 0;
    const onProgress = ({ done }: { done: number }) => {
      decoded = done;
      if (done === 10) controller.abort();
    };
    const error = await errorOf(() =>
      prepareImages(collectionOf(images), { size: 2, onProgress, signal: controller.signal }),
    );
    expect(error).toBeInstanceOf(NeuralNetworkError);
    expect(error.message).toMatch(/stopped after \d+ of 80 images\. Nothing was kept; run the cell again\.$/);
    expect(decoded).toBeLessThan(20);
  });

  test("several images are decoded at once", async () => {
    let [running, most] = [0, 0];
    const collection = collectionOf(images);
    const slow = collection.images.map((image) => ({
      ...image,
      read: async (preprocessing: Parameters<FoundImage["read"]>[0]) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 1));
        running--;
        return image.read(preprocessing);
      },
    }));
    await prepareImages({ ...collection, images: slow }, { size: 2 });
    expect(most).toBeGreaterThan(1);
  });
});
