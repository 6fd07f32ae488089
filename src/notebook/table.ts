import { isCount, Problems } from "../errors";
import { inNotebook, newDisplay, shown } from "./display";
import { escapeMarkup, grouped } from "./format";

/** A line of a table: what stands under each column's name, a text or a number. */
type TableRow = object;

export interface TableOptions {
  /** Stands above the table. */
  caption?: string;
  /** What stands there instead of a table without rows. Default "none". */
  empty?: string;
  /** More rows than this are left out. Default 50. */
  most?: number;
}

/**
 * Shows rows as a table whose columns are the keys of the first one, numbers to the right, and returns the rows.
 * Throws an OptionsError that lists every wrong option.
 */
export function table<Row extends TableRow>(
  rows: readonly Row[],
  options: TableOptions = {},
): readonly Row[] {
  const { caption = "", empty = "none", most = 50 } = options;
  const problems = new Problems();
  problems.expect(
    Array.isArray(rows),
    "rows",
    'a list of objects such as [{ class: "hotdog", images: 400 }]',
    rows,
  );
  problems.expectKnownKeys(options, ["caption", "empty", "most"]);
  problems.expect(isCount(most), "most", "a whole number ≥ 1", most);
  problems.throwIfAny("table");
  const note = rows.length > most ? `the first ${grouped(most)} of ${grouped(rows.length)} rows` : "";
  const lines = rows.slice(0, most);
  const text = [caption, lines.length === 0 ? empty : tableText(lines), note]
    .filter((part) => part !== "")
    .join("\n");
  if (!inNotebook()) console.log(text);
  else {
    const html = lines.length === 0 ? emptyHtml(caption, empty) : tableHtml(lines, caption, note);
    newDisplay().update({ "text/html": html, "text/plain": text });
  }
  return shown(rows);
}

const entryOf = (row: TableRow, column: string): unknown => (row as Record<string, unknown>)[column];

/** Whole numbers in groups of digits, and nothing for what is not there. */
function cellOf(row: TableRow, column: string): string {
  const value = entryOf(row, column);
  if (value === undefined || value === null) return "";
  return typeof value === "number" && Number.isInteger(value) ? grouped(value) : String(value);
}

function tableText(rows: readonly TableRow[]): string {
  const columns = Object.keys(rows[0]);
  const cells = [columns, ...rows.map((row) => columns.map((column) => cellOf(row, column)))];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i].length)));
  const isNumeric = columns.map((column) => typeof entryOf(rows[0], column) === "number");
  const padded = (cell: string, i: number) =>
    isNumeric[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i]);
  return cells.map((line) => line.map(padded).join("  ").trimEnd()).join("\n");
}

const CAPTION = "text-align:left;font-weight:600;padding:3px 7px";

function tableHtml(rows: readonly TableRow[], caption: string, note: string): string {
  const columns = Object.keys(rows[0]);
  const style = (column: string) =>
    `style="padding:3px 9px;text-align:${typeof entryOf(rows[0], column) === "number" ? "right" : "left"}"`;
  const head = columns.map((column) => `<th ${style(column)}>${escapeMarkup(column)}</th>`).join("");
  const body = rows.map((row) => {
    const cells = columns.map((column) => `<td ${style(column)}>${escapeMarkup(cellOf(row, column))}</td>`);
    return `<tr>${cells.join("")}</tr>`;
  });
  return [
    `<div style="overflow-x:auto"><table style="margin:0;border-collapse:collapse">`,
    caption === "" ? "" : `<caption style="${CAPTION}">${escapeMarkup(caption)}</caption>`,
    `<thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table>`,
    note === "" ? "" : `<div style="padding:3px 9px">${note}</div>`,
    "</div>",
  ].join("");
}

const emptyHtml = (caption: string, empty: string): string =>
  `<div style="padding:3px 7px">${caption === "" ? "" : `<b>${escapeMarkup(caption)}</b>: `}${escapeMarkup(empty)}</div>`;
