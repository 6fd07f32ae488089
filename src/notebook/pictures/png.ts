import { crc32, deflateSync } from "node:zlib";
import { escapeMarkup } from "../format";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const COLOR_TYPES = { 1: 0, 3: 2, 4: 6 };

/** Grey, or red, green and blue, or these and how dense they are. */
type Channels = keyof typeof COLOR_TYPES;

/**
 * Pixels, row by row, as a PNG file (W3C, "Portable Network Graphics", third edition).
 *
 * `pixels` are numbers from 0 to 1 (others are clipped), `channels` 1 for grey, 3 for red, green and blue, or 4 for
 * these and from 0 to 1, how dense they are.
 */
export function png(pixels: ArrayLike<number>, width: number, height: number, channels: Channels): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = COLOR_TYPES[channels];
  const stride = width * channels;
  // Every row begins with the number of its filter; 0 leaves it as it is.
  const rows = Buffer.alloc(height * (stride + 1));
  for (let i = 0; i < height * stride; i++) {
    const level = Math.round(255 * Math.min(1, Math.max(0, pixels[i])));
    rows[Math.floor(i / stride) * (stride + 1) + 1 + (i % stride)] = level;
  }
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** An image as HTML, `size` pixels of the page wide; `alt` says in words what it shows. */
export function imageTag(
  pixels: ArrayLike<number>,
  [height, width, channels]: readonly [height: number, width: number, channels: Channels],
  size: number,
  alt: string,
): string {
  const source = png(pixels, width, height, channels).toString("base64");
  const shown = `width="${size}" height="${Math.round((size * height) / width)}"`;
  return `<img ${shown} alt="${escapeMarkup(alt)}" src="data:image/png;base64,${source}">`;
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(content.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), body.length + 4);
  return frame;
}
