import { oneOf, Problems } from "../../errors";
import { dataFolder } from "../../root";
import type { ImageCollection } from "./collection";
import { type DownloadOptions, downloadImages } from "./download";
import { composeEmoji, type EmojiOptions } from "./emoji";
import { findInFolder } from "./folder";

/** Where images of hot dogs and other things come from. */
const imageSources = ["emoji", "folder", "download"] as const;

export type ImageSource = (typeof imageSources)[number];

/** Options of all sources: each looks at its own. */
export interface SourceOptions extends EmojiOptions, Omit<DownloadOptions, "folder"> {
  /** "folder": where the images are, by default the folder `data`. "download": where they are kept, by default in it. */
  folder?: string;
}

/** The names of all options. */
const keys: readonly (keyof SourceOptions)[] = [
  "count",
  "seed",
  "heldOut",
  "folder",
  "address",
  "sha1",
  "seconds",
  "onProgress",
  "signal",
];

/**
 * The images of a source, not decoded yet: "emoji" composes pictures of icons, "folder" looks into a folder of your own
 * photos, "download" fetches the hot-dog set of the book Dive into Deep Learning when it is not there yet.
 *
 * Throws an OptionsError that lists every wrong option, and a DataError that says what to do where there are no images.
 */
export async function findImages(
  source: ImageSource = "emoji",
  options: SourceOptions = {},
): Promise<ImageCollection> {
  const problems = new Problems();
  problems.expect(imageSources.includes(source), "source", oneOf(imageSources), source);
  problems.expectKnownKeys(options, keys);
  problems.throwIfAny("findImages");
  const { count, seed, heldOut, ...download } = options;
  if (source === "emoji") return composeEmoji({ count, seed, heldOut });
  if (source === "folder") return findInFolder(options.folder ?? dataFolder());
  return findInFolder(await downloadImages(download), "download");
}
