import { readdirSync } from "node:fs";
import { join } from "node:path";
import { classKinds, Dataset, isClasses } from "../dataset";
import { DataError, Problems } from "../errors";
import { Tensor } from "../tensor";
import { checkPath, explainFileError } from "./files";
import { type FileChecks, type IdxImages, readIdxImages, readIdxLabels } from "./idx-file";

export interface TrainAndTest {
  /** To learn from. */
  readonly train: Dataset;
  /** To measure, once, what was learned. */
  readonly test: Dataset;
}

export interface IdxOptions {
  /** The names of the classes, or how many there are. Default: as many as the largest label asks for. */
  classes?: readonly string[] | number;
}

/**
 * The four IDX files of a folder, laid out as MNIST is (Fashion-MNIST, KMNIST, …), as samples [count, height · width] of
 * pixels from 0 to 1.
 *
 * Their names are `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte` and
 * `t10k-labels-idx1-ubyte`, or with a dot before `idx`, `test` for `t10k`, a prefix, or `.gz` at the end.
 * Throws a DataError for files that are missing, damaged or do not belong together.
 */
export function loadIdx(folder: string, options: IdxOptions = {}): TrainAndTest {
  checkOptions(options, "loadIdx");
  const files = findFiles(checkPath(folder, "loadIdx", "a folder"));
  return loadFiles(files, options.classes);
}

/** One pair of IDX files, images and their labels, as a Dataset. Throws a DataError as `loadIdx` does. */
export function readIdx(images: string, labels: string, options: IdxOptions = {}): Dataset {
  checkOptions(options, "readIdx");
  const pair = readPair(
    { path: checkPath(images, "readIdx", "a file of images") },
    { path: checkPath(labels, "readIdx", "a file of labels") },
  );
  return toDataset(pair, options.classes ?? classesOf([pair]));
}

export interface IdxFileToRead extends FileChecks {
  readonly path: string;
}

const roles = ["train-images", "train-labels", "t10k-images", "t10k-labels"] as const;

export type IdxFiles = Readonly<Record<(typeof roles)[number], IdxFileToRead>>;

/** The training and the test set from four files. Throws a DataError as `loadIdx` does. */
export function loadFiles(files: IdxFiles, classes?: IdxOptions["classes"]): TrainAndTest {
  const train = readPair(files["train-images"], files["train-labels"]);
  const test = readPair(files["t10k-images"], files["t10k-labels"]);
  if (train.images.height !== test.images.height || train.images.width !== test.images.width) {
    throw new DataError(
      `${test.imagesPath}: expected images of ${showSize(train)} pixels as in ${train.imagesPath}, received ${showSize(test)}. Keep the files of one set in a folder.`,
    );
  }
  const all = classes ?? classesOf([train, test]);
  return { train: toDataset(train, all), test: toDataset(test, all) };
}

interface Pair {
  readonly images: IdxImages;
  readonly labels: Uint8Array;
  readonly imagesPath: string;
  readonly labelsPath: string;
}

function readPair(imagesFile: IdxFileToRead, labelsFile: IdxFileToRead): Pair {
  // The labels first: they are small, and a mistake in the names shows before the large file is read.
  const labels = readIdxLabels(labelsFile.path, labelsFile);
  const images = readIdxImages(imagesFile.path, imagesFile);
  if (images.count !== labels.length) {
    throw new DataError(
      `${labelsFile.path}: expected ${images.count} labels, one for each image of ${imagesFile.path}, received ${labels.length}. Use the two files of one set.`,
    );
  }
  return { images, labels, imagesPath: imagesFile.path, labelsPath: labelsFile.path };
}

function toDataset({ images, labels, labelsPath }: Pair, classes: readonly string[] | number): Dataset {
  const count = typeof classes === "number" ? classes : classes.length;
  const wrong = labels.findIndex((label) => label >= count);
  if (wrong >= 0) {
    throw new DataError(
      `${labelsPath}: expected labels from 0 to ${count - 1} for ${count} classes, received ${labels[wrong]} for image ${wrong}. Give all the classes, or leave the option out.`,
    );
  }
  const { pixels, height, width } = images;
  return Dataset.classification(new Tensor(pixels, [images.count, height * width]), labels, classes);
}

const classesOf = (pairs: readonly Pair[]): number =>
  pairs.reduce((count, { labels }) => labels.reduce((most, label) => Math.max(most, label + 1), count), 2);

const showSize = ({ images }: Pair) => `${images.height} × ${images.width}`;

function findFiles(folder: string): IdxFiles {
  let names: string[];
  try {
    names = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map(({ name }) => name);
  } catch (error) {
    throw explainFileError(error, folder, "a folder with IDX files");
  }
  const found = roles.map((role) => {
    const matching = names.filter((name) => roleOf(name) === role);
    // The same file may lie there as it was downloaded and extracted.
    const extracted = matching.filter((name) => !/\.gz$/i.test(name));
    return extracted.length > 0 ? extracted : matching;
  });
  const missing = roles.filter((_, i) => found[i].length === 0);
  if (missing.length > 0) {
    const list =
      names.length === 0 ? "no files" : names.slice(0, 8).join(", ") + (names.length > 8 ? ", …" : "");
    throw new DataError(
      `${folder}: expected files named ${missing.map(fileName).join(", ")} (or .gz), received ${list}. Put them there, or give an images file and a labels file to readIdx.`,
    );
  }
  const several = found.find((matching) => matching.length > 1);
  if (several !== undefined) {
    throw new DataError(
      `${folder}: expected the files of one set, received ${several.join(" and ")}. Keep each set in its own folder, or give an images file and a labels file to readIdx.`,
    );
  }
  const files = roles.map((role, i) => [role, { path: join(folder, found[i][0]) }]);
  return Object.fromEntries(files) as IdxFiles;
}

function roleOf(name: string): string | undefined {
  const match = /^(?:.*[-_.])?(train|t10k|test)[-_](images|labels)[-.]idx([13])-ubyte(?:\.gz)?$/i.exec(name);
  if (match === null) return undefined;
  const part = match[1].toLowerCase() === "train" ? "train" : "t10k";
  return `${part}-${match[2].toLowerCase()}`;
}

const fileName = (role: string) => `${role}-idx${role.endsWith("images") ? 3 : 1}-ubyte`;

function checkOptions(options: IdxOptions, where: string): void {
  const { classes } = options ?? {};
  const problems = new Problems();
  problems.expectKnownKeys(options, ["classes"]);
  problems.expect(classes === undefined || isClasses(classes), "classes", classKinds, classes);
  problems.throwIfAny(where);
}
