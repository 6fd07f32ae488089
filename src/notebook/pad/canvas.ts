import { pixelBytes } from "./colors";
import { bends, type Drawing, FONT_SIZE, HALO, type Mark, type Role } from "./drawing";

/** Red, green and blue, from 0 to 255. */
type Color = readonly [number, number, number];

/** The colours of a theme: those of the roles, and the two ends of a picture's pixels. */
export interface Colors extends Readonly<Record<Role, string>> {
  readonly paper: Color;
  readonly ink: Color;
}

/** What is used of a canvas's 2D context, which is not among this project's types. */
export interface Context {
  globalAlpha: number;
  fillStyle: string;
  strokeStyle: string;
  lineWidth: number;
  font: string;
  textAlign: string;
  imageSmoothingEnabled: boolean;
  setTransform(a: number, b: number, c: number, d: number, e: number, f: number): void;
  clearRect(x: number, y: number, width: number, height: number): void;
  beginPath(): void;
  moveTo(x: number, y: number): void;
  bezierCurveTo(x1: number, y1: number, x2: number, y2: number, x: number, y: number): void;
  arc(x: number, y: number, radius: number, from: number, to: number): void;
  fill(): void;
  stroke(): void;
  setLineDash(lengths: number[]): void;
  fillRect(x: number, y: number, width: number, height: number): void;
  strokeRect(x: number, y: number, width: number, height: number): void;
  fillText(text: string, x: number, y: number): void;
  drawImage(image: object, x: number, y: number, width: number, height: number): void;
}

/** Makes an image that `drawImage` takes of RGBA bytes. */
export type MakeImage = (bytes: Uint8ClampedArray, width: number, height: number) => object;

/** Paints a drawing on a canvas that has `density` pixels for each of the page's. */
export function paint(
  context: Context,
  { width, height, marks }: Drawing,
  colors: Colors,
  { density, font, makeImage }: { density: number; font: string; makeImage: MakeImage },
): void {
  context.setTransform(density, 0, 0, density, 0, 0);
  context.clearRect(0, 0, width, height);
  context.imageSmoothingEnabled = false;
  for (const mark of marks) {
    context.globalAlpha = "opacity" in mark ? mark.opacity : 1;
    if (mark.kind === "image") paintImage(context, mark, colors, makeImage);
    else if (mark.kind === "text") {
      context.font = `${mark.bold ? "bold " : ""}${FONT_SIZE}px ${font}`;
      context.textAlign = mark.anchor === "middle" ? "center" : mark.anchor;
      context.fillStyle = colors[mark.role];
      context.fillText(mark.text, ...mark.place);
    } else if (mark.kind === "bar") {
      context.fillStyle = colors[mark.role];
      context.fillRect(...mark.corner, ...mark.size);
    } else if (mark.kind === "circle") paintCircle(context, mark, colors);
    else paintCurve(context, mark, colors);
  }
  context.globalAlpha = 1;
}

type Of<Kind extends Mark["kind"]> = Extract<Mark, { kind: Kind }>;

function paintCurve(context: Context, { from, to, role, width, dashed }: Of<"curve">, colors: Colors): void {
  const [first, second] = bends(from, to);
  context.strokeStyle = colors[role];
  context.lineWidth = width;
  context.setLineDash(dashed ? [4, 3] : []);
  context.beginPath();
  context.moveTo(...from);
  context.bezierCurveTo(...first, ...second, ...to);
  context.stroke();
  context.setLineDash([]);
}

function paintCircle(
  context: Context,
  { middle, radius, role, opacity, focused }: Of<"circle">,
  colors: Colors,
): void {
  const disc = (size: number, color: string, share: number) => {
    context.globalAlpha = share;
    context.fillStyle = color;
    context.beginPath();
    context.arc(...middle, size, 0, 2 * Math.PI);
    context.fill();
  };
  disc(HALO.size * radius, colors[role], HALO.opacity * opacity);
  // Connections end at a neuron and do not shine through it.
  disc(radius, `rgb(${colors.paper.join()})`, 1);
  disc(radius, colors[role], opacity);
  context.globalAlpha = 1;
  context.strokeStyle = focused ? colors.text : opacity > 0.05 ? colors[role] : colors.line;
  context.lineWidth = focused ? 2.5 : radius < 5 ? 0.75 : 1.25;
  context.stroke();
}

function paintImage(
  context: Context,
  { corner, size, pixels, columns, signed }: Of<"image">,
  colors: Colors,
  makeImage: MakeImage,
): void {
  const bytes = pixelBytes(colors, pixels, signed);
  context.drawImage(makeImage(bytes, columns, pixels.length / columns), ...corner, ...size);
  context.strokeStyle = colors.line;
  context.lineWidth = 1;
  context.strokeRect(...corner, ...size);
}
