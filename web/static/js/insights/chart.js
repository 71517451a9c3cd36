// Draws a figure with Plotly, which is loaded as a plain script beside us. Knows no question.

const CONFIG = {
  displaylogo: false,
  responsive: false,
  plotlyServerURL: "",
  modeBarButtonsToRemove: ["sendChartToCloud", "select2d", "lasso2d", "autoScale2d"],
  toImageButtonOptions: { scale: 2, filename: "footfall" },
};
const NARROW = 600;

let drawn = null;

// The card shows through, so that a theme has one background.
const TRANSPARENT = { paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", modebar: { bgcolor: "rgba(0,0,0,0)" } };

export async function draw(element, figure) {
  drawn = { element, figure };
  if (!element.dataset.watched) {
    element.dataset.watched = "yes";
    new ResizeObserver(() => fit(element)).observe(element);
  }
  await window.Plotly.react(element, figure.data, sized(element, figure.layout), { ...CONFIG, displayModeBar: element.clientWidth >= NARROW ? "hover" : false });
}

export function clear(element) {
  drawn = null;
  if (element.classList.contains("js-plotly-plot")) window.Plotly.purge(element);
}

function sized(element, layout) {
  const narrow = element.clientWidth < NARROW;
  return {
    ...layout,
    ...TRANSPARENT,
    width: element.clientWidth,
    height: element.clientHeight,
    ...(narrow ? { margin: { ...layout.margin, l: 40, r: 8, b: 44 }, font: { ...layout.font, size: 11 } } : {}),
  };
}

function fit(element) {
  if (drawn?.element !== element || !element.clientWidth) return;
  const { layout } = element;
  if (layout && (layout.width !== element.clientWidth || layout.height !== element.clientHeight)) draw(element, drawn.figure);
}

// What the legend shows of each series, in the order of the series that are drawn: the table repeats it.
export function colours(figure) {
  return figure.data
    .filter((trace) => trace.showlegend !== false && !trace.meta?.compared)
    .map((trace) => [trace.marker?.color ?? trace.line?.color].flat()[0]);
}
