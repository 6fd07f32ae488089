import { type Shape, showShape } from "../tensor";
import type { Layer, Variable } from "./layers";

/** A table of the layers, their output shapes, and their numbers of parameters. */
export function summaryTable(inputShape: Shape, layers: readonly Layer[]): string {
  const total = (parameters: readonly Variable[]) =>
    parameters.reduce((sum, { value }) => sum + value.size, 0).toLocaleString("en");
  const terms = (parameters: readonly Variable[]) =>
    parameters.length === 0 ? "" : `= ${parameters.map(({ value }) => value.shape.join("·")).join(" + ")}`;
  const rows = [
    ["", "layer", "output shape", "parameters", ""],
    ["", "input", showShape(inputShape), "", ""],
    ...layers.map(({ name, outputShape, parameters }, i) => [
      String(i + 1),
      name,
      showShape(outputShape),
      total(parameters),
      terms(parameters),
    ]),
    ["", "", "in all", total(layers.flatMap(({ parameters }) => parameters)), ""],
  ];
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const pad = (cell: string, i: number) => (i === 3 ? cell.padStart(widths[i]) : cell.padEnd(widths[i]));
  return rows.map((row) => row.map(pad).join("  ").trimEnd()).join("\n");
}
