import type { Classification, ClassifiedFolder } from "../../models/classify";
import type { Model } from "../../models/model-file";
import { Tensor } from "../../tensor";
import { inNotebook, newDisplay, shown } from "../display";
import { escapeMarkup, probability } from "../format";
import { FILLED } from "../progress-line";
import { table } from "../table";
import { gallery } from "./gallery";
import { imageTag } from "./png";

const PICTURE_SIZE = 144;

const ONLY_DRAWINGS =
  "This model has learned from drawings and knows only drawings: what it says of a photo means nothing.";

/**
 * Shows one picture as the network sees it, and how probable each class is. Of a model that has learned from drawings it
 * says so. Returns the answer.
 */
export function showAnswer(model: Model, answer: Classification): Classification {
  const note = noteOf(model);
  const classes = model.classes.map((name, i) => ({ name, value: answer.probabilities[i] }));
  const lines = classes.map(({ name, value }) => `${name} ${probability(value)}`);
  const text = [`${answer.className}: ${lines.join(", ")}`, ...note].join("\n");
  if (inNotebook()) {
    newDisplay().update({ "text/html": answerHtml(answer, classes, note), "text/plain": text });
  } else console.log(text);
  return shown(answer);
}

/**
 * Shows the pictures of a folder side by side, with the class of each and its probability, and below them the files that
 * are no images. Returns the answers.
 */
export function showAnswers(model: Model, folder: ClassifiedFolder): ClassifiedFolder {
  const { images, skipped } = folder;
  if (images.length > 0) {
    const captions = images.map(
      ({ file, className, probabilities }) =>
        `${short(file)}\n${className}\n${probability(Math.max(...probabilities))}`,
    );
    gallery(stack(images.map(({ picture }) => picture)), { captions, columns: 6, size: 96 });
  }
  if (skipped.length > 0) table(skipped, { caption: "No images" });
  for (const line of noteOf(model)) console.log(line);
  return shown(folder);
}

const noteOf = ({ source }: Model): string[] => (source === "emoji" ? [ONLY_DRAWINGS] : []);

/** A name of at most twenty letters, which fits under a picture. */
const short = (name: string): string => (name.length > 20 ? `${name.slice(0, 10)}…${name.slice(-9)}` : name);

/** Pictures of one shape as a tensor [count, ...shape]. */
function stack(pictures: readonly Tensor[]): Tensor {
  const stacked = Tensor.zeros([pictures.length, ...pictures[0].shape]);
  for (const [i, picture] of pictures.entries()) stacked.data.set(picture.data, i * picture.size);
  return stacked;
}

interface Share {
  readonly name: string;
  readonly value: number;
}

const BAR =
  "height:12px;width:200px;background-color:rgba(127,127,127,0.25);border-radius:3px;overflow:hidden";

function answerHtml(
  { className, picture }: Classification,
  classes: readonly Share[],
  note: string[],
): string {
  const [height, width, channels] = picture.shape;
  const seen = `the picture as the network sees it, ${width} × ${height} pixels`;
  const rows = classes.map(({ name, value }) => {
    const filled = `<div style="${FILLED};height:12px;width:${(100 * value).toFixed(1)}%"></div>`;
    const [label, share] = [escapeMarkup(name), escapeMarkup(probability(value))];
    return (
      `<tr><td style="text-align:left">${name === className ? `<b>${label}</b>` : label}</td>` +
      `<td><div style="${BAR}">${filled}</div></td><td style="text-align:right">${share}</td></tr>`
    );
  });
  return [
    `<div style="display:flex;flex-wrap:wrap;align-items:center;gap:20px;image-rendering:pixelated">`,
    imageTag(picture.data, [height, width, channels === 3 ? 3 : 1], PICTURE_SIZE, seen),
    `<table style="margin:0">${rows.join("")}</table></div>`,
    ...note.map((line) => `<div>${line}</div>`),
  ].join("");
}
