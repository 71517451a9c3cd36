// Draws a figure with Plotly, which is loaded as a plain script beside us, and tells which of its points is meant. Knows no question.
// A spot is {series, bucket, compared}: the figure's traces say in `meta` which series of the answer they draw.

import { localised, plotlyLocale } from "./locale.js";

const CONFIG = { displayModeBar: false, responsive: false, plotlyServerURL: "", doubleClick: false, showTips: false };
// Pixels: the nearest point is meant, wherever the mouse is. To Plotly's "no limit" (-1) no bar is nearer than any other, and the
// last would always be meant.
const FAR = 10000;
const NARROW = 600;
const LOW = 272; // the height on a phone, without a legend
const LINE = 20; // of a legend

let drawn = null;
let nodes = null; // of bars and slices, by trace and point

// The card shows through, so that a theme has one background.
const TRANSPARENT = { paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)" };

// `hidden` are the places of the series not to draw; `on` has hover(spot, pointer), leave(), click(spot, pointer), brush(from, to).
export async function draw(element, figure, hidden, on) {
  drawn = { element, figure, hidden, on };
  if (!element.dataset.watched) {
    element.dataset.watched = "yes";
    new ResizeObserver(() => fit(element)).observe(element);
  }
  const { data, layout } = localised(prepared(figure, hidden));
  element.style.setProperty("--least-height", `${leastHeight(element, data, layout)}px`);
  await window.Plotly.react(element, data, sized(element, layout), { ...CONFIG, locale: plotlyLocale() });
  nodes = null;
  if (element.dataset.heard) return;
  element.dataset.heard = "yes";
  element.on("plotly_hover", (event) => drawn && drawn.on.hover(nearest(element, event), event.event));
  element.on("plotly_unhover", () => drawn?.on.leave());
  element.on("plotly_click", (event) => drawn && drawn.on.click(nearest(element, event), event.event, event.points));
  element.on("plotly_relayout", (change) => {
    if ("xaxis.range[0]" in change) drawn?.on.brush(change["xaxis.range[0]"], change["xaxis.range[1]"]);
  });
}

export function clear(element) {
  drawn = nodes = null;
  if (!element.classList.contains("js-plotly-plot")) return;
  window.Plotly.purge(element);
  delete element.dataset.heard;
}

// The image of the figure as it is drawn, with a legend and a background of its own.
export function image({ figure, hidden, title }) {
  const { data, layout } = localised(prepared(figure, hidden));
  const { font, margin, meta } = figure.layout;
  const height = Math.max(640, meta?.least_height ?? 0);
  const dressed = { ...layout, showlegend: figure.layout.showlegend, legend: { ...layout.legend, traceorder: "normal" }, width: 1200, height, margin: { ...margin, t: 96 },
    title: { text: escaped(title), x: 0.02, xanchor: "left", y: 0.97, yanchor: "top", font: { ...font, size: 17 } } };
  return window.Plotly.toImage({ data, layout: dressed, config: { locale: plotlyLocale() } }, { format: "png", scale: 2, width: 1200, height });
}

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
// Figures of series say of each trace which series it draws; those of other kinds of question keep Plotly's own words.
const isSeries = (figure) => Boolean(figure.layout.meta?.drawn);

// Without the hidden series, and without Plotly's own words over the points: ours can be scrolled and reached by keyboard.
function prepared(figure, hidden) {
  if (!isSeries(figure)) return figure;
  const bars = figure.data.find((trace) => trace.orientation === "h");
  const data = figure.data.map(({ hovertemplate, ...trace }) => {
    const shown = { ...trace, ...(trace.type === "indicator" ? {} : { hoverinfo: trace.hoverinfo === "skip" ? "skip" : "none" }) };
    return Array.isArray(trace.meta?.series) ? without(shown, hidden) : { ...shown, visible: !hidden.has(trace.meta?.series) };
  });
  const layout = { ...figure.layout };
  if (bars) {
    const names = figure.layout.yaxis.ticktext.filter((_, at) => !hidden.has(bars.meta.series[at]));
    layout.yaxis = { ...layout.yaxis, ticktext: names, tickvals: names.map((_, at) => at) };
  }
  return { data, layout };
}

// Of a trace that has a point for each series.
function without(trace, hidden) {
  const keep = (list) => list.filter((_, at) => !hidden.has(trace.meta.series[at]));
  const series = keep(trace.meta.series);
  const kept = { ...trace, meta: { ...trace.meta, series } };
  for (const key of ["x", "values", "labels", "text"]) if (Array.isArray(trace[key])) kept[key] = keep(trace[key]);
  if (Array.isArray(trace.y)) kept.y = series.map((_, at) => at);
  if (trace.insidetextfont) kept.insidetextfont = { color: keep(trace.insidetextfont.color) };
  const key = Array.isArray(trace.marker.color) ? "color" : "colors";
  kept.marker = { ...trace.marker, [key]: keep(trace.marker[key]) };
  return kept;
}

function sized(element, layout) {
  const series = Boolean(layout.meta?.drawn);
  const narrow = element.clientWidth < NARROW;
  const time = layout.xaxis?.type === "date";
  const axis = (name, more) => (layout[name] ? { [name]: { ...layout[name], ...more } } : {});
  return {
    ...layout,
    ...TRANSPARENT,
    width: width(element, layout),
    height: element.clientHeight,
    showlegend: series ? false : layout.showlegend ?? false,
    hovermode: series && time ? "x" : "closest",
    hoverdistance: FAR,
    // A finger that drags scrolls the page; the dates can be typed.
    dragmode: series && time && !narrow ? "zoom" : false,
    margin: layout.xaxis ? { ...layout.margin, t: 12, ...(narrow ? { l: 40, r: 8, b: 24 } : {}) } : { l: 16, r: 16, t: 28, b: 28 },
    ...axis("xaxis", { ...(time ? {} : { fixedrange: true }), ...(narrow ? { title: { text: "" } } : {}) }),
    ...axis("yaxis", { fixedrange: true, ...(time && narrow ? { title: { text: "" } } : {}) }),
    ...axis("yaxis2", { fixedrange: true, ...(narrow ? { title: { text: "" } } : {}) }),
    ...(narrow ? { font: { ...layout.font, size: 11 } } : {}),
  };
}

// It may have many rows; and on a phone a legend of several lines must not take the room of what is drawn.
function leastHeight(element, data, { meta, showlegend }) {
  const named = showlegend && element.clientWidth < NARROW ? data.filter((trace) => trace.showlegend !== false).length : 0;
  return Math.max(meta?.least_height ?? 0, named && LOW + LINE * Math.ceil(named / 2));
}

// A figure may need more room than a phone has: then its element scrolls.
const width = (element, layout) => Math.max(element.clientWidth, layout.meta?.least_width ?? 0);

function fit(element) {
  if (drawn?.element !== element || !element.clientWidth) return;
  const { layout } = element;
  if (layout && (layout.width !== width(element, layout) || layout.height !== element.clientHeight)) {
    draw(element, drawn.figure, drawn.hidden, drawn.on);
  }
}

// --- where things are ---

// The places of the buckets that a brush from one position to the other has touched, first and last, or null.
export function touched(from, to) {
  const time = (text) => Date.parse(`${String(text).replace(" ", "T").slice(0, 19).padEnd(19, ":00")}Z`);
  const at = drawn.figure.data[0].x.map((text) => time(text));
  const half = at.length > 1 ? (at[1] - at[0]) / 2 : Infinity;
  const [low, high] = [time(from), time(to)];
  const inside = at.map((each, place) => [each, place]).filter(([each]) => each + half > low && each - half < high).map(([, place]) => place);
  const strict = inside.filter((place) => at[place] >= low && at[place] <= high);
  const found = strict.length ? strict : inside;
  return found.length ? [found[0], found.at(-1)] : null;
}

const spotOf = ({ meta }, index) => (Array.isArray(meta.series) ? { series: meta.series[index], bucket: null, compared: meta.compared }
  : { series: meta.series, bucket: index, compared: meta.compared });

// Of the points that Plotly found under the pointer's column, the one that is meant.
function nearest(element, { points, event }) {
  const found = points.filter(({ data }) => data.meta).map((point) => ({ spot: spotOf(point.data, point.pointNumber), box: boxOf(element, point.fullData, point.pointNumber) }))
    .filter(({ box }) => box);
  if (found.length < 2) return found[0]?.spot ?? null;
  const area = element.getBoundingClientRect();
  const [x, y] = [event.clientX - area.left, event.clientY - area.top];
  const edge = ({ box }) => box.y + box.height / 2;
  if (points[0].fullData.stackgroup) { // a band lies below its edge
    const above = found.filter((each) => edge(each) <= y);
    if (above.length) return above.reduce((one, two) => (edge(two) > edge(one) ? two : one)).spot;
    return found.reduce((one, two) => (edge(two) < edge(one) ? two : one)).spot;
  }
  const away = ({ box }) => 100 * Math.max(box.x - x, 0, x - box.x - box.width) + Math.max(box.y - y, 0, y - box.y - box.height);
  return found.reduce((one, two) => (away(two) < away(one) ? two : one)).spot;
}

// Where a spot is drawn, in pixels of the element; null if it is not.
export function place(element, spot) {
  const traces = element._fullData ?? [];
  for (const trace of traces) {
    const { meta } = trace;
    if (!meta || trace.visible !== true || trace.hoverinfo === "skip" || Boolean(meta.compared) !== spot.compared) continue;
    const index = Array.isArray(meta.series) ? meta.series.indexOf(spot.series) : meta.series === spot.series ? spot.bucket : -1;
    if (index !== null && index >= 0) return boxOf(element, trace, index);
  }
  return null;
}

function boxOf(element, trace, index) {
  const layout = element._fullLayout;
  if (trace.type === "scatter") {
    const [x, y] = [layout[axisName(trace.xaxis)], layout[axisName(trace.yaxis)]];
    const height = trace.stackgroup ? stackedHeight(element, trace, index) : trace.y[index];
    if (height === null || height === undefined) return null;
    return { x: x._offset + x.d2p(trace.x[index]) - 5, y: y._offset + y.d2p(height) - 5, width: 10, height: 10, round: true };
  }
  nodes ??= nodesOf(element);
  const node = nodes.get(`${trace.index}:${index}`);
  if (!node) return null;
  const area = element.getBoundingClientRect();
  const box = (node.querySelector("path") ?? node).getBoundingClientRect();
  const found = { x: box.left - area.left, y: box.top - area.top, width: box.width, height: box.height };
  if (trace.type !== "pie") return found;
  const point = node.__data__;
  const { cx, cy } = element.calcdata.find(([first]) => first.trace === point.trace || first.trace?.index === trace.index)[0];
  return { x: cx + point.pxmid[0] * 0.7 - 5, y: cy + point.pxmid[1] * 0.7 - 5, width: 10, height: 10, round: true };
}

const axisName = (reference) => reference.replace(/^([xy])/, "$1axis");

function stackedHeight(element, trace, index) {
  const below = element._fullData.filter((each) => each.stackgroup && each.visible === true && each.index <= trace.index);
  return below.reduce((sum, each) => sum + (each.y[index] ?? 0), 0);
}

function nodesOf(element) {
  const found = new Map();
  for (const group of element.querySelectorAll(".barlayer .trace")) {
    const { index } = group.__data__[0].trace;
    for (const node of group.querySelectorAll(".point")) found.set(`${index}:${node.__data__.i}`, node);
  }
  for (const node of element.querySelectorAll(".pielayer .slice")) found.set(`0:${node.__data__.i}`, node);
  return found;
}
