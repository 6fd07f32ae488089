import { randomUUID } from "node:crypto";
import { type ComparisonProgress, runComparison } from "../experiments/compare";
import type { Comparison } from "../experiments/comparison";
import { removeRuns } from "../experiments/kept-runs";
import type { ComparisonOptions, Setting } from "../experiments/settings";
import { chartHtml } from "./charts/chart-plotly";
import { comparisonChart, comparisonColumns } from "./charts/comparison-chart";
import { inNotebook, newDisplay, shown } from "./display";
import { escapeMarkup, share } from "./format";
import { untilInterrupted } from "./interrupt";

/** Milliseconds between two updates. */
const UPDATE_EVERY = 400;

/**
 * Trains the same network, or different ones, with several settings from the same seed, and shows them side by side:
 * one chart that grows, and a table. Returns the numbers.
 *
 *     await compare("activations", { relu: { activation: "relu" }, tanh: { activation: "tanh" } }, {
 *       sizes: [784, 16, 10], data, validation, epochs: 10, learningRate: 0.1, repeats: 3,
 *     });
 *
 * A setting may hold whatever `fit` and `mlp` can be told; the last argument is what they have in common. With `network`,
 * a function of the seed, any network can be trained instead of an `mlp`.
 *
 * Results are kept under the name in the data folder, across restarts: a setting that changed is trained again, one that
 * did not is shown as it was (`callbacks` and edits of `src` do not count as changes), and one that has left the cell
 * stays on the chart until `forgetRuns`. ■ ends all of it and loses nothing: run the cell again to go on.
 *
 * Throws one OptionsError that lists every wrong option of every setting, before anything is trained.
 */
export async function compare(
  name: string,
  settings: Readonly<Record<string, Setting>> = {},
  options: ComparisonOptions = {},
): Promise<Comparison> {
  return untilInterrupted(options, async (stoppable) => {
    const view = inNotebook() ? pageView() : textView();
    return shown(await runComparison(name, settings, stoppable, view));
  });
}

/** Forgets what `compare` has kept under a name, or only of some settings: they are then trained again. */
export async function forgetRuns(name: string, ...settings: string[]): Promise<void> {
  await removeRuns(name, settings);
}

type View = (progress: ComparisonProgress) => void;

/** The chart and the table in a notebook, updated in place. */
function pageView(): View {
  const [chart, table] = [newDisplay(), newDisplay()];
  const id = randomUUID();
  let updated = Number.NEGATIVE_INFINITY;
  return (progress) => {
    if (progress.running !== null && performance.now() - updated < UPDATE_EVERY) return;
    const drawn = comparisonChart(progress);
    chart.update({ "text/html": chartHtml(drawn, id), "text/plain": drawn.description });
    table.update({ "text/html": tableHtml(progress), "text/plain": tableText(progress, { timing: false }) });
    updated = performance.now();
  };
}

/** Outside of a notebook: the table, once it is complete. */
function textView(): View {
  let begun = false;
  return (progress) => {
    if (begun && progress.running === null) console.log(tableText(progress, { timing: true }));
    begun = true;
  };
}

/** Where it stands, in a line. */
function standing({ comparison, done, planned, running }: ComparisonProgress): string {
  if (running !== null) {
    const { setting, seed, progress } = running;
    const { history, batch, batches, epochs } = progress;
    const seeds = new Set(comparison.runs.map((run) => run.seed));
    const part = share((history.length + batch / batches) / epochs, 0);
    const which = seeds.size > 1 ? `${setting}, seed ${seed}` : setting;
    return `training ${done + 1} of ${planned} (${which}): ${part}`;
  }
  if (done < planned) return `${done} of ${planned} trainings are done; run the cell again to go on`;
  const { best, results } = comparison;
  if (best === undefined || results.length < 2) return "";
  const equals = results.filter(({ final }) => final.mean === best.final.mean);
  return `best at the end: ${equals.map(({ setting }) => setting).join(" and ")}`;
}

function tableText(progress: ComparisonProgress, { timing }: { timing: boolean }): string {
  const columns = comparisonColumns(progress.comparison).filter((column) => timing || !column.timing);
  const table = columns.map(({ name, cells }, i) => {
    const width = Math.max(...[name, ...cells].map((cell) => cell.length));
    return [name, ...cells].map((cell) => (i === 0 ? cell.padEnd(width) : cell.padStart(width)));
  });
  const rows = (table[0] ?? []).map((_, row) =>
    table
      .map((column) => column[row])
      .join("  ")
      .trimEnd(),
  );
  return [...rows, standing(progress)].filter((line) => line !== "").join("\n");
}

function tableHtml(progress: ComparisonProgress): string {
  const { comparison } = progress;
  const columns = comparisonColumns(comparison);
  const cell = (tag: string, index: number, text: string) => {
    const content = columns[index].timing
      ? `<span class="timing">${escapeMarkup(text)}</span>`
      : escapeMarkup(text);
    return `<${tag} style="padding:3px 9px;white-space:nowrap;text-align:${index === 0 ? "left" : "right"}">${content}</${tag}>`;
  };
  const rows = comparison.results.map((result, row) => {
    const cells = columns.map(({ cells }, i) => cell(i === 0 ? "th" : "td", i, cells[row])).join("");
    return `<tr${result === comparison.best ? ` style="font-weight:bold"` : ""}>${cells}</tr>`;
  });
  return [
    `<div style="overflow-x:auto"><table style="margin:0;border-collapse:collapse;font-variant-numeric:tabular-nums">`,
    `<thead><tr>${columns.map(({ name }, i) => cell("th", i, name)).join("")}</tr></thead>`,
    `<tbody>${rows.join("")}</tbody></table>`,
    `<div style="padding:3px 9px">${escapeMarkup(standing(progress))}</div></div>`,
  ].join("");
}
