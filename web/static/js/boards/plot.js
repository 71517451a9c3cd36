// Draws the figure of a tile with Plotly, which is loaded as a plain script beside us: to look at, with its legend. Knows no
// question and no board.

import { localised, plotlyLocale } from "../insights/locale.js";

const CONFIG = { displaylogo: false, responsive: false, plotlyServerURL: "", displayModeBar: false };
const NARROW = 600;
// The card shows through, so that a theme has one background.
const TRANSPARENT = { paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)" };

const figures = new WeakMap(); // by element
const watcher = new ResizeObserver((changes) => changes.forEach(({ target }) => fit(target)));

export async function draw(element, figure) {
  figures.set(element, figure);
  watcher.observe(element);
  const { data, layout } = localised(figure);
  await window.Plotly.react(element, data, sized(element, layout), { ...CONFIG, locale: plotlyLocale() });
  if (element.scrollWidth > element.clientWidth || element.scrollHeight > element.clientHeight) element.tabIndex = 0; // the arrow keys scroll it
  else element.removeAttribute("tabindex");
}

export function clear(element) {
  figures.delete(element);
  watcher.unobserve(element);
  if (element.classList.contains("js-plotly-plot")) window.Plotly.purge(element);
}

function sized(element, layout) {
  const narrow = element.clientWidth < NARROW;
  return {
    ...layout,
    ...TRANSPARENT,
    width: width(element, layout),
    height: height(element, layout),
    ...(narrow ? { margin: { ...layout.margin, l: 40, r: 8, b: 44 }, font: { ...layout.font, size: 11 } } : {}),
  };
}

// A figure may need more room than a tile has: then its element scrolls.
const width = (element, layout) => Math.max(element.clientWidth, layout.meta?.least_width ?? 0);
const height = (element, layout) => Math.max(element.clientHeight, layout.meta?.least_height ?? 0);

function fit(element) {
  const { layout } = element;
  if (!figures.has(element) || !element.clientWidth || !layout) return;
  if (layout.width !== width(element, layout) || layout.height !== height(element, layout)) draw(element, figures.get(element));
}
