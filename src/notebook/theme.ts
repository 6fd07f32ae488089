/** The colours of one background: text, lines of the grid, and one colour for each kind of series. */
export interface Palette {
  readonly background: string;
  readonly text: string;
  readonly grid: string;
  readonly series: readonly string[];
}

/** Colours that stay apart for colour-blind readers (Okabe and Ito, "Color universal design", 2008). */
export const palettes: { readonly light: Palette; readonly dark: Palette } = {
  light: {
    background: "#ffffff",
    text: "#333333",
    grid: "#e4e4e4",
    series: ["#0072b2", "#d55e00", "#007a5a", "#a6487f", "#7a6400", "#555555"],
  },
  dark: {
    background: "#1a1a1a",
    text: "#e0e0e0",
    grid: "#3d3d3d",
    series: ["#56b4e9", "#e69f00", "#2cc295", "#e08fbb", "#f0e442", "#bbbbbb"],
  },
};
