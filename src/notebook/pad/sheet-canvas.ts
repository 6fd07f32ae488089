import type { Colors, Context } from "./canvas";
import { PEN } from "./ink";
import type { Sheet } from "./sheet";

/** What is used of a context beside what a drawing needs. */
export interface SheetContext extends Context {
  lineCap: string;
  lineJoin: string;
  lineTo(x: number, y: number): void;
}

/** Paints the strokes on a canvas whose side is so many of its pixels, and the keyboard's pen if it is in use. */
export function paintSheet(
  context: SheetContext,
  sheet: Sheet,
  colors: Colors,
  { side, withCursor }: { side: number; withCursor: boolean },
): void {
  context.setTransform(side, 0, 0, side, 0, 0);
  context.clearRect(0, 0, 1, 1);
  context.strokeStyle = `rgb(${colors.ink.join()})`;
  context.globalAlpha = sheet.isExample ? 0.55 : 1;
  context.lineWidth = PEN;
  context.lineCap = "round";
  context.lineJoin = "round";
  for (const stroke of sheet.strokes) {
    context.beginPath();
    context.moveTo(stroke[0], stroke[1]);
    for (let i = 0; i < stroke.length; i += 2) context.lineTo(stroke[i], stroke[i + 1]);
    context.stroke();
  }
  context.globalAlpha = 1;
  if (withCursor) paintCursor(context, sheet, colors);
}

/** A cross, with a ring while the pen is down. */
function paintCursor(context: SheetContext, { cursor: [x, y], isDrawing }: Sheet, colors: Colors): void {
  context.strokeStyle = isDrawing ? colors.negative : colors.quiet;
  context.lineWidth = 0.008;
  context.beginPath();
  context.moveTo(x - 0.04, y);
  context.lineTo(x + 0.04, y);
  context.moveTo(x, y - 0.04);
  context.lineTo(x, y + 0.04);
  if (isDrawing) {
    context.moveTo(x + 0.05, y);
    context.arc(x, y, 0.05, 0, 2 * Math.PI);
  }
  context.stroke();
}
