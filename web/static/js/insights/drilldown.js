// The panel of what is behind a number: its users and its events, a page at a time. Loaded when it is asked for.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { csv, download } from "./csv.js";
import { eventList } from "./event-list.js";
import { viewOf } from "../kinds/answers.js";
import { post } from "../rest.js";
import { icon, moment, number } from "./text.js";

const PAGE = 50;
const blank = () => ({ rows: [], count: null, next: null, loading: false, error: null, version: null });

export function openDrill(page, spot, metric, kind) {
  const { menu } = page;
  page.drill = { spot, metric, kind, opener: menu?.opener ?? document.activeElement, answer: page.answer, abort: new AbortController(),
    users: blank(), events: blank(), panel, settle, close: () => close(page) };
  page.menu = null;
  load(page, kind);
}

function close(page) {
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
      const found = await post(page.urls[`query_${kind}`], { query: drill.answer.query, at: about(drill).at, limit: PAGE, cursor: list.next }, { signal: drill.abort.signal });
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
function settle() {
  const dialog = document.getElementById("drill");
  if (dialog && !dialog.open) dialog.showModal();
}

// What the lists are of: {title, when, at, people, events, differs}. `at` is how the API names the number, `people` what a row
// of the first list is, `events` whether there is another one, differs(list) why its count is not the number, where it should be.
const about = (drill) => (viewOf(drill.answer).behind ?? ofSpot)(drill);

const ofSpot = ({ spot: { title, when, at, count } }) => ({
  title, when, at, people: ["user", "users"], events: false,
  differs: (list) => (list.count !== null && count !== undefined && list.count !== count ? `The answer says ${number(count)}: events have come since. Refresh it to see them.` : null),
});

function countWords(drill, list) {
  const [one, many] = drill.kind === "events" ? ["event", "events"] : about(drill).people;
  return `${number(list.count)} ${list.count === 1 ? one : many}`;
}

const capital = (text) => text.replace(/^./, (first) => first.toUpperCase());

function panel(page) {
  const { drill } = page;
  const list = drill[drill.kind];
  const { title, when, people, events, differs } = about(drill);
  const difference = differs(list);
  return html`<dialog id="drill" class="drill" aria-labelledby="drill-title" @cancel=${(event) => (event.preventDefault(), close(page))}
    @click=${(event) => event.target.id === "drill" && close(page)}>
    <div class="drill-inside">
      <header class="drill-head">
        <div><h2 id="drill-title">${list.count === null ? (list.error ? "No list" : "Counting …") : countWords(drill, list)}</h2>
          <p class="muted small">${title}${when ? html` · ${when}` : nothing}</p></div>
        <button type="button" class="icon-button" aria-label="Close" @click=${() => close(page)}>${icon("close")}</button>
      </header>
      <div class="drill-bar">
        ${events ? html`<div class="segmented" role="group" aria-label="List">${[["users", capital(people[1])], ["events", "Events"]].map(([kind, words]) => html`<button type="button"
          id="drill-${kind}" aria-pressed=${String(drill.kind === kind)} @click=${() => load(page, kind)}>${words}</button>`)}</div>` : nothing}
        ${list.rows.length ? html`<button type="button" class="button button-small" @click=${() => (save(drill, list), page.say("The file is saved."), page.update())}>CSV of the ${list.next ? `first ${number(list.rows.length)}` : "list"}</button>` : nothing}
      </div>
      ${difference ? html`<p class="notice">${difference}</p>` : nothing}
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

function save(drill, list) {
  const rows = drill.kind === "users" ? [["User", "Value", "Events", "First", "Last"], ...list.rows.map((row) => [row.user, row.value, row.events, row.first, row.last])]
    : [["Event", "Time", "User", "Value", "Properties"], ...list.rows.map((row) => [row.event, row.time, row.distinct_id, row.value, JSON.stringify(row.properties)])];
  download(`${drill.kind}.csv`, csv(rows), "text/csv;charset=utf-8");
}
