import type { LayerInspection } from "../../training/inspection";
import { share } from "../format";

/** What is measured of the layers, as a table of text with a row for each. */
export function inspectionTable(layers: readonly LayerInspection[]): string {
  const rows = layers.map(({ layer, name, units, activations, gradients, update, ...states }) => [
    `${layer} ${name}`,
    String(units),
    `${brief(activations.mean)} ± ${brief(activations.deviation)}`,
    share(activations.zeros),
    gradients === null ? "–" : `± ${brief(gradients.deviation)}`,
    states.dead === null ? "–" : String(states.dead),
    states.saturated === null ? "–" : String(states.saturated),
    update === null ? "–" : brief(update),
  ]);
  const head = ["layer", "units", "activations", "of them 0", "gradients", "dead", "saturated", "update"];
  const table = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...table.map((row) => row[column].length)));
  const pad = (text: string, i: number) => (i === 0 ? text.padEnd(widths[i]) : text.padStart(widths[i]));
  return table.map((row) => row.map(pad).join("  ")).join("\n");
}

/** Two digits, which is as much as says something about a spread: 0.0012, 1.2e-7, 350. */
export function brief(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e5)) return value.toExponential(1);
  return String(Number(value.toPrecision(2)));
}
