import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { decodeAll } from "../src/data/hotdog/decoding";
import { readImage } from "../src/data/images";
import type { Outcome } from "./compare";
import { TINY } from "./jobs";
import { line } from "./own";
import { median } from "./statistics";

/** Different photos; each is decoded several times. */
const PHOTOS = TINY ? 4 : 40;

const DECODED = TINY ? 8 : 800;

/** How many photos of a usual size a second become small images of a training set. */
export async function decodingPhotos(): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "neural-networks-photos-"));
  try {
    const paths = Array.from({ length: PHOTOS }, (_, i) => join(folder, `${i}.jpg`));
    for (const [i, path] of paths.entries()) await writePhoto(path, i);
    const images = Array.from({ length: DECODED }, (_, i) => {
      const path = paths[i % PHOTOS];
      const read = () => readImage(path, { width: 64, height: 64 });
      return { name: path, label: i % 2, part: null, path, read };
    });
    const collection = {
      ...{ source: "folder" as const, description: "photos", classes: ["not-hotdog", "hotdog"] },
      ...{ images, ignored: [], attributions: [] },
    };
    const rates: number[] = [];
    for (let i = 0; i < (TINY ? 1 : 6); i++) {
      const before = performance.now();
      await decodeAll(collection, { width: 64, height: 64, channels: 3, fit: "cover" }, {});
      rates.push((1000 * DECODED) / (performance.now() - before));
    }
    // The first time, the library is loaded.
    const counted = rates.slice(TINY ? 0 : 1);
    const measured = median(counted);
    return {
      ...{ title: "JPEGs of 500 × 375 become 64 × 64 pixels", unit: "photos a second" },
      rows: [line("prepareImages", counted)],
      verdicts: [{ what: "≥ 600 photos a second", measured, reached: measured >= 600 }],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Coloured noise, in which there is as much to decode as in a photo. */
async function writePhoto(path: string, seed: number): Promise<void> {
  const noise = `<feTurbulence seed="${seed}" baseFrequency="0.02" numOctaves="5"/>`;
  const opaque = '<feColorMatrix values="1 0 0 0 0 0 1 0 0 0 0 0 1 0 0 0 0 0 0 1"/>';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="500" height="375"><filter id="noise">${noise}${opaque}</filter><rect width="500" height="375" filter="url(#noise)"/></svg>`;
  await sharp(Buffer.from(svg)).flatten().jpeg({ quality: 90 }).toFile(path);
}
