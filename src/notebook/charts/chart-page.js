// @ts-nocheck
// The names of a page are not among this project's types.

/**
 * Runs in the page, not in the kernel: chart-plotly.ts copies it into every chart. It puts a Plotly graph where the
 * chart's picture stands, or moves the graph of the chart's earlier version there and updates it. Where Plotly cannot
 * be had, the picture stays.
 */
export function showChart(script, { id, palettes, data, layout }) {
  // Some pages run a script elsewhere than where it stands, and one notebook may be open in two views.
  const hosts = [...document.querySelectorAll(`[data-chart="${id}"]`)];
  const host = hosts.find((each) => each.contains(script)) ?? hosts.at(-1);
  if (host === undefined) return;
  window.notebookCharts ??= { graphs: new Map() };
  const page = window.notebookCharts;

  const isDark = () => {
    const [red, green, blue] = getComputedStyle(host)
      .color.match(/[\d.]+/g)
      .map(Number);
    return red + green + blue > 384;
  };

  if (window.Plotly) attach();
  else {
    // The picture has a white ground; turned round, its black one lets a dark page through.
    if (isDark()) {
      host.firstElementChild.style.cssText += ";filter:invert(1) hue-rotate(180deg);mix-blend-mode:screen";
    }
    page.plotly ??= loadPlotly();
    page.plotly.then(attach, () => {});
  }

  function attach() {
    if (!host.isConnected) return;
    let graph = page.graphs.get(id);
    // One that still stands somewhere belongs to another view of the same notebook.
    if (graph === undefined || graph.isConnected) {
      graph = document.createElement("div");
      observe(graph);
      for (const [other, { isConnected }] of page.graphs) if (!isConnected) page.graphs.delete(other);
      page.graphs.set(id, graph);
    }
    host.replaceChildren(graph);
    graph.redraw = () => draw(graph);
    graph.redraw();
  }

  function draw(graph) {
    const { text, grid, background, series } = palettes[isDark() ? "dark" : "light"];
    const colored = data.map((trace) => {
      const color = series[trace.color % series.length];
      if (trace.type === "heatmap")
        return {
          ...trace,
          colorscale: [
            [0, background],
            [1, color],
          ],
        };
      const shade = trace.fill === undefined ? {} : { fillcolor: `${color}2e` };
      const outline = { ...trace.marker?.line, color: background };
      return {
        ...{ ...trace, ...shade, line: { ...trace.line, color } },
        marker: { ...trace.marker, color, line: outline },
      };
    });
    const themed = {
      ...layout,
      paper_bgcolor: "transparent",
      plot_bgcolor: "transparent",
      font: { family: getComputedStyle(host).fontFamily, size: 12, color: text },
      hoverlabel: { bgcolor: background, bordercolor: grid, font: { color: text } },
      modebar: { bgcolor: "transparent", color: "#888888", activecolor: text },
    };
    for (const name of Object.keys(layout).filter((key) => /^[xy]axis/.test(key))) {
      themed[name] = { ...layout[name], gridcolor: grid, linecolor: text, zeroline: false };
    }
    const config = { displaylogo: false, modeBarButtons: [["zoom2d", "pan2d", "resetScale2d"], ["toImage"]] };
    window.Plotly.react(graph, colored, themed, config);
  }

  /** Follows the width of the output and the theme of the page. */
  function observe(graph) {
    new ResizeObserver(() => {
      if (graph.clientWidth > 0 && graph.redraw) window.Plotly.Plots.resize(graph);
    }).observe(graph);
    page.theme ??= new MutationObserver(() => {
      for (const { isConnected, redraw } of page.graphs.values()) if (isConnected) redraw();
    });
    page.theme.observe(document.body, {
      attributeFilter: ["class", "data-jp-theme-name", "data-vscode-theme-id"],
    });
  }

  /** Jupyter serves the files of its root folder; the project is that folder or one on the way to the open notebook. */
  async function loadPlotly() {
    const settings = document.getElementById("jupyter-config-data");
    const base = settings ? JSON.parse(settings.textContent).baseUrl : document.body.dataset.baseUrl;
    if (base === undefined) throw new Error("not a Jupyter page");
    const [, path = ""] = location.pathname.split(/\/(?:tree|notebooks)\//);
    const folders = path.split("/").map((_, depth, names) =>
      names
        .slice(0, depth)
        .map((name) => `${name}/`)
        .join(""),
    );
    for (const folder of folders) {
      const script = document.createElement("script");
      script.src = `${base}files/${folder}node_modules/plotly.js-dist-min/plotly.min.js`;
      const loaded = new Promise((resolve) => {
        script.onload = () => resolve(true);
        script.onerror = () => resolve(false);
      });
      document.head.append(script);
      if (await loaded) return;
    }
    throw new Error("Plotly is not there");
  }
}
