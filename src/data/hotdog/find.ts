import { oneOf, Problems } from "../../errors";
import { dataFolder } from "../../root";
import type { ImageCollection, Patience } from "./collection";
import { composeEmoji, type EmojiOptions } from "./emoji";
import { findInFolder } from "./folder";

/** Where images of hot dogs and other things come from. */
export const imageSources = ["emoji", "folder", "download"] as const;

export type ImageSource = (typeof imageSources)[number];

/** Options of all sources: each looks at its own. */
export interface SourceOptions extends EmojiOptions, Patience {
  /** "folder": where the images are. Default: the folder `data`. */
  folder?: string;
}

/**
 * The images of a source, not decoded yet: "emoji" composes pictures of icons, "folder" looks into the folder of your
 * own photos, "download" fetches the hot-dog set of the book Dive into Deep Learning once.
 *
 * Throws an OptionsError that lists every wrong option, and a DataError that says what to do where there are no images.
 */
export async function findImages(
  source: ImageSource = "emoji",
  options: SourceOptions = {},
): Promise<ImageCollection> {
  const problems = new Problems();
  problems.expect(imageSources.includes(source), "source", oneOf(imageSources), source);
  problems.expectKnownKeys(options, ["count", "seed", "heldOut", "folder", "onProgress", "signal"]);
  problems.throwIfAny("findImages");
  const { count, seed, heldOut, folder = dataFolder() } = options;
  if (source === "emoji") return composeEmoji({ count, seed, heldOut });
  return findInFolder(folder);
}
