import { escapeMarkup } from "../format";
import { png } from "../pictures/png";
import { padColors, pixelBytes } from "./colors";
import { bends, type Drawing, FONT_SIZE, HALO, type Mark } from "./drawing";
import { PEN, type Stroke } from "./ink";
import { HEIGHT } from "./layout";

const SHEET = 240;
const GAP = 32;

/** How wide the network is drawn beside the sheet. */
export const STILL_WIDTH = 640;

const colors = padColors("light");
const paper = `rgb(${colors.paper.join()})`;
const ink = `rgb(${colors.ink.join()})`;

/** What the pad shows at first, for pages in which scripts do not run: the strokes, and beside them the drawn network. */
export function stillPicture(strokes: readonly Stroke[], drawing: Drawing, description: string): string {
  const width = SHEET + GAP + drawing.width;
  const lines = strokes.map((stroke) => {
    const points = stroke.map((value) => short(value * SHEET));
    return `<polyline points="${points.join(" ")}" fill="none" stroke="${ink}" stroke-width="${short(PEN * SHEET)}" stroke-linecap="round" stroke-linejoin="round"/>`;
  });
  const top = (HEIGHT - SHEET) / 2;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width + 32}" height="${HEIGHT + 32}" viewBox="-16 -16 ${width + 32} ${HEIGHT + 32}" role="img" font-family="system-ui,sans-serif" font-size="${FONT_SIZE}">`,
    `<title>${escapeMarkup(description)}</title>`,
    `<rect x="-16" y="-16" width="${width + 32}" height="${HEIGHT + 32}" rx="6" fill="${paper}"/>`,
    `<g transform="translate(0 ${top})"><rect width="${SHEET}" height="${SHEET}" rx="6" fill="${paper}" stroke="${colors.line}"/>${lines.join("")}</g>`,
    `<g transform="translate(${SHEET + GAP} 0)">${drawing.marks.map(markup).join("")}</g>`,
    "</svg>",
  ].join("");
}

function markup(mark: Mark): string {
  switch (mark.kind) {
    case "curve": {
      const { from, to, role, width, opacity, dashed } = mark;
      const [first, second] = bends(from, to);
      const points = [first, second, to].map((point) => point.map(short).join(" ")).join(" ");
      return `<path d="M${from.map(short).join(" ")}C${points}" fill="none" stroke="${colors[role]}" stroke-width="${short(width)}" opacity="${opacity.toFixed(2)}"${dashed ? ' stroke-dasharray="4 3"' : ""}/>`;
    }
    case "circle": {
      const { middle, radius, role, opacity } = mark;
      const disc = (size: number, rest: string) =>
        `<circle cx="${short(middle[0])}" cy="${short(middle[1])}" r="${short(size)}" ${rest}/>`;
      const rim = opacity > 0.05 ? colors[role] : colors.line;
      const halo = `fill="${colors[role]}" fill-opacity="${(HALO.opacity * opacity).toFixed(2)}"`;
      const body = `fill="${colors[role]}" fill-opacity="${opacity.toFixed(2)}" stroke="${rim}"`;
      return disc(HALO.size * radius, halo) + disc(radius, `fill="${paper}"`) + disc(radius, body);
    }
    case "bar": {
      const [[x, y], [width, height]] = [mark.corner.map(short), mark.size.map(short)];
      return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${colors[mark.role]}" opacity="${mark.opacity.toFixed(2)}"/>`;
    }
    case "image":
      return image(mark);
    case "text": {
      const { place, text, anchor, role, bold } = mark;
      return `<text x="${short(place[0])}" y="${short(place[1])}" text-anchor="${anchor}" fill="${colors[role]}"${bold ? ' font-weight="bold"' : ""}>${escapeMarkup(text)}</text>`;
    }
  }
}

function image({ corner, size, pixels, columns, signed }: Extract<Mark, { kind: "image" }>): string {
  const bytes = pixelBytes(colors, pixels, signed);
  const mixed = Float32Array.from(
    bytes.filter((_, i) => i % 4 < 3),
    (channel) => channel / 255,
  );
  const source = png(mixed, columns, pixels.length / columns, 3).toString("base64");
  const [[x, y], [width, height]] = [corner.map(short), size.map(short)];
  const box = `x="${x}" y="${y}" width="${width}" height="${height}"`;
  return `<image ${box} preserveAspectRatio="none" style="image-rendering:pixelated" href="data:image/png;base64,${source}"/><rect ${box} fill="none" stroke="${colors.line}"/>`;
}

/** A tenth of a pixel is finer than can be seen. */
const short = (value: number): number => Number(value.toFixed(1));
