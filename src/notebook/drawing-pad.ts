import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { checkPath } from "../data/files";
import { writeFileAtomically } from "../data/write-file";
import { oneOf, Problems, showCount } from "../errors";
import { Network } from "../nn/network";
import { findNonFinite } from "../nn/variables";
import { projectRoot } from "../root";
import { sizeOf } from "../tensor";
import { inNotebook, newDisplay } from "./display";
import { escapeMarkup, grouped, probability } from "./format";
import { answerTo } from "./pad/answer";
import { exampleStrokes } from "./pad/example";
import { drawStroke, emptyPlane, pictureOf } from "./pad/ink";
import { buildLayers, describeModel, kindOf, layerKinds } from "./pad/model";
import { drawNetwork } from "./pad/scene";
import { STILL_WIDTH, stillPicture } from "./pad/still";
import { pageScript } from "./page-script";

export interface DrawingPadOptions {
  /**
   * Whether drawings are straightened as `deskew` straightens a data set. A network does not know how the images that it
   * learned from were prepared: say `true` if it was trained on `deskew(train)`. Default false.
   */
  deskew?: boolean;
  /** What the outputs stand for. Default "0", "1", "2" … */
  classes?: readonly string[];
}

/** With more numbers than this, the weights in base64 do not fit into a notebook of 1 MB. */
const MOST_PARAMETERS = 100_000;

const MOST_CLASSES = 26;

/**
 * Shows a pad to draw on, and at every stroke what the network makes of it: the drawing as 28×28 pixels, each layer's
 * neurons lit by their activation, the connections through which most goes, and the outputs as bars. The page itself
 * computes, with the files of src and the network's weights, which are kept in the notebook.
 *
 * Throws an OptionsError that lists everything about the network and the options that the pad cannot show.
 */
export function drawingPad(network: Network, options: DrawingPadOptions = {}): void {
  const pad = makePad("drawingPad", network, options);
  if (inNotebook()) newDisplay().update({ "text/html": pad.html, "text/plain": pad.text });
  else console.log(pad.text);
}

/**
 * Writes the drawing pad into one HTML file, which any browser shows, without a server and without this project. Folders
 * on the way are made. Throws as `drawingPad` does, and a DataError where the file cannot be written.
 */
export async function exportDrawingPad(
  network: Network,
  path: string,
  options: DrawingPadOptions = {},
): Promise<void> {
  const { html } = makePad("exportDrawingPad", network, options);
  const file = checkPath(path, "exportDrawingPad", 'a file to write such as "../out/draw.html"');
  const page = readFileSync(join(projectRoot(), "src", "notebook", "pad", "page.html"), "utf8");
  const text = page
    .replaceAll("{{network}}", () => escapeMarkup(describe(network)))
    .replace("{{pad}}", () => html);
  // A folder that cannot be made is one that the file cannot be written to, which says why.
  await mkdir(dirname(file), { recursive: true }).catch(() => undefined);
  const bytes = Buffer.from(text);
  await writeFileAtomically(file, bytes);
  console.log(`${basename(file)}: ${grouped(bytes.length / 1000)} kB. Open it in a browser.`);
}

interface Pad {
  readonly html: string;
  readonly text: string;
}

function makePad(where: string, network: Network, options: DrawingPadOptions): Pad {
  check(where, network, options);
  const outputs = network.outputShape[0];
  const { deskew = false, classes = Array.from({ length: outputs }, (_, i) => String(i)) } = options;
  const model = describeModel(network.inputShape, network.layers);
  const strokes = exampleStrokes();
  const plane = emptyPlane();
  for (const stroke of strokes) drawStroke(plane, stroke);
  const picture = pictureOf(plane, { deskew }) ?? new Float32Array(sizeOf(network.inputShape));
  const columns = answerTo(picture, network.inputShape, buildLayers(model));
  const { values } = columns[columns.length - 1];
  const best = values.indexOf(Math.max(...values));
  const text =
    `A pad to draw on for the network ${describe(network)}. ` +
    `In the example it reads ${classes[best]}, ${probability(values[best])}.`;
  const still = stillPicture(strokes, drawNetwork(columns, classes, { width: STILL_WIDTH, lit: true }), text);
  const id = randomUUID();
  const script = pageScript("notebook/pad/page", { id, model, classes, deskew, strokes });
  const html = [
    `<div data-pad="${id}">`,
    `<img style="max-width:100%" alt="${escapeMarkup(text)}" src="data:image/svg+xml;base64,${Buffer.from(still).toString("base64")}">`,
    `<script>${script}</script>`,
    "</div>",
  ].join("");
  return { html, text };
}

/** 784 → 16 → 16 → 10, with the number of parameters. */
function describe({ inputShape, layers, parameterCount }: Network): string {
  const steps = layers
    .filter((layer) => ["Dense", "Conv2D"].includes(kindOf(layer)))
    .map(({ outputShape }) => outputShape.join("×"));
  return `${[inputShape.join("×"), ...steps].join(" → ")}, ${showCount(parameterCount)} parameters`;
}

function check(where: string, network: Network, options: DrawingPadOptions): void {
  const problems = new Problems();
  problems.expect(network instanceof Network, "network", "a Network such as mlp([784, 16, 16, 10])", network);
  problems.throwIfAny(where);
  problems.expectKnownKeys(options, ["deskew", "classes"]);
  const { deskew = false, classes } = options ?? {};
  const { inputShape, outputShape, layers, parameterCount } = network;
  const [outputs] = outputShape;
  const isImage = ["784", "28,28", "28,28,1"].includes(inputShape.join());
  problems.expect(isImage, "network", "samples [784] or [28, 28, 1]", inputShape);
  const fits = parameterCount <= MOST_PARAMETERS;
  problems.expect(fits, "network", `at most ${showCount(MOST_PARAMETERS)} parameters`, parameterCount);
  for (const kind of new Set(layers.map(kindOf))) {
    problems.expect(layerKinds.includes(kind), "network", `layers of the kinds ${oneOf(layerKinds)}`, kind);
  }
  problems.expect(findNonFinite(network.variables) === undefined, "network", "finite weights", "others");
  const activation = network.outputLayer?.activation;
  const probable = activation === "softmax" || activation === "sigmoid";
  problems.expect(probable, "network", "a last layer with softmax or sigmoid", activation);
  const countable = outputShape.length === 1 && outputs >= 2 && outputs <= MOST_CLASSES;
  problems.expect(countable, "network", `2 to ${MOST_CLASSES} outputs`, outputShape);
  problems.expect(typeof deskew === "boolean", "deskew", "true or false", deskew);
  const named =
    classes === undefined || (Array.isArray(classes) && classes.every((name) => typeof name === "string"));
  if (problems.expect(named, "classes", "a list of names", classes)) {
    const enough = classes === undefined || classes.length === outputs;
    problems.expect(enough, "classes", `one name for each of the ${outputs} outputs`, classes);
  }
  problems.throwIfAny(where);
}
