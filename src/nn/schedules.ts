/** The learning rate of an epoch, counted from 0. */
export type Schedule = (epoch: number) => number;

/** rate·e^(−decay·epoch); with decay 0 the rate stays as it is. */
export const exponentialDecay =
  (rate: number, decay: number): Schedule =>
  (epoch) =>
    rate * Math.exp(-decay * epoch);
