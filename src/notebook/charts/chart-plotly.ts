import { CHART_SIZE, type Chart, type Mark, MOST_MARKS, markOf, type Series, thin } from "./chart";
import { chartPicture } from "./chart-svg";
import { brief, type Figure, figureHtml } from "./figure";

const MOST_POINTS = 500;

/** The chart as a figure for Plotly, whose colours the page decides. */
export function plotlyFigure(chart: Chart): Figure {
  const names = new Set<string>();
  const data = chart.series.flatMap((full) => {
    const series = thin(full, MOST_POINTS);
    const { name, panel, line } = series;
    const showlegend = !names.has(name);
    names.add(name);
    const { digits, unit = "" } = chart.panels[panel];
    const place = {
      ...{ type: "scatter", name, legendgroup: name, color: series.color, x: series.x.map(brief) },
      ...{ xaxis: axis("x", panel), yaxis: axis("y", panel), cliponaxis: false },
    };
    const curve = {
      ...place,
      mode: modeOf(series),
      showlegend,
      y: series.y.map(brief),
      line: { dash: dashes[line], width: line === "dotted" ? 1.5 : 2 },
      marker: { symbol: symbols[markOf(series)], size: 6 },
      hovertemplate: `%{y:.${digits}f}${unit}`,
    };
    const edges = (series.band ?? []).map((edge, i) => ({
      ...{ ...place, mode: "lines", line: { width: 0 }, hoverinfo: "skip", showlegend: false },
      y: edge.map(brief),
      // Down to the trace before.
      ...(i === 0 ? {} : { fill: "tonexty" }),
    }));
    return [...edges, curve];
  });
  return { data, layout: layoutOf(chart) };
}

/**
 * The chart as HTML: a Plotly chart in JupyterLab, and where scripts do not run or Plotly cannot be had, its picture.
 * A later chart of the same `id` takes the place of the earlier one and keeps its zoom.
 */
export function chartHtml(chart: Chart, id: string): string {
  const picture = { ...CHART_SIZE, svg: chartPicture(chart), description: chart.description };
  return figureHtml(plotlyFigure(chart), picture, id);
}

function layoutOf({ panels, xLabel, xRange, xScale }: Chart): object {
  const isLog = xScale === "log";
  const layout: Record<string, unknown> = {
    height: CHART_SIZE.height,
    margin: { l: 70, r: 20, t: 34, b: 42 },
    hovermode: "x unified",
    legend: { orientation: "h", x: 0, y: 1.03, xanchor: "left", yanchor: "bottom" },
    // Whatever the reader has zoomed to stays when points are added.
    uirevision: "kept",
    grid: { rows: 1, columns: panels.length, pattern: "independent", xgap: 0.2 },
  };
  panels.forEach(({ label, unit, limits }, i) => {
    const number = i === 0 ? "" : i + 1;
    layout[`xaxis${number}`] = {
      ...{ title: title(xLabel), range: isLog ? xRange.map(Math.log10) : xRange, showgrid: false },
      ...(isLog ? { type: "log", dtick: 1, exponentformat: "power" } : {}),
      ...{ hoverformat: ".4~g", unifiedhovertitle: { text: `${xLabel} %{x}` } },
    };
    layout[`yaxis${number}`] = {
      title: title(label),
      ticksuffix: unit,
      ...(limits === undefined ? {} : { autorangeoptions: { clipmin: limits[0], clipmax: limits[1] } }),
    };
  });
  return layout;
}

const dashes: Record<Series["line"], string> = {
  ...{ solid: "solid", dashed: "6px,4px", "dash-dot": "8px,3px,2px,3px", dotted: "2px,3px", none: "solid" },
};

function modeOf({ line, x }: Series): string {
  if (line === "none") return "markers";
  return line === "dotted" || x.length > MOST_MARKS ? "lines" : "lines+markers";
}

const symbols: Record<Mark, string> = {
  ...{ circle: "circle", square: "square", diamond: "diamond", triangle: "triangle-up", cross: "x" },
};

const title = (text: string) => ({ text, standoff: 8, font: { size: 12 } });

const axis = (letter: string, panel: number): string => letter + (panel === 0 ? "" : panel + 1);
