import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { findImages } from "../../../src/data/hotdog/find";
import { findInFolder } from "../../../src/data/hotdog/folder";
import { DataError, OptionsError } from "../../../src/errors";
import { errorOf } from "../../support/errors";
import { wrong } from "../../support/refusals";
import { temporaryFolder } from "../support/idx";

/** A folder with empty files of these names. */
function folderOf(...names: string[]): string {
  const folder = temporaryFolder();
  for (const name of names) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "");
  }
  return folder;
}

/** What is found: the name of every file with its class and its part. */
const found = (folder: string) =>
  findInFolder(folder).images.map(({ name, label, part }) => [name, label, part]);

describe("a folder with a sub-folder for each class", () => {
  test("gives every file in them, sorted by name, the positive class being 1", () => {
    const folder = folderOf(
      "hotdog/b.jpg",
      "hotdog/a 🌭.PNG",
      "not-hotdog/1.webp",
      "else/x.jpg",
      "notes.txt",
    );
    expect(found(folder)).toEqual([
      ["hotdog/a 🌭.PNG", 1, null],
      ["hotdog/b.jpg", 1, null],
      ["not-hotdog/1.webp", 0, null],
    ]);
  });

  test.each([
    ["hot_dog", "not_hot_dog"],
    ["Hot Dogs", "Not Hot Dogs"],
    ["HOTDOG", "NotHotdog"],
    ["hot-dog", "not-hot-dog"],
  ])("may write %s and %s", (positive, negative) => {
    const folder = folderOf(`${positive}/a.jpg`, `${negative}/b.jpg`);
    expect(found(folder).map(([name, label]) => [name, label])).toEqual(
      expect.arrayContaining([
        [`${positive}/a.jpg`, 1],
        [`${negative}/b.jpg`, 0],
      ]),
    );
  });

  test.each([
    ["Kaggle's set as it is unpacked", "", "hot_dog", "not_hot_dog"],
    ["Kaggle's set in a folder of its own", "seefood/", "hot_dog", "not_hot_dog"],
    ["the set of Dive into Deep Learning", "hotdog/", "hotdog", "not-hotdog"],
  ])("may have train and test above: %s", (_, around, positive, negative) => {
    const files = ["train", "test"].flatMap((part) => [
      `${around}${part}/${positive}/1.jpg`,
      `${around}${part}/${negative}/1.jpg`,
    ]);
    expect(found(folderOf(...files))).toEqual(
      expect.arrayContaining([
        [`train/${positive}/1.jpg`, 1, "train"],
        [`test/${positive}/1.jpg`, 1, "test"],
        [`train/${negative}/1.jpg`, 0, "train"],
        [`test/${negative}/1.jpg`, 0, "test"],
      ]),
    );
  });

  test("passes over what systems leave, and names folders that it does not look into", () => {
    const folder = folderOf(
      "hotdog/.DS_Store",
      "hotdog/Thumbs.db",
      "hotdog/a.jpg",
      "hotdog/more/b.jpg",
      "not-hotdog/c.jpg",
      "__MACOSX/hotdog/._a.jpg",
    );
    const { images, ignored } = findInFolder(folder);
    expect(images.map(({ name }) => name)).toEqual(["hotdog/a.jpg", "not-hotdog/c.jpg"]);
    expect(ignored).toEqual([{ name: "hotdog/more", reason: expect.stringMatching(/^a folder\./) }]);
  });

  test.skipIf(process.platform === "win32")("may be links to folders elsewhere", () => {
    const folder = folderOf("not-hotdog/c.jpg");
    symlinkSync(join(folderOf("photos/a.jpg"), "photos"), join(folder, "hotdog"));
    expect(found(folder).map(([name]) => name)).toEqual(["hotdog/a.jpg", "not-hotdog/c.jpg"]);
  });

  test.skipIf(process.platform === "win32")(
    "may hold a link that leads in a circle, which is one bad file",
    () => {
      const folder = folderOf("hotdog/a.jpg", "not-hotdog/c.jpg");
      symlinkSync("circle.jpg", join(folder, "hotdog", "circle.jpg"));
      expect(found(folder).map(([name]) => name)).toEqual([
        "hotdog/a.jpg",
        "hotdog/circle.jpg",
        "not-hotdog/c.jpg",
      ]);
    },
  );
});

describe("is refused with what to do", () => {
  test.each<[what: string, folder: () => string, message: RegExp]>([
    [
      "a folder that is missing",
      () => join(temporaryFolder(), "photos"),
      /photos: expected a folder.*no such/,
    ],
    ["a file", () => join(folderOf("a.jpg"), "a.jpg"), /a\.jpg: expected a folder.*where a folder should be/],
    ["an empty folder", temporaryFolder, /received none of both\. Put photos of hot dogs into its/],
    ["one class only", () => folderOf("hotdog/a.jpg"), /received only "hotdog"\. Put photos/],
    [
      "a class without files",
      () => folderOf("hotdog/a.jpg", "not-hotdog/.keep"),
      /class not-hotdog, received none/,
    ],
    [
      "two such folders",
      () => folderOf("a/hotdog/1", "a/not-hotdog/1", "b/hotdog/1", "b/not-hotdog/1"),
      /received 2 such folders in it\. Give the name of one of them\.$/,
    ],
  ])("%s", async (_, folder, message) => {
    const path = folder();
    const error = await errorOf(() => findInFolder(path));
    expect(error).toBeInstanceOf(DataError);
    expect(error.message).toMatch(message);
  });
});

describe("findImages", () => {
  test("looks where it is told", async () => {
    const folder = folderOf("hotdog/a.jpg", "not-hotdog/b.jpg");
    const collection = await findImages("folder", { folder, seed: 2 });
    expect(collection).toMatchObject({
      source: "folder",
      classes: ["not-hotdog", "hotdog"],
      attributions: [],
    });
    expect(collection.description).toBe(`2 files in ${folder}`);
  });

  test("composes pictures where it is told nothing", async () => {
    expect((await findImages()).source).toBe("emoji");
  });

  test("refuses wrong options, all at once", async () => {
    const error = await errorOf(() => findImages(wrong("emojis"), wrong({ folders: "data" })));
    expect(error).toBeInstanceOf(OptionsError);
    expect(error.message).toMatch(/source: expected "emoji", "folder" or "download", received "emojis"/);
    expect(error.message).toMatch(/folders: unknown option, did you mean folder\?/);
  });
});
