import { inNotebook, newDisplay } from "./display";
import { duration, escapeMarkup } from "./format";

/** One line that says how far something is, updated in place where that can be done. */
export interface Line {
  /** `filled` is the share that is done. Notes stand below where there is room, and elsewhere when the line ends. */
  show(filled: number, text: string, notes?: readonly string[]): void;
  /** A part is complete: for output that cannot be updated. */
  step(text: string): void;
  end(filled: number, text: string, seconds: number, notes?: readonly string[]): void;
}

/** A line in the notebook, in the terminal, or where output goes to a file, one for every part. */
export const newLine = (): Line =>
  inNotebook() ? htmlLine() : process.stdout.isTTY ? terminalLine() : plainLines();

const BAR =
  "display:inline-block;width:120px;height:8px;margin-right:12px;border-radius:4px;overflow:hidden;vertical-align:middle;background-color:rgba(127,127,127,0.25)";
// JupyterLab shows a saved notebook that it does not trust without variables: the first colour is for that.
export const FILLED = "height:8px;background-color:#1976d2;background-color:var(--jp-brand-color1,#1976d2)";

function htmlLine(): Line {
  const display = newDisplay();
  const show = (filled: number, text: string, notes: readonly string[] = [], timing = "") => {
    const bar = `<div style="${BAR}"><div style="${FILLED};width:${(filled * 100).toFixed(1)}%"></div></div>`;
    const below = notes.map((note) => `<div>${escapeMarkup(note)}</div>`).join("");
    const html = `<div style="font-size:13px;font-variant-numeric:tabular-nums">${bar}${escapeMarkup(text)}${timing}${below}</div>`;
    display.update({ "text/html": html, "text/plain": [text, ...notes].join("\n") });
  };
  return {
    show,
    step: () => {},
    end: (filled, text, seconds, notes) =>
      show(filled, text, notes, `<span class="timing"> · ${duration(seconds)}</span>`),
  };
}

function terminalLine(): Line {
  const show = (filled: number, text: string) => {
    const full = Math.round(filled * 20);
    const line = `${"█".repeat(full)}${"░".repeat(20 - full)} ${text}`;
    const columns = process.stdout.columns || 80;
    // A line that wraps could not be overwritten.
    process.stdout.write(`\r${line.slice(0, columns - 1).padEnd(columns - 1)}`);
  };
  return {
    show,
    step: () => {},
    end: (_, text, seconds, notes = []) => {
      const columns = process.stdout.columns || 80;
      process.stdout.write(`\r${`${text} · ${duration(seconds)}`.padEnd(columns - 1)}\n`);
      for (const note of notes) process.stdout.write(`${note}\n`);
    },
  };
}

function plainLines(): Line {
  return {
    show: () => {},
    step: (text) => console.log(text),
    end: (_, text, seconds, notes = []) =>
      console.log([`${text} · ${duration(seconds)}`, ...notes].join("\n")),
  };
}
