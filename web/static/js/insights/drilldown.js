// The panel of what is behind a number: its users and its events, a page at a time.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { csv, download } from "./csv.js";
import { asked, dayAt, fullNameAt, isFormula, nameAt, valueAt } from "./points.js";
import { isInsights } from "../kinds/kinds.js";
import { post } from "../rest.js";
import { icon, moment, number } from "./text.js";

const PAGE = 50;
// Measures whose number is the count of the list.
const COUNT_USERS = ["unique", "dau", "wau", "mau", "cumulative_unique", "sessions"];

const blank = () => ({ rows: [], count: null, next: null, loading: false, error: null, version: null });

export function openDrill(page, spot, metric, kind) {
  const { menu } = page;
  page.drill = { spot, metric, kind, opener: menu?.opener ?? document.activeElement, answer: page.answer, abort: new AbortController(),
    users: blank(), events: blank() };
  page.menu = null;
  load(page, kind);
}

export function closeDrill(page) {
  const { drill } = page;
  if (!drill) return;
  drill.abort.abort();
  page.drill = null;
  page.update();
  (drill.opener?.isConnected ? drill.opener : document.getElementById("chart"))?.focus({ preventScroll: true });
}

async function load(page, kind) {
  const { drill } = page;
  const list = drill[kind];
  drill.kind = kind;
  if (!list.loading && (list.count === null || list.next)) {
    Object.assign(list, { loading: true, error: null });
    page.update();
    try {
      const found = await post(page.urls[`query_${kind}`], { query: drill.answer.query, at: drill.spot.at ?? asked(drill.answer, drill.spot, drill.metric), limit: PAGE, cursor: list.next }, { signal: drill.abort.signal });
      Object.assign(list, { rows: [...list.rows, ...found.results], count: found.count, next: found.next, version: found.data_version, loading: false });
      if (list.rows.length === found.results.length) page.say(`${countWords(drill, list)}.`);
    } catch (error) {
      if (error.name === "AbortError") return;
      Object.assign(list, { loading: false, error: error.message });
      page.say(error.message);
    }
  }
  page.update();
}

// It is a modal dialog, which keeps the focus in and gives it back by itself once it is open.
export function settleDrill(page) {
  const dialog = document.getElementById("drill");
  if (dialog && !dialog.open) dialog.showModal();
}

const measureOf = (drill) => drill.answer.series?.find((each) => each.metric === drill.metric)?.measure;

function countWords(drill, list) {
  const one = list.count === 1;
  const what = drill.kind === "events" ? (one ? "event" : "events") : measureOf(drill) === "sessions" ? (one ? "session" : "sessions") : one ? "user" : "users";
  return `${number(list.count)} ${what}`;
}

// Why the count is not the number that was clicked, where it should be.
function difference(drill, list) {
  const { answer, spot, kind } = drill;
  if (!isInsights(answer)) return list.count !== null && spot.count !== undefined && list.count !== spot.count
    ? `The answer says ${number(spot.count)}: events have come since. Refresh it to see them.` : null;
  if (list.count === null || isFormula(answer.series[spot.series])) return null;
  const counts = kind === "users" ? COUNT_USERS.includes(measureOf(drill)) : measureOf(drill) === "total";
  const value = valueAt(answer, spot);
  if (!counts || list.count === value) return null;
  return list.version !== answer.data_version ? `The chart says ${number(value)}: events have come since. Refresh it to see them.`
    : `The chart says ${number(value)}.`;
}

export function drilldown(page) {
  const { drill } = page;
  if (!drill) return nothing;
  const list = drill[drill.kind];
  const { answer, spot } = drill;
  const of = !isInsights(answer) ? spot.title : isFormula(answer.series[spot.series]) ? `${drill.metric}. ${answer.series.find((each) => each.metric === drill.metric).name} in ${nameAt(answer, spot)}` : fullNameAt(answer, spot);
  return html`<dialog id="drill" class="drill" aria-labelledby="drill-title" @cancel=${(event) => (event.preventDefault(), closeDrill(page))}
    @click=${(event) => event.target.id === "drill" && closeDrill(page)}>
    <div class="drill-inside">
      <header class="drill-head">
        <div><h2 id="drill-title">${list.count === null ? (list.error ? "No list" : "Counting …") : countWords(drill, list)}</h2>
          <p class="muted small">${of}${isInsights(answer) ? html` · ${dayAt(answer, spot)}` : spot.when ? html` · ${spot.when}` : nothing}</p></div>
        <button type="button" class="icon-button" aria-label="Close" @click=${() => closeDrill(page)}>${icon("close")}</button>
      </header>
      <div class="drill-bar">
        ${isInsights(answer) ? html`<div class="segmented" role="group" aria-label="List">${[["users", measureOf(drill) === "sessions" ? "Sessions" : "Users"], ["events", "Events"]].map(([kind, words]) => html`<button type="button"
          id="drill-${kind}" aria-pressed=${String(drill.kind === kind)} @click=${() => load(page, kind)}>${words}</button>`)}</div>` : nothing}
        ${list.rows.length ? html`<button type="button" class="button button-small" @click=${() => save(drill, list)}>CSV of the ${list.next ? `first ${number(list.rows.length)}` : "list"}</button>` : nothing}
      </div>
      ${difference(drill, list) ? html`<p class="notice">${difference(drill, list)}</p>` : nothing}
      ${list.rows.length ? (drill.kind === "users" ? users(list) : eventList(list.rows)) : nothing}
      ${list.count === 0 ? html`<p class="muted">Nothing is behind this number.</p>` : nothing}
      ${list.error ? html`<p class="drill-error" role="alert">${list.error} <button type="button" class="button button-small" @click=${() => load(page, drill.kind)}>Retry</button></p>` : nothing}
      ${list.loading ? html`<p class="muted drill-loading">Loading …</p>` : list.next ? html`<p class="drill-more"><button type="button" class="button" id="drill-more"
        @click=${() => load(page, drill.kind)}>Show ${number(Math.min(PAGE, list.count - list.rows.length))} more of ${number(list.count)}</button></p>` : nothing}
    </div>
  </dialog>`;
}

function users(list) {
  const valued = list.rows.some((row) => row.value !== null);
  return html`<div class="table-wrap drill-table" role="region" aria-label="Users" tabindex="0"><table>
    <thead><tr><th scope="col">User</th>${valued ? html`<th scope="col" class="number">Value</th>` : nothing}<th scope="col" class="number">Events</th><th scope="col">First</th><th scope="col">Last</th></tr></thead>
    <tbody>${list.rows.map((row) => html`<tr><th scope="row" class="drill-user" title=${row.user}>${row.user}</th>
      ${valued ? html`<td class="number">${number(row.value)}</td>` : nothing}<td class="number">${number(row.events)}</td><td>${moment(row.first)}</td><td>${moment(row.last)}</td></tr>`)}</tbody>
  </table></div>`;
}

export function eventList(rows) {
  return html`<ul class="drill-events">${rows.map((row) => html`<li><details>
    <summary><span class="drill-event">${row.event}</span><span class="drill-who muted" title=${row.distinct_id}>${row.distinct_id}</span>
      ${row.value === null || row.value === undefined ? nothing : html`<b>${typeof row.value === "number" ? number(row.value) : String(row.value)}</b>`}<time class="muted" datetime=${row.time}>${moment(row.time)}</time></summary>
    <dl>${Object.entries(row.properties).map(([name, value]) => html`<div><dt>${name}</dt><dd>${typeof value === "string" ? value : JSON.stringify(value)}</dd></div>`)}</dl>
  </details></li>`)}</ul>`;
}

function save(drill, list) {
  const rows = drill.kind === "users" ? [["User", "Value", "Events", "First", "Last"], ...list.rows.map((row) => [row.user, row.value, row.events, row.first, row.last])]
    : [["Event", "Time", "User", "Value", "Properties"], ...list.rows.map((row) => [row.event, row.time, row.distinct_id, row.value, JSON.stringify(row.properties)])];
  download(`${drill.kind}.csv`, csv(rows), "text/csv;charset=utf-8");
}
