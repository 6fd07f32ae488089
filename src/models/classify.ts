import { readdirSync } from "node:fs";
import { join } from "node:path";
import { checkPath, explainFileError } from "../data/files";
import { readSample } from "../data/image-preprocessing";
import { DataError } from "../errors";
import type { Tensor } from "../tensor";
import type { Model } from "./model-file";

/** What a model says of an image. */
export interface Classification {
  /** The most probable class. */
  readonly className: string;
  /** Of every class, in the order of `model.classes`. */
  readonly probabilities: readonly number[];
  /** The image as the network sees it, [height, width, channels], numbers from 0 to 1. */
  readonly picture: Tensor;
}

export interface ClassifiedFile extends Classification {
  readonly file: string;
}

export interface ClassifiedFolder {
  readonly images: readonly ClassifiedFile[];
  /** The files that are no images, and why. */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
}

/** Decoded at a time: more would only take more memory. */
const AT_ONCE = 4;

/**
 * What a model says of the image at a path, which is prepared as the model file says.
 *
 * Throws a DataError for a file that is no image, and for a model whose file does not say how to prepare one.
 */
export async function classify(model: Model, path: string): Promise<Classification> {
  const { network, preprocessing, classes } = model;
  if (preprocessing === null) {
    throw new DataError(
      "classify: expected a model whose file says how an image is prepared, received one without. " +
        "Save it again: saveModel(path, network, { classes, preprocessing }).",
    );
  }
  const picture = await readSample(path, preprocessing);
  const outputs = Array.from(network.predict(picture.reshape(network.inputShape)).data);
  // A single output is the probability of the second class.
  const probabilities = outputs.length === 1 ? [1 - outputs[0], outputs[0]] : outputs;
  const most = probabilities.indexOf(Math.max(...probabilities));
  return { className: classes[most], probabilities, picture };
}

/**
 * What a model says of every image in a folder, in the order of their names. Files that cannot be read as images are
 * skipped and listed; sub-folders and hidden files are not looked at.
 *
 * Throws a DataError for a folder that is missing or without files, and as `classify` for the model.
 */
export async function classifyFolder(model: Model, folder: string): Promise<ClassifiedFolder> {
  const path = checkPath(folder, "classifyFolder", "a folder");
  const files = listFiles(path);
  const images: ClassifiedFile[] = [];
  const skipped: { file: string; reason: string }[] = [];
  for (let start = 0; start < files.length; start += AT_ONCE) {
    const answers = files.slice(start, start + AT_ONCE).map(async (file) => {
      try {
        return { file, ...(await classify(model, join(path, file))) };
      } catch (error) {
        if (model.preprocessing === null || !(error instanceof DataError)) throw error;
        return { file, reason: error.message };
      }
    });
    for (const answer of await Promise.all(answers)) {
      if ("picture" in answer) images.push(answer);
      else skipped.push(answer);
    }
  }
  return { images, skipped };
}

function listFiles(folder: string): string[] {
  let files: string[];
  try {
    files = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && !entry.name.startsWith("."))
      .map(({ name }) => name);
  } catch (error) {
    throw explainFileError(error, folder, "a folder with images");
  }
  if (files.length > 0) return files.sort();
  throw new DataError(
    `${folder}: expected a folder with images, received one without files. Put some there.`,
  );
}
