import type { Dataset } from "../../dataset";
import { DataError, isCount, OptionsError, show, showCount } from "../../errors";
import { sameShape, showShape } from "../../tensor";
import { checkPath } from "../files";
import {
  encodeHdf5,
  findDataset,
  type Hdf5Attribute,
  type Hdf5Dataset,
  type Hdf5Group,
  readHdf5,
} from "../hdf5";
import { checkPreprocessing, type ImagePreprocessing } from "../image-preprocessing";
import { writeFileAtomically } from "../write-file";
import { imageDataset } from "./dataset";
import type { ImageSet, PreparedImages } from "./prepare";

/** What a file of prepared images says it is, and the latest version of it that is understood here. */
const FORMAT = "images of classes, to train and to test with";
const VERSION = 1;

/** So many images are compressed together: a piece is read and unpacked whole. */
const CHUNK = 16;

/** From 1 to 9: harder takes much longer and saves little. */
const COMPRESSION = 4;

/** Prepared images as a notebook trains with them. */
export interface LoadedImages {
  readonly train: Dataset;
  readonly test: Dataset;
  /** Pictures in the drawing style that was held out, or null where there is none. */
  readonly unseen: Dataset | null;
  readonly names: {
    readonly train: readonly string[];
    readonly test: readonly string[];
    readonly unseen: readonly string[];
  };
  readonly preprocessing: ImagePreprocessing;
  /** "emoji", "folder" or "download"; what that was, in a few words; whose works the images are made of. */
  readonly source: string;
  readonly description: string;
  readonly attributions: readonly string[];
  readonly seed: number;
}

/**
 * Writes prepared images to an HDF5 file in the layout of the cat images of Ng's course: train_set_x [count, height,
 * width, channels] of bytes, train_set_y, test_set_x, test_set_y, list_classes; and unseen_set_x and unseen_set_y where
 * there are pictures in an unseen style. Attributes tell the rest. The file that was there before stays whole until the
 * new one is.
 *
 * Throws a DataError where it cannot be written.
 */
export async function saveImages(path: string, prepared: PreparedImages): Promise<void> {
  const file = checkPath(path, "saveImages", "a file to write");
  const { source, description, classes, preprocessing, seed, train, test, unseen, attributions } = prepared;
  const sets = { train, test, ...(unseen === null ? {} : { unseen }) };
  const attributes: Record<string, Hdf5Attribute> = {
    format: FORMAT,
    format_version: VERSION,
    source,
    description,
    seed,
    ...preprocessing,
    pixels: "value / 255",
  };
  if (attributions.length > 0) {
    attributes.attributions = attributions.map(
      ({ name, author, license, address }) => `${name} by ${author}, ${license}, ${address}`,
    );
  }
  const datasets: Record<string, Hdf5Dataset> = {
    list_classes: { data: classes, shape: [classes.length] },
  };
  for (const [name, set] of Object.entries(sets)) {
    datasets[`${name}_set_x`] = pixelDataset(set, preprocessing);
    datasets[`${name}_set_y`] = { data: set.labels, shape: [set.labels.length] };
    attributes[`${name}_names`] = set.names;
  }
  await writeFileAtomically(file, await encodeHdf5({ attributes, groups: {}, datasets }));
}

function pixelDataset(
  { pixels, labels }: ImageSet,
  { width, height, channels }: ImagePreprocessing,
): Hdf5Dataset {
  const chunks = [Math.min(CHUNK, labels.length), height, width, channels];
  return { data: pixels, shape: [labels.length, height, width, channels], chunks, gzip: COMPRESSION };
}

/**
 * The images in a file that `saveImages` wrote. Throws a DataError for a file that is missing, damaged, newer, or that
 * holds something else.
 */
export async function loadImages(path: string): Promise<LoadedImages> {
  const file = checkPath(path, "loadImages", "a file of prepared images");
  const tree = await readHdf5(file);
  const { format, format_version: version } = tree.attributes;
  const remedy = "Run the notebook preprocessing to make it.";
  if (format !== FORMAT) {
    throw new DataError(`${file}: expected a file of prepared images, received another HDF5 file. ${remedy}`);
  }
  if (!isCount(version) || version > VERSION) {
    throw new DataError(
      `${file}: expected version ${VERSION} of a file of prepared images, received ${show(version)}. ${remedy}`,
    );
  }
  const preprocessing = preprocessingOf(tree, file);
  const classes = namesIn(findDataset(tree, "list_classes", file).data);
  const load = (name: string) => datasetOf(tree, name, classes, preprocessing, file);
  const names = (name: string) => namesIn(tree.attributes[name] ?? []);
  return {
    train: load("train"),
    test: load("test"),
    unseen: Object.hasOwn(tree.datasets, "unseen_set_x") ? load("unseen") : null,
    names: { train: names("train_names"), test: names("test_names"), unseen: names("unseen_names") },
    preprocessing,
    source: String(tree.attributes.source ?? ""),
    description: String(tree.attributes.description ?? ""),
    attributions: namesIn(tree.attributes.attributions ?? []),
    seed: Number(tree.attributes.seed),
  };
}

function preprocessingOf({ attributes }: Hdf5Group, file: string): ImagePreprocessing {
  const { width, height, channels, fit } = attributes;
  try {
    return checkPreprocessing({ width, height, channels, fit }, file);
  } catch (error) {
    throw error instanceof OptionsError ? new DataError(error.message) : error;
  }
}

/** The samples and labels of one set. Throws a DataError where they do not fit what the file says of them. */
function datasetOf(
  tree: Hdf5Group,
  name: string,
  classes: readonly string[],
  preprocessing: ImagePreprocessing,
  file: string,
): Dataset {
  const { data: pixels, shape } = findDataset(tree, `${name}_set_x`, file);
  const { data: labels } = findDataset(tree, `${name}_set_y`, file);
  const { width, height, channels } = preprocessing;
  const fine = pixels instanceof Uint8Array && sameShape(shape, [shape[0], height, width, channels]);
  if (!fine) {
    throw new DataError(
      `${file}: expected bytes [count, ${height}, ${width}, ${channels}] in ${name}_set_x, received ${show(pixels)} ${showShape(shape)}.`,
    );
  }
  if (Array.isArray(labels) || labels.length !== shape[0]) {
    throw new DataError(
      `${file}: expected ${showCount(shape[0])} labels in ${name}_set_y, received ${showCount(labels.length)}.`,
    );
  }
  return imageDataset(
    { pixels, labels: Int32Array.from(labels as Int32Array), names: [] },
    classes,
    preprocessing,
  );
}

/** Texts, where these are texts. */
const namesIn = (values: unknown): string[] => (Array.isArray(values) ? values.map(String) : []);
