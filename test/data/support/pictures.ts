import { join } from "node:path";
import sharp, { type Sharp } from "sharp";

/** Grey values of a picture, 0 to 255, made by a function of the place. */
export function picture(width: number, height: number, grey: (x: number, y: number) => number): Sharp {
  const data = Buffer.alloc(width * height);
  for (let i = 0; i < data.length; i++) {
    data[i] = Math.max(0, Math.min(255, Math.round(grey(i % width, Math.floor(i / width)))));
  }
  return sharp(data, { raw: { width, height, channels: 1 } });
}

/** A picture of red, green, blue and opacity, made by a function of the place. */
export function colourPicture(
  width: number,
  height: number,
  colour: (x: number, y: number) => readonly [number, number, number, number],
): Sharp {
  const data = Buffer.alloc(4 * width * height);
  for (let i = 0; i < width * height; i++) data.set(colour(i % width, Math.floor(i / width)), 4 * i);
  return sharp(data, { raw: { width, height, channels: 4 } });
}

/** A drawing in black lines on white, from the path of an SVG. */
export const drawing = (path: string, stroke: number, size = 300): Sharp =>
  sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}"><rect width="${size}" height="${size}" fill="white"/><path d="${path}" fill="none" stroke="black" stroke-width="${stroke}" stroke-linecap="round"/></svg>`,
    ),
  );

/** Writes the picture into the folder and returns its path; the ending of the name is the kind of file. */
export async function save(image: Sharp, folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  await image.toFile(path);
  return path;
}
