import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import sharp, { type Sharp } from "sharp";
import { colourPicture, picture } from "./pictures";

/** A picture of 30,000 × 30,000 pixels in a few bytes: a PNG whose pixels are missing. */
export function bombBytes(): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const typed = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    checksum.writeUInt32BE(crc32(typed));
    return Buffer.concat([length, typed, checksum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(30_000, 0);
  header.writeUInt32BE(30_000, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  const parts = [
    chunk("IHDR", header),
    chunk("IDAT", Buffer.from("789c030000000001", "hex")),
    chunk("IEND", Buffer.alloc(0)),
  ];
  return Buffer.concat([signature, ...parts]);
}

/** The first bytes of a photo from a telephone, whose codec no free library decodes. */
const heicBytes = (): Buffer =>
  Buffer.concat([
    Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1"),
    Buffer.from("\0\0\0\x08meta", "latin1"),
    Buffer.alloc(500, 7),
  ]);

/** Writes files into `folder` that look like images and are none. Returns the name of each with the reason to expect. */
export async function writeBadImages(folder: string): Promise<Record<string, RegExp>> {
  const whole = await picture(100, 100, (x, y) => (x * y) % 256)
    .jpeg()
    .toBuffer();
  const corrupt = Buffer.from(whole);
  // From the middle of the tables on, so that not even the size can be told.
  corrupt.fill(0x55, 30, 400);
  const files: Record<string, [contents: string | Buffer, reason: RegExp]> = {
    "truncated.jpg": [whole.subarray(0, whole.length / 2), /cannot be decoded/],
    "corrupt.jpg": [corrupt, /cannot be decoded/],
    "text.jpg": ["This is a letter.", /cannot be decoded/],
    "empty.jpg": ["", /^an empty file/],
    "telephone.heic": [heicBytes(), /cannot be decoded/],
    "bomb.png": [bombBytes(), /^30000 × 30000/],
  };
  // Windows knows no file that its owner may not read.
  if (process.platform !== "win32") files["secret.jpg"] = [whole, /^a refusal: this user may not read it/];
  for (const [name, [contents]] of Object.entries(files)) writeFileSync(join(folder, name), contents);
  if ("secret.jpg" in files) chmodSync(join(folder, "secret.jpg"), 0);
  return Object.fromEntries(Object.entries(files).map(([name, [, reason]]) => [name, reason]));
}

/**
 * Writes images of unusual kinds into `folder`, each of one colour. Returns the name of each with the colour that it has
 * to have, and by how much it may differ.
 */
export async function writeUnusualImages(
  folder: string,
): Promise<Record<string, { colour: number[]; tolerance: number }>> {
  const plain = (red: number, green: number, blue: number, alpha = 255) =>
    colourPicture(20, 30, () => [red, green, blue, alpha]);
  const deep = new Uint16Array(20 * 30 * 3).map((_, i) => [65_535, 257 * 100, 0][i % 3]);
  const greyAndAlpha = new Uint8Array(20 * 30 * 2).map((_, i) => (i % 2 === 0 ? 0 : 128));
  const frames = await Promise.all(
    [
      [200, 0, 0],
      [0, 0, 200],
    ].map(([red, green, blue]) => plain(red, green, blue).png().toBuffer()),
  );
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9" fill="#0a0"/></svg>';
  const images: Record<string, [image: Sharp | string, colour: number[], tolerance: number]> = {
    "print (CMYK).jpg": [
      plain(200, 60, 60).removeAlpha().toColourspace("cmyk").jpeg({ quality: 95 }),
      [200, 60, 60],
      40,
    ],
    "16 bits.png": [
      sharp(deep, { raw: { width: 20, height: 30, channels: 3 } })
        .toColourspace("rgb16")
        .png(),
      [255, 100, 0],
      0,
    ],
    "grey with opacity.png": [
      sharp(greyAndAlpha, { raw: { width: 20, height: 30, channels: 2 } }).png(),
      [127, 127, 127],
      1,
    ],
    "turned.jpg": [
      plain(0, 120, 0).removeAlpha().jpeg({ quality: 95 }).withMetadata({ orientation: 6 }),
      [0, 120, 0],
      4,
    ],
    "moving.gif": [sharp(frames, { join: { animated: true } }).gif(), [200, 0, 0], 2],
    "drawing.svg": [svg, [0, 170, 0], 0],
    "lunch in the park 🌭 größer.webp": [plain(1, 2, 200).webp({ lossless: true }), [1, 2, 200], 0],
  };
  for (const [name, [image]] of Object.entries(images)) {
    const path = join(folder, name);
    if (typeof image === "string") writeFileSync(path, image);
    else writeFileSync(path, await image.toBuffer());
  }
  const expected = Object.entries(images).map(([name, [, colour, tolerance]]) => [
    name,
    { colour, tolerance },
  ]);
  return Object.fromEntries(expected);
}
