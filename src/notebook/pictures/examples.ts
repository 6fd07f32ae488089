import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { composeEmoji } from "../../data/hotdog/emoji";
import type { DrawingStyle } from "../../data/hotdog/icons";
import { writeFileAtomically } from "../../data/write-file";
import { isCount, Problems } from "../../errors";
import { Random } from "../../random";
import { dataFile } from "../../root";
import { png } from "./png";

/** Of all pictures that are composed, a fifth is in the style that is held out. */
const COMPOSED_FOR_EACH = 5;

const SIZE = 256;

export interface ExampleOptions {
  /** How many, at least 4. Default 12. */
  count?: number;
  /** Another one than that of the pictures that were trained with. Default 2. */
  seed?: number;
  /** The drawing style that training has not seen. Default "emojione". */
  heldOut?: DrawingStyle;
}

/**
 * Writes new pictures in the drawing style that is held out as image files of 256 × 256 pixels, for a model to be tried
 * with, and returns their folder: `examples` in the data folder. Two of five are hot dogs.
 *
 * Throws an OptionsError that lists every wrong option, and a DataError where they cannot be written.
 */
export async function writeExamples(options: ExampleOptions = {}): Promise<string> {
  const { count = 12, seed = 2, heldOut } = options;
  const problems = new Problems();
  problems.expectKnownKeys(options, ["count", "seed", "heldOut"]);
  problems.expect(
    isCount(count) && count >= 4 && count <= 1000,
    "count",
    "a whole number from 4 to 1000",
    count,
  );
  problems.throwIfAny("writeExamples");
  const { images } = composeEmoji({ count: COMPOSED_FOR_EACH * count, seed, heldOut });
  const folder = dataFile("examples");
  mkdirSync(folder, { recursive: true });
  const unseen = images.filter(({ part }) => part === "unseen");
  const order = new Random(seed, "examples").shuffle(unseen.map((_, i) => i));
  for (const [i, index] of order.entries()) {
    const image = unseen[index];
    const { data } = await image.read({ width: SIZE, height: SIZE, channels: 3, fit: "cover" });
    const shares = Float32Array.from(data, (byte) => byte / 255);
    const number = String(i + 1).padStart(2, "0");
    await writeFileAtomically(
      join(folder, `${number}-${subject(image.name)}.png`),
      png(shares, SIZE, SIZE, 3),
    );
  }
  return folder;
}

/** "pizza" of "emojione/pizza-0012". */
const subject = (name: string): string => name.replace(/^.*\//, "").replace(/-\d+$/, "");
