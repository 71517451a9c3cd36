// A table of an answer that is no Insights: sorted by any column, copied, saved as CSV; a number that has users behind it
// opens its menu.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { csv, download, tsv } from "../insights/csv.js";

// `columns` are {name, number}, `rows` lists of {text, value, spot, level}: `value` is what programs and sorting read (else the
// text), `level` from 0 to 1 shades the cell, `mark` stands behind an unfinished number. `sorts: false` keeps the order.
export function plainTable(page, { id, title, columns, rows, sorts = true, about = nothing }) {
  const sorted = sorts ? order(page, id, rows) : rows;
  const state = page.sorted?.[id];
  const sort = (column) => {
    const down = state?.column === column ? !state.down : columns[column].number === true;
    page.sorted = { ...page.sorted, [id]: { column, down } };
    page.update();
  };
  const text = () => [columns.map(({ name }) => name), ...sorted.map((row) => row.map(({ text: said, value }) => value ?? said))];
  return html`<div class="card kind-table">
    <div class="table-bar"><h2>${title}</h2>
      <span class="table-tools">
        ${page.copy ? html`<button type="button" class="tool" @click=${() => page.copy(tsv(text()), "The table is copied.")}>Copy</button>` : nothing}
        <button type="button" class="tool" @click=${() => download(`${id}.csv`, csv(text()), "text/csv;charset=utf-8")}>CSV</button>
      </span></div>
    ${about}
    <div class="table-wrap" role="region" aria-label=${title} tabindex="0"><table class="plain">
      <thead><tr>${columns.map(({ name, number }, column) => html`<th scope="col" class=${number ? "number" : ""} aria-sort=${sorts && state?.column === column ? (state.down ? "descending" : "ascending") : nothing}>
        ${sorts ? html`<button type="button" class="sort" @click=${() => sort(column)}>${name}<span aria-hidden="true">${state?.column === column ? (state.down ? " ↓" : " ↑") : ""}</span></button>` : name}</th>`)}</tr></thead>
      <tbody>${sorted.map((row) => html`<tr>${row.map((cell, column) => (column ? td(page, cell, columns[column]) : html`<th scope="row">${inside(page, cell)}</th>`))}</tr>`)}</tbody>
    </table></div>
  </div>`;
}

function order(page, id, rows) {
  const state = page.sorted?.[id];
  if (!state) return rows;
  const key = (row) => row[state.column]?.value ?? row[state.column]?.text ?? null;
  const compare = (one, two) => (typeof one === "number" && typeof two === "number" ? one - two : String(one).localeCompare(String(two), undefined, { numeric: true }));
  // What has no value stays last, whichever way.
  return [...rows].sort((one, two) => {
    const [a, b] = [key(one), key(two)];
    if (a === null || b === null) return (a === null) - (b === null);
    return state.down ? compare(b, a) : compare(a, b);
  });
}

const SHADES = 10;

function td(page, cell, { number }) {
  const shade = cell?.level === undefined || cell.level === null ? nothing : String(Math.max(0, Math.min(SHADES, Math.round(cell.level * SHADES))));
  return html`<td class=${number ? "number" : ""} data-shade=${shade}>${inside(page, cell)}</td>`;
}

function inside(page, cell) {
  if (!cell) return nothing;
  const { text, spot, mark } = cell;
  const star = mark ? html`<span class="unfinished" title=${mark}>*<span class="visually-hidden"> ${mark}</span></span>` : nothing;
  if (!spot || !page.openMenu) return html`${text}${star}`;
  return html`<button type="button" class="cell-button" aria-label=${`${spot.title}${spot.when ? `, ${spot.when}` : ""}: ${text}`} @click=${(event) => {
    const area = event.currentTarget.getBoundingClientRect();
    page.openMenu(spot, { x: area.left, y: area.bottom }, event.currentTarget);
  }}>${text}${star}</button>`;
}
