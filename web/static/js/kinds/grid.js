// A table of numbers that is worked with, of any kind of question: sorted by any column, filtered by the names of its rows,
// copied, saved. A grid for the keyboard: one stop for Tab, arrow keys inside. Of a long one only the rows in sight are drawn.
//
// A grid is {state, title, caption, rows, columns, key, name, value, isPinned, tr, act, help}. `rows` are whatever its owner
// likes; `columns` begin with the one of names and are {words, look}. Of a row, key(row) tells it from others, name(row) is what
// the filter reads, value(row, column) what sorting reads; isPinned(row) ones stay on top. tr(row, at, tab) draws it: each of its
// cells has data-row, data-column and tabindex=tab(column). act(row, column, element) is what Enter and a click do.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { csv, download, tsv } from "../insights/csv.js";
import { icon, number } from "../insights/text.js";

const LONG = 100; // rows
const SPARE = 10; // rows that are drawn beyond those in sight
const SIGHT = 480; // pixels, of the highest table

let made = 0;

// `hidden` are keys of rows, `id` is for what has to be named in the document.
export const freshGrid = () => ({ id: `grid-${(made += 1)}`, sort: null, search: "", hidden: new Set(), top: 0, row: 0, column: 1, height: 36 });

const isHidden = ({ state, key }, row) => state.hidden.has(key(row));

// The rows as they are shown.
const shownRows = (grid) => (grid.shown ??= ordered(grid));

// Sorted, the pinned ones come together; else everything stays where the answer has it.
function ordered(grid) {
  const { rows, name, value, isPinned, state: { sort, search } } = grid;
  const wanted = search.trim().toLowerCase();
  const found = rows.filter((row) => isPinned(row) || (!isHidden(grid, row) && name(row).toLowerCase().includes(wanted)));
  if (!sort) return found;
  const values = new Map(found.map((row) => [row, value(row, sort.column) ?? null]));
  const way = sort.descending ? -1 : 1;
  const rest = found.filter((row) => !isPinned(row)).sort((one, two) => {
    const [a, b] = [values.get(one), values.get(two)];
    if (a === null || b === null) return (a === null) - (b === null); // no value is last, whichever way
    return way * (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), undefined, { numeric: true }));
  });
  return [...found.filter(isPinned), ...rest];
}

// The filter, and how much of the table it and hiding leave.
export function rowTools(page, grid) {
  const { state, rows, isPinned } = grid;
  const loose = rows.filter((row) => !isPinned(row));
  const hidden = loose.filter((row) => isHidden(grid, row)).length;
  const found = shownRows(grid).filter((row) => !isPinned(row)).length;
  return html`<input type="search" class="row-filter" aria-label="Filter the rows${grid.title ? ` of ${grid.title}` : ""}" placeholder="Filter rows" autocomplete="off" .value=${state.search}
      @input=${(event) => (Object.assign(state, { search: event.target.value, top: 0 }), page.update(), (wrapOf(grid).scrollTop = 0))}>
    <span class="muted small">${found === loose.length ? `${number(found)} rows` : `${number(found)} of ${number(loose.length)} rows`}</span>
    ${hidden ? html`<button type="button" class="link-button small" @click=${() => showAll(page, grid)}>${number(hidden)} hidden · show all</button>` : nothing}`;
}

// What can be taken away: `copied` and `saved` give rows of text, those that are shown and all of them.
export function takeaways(page, grid, { copied, saved, file = "footfall" }) {
  const of = grid.title ? html`<span class="visually-hidden"> of ${grid.title}</span>` : nothing;
  return html`<span class="table-actions">
    ${page.copy ? html`<button type="button" class="button button-small" data-take="copy" @click=${() => page.copy(tsv(copied(shownRows(grid))), "The table is copied.")}>Copy table${of}</button>` : nothing}
    <button type="button" class="button button-small" data-take="csv" title="All ${number(grid.rows.length)} rows" @click=${() => (download(`${file}.csv`, csv(saved()), "text/csv;charset=utf-8"), page.say?.("The file is saved."), page.update())}>CSV${of}</button>
  </span>`;
}

export function gridTable(page, grid, { look = "" } = {}) {
  const { state, columns, caption, help } = grid;
  const shown = shownRows(grid);
  const long = shown.length > LONG;
  const from = long ? Math.max(0, Math.min(Math.floor(state.top / state.height) - SPARE, shown.length - 1)) : 0;
  const to = long ? Math.min(shown.length, Math.ceil((state.top + SIGHT) / state.height) + SPARE) : shown.length;
  state.row = Math.min(state.row, shown.length - 1);
  state.column = Math.min(state.column, columns.length - 1);
  const stop = state.row >= from && state.row < to ? state.row : state.row < 0 ? -1 : from;
  const tab = (at) => (column) => (at === stop && state.column === column ? 0 : -1);
  const space = (rows) => (rows > 0 ? html`<tr aria-hidden="true"><td class="space" colspan=${columns.length} height=${rows * state.height}></td></tr>` : nothing);
  return html`<div class="table-wrap numbers" id=${state.id} ?data-long=${long} @scroll=${(event) => long && scrolled(page, state, event.target)}>
      <table class=${look} role="grid" aria-rowcount=${shown.length + 1} aria-colcount=${columns.length} aria-describedby="${state.id}-help"
        @keydown=${(event) => onKey(page, grid, shown, event)} @click=${(event) => onClick(page, grid, shown, event)} @focusin=${(event) => onFocus(state, event)}>
        <caption class="visually-hidden">${caption}</caption>
        <thead><tr aria-rowindex="1">${columns.map((column, at) => head(state, column, at, tab(-1)(at)))}</tr></thead>
        <tbody>${space(from)}${repeat(shown.slice(from, to), grid.key, (row, at) => grid.tr(row, from + at, tab(from + at)))}${space(shown.length - to)}</tbody>
      </table>
    </div>
    <p class="visually-hidden" id="${state.id}-help">Arrow keys move from cell to cell. ${help}</p>
    ${state.search.trim() && shown.every(grid.isPinned) ? html`<p class="footnote">No row has “${state.search.trim()}” in its name.</p>` : nothing}`;
}

function head({ sort }, { words, look = "" }, column, tabindex) {
  const sorted = sort?.column === column ? (sort.descending ? "descending" : "ascending") : null;
  return html`<th scope="col" class="${look} ${column ? "" : "sticky"}" aria-sort=${sorted ?? "none"}><button type="button" class="sort" data-row="-1" data-column=${column}
    tabindex=${tabindex} title="Sort">${words}<span class="sort-mark" aria-hidden="true">${sorted ? icon("chevron") : nothing}</span></button></th>`;
}

const wrapOf = ({ state }) => document.getElementById(state.id);

// Numbers begin with the largest, words with A; the third time the answer's own order is back.
function sortBy(page, { state, columns }, column) {
  const first = /\bnumber\b/.test(columns[column].look ?? "");
  const { sort } = state;
  state.sort = sort?.column !== column ? { column, descending: first } : sort.descending === first ? { column, descending: !first } : null;
  page.say?.(state.sort ? `Sorted, ${state.sort.descending ? "descending" : "ascending"}.` : "In the order of the answer.");
  page.update();
}

export function hideRow(page, grid, row) {
  const { state } = grid;
  const within = wrapOf(grid).contains(document.activeElement);
  state.hidden.add(grid.key(row));
  page.say?.(`${grid.name(row)} is hidden in the table.`);
  page.update();
  if (within) focusCell(grid); // the row that has moved up
}

function showAll(page, grid) {
  grid.state.hidden.clear();
  page.say?.("All rows are shown.");
  page.update();
  focusCell(grid);
}

const focusCell = (grid) => wrapOf(grid).querySelector("[data-row][tabindex='0']")?.focus();

function scrolled(page, state, wrap) {
  if (state.scrolling) return;
  state.scrolling = requestAnimationFrame(() => {
    state.scrolling = null;
    state.top = wrap.scrollTop;
    state.height = wrap.querySelector("tbody tr:not([aria-hidden])")?.offsetHeight || state.height;
    page.update();
  });
}

function onFocus(state, { target }) {
  const cell = target.closest("[data-row]");
  if (cell) Object.assign(state, { row: Number(cell.dataset.row), column: Number(cell.dataset.column) });
}

function act(page, grid, shown, cell) {
  const [row, column] = [Number(cell.dataset.row), Number(cell.dataset.column)];
  if (row < 0) sortBy(page, grid, column);
  else grid.act(shown[row], column, cell);
}

// A name is only acted upon by its own button: who clicks it may want to select it.
function onClick(page, grid, shown, { target }) {
  const cell = target.closest("[data-row]");
  const own = target.closest("[data-toggle]");
  if (cell && (own || cell.dataset.row === "-1" || cell.dataset.column !== "0")) act(page, grid, shown, cell);
}

function onKey(page, grid, shown, event) {
  const { state } = grid;
  const cell = event.target.closest("[data-row]");
  if (!cell || event.altKey || event.metaKey) return;
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    return act(page, grid, shown, cell);
  }
  const last = { row: shown.length - 1, column: grid.columns.length - 1 };
  const moves = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1], PageDown: [10, 0], PageUp: [-10, 0],
    Home: [event.ctrlKey ? -Infinity : 0, -Infinity], End: [event.ctrlKey ? Infinity : 0, Infinity] };
  const move = moves[event.key];
  if (!move) return;
  event.preventDefault();
  const within = (value, low, high) => Math.max(low, Math.min(high, value));
  state.row = within(Number(cell.dataset.row) + move[0], event.key === "PageUp" ? 0 : -1, last.row);
  state.column = within(Number(cell.dataset.column) + move[1], 0, last.column);
  const wrap = wrapOf(grid);
  if (shown.length > LONG && state.row >= 0) {
    const top = state.row * state.height;
    if (top < wrap.scrollTop || top + 3 * state.height > wrap.scrollTop + wrap.clientHeight) wrap.scrollTop = Math.max(0, top - wrap.clientHeight / 2);
    state.top = wrap.scrollTop;
  }
  page.update();
  wrap.querySelector(`[data-row="${state.row}"][data-column="${state.column}"]`)?.focus();
}
