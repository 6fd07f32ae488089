// How the results are printed, and the same as a table for README.
import type { Outcome, Row } from "./compare";
import type { Curve } from "./own";
import type { Summary } from "./statistics";

/** Three digits that mean something. */
export const number = (value: number): string =>
  Number.isNaN(value)
    ? "–"
    : value >= 100
      ? value.toFixed(0)
      : value >= 10
        ? value.toFixed(1)
        : value.toFixed(2);

const spread = ({ low, high }: Summary): string => `${number(low)} – ${number(high)}`;

const nameOf = ({ contestant, slice }: Row): string =>
  slice === undefined ? contestant : `${contestant} (first ${slice.toLocaleString("en")}, scaled)`;

/** "reached" or "missed", with the figure. */
const verdictsOf = ({ verdicts }: Outcome): string[] =>
  verdicts.map(
    ({ what, measured, reached }) => `${reached ? "reached" : "MISSED "}  ${what}: ${number(measured)}`,
  );

export function printed(outcome: Outcome): string {
  const heads = [
    ...["", outcome.unit, "lowest – highest", "ours is", "lowest – highest"],
    ...["CPU", "ours is", "loss", "accuracy"],
  ];
  const rows = outcome.rows.map((row) => [
    nameOf(row),
    number(row.time.median),
    spread(row.time),
    row.ratio ? `${number(row.ratio.median)} ×` : "",
    row.ratio ? spread(row.ratio) : "",
    number(row.cpu.median),
    row.cpuRatio ? `${number(row.cpuRatio.median)} ×` : "",
    Number.isFinite(row.loss) ? row.loss.toFixed(3) : "–",
    Number.isFinite(row.accuracy) ? `${(row.accuracy * 100).toFixed(1)} %` : "–",
  ]);
  const widths = heads.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i].length)));
  const text = (cells: string[]) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join("  ")
      .trimEnd();
  const verdicts = verdictsOf(outcome).map((each) => `  ${each}`);
  const [{ time, cpu }] = outcome.rows;
  const busy = outcome.rows.length > 1 && time.median > 1.2 * cpu.median;
  const warning = busy
    ? ["  Other programs kept the processor busy: the CPU columns say more here than the wall clock."]
    : [];
  return [`\n${outcome.title}`, text(heads), ...rows.map(text), ...verdicts, ...warning].join("\n");
}

export function printedCurves(curves: readonly Curve[], cliffs: readonly string[]): string {
  const lines = curves.map(({ title, unit, sizes, values }) => {
    const points = sizes.map((size, i) => `${size}: ${number3(values[i])}`);
    return `  by ${title}, ${unit}\n    ${points.join("  ")}`;
  });
  const verdict = cliffs.length === 0 ? "  reached  no cliff" : `  MISSED   no cliff: ${cliffs.join("; ")}`;
  return ["\ngrowth", ...lines, verdict].join("\n");
}

const number3 = (value: number): string => Number(value.toPrecision(3)).toString();

/** Rows for README: job, the library's time, what the others take in relation to it, and the targets. */
export function markdown(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map((outcome) => {
    const [own, ...others] = outcome.rows;
    const rivals = others.map((row) => {
      const relation = row.ratio ? ` (ours is ${number(row.ratio.median)} ×)` : "";
      return `${row.contestant}${row.slice === undefined ? "" : "\\*"} ${number(row.time.median)}${relation}`;
    });
    const targets = outcome.verdicts.map(
      ({ what, measured, reached }) => `${what}: ${number(measured)}${reached ? "" : " (missed)"}`,
    );
    return `| ${outcome.title} | ${number(own.time.median)} ${outcome.unit} (${spread(own.time)}) | ${rivals.join("; ")} | ${targets.join("; ")} |`;
  });
  return ["| job | ours | others | aimed at |", "|---|---|---|---|", ...rows].join("\n");
}
