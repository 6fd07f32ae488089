import { isCount, isPositive, Problems, ShapeError, show } from "../../errors";
import { showShape, sizeOf, Tensor } from "../../tensor";
import { inNotebook, newDisplay } from "../display";
import { escapeMarkup, grouped } from "../format";
import { imageTag } from "./png";

export interface GalleryOptions {
  /** Pictures in a row where the page is wide enough. Default 10. */
  columns?: number;
  /** What stands under each picture, in one line or several. */
  captions?: readonly string[];
  /** How wide a picture is shown, in pixels of the page. Default 56. */
  size?: number;
  /** More pictures than this are left out. Default 100. */
  most?: number;
}

/**
 * Shows images side by side. images [count, height, width], [count, height, width, 1 or 3], or [count, side·side],
 * from 0 (black) to 1. Throws a ShapeError for other shapes and an OptionsError that lists every wrong option.
 */
export function gallery(images: Tensor, options: GalleryOptions = {}): void {
  const [height, width, channels] = imageShape(images);
  const { columns = 10, captions, size = 56, most = 100 } = options ?? {};
  const count = images.shape[0];
  const problems = new Problems();
  problems.expectKnownKeys(options, ["columns", "captions", "size", "most"]);
  problems.expect(isCount(columns), "columns", "a whole number ≥ 1", columns);
  problems.expect(isPositive(size), "size", "a number of pixels > 0", size);
  problems.expect(isCount(most), "most", "a whole number ≥ 1", most);
  problems.expect(
    captions === undefined || captions.length === count,
    "captions",
    `one for each of the ${count} images`,
    captions,
  );
  problems.throwIfAny("gallery");

  const shown = Math.min(count, most);
  const note = shown < count ? `the first ${grouped(shown)} of ${grouped(count)} images` : "";
  const lines = (captions ?? [`${grouped(count)} images`])
    .slice(0, shown)
    .map((caption) => caption.replace(/\n/g, ", "));
  const text = [...lines, note].join("\n").trimEnd();
  if (!inNotebook()) {
    console.log(text);
    return;
  }
  const cell = Math.round(size * 1.15) + 4;
  const cells = Array.from({ length: shown }, (_, i) => {
    const start = images.rowStart(i);
    const pixels = images.data.subarray(start, start + images.rowSize);
    const caption = captions?.[i] ?? "";
    return [
      `<div style="display:inline-block;width:${cell}px;vertical-align:top;text-align:center;padding-bottom:6px">`,
      imageTag(pixels, [height, width, channels], size, caption || `image ${i + 1}`),
      caption === "" ? "" : `<br>${escapeMarkup(caption).replace(/\n/g, "<br>")}`,
      "</div>",
    ].join("");
  });
  // What is set here holds for every cell inside.
  const style = `max-width:${columns * cell}px;font-size:11px;line-height:1.4;text-align:left;image-rendering:pixelated`;
  const html = `<div style="${style}">${cells.join("")}${note === "" ? "" : `<div>${note}</div>`}</div>`;
  newDisplay().update({ "text/html": html, "text/plain": text });
}

function imageShape(images: Tensor): [height: number, width: number, channels: 1 | 3] {
  const expected =
    "gallery: expected images [count, height, width], [count, height, width, 1 or 3] or [count, side·side]";
  if (!(images instanceof Tensor)) throw new ShapeError(`${expected}, received ${show(images)}.`);
  const [count, height, width, channels = 1] = images.shape;
  const side = Math.sqrt(height);
  const square = images.shape.length === 2 && Number.isInteger(side);
  const pixels = [3, 4].includes(images.shape.length) && (channels === 1 || channels === 3);
  if (!(square || pixels) || count === 0 || sizeOf(images.shape) === 0) {
    throw new ShapeError(`${expected}, received ${showShape(images.shape)}.`);
  }
  return square ? [side, side, 1] : [height, width, channels === 3 ? 3 : 1];
}
