import { createHash } from "node:crypto";
import { DataError, NeuralNetworkError, showCount } from "../../errors";
import type { ImagePreprocessing } from "../image-preprocessing";
import type { FoundImage, ImageCollection, Patience, SkippedImage } from "./collection";

/** sharp decodes on Node's four threads: so many keep them busy, and more would only wait. */
const AT_ONCE = 4;

/** An image with its pixels, [height, width, channels] bytes. */
export interface DecodedImage {
  readonly image: FoundImage;
  readonly pixels: Uint8Array;
  readonly original: { readonly width: number; readonly height: number };
}

/**
 * The images of a collection that can be decoded, in order, and those that cannot, with the reason. Several are decoded
 * at once. Throws a NeuralNetworkError when `signal` stops it.
 */
export async function decodeAll(
  { images }: ImageCollection,
  preprocessing: ImagePreprocessing,
  { onProgress, signal }: Patience,
): Promise<{ decoded: DecodedImage[]; failed: SkippedImage[] }> {
  const results: (DecodedImage | SkippedImage)[] = new Array(images.length);
  const total = images.length;
  let [next, done] = [0, 0];
  const decodeInTurn = async () => {
    try {
      while (next < total && !signal?.aborted) {
        const index = next++;
        results[index] = await decode(images[index], preprocessing);
        onProgress?.({ done: ++done, total, unit: "images" });
      }
    } catch (error) {
      // The others stop, too, instead of going on when nobody waits for them any more.
      next = total;
      throw error;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, decodeInTurn));
  if (signal?.aborted) {
    throw new NeuralNetworkError(
      `prepareImages: stopped after ${showCount(done)} of ${showCount(total)} images. Nothing was kept; run the cell again.`,
    );
  }
  const isDecoded = (result: DecodedImage | SkippedImage): result is DecodedImage => "pixels" in result;
  return {
    decoded: results.filter(isDecoded),
    failed: results.filter((result): result is SkippedImage => !isDecoded(result)),
  };
}

async function decode(
  image: FoundImage,
  preprocessing: ImagePreprocessing,
): Promise<DecodedImage | SkippedImage> {
  try {
    const { data, original } = await image.read(preprocessing);
    return { image, pixels: data, original };
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    // "…: expected an image, received an empty file. Save it again.": the table has a column for the name.
    return { name: image.name, reason: error.message.replace(/^.*?, received /s, "") };
  }
}

/** An image that is left out because another one is the same. */
export interface Duplicate {
  readonly name: string;
  /** The image that is kept. */
  readonly of: string;
}

/**
 * Leaves out what is there twice, by the decoded pixels: what a network cannot tell apart is the same, whatever its file
 * is called or holds besides. The one that is kept is that of the test images, else the first. A picture that is in both
 * classes is left out altogether.
 */
export function withoutDuplicates(decoded: readonly DecodedImage[]): {
  kept: DecodedImage[];
  duplicates: Duplicate[];
  contradictory: SkippedImage[];
} {
  const alike = new Map<string, DecodedImage[]>();
  for (const image of decoded) {
    const hash = createHash("sha256").update(image.pixels).digest("base64");
    alike.set(hash, [...(alike.get(hash) ?? []), image]);
  }
  const kept: DecodedImage[] = [];
  const duplicates: Duplicate[] = [];
  const contradictory: SkippedImage[] = [];
  for (const group of alike.values()) {
    const first = group.find(({ image }) => image.part === "test") ?? group[0];
    const other = group.find(({ image }) => image.label !== first.image.label);
    if (other === undefined) kept.push(first);
    for (const each of group) {
      const { name, label } = each.image;
      if (other !== undefined) {
        const opposite = label === first.image.label ? other : first;
        contradictory.push({
          name,
          reason: `the same picture is in the other class, as ${opposite.image.name}`,
        });
      } else if (each !== first) {
        duplicates.push({ name, of: first.image.name });
      }
    }
  }
  return { kept, duplicates, contradictory };
}
