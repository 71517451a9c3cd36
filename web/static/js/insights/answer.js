// The right side: the question in words, the range, and its answer in whatever state that is.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { counted } from "./counted.js";
import { dateControls } from "./dates.js";
import { hasFilters } from "./question.js";
import { table } from "./table.js";
import { ago, number, seconds } from "./text.js";

const same = (a, b) => a.kind === b.kind && a.count === b.count && a.unit === b.unit && (a.skip ?? 0) === (b.skip ?? 0);

export function answerSide(page) {
  return html`<div class="answer">
    <p class="sentence" id="sentence">${page.sentence ?? "Choose an event to begin."}</p>
    ${toolbar(page)}
    <section class="card chart-card" aria-labelledby="sentence" aria-busy=${String(Boolean(page.waiting))}>
      ${page.events?.length === 0 && !page.answer ? noData(page) : nothing}
      ${page.error ? failure(page) : nothing}
      ${page.answer && !page.error && isEmpty(page.answer) ? empty(page) : nothing}
      ${notices(page)}
      <figure class="chart-figure" ?hidden=${!showsChart(page)}>
        <div id="chart" class="chart ${page.waiting ? "stale" : ""}" role="group" aria-roledescription="chart" aria-label=${described(page.answer)} tabindex="0"
          aria-describedby="chart-help" @keydown=${page.walk}></div>
        <figcaption class="visually-hidden" id="chart-help">The arrow keys read out one point after the other. The table below has the same numbers.</figcaption>
      </figure>
      ${page.slow ? progress(page) : page.waiting && !page.answer && !page.error ? html`<div class="skeleton" aria-hidden="true"></div>` : nothing}
    </section>
    ${page.answer && !page.error ? html`<div class="${page.waiting ? "stale" : ""}">${table(page.answer, page.colours)}</div>${counted(page)}` : nothing}
  </div>`;
}

export const isEmpty = (answer) => answer.series.every((series) => [series.total, ...series.values].every((value) => !value));
export const showsChart = (page) => Boolean(page.answer && !page.error && !isEmpty(page.answer));

function described(answer) {
  if (!answer) return "No chart yet";
  const parts = answer.series.slice(0, 6).map((series) => `${series.label} ${number(series.total, series.format)}`);
  return `Chart. ${answer.sentence}. In total: ${parts.join(", ")}.`;
}

function toolbar(page) {
  return html`<div class="toolbar" role="group" aria-label="Range and chart">
    ${dateControls(page)}
    <div class="segmented chart-types" role="group" aria-label="Chart">
      ${["line", "column"].map((chart) => html`<button type="button" aria-pressed=${String(page.chart === chart)} @click=${() => page.setChart(chart)}>${chart === "line" ? "Line" : "Columns"}</button>`)}
    </div>
  </div>`;
}

function progress(page) {
  const { run } = page;
  const known = run?.total_rows > 0;
  return html`<div class="progress ${page.answer ? "progress-over" : ""}">
    <p class="progress-title">${run?.state === "queued" ? "Waiting for a worker" : "Counting"}</p>
    <progress aria-label="Progress of the question" max="100" .value=${known ? run.percent : 0}></progress>
    <p class="muted small">${known ? html`${number(run.read_rows)} of ${number(Math.max(run.total_rows, run.read_rows))} rows · ${run.percent} % · ` : nothing}${seconds(page.elapsed())}${run?.remaining_ms >= 1000 ? html` · about ${seconds(run.remaining_ms)} left` : nothing}</p>
    <button type="button" class="button button-small" id="cancel" @click=${page.cancel}>Cancel</button>
  </div>`;
}

function notices(page) {
  if (page.error || !page.answer) return nothing;
  const left = page.figure?.layout?.meta?.series_left_out;
  return left ? html`<p class="notice">The chart draws the first ${number(page.answer.series.length - left)} series; the table has all of them.</p>` : nothing;
}

const state = (title, text, actions) => html`<div class="empty"><h2>${title}</h2><p>${text}</p><div class="actions">${actions}</div></div>`;
const act = (words, onClick, primary = false) => html`<button type="button" class="button ${primary ? "button-primary" : ""}" @click=${onClick}>${words}</button>`;

function noData(page) {
  return state("No events yet", "This project has not received an event. Send the first one with the SDK you have; it can be asked about within a second.",
    html`<a class="button button-primary" href=${page.urls.start}>Send your first event</a>`);
}

function empty(page) {
  if (hasFilters(page.document)) {
    return state("The filters leave nothing", "No event of this range passes all of them.",
      html`${act("Remove the filters", () => page.dispatch({ type: "remove filters" }, "filter-add"), true)}`);
  }
  const seen = page.lastSeen();
  const year = { kind: "last", count: 12, unit: "month" };
  return state("Nothing in this range", seen ? `What you ask about was last seen ${ago(seen)}.` : "What you ask about never happened.",
    same(page.document.dates, year) ? nothing : act("Look at 12 months", () => page.dispatch({ type: "dates", dates: year }), true));
}

const HINTS = {
  cancelled: ["Cancelled", "The query was stopped in the database."],
  offline: ["No connection", null],
  signed_out: ["You are logged out", null],
  invalid_query: ["This cannot be asked", null],
  time_limit: ["It took too long", null],
  memory_limit: ["It needs too much memory", null],
  row_limit: ["It reads too much", null],
  queue_full: ["Too many questions at once", null],
  abandoned: ["Stopped", null],
};

function failure(page) {
  const { code, message, place } = page.error;
  const [title, text] = HINTS[code] ?? ["No answer", null];
  return html`<div class="failure" data-code=${code}>${state(title, html`${text ?? message}${place ? html`<br><span class="muted small">At ${place} (${code})</span>` : nothing}`,
    code === "signed_out" ? html`<a class="button button-primary" href=${location.href}>Log in</a>` : html`${act(code === "cancelled" ? "Ask again" : "Retry", () => page.ask(), true)}`)}</div>`;
}
