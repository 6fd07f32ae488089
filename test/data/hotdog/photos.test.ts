import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findImages } from "../../../src/data/hotdog/find";
import { prepareImages } from "../../../src/data/hotdog/prepare";
import { loadImages, saveImages } from "../../../src/data/hotdog/saved-images";
import { describeWith, hotdogPhotos } from "../../support/requirements";
import { temporaryFolder } from "../support/idx";

const photos = hotdogPhotos();

describeWith([photos], "real photos", () => {
  test("become a file to train with, and nothing is lost on the way", { timeout: 120_000 }, async () => {
    const images = await findImages("folder", { folder: photos.path });
    const prepared = await prepareImages(images, { size: 64, testShare: 0.2 });
    const file = join(temporaryFolder(), "hotdog.h5");
    await saveImages(file, prepared);
    const { train, test: testSet, names, source } = await loadImages(file);

    const all = [...names.train, ...names.test];
    const counted = ["hotdog", "not-hotdog"].map((name) => readdirSync(join(photos.path, name)).length);
    expect(all.length + prepared.skipped.length + prepared.duplicates.length).toBe(counted[0] + counted[1]);
    expect(new Set(all).size).toBe(all.length);
    expect(prepared.sizes.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThanOrEqual(all.length);
    expect([source, train.sampleShape, testSet.classes]).toEqual([
      "folder",
      [64, 64, 3],
      ["not-hotdog", "hotdog"],
    ]);
    expect(testSet.length / all.length).toBeCloseTo(0.2, 2);
    let mean = 0;
    for (const value of train.samples.data) mean += value / train.samples.size;
    expect(mean).toBeGreaterThan(0.2);
    expect(mean).toBeLessThan(0.8);
  });
});
