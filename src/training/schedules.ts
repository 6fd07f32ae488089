import { isCount, isNotNegative, isPositive, oneOf, type Problems } from "../errors";

/** The learning rate of an epoch, counted from 0. */
export type Schedule = (epoch: number) => number;

/** How the learning rate goes on from the one that training starts with. */
export type ScheduleOptions =
  | { name: "constant" }
  /** rate·e^(−decay·epoch). */
  | { name: "exponential"; decay: number }
  /** rate·factor^⌊epoch / every⌋. */
  | { name: "step"; every: number; factor: number }
  /** Half a wave from the rate down to `final` (default 0) in `epochs` (default: up to the last epoch of the run). */
  | { name: "cosine"; epochs?: number; final?: number }
  /** `epochs` epochs of growing rates, then `followedBy`, which begins where they end. Default: constant. */
  | { name: "warmup"; epochs: number; followedBy?: ScheduleOptions };

/** rate·e^(−decay·epoch); with decay 0 the rate stays as it is. */
export const exponentialDecay =
  (rate: number, decay: number): Schedule =>
  (epoch) =>
    rate * Math.exp(-decay * epoch);

/** rate·factor^⌊epoch / every⌋: the rate falls by a factor every few epochs. */
const steps =
  (rate: number, every: number, factor: number): Schedule =>
  (epoch) =>
    rate * factor ** Math.floor(epoch / every);

/** final + (rate − final)·(1 + cos(π·epoch / epochs)) / 2, and `final` from there on (Loshchilov and Hutter, 2017). */
const cosine =
  (rate: number, epochs: number, final: number): Schedule =>
  (epoch) =>
    final + ((rate - final) * (1 + Math.cos(Math.PI * Math.min(1, epoch / epochs)))) / 2;

/** rate·(epoch + 1) / (epochs + 1) while epoch < epochs, then `then` (Goyal et al., 2017). */
const warmup =
  (rate: number, epochs: number, then: Schedule): Schedule =>
  (epoch) =>
    epoch < epochs ? (rate * (epoch + 1)) / (epochs + 1) : then(epoch - epochs);

/** The schedule that the options describe, for training that ends after `lastEpoch` epochs. */
export function makeSchedule(options: ScheduleOptions, rate: number, lastEpoch: number): Schedule {
  if (options.name === "exponential") return exponentialDecay(rate, options.decay);
  if (options.name === "step") return steps(rate, options.every, options.factor);
  if (options.name === "cosine") return cosine(rate, options.epochs ?? lastEpoch, options.final ?? 0);
  if (options.name === "warmup") {
    const { epochs, followedBy = { name: "constant" } } = options;
    return warmup(rate, epochs, makeSchedule(followedBy, rate, Math.max(1, lastEpoch - epochs)));
  }
  return () => rate;
}

const keysOf: Record<ScheduleOptions["name"], readonly string[]> = {
  constant: [],
  exponential: ["decay"],
  step: ["every", "factor"],
  cosine: ["epochs", "final"],
  warmup: ["epochs", "followedBy"],
};

const scheduleNames = Object.keys(keysOf) as ScheduleOptions["name"][];

/** Notes every problem with a schedule's options. */
export function expectSchedule(problems: Problems, options: ScheduleOptions, where = "schedule"): void {
  const name = options?.name;
  const expected = `an object with the name ${oneOf(scheduleNames)}`;
  if (!problems.expect(scheduleNames.includes(name), where, expected, name ?? options)) return;
  problems.expectKnownKeys(options, ["name", ...keysOf[name]], `${where}.`);
  const expectCount = (key: string, value: unknown) =>
    problems.expect(isCount(value), `${where}.${key}`, "a whole number ≥ 1", value);
  const expectRate = (key: string, value: unknown) =>
    problems.expect(isNotNegative(value), `${where}.${key}`, "a finite number ≥ 0", value);
  if (options.name === "exponential") expectRate("decay", options.decay);
  if (options.name === "step") {
    expectCount("every", options.every);
    problems.expect(isPositive(options.factor), `${where}.factor`, "a finite number > 0", options.factor);
  }
  if (options.name === "cosine") {
    expectCount("epochs", options.epochs ?? 1);
    expectRate("final", options.final ?? 0);
  }
  if (options.name === "warmup") {
    expectCount("epochs", options.epochs);
    if (options.followedBy !== undefined) expectSchedule(problems, options.followedBy, `${where}.followedBy`);
  }
}
