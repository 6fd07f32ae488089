import type { Random } from "../../random";

/** Kinds of backgrounds: each is SVG that fills the square from (0, 0) to (100, 100). */
const kinds: Readonly<Record<string, (random: Random) => string>> = {
  plain: (random) => square(colour(random)),

  gradient: (random) => {
    const turn = `gradientTransform="rotate(${number(random, 0, 360)} 0.5 0.5)"`;
    const stops = `<stop stop-color="${colour(random)}"/><stop offset="1" stop-color="${colour(random)}"/>`;
    return `<linearGradient id="scene-paint" ${turn}>${stops}</linearGradient>${square("url(#scene-paint)")}`;
  },

  glow: (random) => {
    const middle = `cx="${number(random, 0, 1)}" cy="${number(random, 0, 1)}" r="${number(random, 0.4, 1)}"`;
    const stops = `<stop stop-color="${colour(random)}"/><stop offset="1" stop-color="${colour(random)}"/>`;
    return `<radialGradient id="scene-paint" ${middle}>${stops}</radialGradient>${square("url(#scene-paint)")}`;
  },

  /** Smooth noise between two colours: clouds, marble or grain, by its frequency. */
  noise: (random) => {
    const frequency = Math.exp(random.uniform(Math.log(0.015), Math.log(0.3))).toFixed(3);
    const [from, to] = [channels(random), channels(random)];
    // Noise lies around 0.5; it is made stronger, so that both colours are reached.
    const contrast = 2.5;
    const rows = from.map((low, i) => {
      const step = contrast * (to[i] - low);
      return `${step.toFixed(3)} 0 0 0 ${(low - 0.3 * step).toFixed(3)}`;
    });
    return [
      `<filter id="scene-noise" x="0" y="0" width="1" height="1" color-interpolation-filters="sRGB">`,
      `<feTurbulence type="fractalNoise" baseFrequency="${frequency}" numOctaves="3" seed="${random.integer(1e6)}"/>`,
      `<feColorMatrix values="${rows.join(" ")} 0 0 0 0 1"/>`,
      `</filter><rect width="100" height="100" filter="url(#scene-noise)"/>`,
    ].join("");
  },

  stripes: (random) => pattern(random, (side) => `<rect width="${side}" height="${side / 2}"/>`),

  checks: (random) =>
    pattern(random, (side) => `<path d="M0 0h${side / 2}v${side}h${side / 2}v${-side / 2}H0z"/>`),

  dots: (random) =>
    pattern(random, (side) => `<circle cx="${side / 2}" cy="${side / 2}" r="${0.3 * side}"/>`),

  /** A table under a wall. */
  table: (random) => {
    const horizon = number(random, 25, 75);
    const tilt = `transform="rotate(${number(random, -12, 12)} 50 50)"`;
    return `${square(colour(random))}<rect x="-50" y="${horizon}" width="200" height="200" fill="${colour(random)}" ${tilt}/>`;
  },

  /** Round and angular patches, as things out of focus would leave. */
  patches: (random) => {
    const patches = Array.from({ length: 4 + random.integer(6) }, () => {
      const [x, y] = [number(random, 0, 100), number(random, 0, 100)];
      const turn = `transform="rotate(${number(random, 0, 360)} ${x} ${y})"`;
      const [width, height] = [number(random, 10, 50), number(random, 10, 50)];
      const corner = random.uniform() < 0.5 ? 50 : 0;
      return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${corner}" fill="${colour(random)}" fill-opacity="0.7" ${turn}/>`;
    });
    return square(colour(random)) + patches.join("");
  },
};

/** A background by chance. The names of its parts begin with "scene-", which those of no icon do. */
export function background(random: Random): string {
  const names = Object.keys(kinds);
  return kinds[names[random.integer(names.length)]](random);
}

const square = (fill: string): string => `<rect width="100" height="100" fill="${fill}"/>`;

/** A small shape, again and again, on a ground of another colour. */
function pattern(random: Random, shape: (side: number) => string): string {
  const side = number(random, 6, 30);
  const turn = `patternTransform="rotate(${number(random, 0, 180)})"`;
  const tile = `<g fill="${colour(random)}">${shape(side)}</g>`;
  return [
    square(colour(random)),
    `<pattern id="scene-paint" patternUnits="userSpaceOnUse" width="${side}" height="${side}" ${turn}>${tile}</pattern>`,
    square("url(#scene-paint)"),
  ].join("");
}

const number = (random: Random, low: number, high: number): number =>
  Number(random.uniform(low, high).toFixed(2));

/** Red, green and blue from 0 to 1: any hue, from dark to light, from grey to strong. */
function channels(random: Random): [red: number, green: number, blue: number] {
  const grey = random.uniform(0.1, 0.95);
  const strength = random.uniform(0, 0.9) * Math.min(grey, 1 - grey);
  const hue = random.uniform(0, 2 * Math.PI);
  const channel = (shift: number) => grey + strength * Math.cos(hue - (shift * 2 * Math.PI) / 3);
  return [channel(0), channel(1), channel(2)];
}

const colour = (random: Random): string =>
  `rgb(${channels(random)
    .map((channel) => Math.round(255 * channel))
    .join(",")})`;
