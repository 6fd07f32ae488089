import { duration, grouped } from "./format";
import { type Line, newLine } from "./progress-line";

/** Milliseconds between two updates. */
const UPDATE_EVERY = 100;

/**
 * A line, updated in place, that says how many of many things are done: a function to be called with both numbers,
 * `onProgress: counter("images")`. It ends when all are done.
 */
export function counter(unit: string): (done: number, total: number) => void {
  let line: Line | null = null;
  let began = 0;
  let updated = 0;
  return (done, total) => {
    const now = performance.now();
    if (line === null) {
      line = newLine();
      began = now;
    }
    const seconds = (now - began) / 1000;
    if (done >= total) {
      line.end(1, `${grouped(done)} ${unit}`, seconds);
      line = null;
    } else if (updated === 0 || now - updated >= UPDATE_EVERY) {
      const left = done > 0 && seconds >= 0.5 ? ` · ${duration(((total - done) * seconds) / done)} left` : "";
      line.show(done / total, `${grouped(done)} of ${grouped(total)} ${unit}${left}`);
      updated = now;
    }
  };
}
