import { checkPath } from "../data/files";
import { encodeHdf5, type Hdf5Group, readHdf5 } from "../data/hdf5";
import { checkPreprocessing, type ImagePreprocessing } from "../data/image-preprocessing";
import { writeFileAtomically } from "../data/write-file";
import { isClasses } from "../dataset";
import { DataError, NeuralNetworkError, Problems } from "../errors";
import { Network } from "../nn/network";
import { findNonFinite } from "../nn/variables";
import { sameShape, showShape, sizeOf } from "../tensor";
import { History, type TrainingStatus } from "../training/history";
import { historyGroup, readHistory } from "./history-file";
import { fromKeras, toKeras } from "./keras";
import { digestOf, group, numberOf, own, textOf, textsOf } from "./trees";

/** What belongs to a network that somebody else is to use. */
export interface ModelDetails {
  /** The name of each class, in the order of the outputs. A single output speaks for the second of two. */
  classes: readonly string[];
  /** What is done to an image before the network sees it. Left out where it does not look at images. */
  preprocessing?: ImagePreprocessing | null;
  /** How it was trained. */
  history?: History | null;
  /** Where what it learned from came from, such as "emoji". */
  source?: string | null;
}

export interface Model {
  readonly network: Network;
  readonly classes: readonly string[];
  readonly preprocessing: ImagePreprocessing | null;
  readonly history: History | null;
  readonly source: string | null;
}

const FORMAT = "neural-networks-from-scratch model";

/** Files with a larger one were written by a later version of this library. */
const FORMAT_VERSION = 1;

/**
 * Writes a network and all that it takes to use it into one HDF5 file, which `keras.models.load_model` opens as well. The
 * old file stays whole until the new one is.
 *
 * Throws an OptionsError that lists everything wrong, and a DataError for weights that are not finite or a file that
 * cannot be written.
 */
export async function saveModel(path: string, network: Network, details: ModelDetails): Promise<void> {
  const file = checkPath(path, "saveModel", "a file to write");
  checkDetails(network, details);
  const wrong = findNonFinite(network.variables);
  if (wrong !== undefined) {
    throw new DataError(
      `saveModel: expected finite weights, received ${wrong}. Train the network again, with a lower learning rate; ` +
        `${file} is untouched.`,
    );
  }
  await writeFileAtomically(file, await encodeHdf5(modelTree(network, details)));
}

/**
 * A model that `saveModel` or Keras wrote. One that Keras wrote has classes that are numbered, and takes images as they
 * fit its inputs. No code of the file is run.
 *
 * Throws a DataError that says why for a file that is missing, damaged, changed since, of another kind, or newer than this
 * library, and for layers that are unknown here.
 */
export async function loadModel(path: string): Promise<Model> {
  const file = checkPath(path, "loadModel", "a model file");
  return readModel(await readHdf5(file, { only: ["model_weights", "training_history"] }), file);
}

/** What `loadModel` gives for a file that is read already. `file` names it in messages. */
export function readModel(tree: Hdf5Group, file: string): Model {
  const format = textOf(tree, "format");
  const digest = textOf(tree, "content_sha256");
  // Without its format but with its checksum it is ours, and damaged: Keras would not know its classes.
  if (format === null && digest === null) return foreignModel(fromKeras(tree, file));
  if (format !== null && format !== FORMAT) {
    throw new DataError(`${file}: expected a ${FORMAT}, received a ${format}. Check its name.`);
  }
  const version = numberOf(tree, "format_version") ?? 0;
  if (version > FORMAT_VERSION) {
    throw new DataError(
      `${file}: expected a model of format ${FORMAT_VERSION} or older, received ${version}. A newer version of this ` +
        "library wrote it: update the project.",
    );
  }
  if (format === null || digest !== digestOf(content(tree))) {
    throw new DataError(
      `${file}: expected the model as it was saved, received one that has been changed or damaged since: its ` +
        "content_sha256 is another one. Save the model again, or take the file from a backup.",
    );
  }
  const network = fromKeras(tree, file);
  const details = {
    classes: textsOf(tree, "class_names"),
    preprocessing: readPreprocessing(tree),
    history: readModelHistory(tree),
    source: textOf(tree, "data_source"),
  };
  try {
    checkDetails(network, details);
  } catch (error) {
    throw new DataError(`${file}: ${error instanceof NeuralNetworkError ? error.message : String(error)}`);
  }
  return { network, ...details };
}

function foreignModel(network: Network): Model {
  const outputs = sizeOf(network.outputShape);
  const classes = Array.from({ length: outputs === 1 ? 2 : outputs }, (_, i) => String(i));
  const [height, width, channels] = network.inputShape;
  const takesImages = network.inputShape.length === 3 && (channels === 1 || channels === 3);
  const preprocessing = takesImages ? ({ width, height, channels, fit: "cover" } as const) : null;
  return { network, classes, preprocessing, history: null, source: null };
}

function modelTree(network: Network, { classes, preprocessing, history, source }: ModelDetails): Hdf5Group {
  const model = toKeras(network);
  const tree = group({
    attributes: {
      ...model.attributes,
      format: FORMAT,
      format_version: FORMAT_VERSION,
      class_names: classes,
      ...(preprocessing ? { preprocessing: JSON.stringify(preprocessing) } : {}),
      ...(source ? { data_source: source } : {}),
    },
    groups: {
      ...model.groups,
      ...(history
        ? {
            training_history: {
              ...historyGroup(history.epochs),
              attributes: { status: history.status, message: history.message },
            },
          }
        : {}),
    },
  });
  return { ...tree, attributes: { ...tree.attributes, content_sha256: digestOf(content(tree)) } };
}

/** What the checksum is about: architecture, weights, class names and preprocessing. */
function content({ attributes, groups }: Hdf5Group): Hdf5Group {
  const names = ["model_config", "class_names", "preprocessing"].filter((name) => name in attributes);
  return group({
    attributes: Object.fromEntries(names.map((name) => [name, attributes[name]])),
    groups: { model_weights: own(groups, "model_weights") ?? group({}) },
  });
}

/** Throws an OptionsError that lists everything that does not fit the network. */
function checkDetails(network: Network, details: ModelDetails): void {
  const problems = new Problems();
  problems.expect(network instanceof Network, "network", "a Network", network);
  problems.expectKnownKeys(details, ["classes", "preprocessing", "history", "source"]);
  problems.throwIfAny("saveModel");
  const { classes, preprocessing = null, history = null, source = null } = details;
  const outputs = sizeOf(network.outputShape);
  const count = outputs === 1 ? 2 : outputs;
  const named = Array.isArray(classes) && isClasses(classes) && classes.length === count;
  problems.expect(named, "classes", `${count} different names, one for each class`, classes);
  problems.expect(history === null || Array.isArray(history.epochs), "history", "what fit returned", history);
  problems.expect(source === null || typeof source === "string", "source", "a text", source);
  problems.throwIfAny("saveModel");
  if (preprocessing === null) return;
  const { width, height, channels } = checkPreprocessing(preprocessing, "saveModel: preprocessing");
  const image = [height, width, channels];
  const { inputShape } = network;
  const fits = sameShape(inputShape, image) || sameShape(inputShape, [sizeOf(image)]);
  const expected = `what makes the network's inputs, ${showShape(inputShape)}`;
  problems.expect(fits, "preprocessing", expected, image);
  problems.throwIfAny("saveModel");
}

function readPreprocessing(tree: Hdf5Group): ImagePreprocessing | null {
  const text = textOf(tree, "preprocessing");
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function readModelHistory(tree: Hdf5Group): History | null {
  const saved = own(tree.groups, "training_history");
  const epochs = saved && readHistory(saved);
  if (!saved || !epochs) return null;
  return new History(epochs, textOf(saved, "status") as TrainingStatus, textOf(saved, "message") ?? "");
}
