// A table of an answer that is no Insights. A number that has users behind it opens its menu.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { icon } from "../insights/text.js";
import { freshGrid, gridTable, hideRow, rowTools, takeaways } from "./grid.js";

const FEW = 3; // rows that are taken in at a glance: nothing to filter, nothing to hide
const SHORT = 28; // letters of a name that stays on one line
const SHADES = 10;

// `columns` are {name, number}, `rows` lists of {text, value, spot, level}: `value` is what programs and sorting read (else the
// text), `level` from 0 to 1 shades the cell, `mark` stands behind an unfinished number. The first `pinned` rows stay on top.
export function plainTable(page, { id, title, columns, rows, pinned = 0, about = nothing }) {
  page.tables ??= new Map();
  if (!page.tables.has(id)) page.tables.set(id, freshGrid());
  const state = page.tables.get(id);
  const keys = keysOf(rows, columns);
  const loose = rows.length - pinned > FEW && Boolean(page.openMenu);
  const top = new Set(rows.slice(0, pinned));
  const isPinned = (row) => top.has(row);
  const value = (row, column) => row[column]?.value ?? row[column]?.text ?? null;
  const grid = {
    state, title, rows, caption: title, key: (row) => keys.get(row), name: (row) => wordsOf(row, columns), value, isPinned,
    columns: columns.map(({ name, number }) => ({ words: name, look: number ? "number" : "" })),
    tr: (row, at, tab) => tr({ page, columns, hide: loose && !isPinned(row) ? wordsOf(row, columns) : null }, row, at, tab),
    act: (row, column, cell) => act(page, grid, loose && !isPinned(row), row, column, cell),
    help: `Enter on a number says who is behind it, on a heading sorts${loose ? ", on a name hides its row" : ""}.`,
  };
  const text = (those) => [columns.map(({ name }) => name), ...those.map((row) => columns.map((_, column) => value(row, column)))];
  return html`<section class="card kind-table" aria-label=${title}>
    <div class="table-bar"><h2>${title}</h2>
      ${loose ? rowTools(page, grid) : nothing}
      ${takeaways(page, grid, { copied: text, saved: () => text(rows), file: id })}</div>
    ${about}
    ${gridTable(page, grid, { look: "plain" })}
  </section>`;
}

// A row is called by its cells that are no numbers.
const wordsOf = (row, columns) => row.filter((_, column) => column === 0 || !columns[column].number).map(({ text, value }) => (typeof text === "string" ? text : value)).join(", ");

// The same row of another answer has the same key; two of one name have two.
function keysOf(rows, columns) {
  const seen = new Map();
  return new Map(rows.map((row) => {
    const words = wordsOf(row, columns);
    seen.set(words, (seen.get(words) ?? 0) + 1);
    return [row, JSON.stringify([words, seen.get(words)])];
  }));
}

function act(page, grid, hides, row, column, cell) {
  if (!column) return hides ? hideRow(page, grid, row) : undefined;
  const { spot } = row[column] ?? {};
  if (!spot || !page.openMenu) return;
  const area = cell.getBoundingClientRect();
  page.openMenu(spot, { x: area.left, y: area.bottom }, cell);
}

function tr({ page, columns, hide }, row, at, tab) {
  const look = `${hide === null ? "" : "hides"} ${wordsOf(row.slice(0, 1), columns).length > SHORT ? "wraps" : ""}`;
  return html`<tr aria-rowindex=${at + 2}>${row.map((cell, column) => (column ? td({ page, cell, at, column, tab }, columns[column]) : html`<th scope="row" class="sticky ${look}"
    tabindex=${tab(0)} data-row=${at} data-column="0">${inside(cell)}${hide === null ? nothing
      : html`<button type="button" class="hide" tabindex="-1" aria-label="Hide ${hide}" title="Hide this row" data-toggle>${icon("close")}</button>`}</th>`))}</tr>`;
}

// The stop for the keyboard is the cell, or the button in it.
function td({ page, cell, at, column, tab }, { number }) {
  const shade = cell?.level === undefined || cell.level === null ? nothing : String(Math.max(0, Math.min(SHADES, Math.round(cell.level * SHADES))));
  const look = number ? "number" : "";
  if (!cell?.spot || !page.openMenu) return html`<td class=${look} data-shade=${shade} tabindex=${tab(column)} data-row=${at} data-column=${column}>${inside(cell)}</td>`;
  const { spot, text } = cell;
  return html`<td class=${look} data-shade=${shade}><button type="button" class="cell-button" tabindex=${tab(column)} data-row=${at} data-column=${column}
    aria-label=${`${spot.title}${spot.when ? `, ${spot.when}` : ""}: ${text}`}>${inside(cell)}</button></td>`;
}

function inside(cell) {
  if (!cell) return nothing;
  const { text, mark } = cell;
  return html`${text}${mark ? html`<span class="unfinished" title=${mark}>*<span class="visually-hidden"> ${mark}</span></span>` : nothing}`;
}
