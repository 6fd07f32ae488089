/** How much of it there is: a seeded part in `npm test`, all in `npm run torture`. */
const whole = process.env.NN_TORTURE === "whole";

/** Changed copies of a file that each reader is given. */
export const MUTATIONS = Number(process.env.NN_MUTATIONS ?? (whole ? 10_000 : 200));
export const KILLS = whole ? 200 : 5;
export const INTERRUPTS = whole ? 200 : 20;

/** For as long as it takes: whoever asks for all of it waits. */
export const PATIENCE = whole ? 7_200_000 : 120_000;

/** How many times as often fast-check tries what it makes up. */
export const RUNS_FACTOR = whole ? 50 : 1;
