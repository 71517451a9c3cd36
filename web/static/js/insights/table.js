// The answer as a table: the same numbers as the chart's, for every series, and the way to them without seeing the chart.
// A grid for the keyboard: one stop for Tab, arrow keys inside. Of a long one only the rows in sight are drawn.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { swatch } from "./charts.js";
import { csv, download, rows, tsv } from "./csv.js";
import { below } from "./numbers.js";
import { isWhole, keyOf } from "./points.js";
import { bucketLabel, change, difference, icon, number } from "./text.js";

const LONG = 100; // rows
const SPARE = 10; // rows that are drawn beyond those in sight

export const freshTable = () => ({ sort: null, search: "", top: 0, row: 0, column: 1 });

const isPinned = (series) => series.segment.length > 0 && isWhole(series);

function columnsOf(answer) {
  const compares = answer.series.some((series) => series.compared);
  const [before, total] = [{ read: (series) => series.compared?.total, spot: { bucket: null, compared: true }, words: "Before" },
    { read: (series) => series.total, spot: { bucket: null, compared: false }, words: "Total", look: "total" }];
  return [
    total,
    ...(compares ? [before, { read: (series) => series.compared?.difference, write: (value, series) => difference(value, series.format), words: "Difference" },
      { read: (series) => series.compared?.ratio, write: (value) => change(value), words: "Change" }] : []),
    ...answer.buckets.map((bucket, at) => ({ read: (series) => series.values[at], spot: { bucket: at, compared: false }, at,
      words: bucketLabel(bucket.start, answer.interval), complete: bucket.complete })),
  ];
}

// The places of the series as the table shows them: each metric's whole stays on top, whatever the order.
function order(answer, columns, { sort, search }) {
  const wanted = search.trim().toLowerCase();
  const places = answer.series.map((_, place) => place);
  const pinned = places.filter((place) => isPinned(answer.series[place]));
  const rest = places.filter((place) => !isPinned(answer.series[place]) && answer.series[place].label.toLowerCase().includes(wanted));
  if (sort) {
    const read = sort.column ? columns[sort.column - 1].read : (series) => series.label;
    const value = new Map(rest.map((place) => [place, read(answer.series[place]) ?? null]));
    const way = sort.descending ? -1 : 1;
    rest.sort((one, two) => {
      const [a, b] = [value.get(one), value.get(two)];
      if (a === null || b === null) return (a === null) - (b === null); // no value is last, whichever way
      return way * (sort.column ? a - b : String(a).localeCompare(String(b), undefined, { numeric: true }));
    });
  }
  // Sorted, the wholes come together; else each stands before its segments, as the answer has them.
  return sort || wanted ? [...pinned, ...rest] : places;
}

export function table(page) {
  const { answer, table: state } = page;
  const columns = columnsOf(answer);
  const places = order(answer, columns, state);
  const long = places.length > LONG;
  const height = page.rowHeight ?? 36;
  const from = long ? Math.max(0, Math.min(Math.floor(state.top / height) - SPARE, places.length - 1)) : 0;
  const to = long ? Math.min(places.length, Math.ceil((state.top + 480) / height) + SPARE) : places.length;
  state.row = Math.min(state.row, places.length - 1);
  const stop = state.row >= from && state.row < to ? state.row : state.row < 0 ? -1 : from;
  const look = { page, answer, columns, stop, several: new Set(answer.series.map((series) => series.metric)).size > 1,
    colours: new Map(page.drawn.map(({ series, colour }) => [series, colour])) };
  const space = (rows) => (rows > 0 ? html`<tr aria-hidden="true"><td class="space" colspan=${columns.length + 1} height=${rows * height}></td></tr>` : nothing);
  const broken = answer.series.some((series) => series.segment.length);
  const segments = answer.series.filter((series) => !isPinned(series)).length;
  const found = places.filter((place) => !isPinned(answer.series[place])).length;
  return html`<section class="table-part ${page.waiting || page.held ? "stale" : ""}" aria-label="Table">
    <div class="table-bar">
      ${segments > 1 ? html`<input type="search" id="rows" aria-label="Filter the rows" placeholder="Filter rows" autocomplete="off" .value=${state.search}
        @input=${(event) => (Object.assign(state, { search: event.target.value, top: 0 }), page.update(), (document.querySelector(".numbers").scrollTop = 0))}>
        <span class="muted small">${found === segments ? `${number(segments)} rows` : `${number(found)} of ${number(segments)} rows`}</span>` : nothing}
      <span class="table-actions">
        <button type="button" class="button button-small" id="copy-table" @click=${() => copy(page, places)}>Copy table</button>
        <button type="button" class="button button-small" id="csv" title="All ${number(answer.series.length)} rows" @click=${() => download("footfall.csv", csv(rows(answer)), "text/csv;charset=utf-8")}>CSV</button>
      </span>
    </div>
    <div class="table-wrap numbers" @scroll=${(event) => long && scrolled(page, event.target)}>
      <table role="grid" aria-rowcount=${places.length + 1} aria-colcount=${columns.length + 1} aria-describedby="table-help"
        @keydown=${(event) => onKey(page, event, places, columns)} @click=${(event) => onClick(page, event)} @focusin=${(event) => onFocus(state, event)}>
        <caption class="visually-hidden">${answer.sentence}</caption>
        <thead><tr aria-rowindex="1">
          ${head(look, 0, broken ? "Segment" : "Metric", "sticky")}
          ${columns.map((column, at) => head(look, at + 1, html`${column.words}${column.complete === false ? html`<abbr title="not whole" aria-label="not whole">*</abbr>` : nothing}`, `number ${column.look ?? ""}`))}
        </tr></thead>
        <tbody>${space(from)}${repeat(places.slice(from, to), (place) => keyOf(answer.series[place]), (place, at) => row(look, place, from + at))}${space(places.length - to)}</tbody>
      </table>
    </div>
    <p class="visually-hidden" id="table-help">Arrow keys move from cell to cell. Enter on a number says who and what is behind it, on a heading sorts, on a name hides it in the chart.</p>
    ${found === 0 ? html`<p class="footnote">No row has “${state.search.trim()}” in its name.</p>` : nothing}
    ${answer.buckets.some((bucket) => !bucket.complete) ? html`<p class="footnote">* not whole: the range cuts it, or it is not over yet. No change is worked out for it.</p>` : nothing}
  </section>`;
}

function head({ page, stop }, column, words, look) {
  const { sort, row, column: here } = page.table;
  const sorted = sort?.column === column ? (sort.descending ? "descending" : "ascending") : null;
  return html`<th scope="col" class=${look} aria-sort=${sorted ?? "none"}><button type="button" class="sort" data-row="-1" data-column=${column}
    tabindex=${stop === -1 && row === -1 && here === column ? 0 : -1} title="Sort">${words}<span class="sort-mark" aria-hidden="true">${sorted ? icon("chevron") : nothing}</span></button></th>`;
}

function row({ page, answer, columns, stop, several, colours }, place, at) {
  const series = answer.series[place];
  const pinned = isPinned(series);
  const { column: here } = page.table;
  const tab = (column) => (at === stop && here === column ? 0 : -1);
  const drawn = colours.has(place);
  const hidden = page.hidden.has(place);
  const name = pinned && several ? `${series.name}, all` : series.label;
  return html`<tr class=${`${pinned ? "whole" : ""} ${hidden ? "off" : ""}`} aria-rowindex=${at + 2}>
    <th scope="row" class="sticky" tabindex=${tab(0)} data-row=${at} data-column="0" data-series=${place}><span class="series">
      ${drawn ? html`<button type="button" class="eye" tabindex="-1" aria-pressed=${String(!hidden)} aria-label="Show ${name} in the chart" title=${hidden ? "Show in the chart" : "Hide in the chart"}
        data-toggle=${place}>${swatch(hidden ? null : colours.get(place))}</button>` : colours.size ? html`<span class="eye"></span>` : nothing}
      ${several ? html`<span class="letter">${series.metric}</span>` : nothing}
      <span class="series-name" title=${series.label}>${name}</span></span></th>
    ${columns.map((column, index) => {
      const value = column.read(series);
      const ratio = column.at === undefined ? null : series.compared?.ratios[column.at] ?? null;
      return html`<td class=${`number ${column.look ?? ""} ${column.complete === false ? "partial" : ""} ${column.spot ? "opens" : ""}`} tabindex=${tab(index + 1)} data-row=${at} data-column=${index + 1}
        data-series=${place}>${column.write ? column.write(value, series) : number(value, series.format)}${ratio === null ? nothing : html`<span class="delta">${change(ratio)}</span>`}</td>`;
    })}
  </tr>`;
}

function scrolled(page, wrap) {
  if (page.scrolling) return;
  page.scrolling = requestAnimationFrame(() => {
    page.scrolling = null;
    page.table.top = wrap.scrollTop;
    page.rowHeight ??= wrap.querySelector("tbody tr:not([aria-hidden])")?.offsetHeight;
    page.update();
  });
}

function onFocus(state, { target }) {
  const cell = target.closest("[data-row]");
  if (cell) Object.assign(state, { row: Number(cell.dataset.row), column: Number(cell.dataset.column) });
}

function onClick(page, { target }) {
  const eye = target.closest("[data-toggle]");
  const cell = target.closest("[data-row]");
  if (eye) return page.toggle(Number(eye.dataset.toggle));
  if (cell && cell.dataset.column !== "0") act(page, cell);
  else if (cell?.dataset.row === "-1") act(page, cell);
}

function act(page, cell) {
  const column = Number(cell.dataset.column);
  if (cell.dataset.row === "-1") {
    const { sort } = page.table;
    // Numbers begin with the largest, names with A; the third time the answer's own order is back.
    const first = column > 0;
    page.table.sort = sort?.column !== column ? { column, descending: first } : sort.descending === first ? { column, descending: !first } : null;
    page.say(page.table.sort ? `Sorted, ${page.table.sort.descending ? "descending" : "ascending"}.` : "In the order of the answer.");
    return page.update();
  }
  const series = Number(cell.dataset.series);
  if (!column) return page.drawn.some((each) => each.series === series) ? page.toggle(series) : undefined;
  const { spot } = columnsOf(page.answer)[column - 1];
  if (spot) page.openMenu({ series, ...spot }, below(cell), cell);
}

function onKey(page, event, places, columns) {
  const cell = event.target.closest("[data-row]");
  if (!cell || event.altKey || event.metaKey) return;
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    return act(page, cell);
  }
  const { table: state } = page;
  const last = { row: places.length - 1, column: columns.length };
  const moves = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1], PageDown: [10, 0], PageUp: [-10, 0],
    Home: [event.ctrlKey ? -Infinity : 0, -Infinity], End: [event.ctrlKey ? Infinity : 0, Infinity] };
  const move = moves[event.key];
  if (!move) return;
  event.preventDefault();
  const within = (value, low, high) => Math.max(low, Math.min(high, value));
  state.row = within(Number(cell.dataset.row) + move[0], event.key === "PageUp" ? 0 : -1, last.row);
  state.column = within(Number(cell.dataset.column) + move[1], 0, last.column);
  const wrap = document.querySelector(".numbers");
  if (places.length > LONG && state.row >= 0) {
    const height = page.rowHeight ?? 36;
    const top = state.row * height;
    if (top < wrap.scrollTop || top + 3 * height > wrap.scrollTop + wrap.clientHeight) wrap.scrollTop = Math.max(0, top - wrap.clientHeight / 2);
    state.top = wrap.scrollTop;
  }
  page.update();
  wrap.querySelector(`[data-row="${state.row}"][data-column="${state.column}"]`)?.focus();
}

async function copy(page, places) {
  const shown = { ...page.answer, series: places.map((place) => page.answer.series[place]) };
  await page.copy(tsv(rows(shown, { names: (bucket) => bucket.start.slice(0, ["hour", "minute"].includes(page.answer.interval) ? 16 : 10) })), "The table is copied.");
}
