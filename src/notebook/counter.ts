import type { Standing } from "../data/hotdog/collection";
import { duration, grouped } from "./format";
import { type Line, newLine } from "./progress-line";

/** Milliseconds between two updates. */
const UPDATE_EVERY = 100;

/**
 * A line, updated in place, that says how much is done of something that takes a while: `onProgress: counter()`. It ends
 * when all is done; what comes then, or in another unit, has a line of its own.
 */
export function counter(): (standing: Standing) => void {
  let line: Line | null = null;
  let unit = "";
  let began = 0;
  let updated = 0;
  return (standing) => {
    const { done, total } = standing;
    const now = performance.now();
    if (line === null || standing.unit !== unit) {
      line = newLine();
      unit = standing.unit;
      began = now;
      updated = Number.NEGATIVE_INFINITY;
    }
    const seconds = (now - began) / 1000;
    if (total !== null && done >= total) {
      line.end(1, amount(done, standing.unit), seconds);
      line = null;
    } else if (now - updated >= UPDATE_EVERY) {
      line.show(total === null ? 0 : done / total, describe(standing, seconds));
      updated = now;
    }
  };
}

function describe({ done, total, unit }: Standing, seconds: number): string {
  if (total === null) return amount(done, unit);
  const left = done > 0 && seconds >= 0.5 ? ` · ${duration(((total - done) * seconds) / done)} left` : "";
  return `${amount(done, unit, false)} of ${amount(total, unit)}${left}`;
}

/** 1200 images as "1,200 images", and bytes in millions of them. */
function amount(count: number, unit: Standing["unit"], named = true): string {
  const [number, name] = unit === "bytes" ? [(count / 1e6).toFixed(1), "MB"] : [grouped(count), unit];
  return named ? `${number} ${name}` : number;
}
