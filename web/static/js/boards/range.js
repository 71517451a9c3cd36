// What lies over every report of the board: its dates and its filters.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { fixedDays } from "../insights/fixed-days.js";
import { filterForm, words } from "./filters.js";

const RANGES = [
  ["Each its own", null],
  ["7 days", { kind: "last", count: 7, unit: "day" }],
  ["30 days", { kind: "last", count: 30, unit: "day" }],
  ["90 days", { kind: "last", count: 90, unit: "day" }],
  ["12 months", { kind: "last", count: 12, unit: "month" }],
];

export const same = (a, b) => JSON.stringify(plain(a)) === JSON.stringify(plain(b));

// Documents that mean the same are told with and without what is left out.
const plain = (dates) => (dates?.kind === "last" ? [dates.count, dates.unit, dates.skip ?? 0] : dates);

export function rangeBar(page) {
  const { dates } = page;
  const fixed = dates?.kind === "fixed";
  const other = !fixed && !RANGES.some(([, range]) => same(range, dates));
  return html`<div class="toolbar" role="group" aria-label="Dates and filters of the board">
    <div class="segmented" role="group" aria-label="Date range">
      ${RANGES.map(([name, range]) => html`<button type="button" aria-pressed=${String(same(range, dates))} @click=${() => page.lay({ dates: range })}>${name}</button>`)}
      ${other ? html`<button type="button" aria-pressed="true">${dates.kind === "since" ? `Since ${dates.from}` : dates.kind === "to_date" ? `This ${dates.unit}` : `${dates.count} ${dates.unit}s`}</button>` : nothing}
      <button type="button" aria-pressed=${String(fixed)} @click=${() => page.lay({ dates: page.fixed() })}>Fixed</button>
    </div>
    ${fixed ? fixedDays(dates, (given) => page.lay({ dates: given })) : nothing}
    <span class="muted small" title="Days begin and end in the project’s time zone; a report that names another keeps it">${page.zone}</span>
  </div>
  <div class="toolbar filter-line" role="group" aria-label="Filters of the board">
    ${(page.filters?.conditions ?? []).map((condition, at) => html`<span class="filter-chip">${words(page, condition)}
      <button type="button" id="filter-remove-${at}" aria-label="Remove the filter: ${words(page, condition)}" @click=${() => page.removeFilter(at)}>×</button></span>`)}
    ${filterForm(page)}
    ${page.isLaid ? html`<span class="laid">
      <span class="muted small">Only you see this.</span>
      ${page.may_change ? html`<button type="button" class="button button-small" id="save-range" @click=${() => page.saveRange()}>Save for everyone</button>` : nothing}
      <button type="button" class="button button-small" @click=${() => page.reset()}>Reset</button></span>` : nothing}
  </div>`;
}
