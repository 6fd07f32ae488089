import type { Dataset } from "../../dataset";
import { DataError } from "../../errors";
import type { Network } from "../../nn/network";
import { countConfusions } from "../../training/metrics";
import { checkData } from "../../training/options";
import { inNotebook, newDisplay, shown } from "../display";
import { escapeMarkup, grouped, share } from "../format";

/** What a network takes each class for. */
export class ConfusionMatrix {
  /** The share of all samples whose class is right. */
  readonly accuracy: number;
  /** The share of each class's samples that is right (recall), NaN for a class without samples. */
  readonly perClass: readonly number[];

  /** `counts[actual][predicted]` is a number of samples. */
  constructor(
    readonly classes: readonly string[],
    readonly counts: readonly (readonly number[])[],
  ) {
    this.accuracy = this.right / this.total;
    this.perClass = counts.map((row, i) => row[i] / sum(row));
  }

  get right(): number {
    return sum(this.counts.map((row, i) => row[i]));
  }

  get total(): number {
    return sum(this.counts.map(sum));
  }

  /** A table with a row for each actual class and a column for each predicted one. */
  toString(): string {
    const rows = this.counts.map((row, i) => [this.classes[i], ...row.map(String), share(this.perClass[i])]);
    const table = [["", ...this.classes, "accuracy"], ...rows];
    const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
    const lines = table.map((row) => row.map((text, i) => text.padStart(widths[i])).join("  "));
    return ["rows: actual, columns: predicted", ...lines, this.summary].join("\n");
  }

  get summary(): string {
    return `${grouped(this.right)} of ${grouped(this.total)} are right: ${share(this.accuracy, 2)}`;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

/**
 * Shows how often each class is taken for which, and returns the counts. Throws a DataError for data without classes,
 * and an OptionsError for data that does not fit the network.
 */
export function confusionMatrix(network: Network, data: Dataset): ConfusionMatrix {
  const labels = labelsOf("confusionMatrix", network, data);
  const counts = countConfusions(labels, network.predictClasses(data.samples), data.classes.length);
  const matrix = new ConfusionMatrix(data.classes, counts);
  if (inNotebook()) newDisplay().update({ "text/html": matrixHtml(matrix), "text/plain": matrix.toString() });
  else console.log(matrix.toString());
  return shown(matrix);
}

/** The labels of data that fit the network. */
export function labelsOf(where: string, network: Network, data: Dataset): Int32Array {
  checkData(where, network, data, {});
  if (data.labels === null)
    throw new DataError(`${where}: expected data that belong to classes, received numbers to predict.`);
  return data.labels;
}

const CELL = "padding:3px 7px;text-align:right";

/** Blue for what is right, orange for mistakes, never so dense that the text of either theme fades. */
export function matrixHtml({ classes, counts, perClass, summary }: ConfusionMatrix): string {
  const mistakes = Math.max(1, ...counts.flatMap((row, i) => row.filter((_, j) => j !== i)));
  const names = classes.map(escapeMarkup);
  const cell = (count: number, i: number, j: number) => {
    const title = `title="actual ${names[i]}, predicted ${names[j]}: ${count}"`;
    if (count === 0) return `<td ${title} style="${CELL}">·</td>`;
    const color =
      i === j ? [0, 114, 178, 0.4 * perClass[i]] : [230, 159, 0, 0.08 + 0.42 * (count / mistakes)];
    const background = `rgba(${color.slice(0, 3).join(",")},${color[3].toFixed(2)})`;
    return `<td ${title} style="${CELL};background-color:${background}">${i === j ? `<b>${count}</b>` : count}</td>`;
  };
  const head = names.map((name) => `<th style="${CELL}">${name}</th>`).join("");
  const rows = counts.map((row, i) => {
    const cells = row.map((count, j) => cell(count, i, j)).join("");
    return `<tr><th style="${CELL}">${names[i]}</th>${cells}<td style="${CELL}">${share(perClass[i])}</td></tr>`;
  });
  return [
    `<div style="overflow-x:auto"><table style="margin:0;border-collapse:collapse">`,
    `<caption style="text-align:left">${summary}</caption>`,
    `<thead><tr><th></th><th colspan="${names.length}" style="text-align:center">predicted</th><th></th></tr>`,
    `<tr><th style="${CELL}">actual</th>${head}<th style="${CELL}">accuracy</th></tr></thead>`,
    `<tbody>${rows.join("")}</tbody></table></div>`,
  ].join("");
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
