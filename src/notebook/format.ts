/** Text as HTML and XML show it, in elements and in attributes. */
export const escapeMarkup = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** 0.9583 as "95.8 %", and "–" for what is not a number. */
export const share = (value: number, digits = 1): string =>
  Number.isFinite(value) ? `${(value * 100).toFixed(digits)} %` : "–";

/** 0.9583 as "95.8 %", and what would be rounded to certainty as "> 99.9 %" or "< 0.1 %". */
export function probability(value: number): string {
  const rounded = share(value);
  return rounded === "100.0 %" ? "> 99.9 %" : rounded === "0.0 %" ? "< 0.1 %" : rounded;
}

/** 1234567 as "1,234,567". */
export const grouped = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: 0 });

/** 0.18213 as "0.1821", and what is too large for that as "1.82e+7". */
export const decimal = (value: number): string =>
  Math.abs(value) < 1e5 ? value.toFixed(4) : Number.isFinite(value) ? value.toExponential(2) : String(value);

/** Seconds as "3.4 s", "34 s", "2 min 5 s" or "1 h 12 min". */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
