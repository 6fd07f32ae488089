import type { ImageCollection } from "../data/hotdog/collection";
import * as finding from "../data/hotdog/find";
import * as preparation from "../data/hotdog/prepare";
import { untilInterrupted } from "./interrupt";

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
