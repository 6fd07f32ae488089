/** Matrices with fewer columns are used as they are stored; the columns of wider ones are laid out in panels first. */
export const WIDE = 64;

/** Bytes of a panel's row: eight numbers. */
export const PANEL = 32;
