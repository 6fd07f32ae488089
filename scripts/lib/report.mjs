// What the commands print: steps with their duration, and problems as one paragraph with the remedy.

const WIDTH = 96;

/** Something that went wrong in a way that we can explain; the message is printed without a stack. */
export class Problem extends Error {
  /**
   * @param {string} paragraph what happened and what to do about it
   * @param {string} [output] of the program that failed; what it says of errors is shown underneath
   */
  constructor(paragraph, output) {
    const evidence = output ? essence(output) : "";
    super(wrap(paragraph) + (evidence && `\n\n${evidence.replace(/^/gm, "    ")}`));
    this.name = "Problem";
  }
}

/**
 * Breaks a paragraph into lines; its own line breaks stay, and a command in backticks is never broken.
 * @param {string} text
 */
export function wrap(text) {
  /** @type {string[]} */
  const lines = [];
  for (const paragraph of text.split("\n")) {
    let line = "";
    for (const word of paragraph.match(/(?:`[^`]*`|[^\s`])+/g) ?? []) {
      if (line !== "" && line.length + 1 + word.length > WIDTH) {
        lines.push(line);
        line = word;
      } else {
        line = line === "" ? word : `${line} ${word}`;
      }
    }
    lines.push(line);
  }
  return lines.join("\n");
}

/**
 * The lines in which npm or pip names its errors, or else the last lines.
 * @param {string} output
 */
function essence(output) {
  const lines = output.split(/\r?\n/).filter((line) => line.trim() !== "" && !/_logs/.test(line));
  const errors = lines.filter((line) => /^(npm error|npm ERR!|ERROR:|Error:) *(?!at )\S/.test(line));
  return (errors.length > 0 ? errors.slice(0, 6) : lines.slice(-8)).join("\n");
}

/** @param {number} milliseconds */
export function seconds(milliseconds) {
  return milliseconds < 9950
    ? `${(milliseconds / 1000).toFixed(1)} s`
    : `${Math.round(milliseconds / 1000)} s`;
}

/**
 * Prints "title … 21 s" around some work. In a terminal the line counts the seconds while it runs;
 * elsewhere a dot every five seconds shows that something is still going on.
 * @template T
 * @param {string} title
 * @param {(detail: (text: string) => void) => Promise<T>} work calls detail() to say what it is at
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const out = process.stdout;
  const started = performance.now();
  const elapsed = () => seconds(performance.now() - started);
  let current = "";
  const draw = () => {
    const text = `${title} … ${elapsed()}  ${current}`;
    out.write(`\r\u001b[K${text.slice(0, (out.columns || 80) - 1)}`);
  };
  out.write(`${title} …`);
  const timer = setInterval(out.isTTY ? draw : () => out.write("."), out.isTTY ? 250 : 5000);
  /** @param {string} word */
  const finish = (word) => {
    clearInterval(timer);
    out.write(out.isTTY ? `\r\u001b[K${title} … ${word}${elapsed()}\n` : ` ${word}${elapsed()}\n`);
  };
  try {
    const result = await work((text) => {
      current = text.trim();
    });
    finish("");
    return result;
  } catch (error) {
    finish("failed after ");
    throw error;
  }
}

/**
 * Columns under their heads; what looks like a number stands to the right.
 * @param {string[]} heads
 * @param {string[][]} rows
 */
export function table(heads, rows) {
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column].length)));
  /** @param {string[]} cells */
  const line = (cells) =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
      .join("   ");
  return [line(heads), widths.map((width) => "─".repeat(width)).join("───"), ...rows.map(line)].join("\n");
}
