import type { Problems } from "../../errors";
import type { ImagePreprocessing } from "../image-preprocessing";
import type { SizedPixels } from "../images";

/** What an image is: its label is the index of its class here. */
export const hotdogClasses = ["not-hotdog", "hotdog"] as const;

/** Which set an image belongs to; "unseen" are drawings in a style that is neither trained nor tested with otherwise. */
export type Part = "train" | "test" | "unseen";

/** One image of a collection, not decoded yet. */
export interface FoundImage {
  /** What it is called in tables and in the file of prepared images. */
  readonly name: string;
  readonly label: number;
  /** null where its source does not say. */
  readonly part: Part | null;
  /** The file of its own on the disk, or null for a picture that is drawn when it is needed. */
  readonly path: string | null;
  /** Its pixels. Throws a DataError for an image that cannot be decoded. */
  read(preprocessing: ImagePreprocessing): Promise<SizedPixels>;
}

/** Who made something, and on which terms others may use it. */
export interface Attribution {
  readonly name: string;
  readonly author: string;
  readonly license: string;
  readonly address: string;
}

/** Images of both classes, found and not decoded yet. */
export interface ImageCollection {
  readonly source: "emoji" | "folder" | "download";
  /** Where the images are, or what they are made of, in a few words. */
  readonly description: string;
  readonly classes: readonly string[];
  readonly images: readonly FoundImage[];
  /** Files that cannot be images, with the reason. */
  readonly ignored: readonly SkippedImage[];
  readonly attributions: readonly Attribution[];
}

/** An image that was left out. */
export interface SkippedImage {
  readonly name: string;
  readonly reason: string;
}

/** How far something that takes a while has come. `total` is null where nobody knows. */
export interface Standing {
  readonly done: number;
  readonly total: number | null;
  readonly unit: "images" | "bytes";
}

/** For what takes a while: where to tell how far it is, and a signal that stops it. */
export interface Patience {
  onProgress?: (standing: Standing) => void;
  signal?: AbortSignal;
}

/** Notes what is wrong with the options of something that takes a while. */
export function expectPatience(problems: Problems, { onProgress, signal }: Patience): void {
  const callable = onProgress === undefined || typeof onProgress === "function";
  problems.expect(callable, "onProgress", "a function", onProgress);
  const stoppable = signal === undefined || signal instanceof AbortSignal;
  problems.expect(stoppable, "signal", "an AbortSignal", signal);
}
