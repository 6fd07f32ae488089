import type { Random } from "../../random";
import { background } from "./backgrounds";
import type { Icon } from "./icons";

/** Everything about a picture but the icon in it. Lengths are in hundredths of the picture's side, angles in degrees. */
export interface Scene {
  /** SVG that fills the picture. */
  readonly background: string;
  /** The middle of the icon. */
  readonly x: number;
  readonly y: number;
  /** The side of the square in which the icon is drawn. */
  readonly size: number;
  readonly angle: number;
  readonly mirrored: boolean;
  /** How many times as wide as it was drawn, at the same area. */
  readonly stretch: number;
  /** How far the colours are turned around the colour circle. */
  readonly hue: number;
  /** How many times as colourful, and as bright. */
  readonly saturation: number;
  readonly brightness: number;
}

/** A scene by chance: it knows nothing of what will be in it, so that nothing around a hot dog gives it away. */
export function drawScene(random: Random): Scene {
  const size = random.uniform(50, 95);
  // An icon may touch the edge, and be cut off there a little.
  const space = 0.5 * (104 - size) + 2;
  return {
    background: background(random),
    x: 50 + random.uniform(-space, space),
    y: 50 + random.uniform(-space, space),
    size,
    angle: random.uniform(-180, 180),
    mirrored: random.uniform() < 0.5,
    stretch: Math.exp(random.uniform(-0.2, 0.2)),
    hue: random.uniform(-20, 20),
    saturation: random.uniform(0.6, 1.4),
    brightness: random.uniform(0.75, 1.2),
  };
}

/** A scene with an icon in it, as the text of a square SVG. */
export function sceneSvg(scene: Scene, icon: Icon): string {
  const { x, y, size, angle, mirrored, stretch, hue, saturation, brightness } = scene;
  const scale = size / Math.max(icon.width, icon.height);
  const width = (mirrored ? -scale : scale) * Math.sqrt(stretch);
  const height = scale / Math.sqrt(stretch);
  const place =
    `translate(${shortened(x)} ${shortened(y)}) rotate(${shortened(angle)}) ` +
    `scale(${shortened(width)} ${shortened(height)}) translate(${-icon.width / 2} ${-icon.height / 2})`;
  const slopes = ["R", "G", "B"].map((c) => `<feFunc${c} type="linear" slope="${shortened(brightness)}"/>`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 100">`,
    `<filter id="scene-colours" color-interpolation-filters="sRGB">`,
    `<feColorMatrix type="hueRotate" values="${shortened(hue)}"/>`,
    `<feColorMatrix type="saturate" values="${shortened(saturation)}"/>`,
    `<feComponentTransfer>${slopes.join("")}</feComponentTransfer>`,
    "</filter>",
    scene.background,
    `<g filter="url(#scene-colours)"><g transform="${place}">${icon.body}</g></g>`,
    "</svg>",
  ].join("");
}

const shortened = (value: number): string => String(Number(value.toFixed(4)));
