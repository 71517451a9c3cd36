// The latest events of a name, to see what they look like before anything is counted: a panel at the side. Loaded when it
// is asked for.

import { html } from "../../vendor/lit-html/lit-html.js";
import { post } from "../rest.js";
import { eventList } from "./event-list.js";
import { icon } from "./text.js";

const MOST = 20;
const DAYS = 30;

// `events` as a metric has them: names, or {all: true}.
export async function openSamples(page, events, focus) {
  const samples = { name: Array.isArray(events) ? events.join(" or ") : "All events", rows: null, error: null, focus, panel };
  page.samples = samples;
  page.update();
  document.getElementById("samples").showModal();
  const query = { version: 1, kind: "insights", metrics: [{ events, measure: { kind: "total" } }], dates: { kind: "last", count: DAYS, unit: "day" }, interval: "day" };
  try {
    samples.rows = (await post(page.urls.query_events, { query, at: { metric: "A" }, limit: MOST })).results;
    page.say(samples.rows.length ? `The latest ${samples.rows.length} events.` : "There are none.");
  } catch (error) {
    samples.error = error.message;
  }
  page.update();
}

function panel(page) {
  const { samples } = page;
  const close = () => document.getElementById("samples").close();
  const closed = () => {
    page.samples = null;
    page.update();
    page.focus(samples.focus);
  };
  return html`<dialog id="samples" class="drill" aria-labelledby="samples-title" @close=${closed} @click=${(event) => event.target.id === "samples" && close()}>
    <div class="drill-inside">
      <header class="drill-head">
        <div><h2 id="samples-title">Recent events</h2><p class="muted small">${samples.name} · the latest ${MOST} of the last ${DAYS} days</p></div>
        <button type="button" class="icon-button" aria-label="Close" @click=${close}>${icon("close")}</button>
      </header>
      ${samples.error ? html`<p class="drill-error" role="alert">${samples.error}</p>` : samples.rows === null ? html`<p class="muted drill-loading">Loading …</p>`
        : samples.rows.length ? eventList(samples.rows) : html`<p class="muted">There were none in the last ${DAYS} days.</p>`}
    </div>
  </dialog>`;
}
