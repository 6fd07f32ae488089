// @ts-nocheck
// The names of a page are not among this project's types.

// Charts and the drawing pad look for these names, as JupyterLab writes them, to see that the theme has changed.
const dark = matchMedia("(prefers-color-scheme: dark)");
const tell = () => {
  document.body.dataset.jpThemeLight = String(!dark.matches);
  document.body.dataset.jpThemeName = dark.matches ? "JupyterLab Dark" : "JupyterLab Light";
};
dark.addEventListener("change", tell);
tell();
