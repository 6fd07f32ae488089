import type { ImageCollection, Patience } from "../data/hotdog/collection";
import * as finding from "../data/hotdog/find";
import * as preparation from "../data/hotdog/prepare";
import { onInterrupt } from "./interrupt";

/**
 * `findImages` of `src/data/hotdog/find.ts`, with the notebook's ■ button: an interrupt stops a download, of which
 * nothing is kept. Throws what that `findImages` throws.
 */
export const findImages = (
  source?: finding.ImageSource,
  options?: finding.SourceOptions,
): Promise<ImageCollection> =>
  untilInterrupted(options, (stoppable) => finding.findImages(source, stoppable));

/**
 * `prepareImages` of `src/data/hotdog/prepare.ts`, with the notebook's ■ button: an interrupt stops it, and files that
 * were written before stay as they are. Throws what that `prepareImages` throws.
 */
export const prepareImages = (
  collection: ImageCollection,
  options?: preparation.PreparationOptions,
): Promise<preparation.PreparedImages> =>
  untilInterrupted(options, (stoppable) => preparation.prepareImages(collection, stoppable));

/** Runs what takes a while with options whose signal an interrupt gives, too. */
async function untilInterrupted<Options extends Patience, Result>(
  options: Options | undefined,
  run: (options: Options) => Promise<Result>,
): Promise<Result> {
  // An interrupt ends what a cell does before its first await on the spot: the work comes after one.
  await Promise.resolve();
  const controller = new AbortController();
  const release = onInterrupt(() => controller.abort());
  // Anything but a signal is passed on as it is, to be refused with all other wrong options.
  const asked: unknown = options?.signal ?? controller.signal;
  const signal = asked instanceof AbortSignal ? AbortSignal.any([asked, controller.signal]) : options?.signal;
  try {
    return await run({ ...options, signal } as Options);
  } finally {
    release();
  }
}
