import { type Shape, showShape } from "../tensor";
import type { Layer } from "./layers";

/** A table of the layers, their output shapes, and their numbers of parameters. */
export function summaryTable(inputShape: Shape, layers: readonly Layer[]): string {
  const rows = [
    ["", "layer", "output shape", "parameters", ""],
    ["", "input", showShape(inputShape), "", ""],
  ];
  let total = 0;
  layers.forEach(({ name, outputShape, parameters }, i) => {
    const count = parameters.reduce((sum, { value }) => sum + value.size, 0);
    const terms = parameters.map(({ value }) => value.shape.join("·")).join(" + ");
    rows.push([
      String(i + 1),
      name,
      showShape(outputShape),
      count.toLocaleString("en"),
      terms && `= ${terms}`,
    ]);
    total += count;
  });
  rows.push(["", "", "in all", total.toLocaleString("en"), ""]);
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => (i === 3 ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
