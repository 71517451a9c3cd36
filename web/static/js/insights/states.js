// What stands where the chart would be, or over it: waiting, nothing, no answer.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { hasFilters } from "./question.js";
import { viewOf } from "../kinds/answers.js";
import { fresh, kindOf } from "../kinds/kinds.js";
import { daysIn } from "./ranges.js";
import { ago, number, seconds } from "./text.js";

const state = (title, text, actions) => html`<div class="empty"><h2>${title}</h2><p>${text}</p><div class="actions">${actions}</div></div>`;
const act = (words, onClick, primary = false) => html`<button type="button" class="button ${primary ? "button-primary" : ""}" @click=${onClick}>${words}</button>`;
const link = (words, href) => html`<a class="button button-primary" href=${href}>${words}</a>`;

// --- waiting ---

const roughly = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 2, notation: "compact", compactDisplay: "long" });
const rough = (value) => roughly.format(Math.max(1, value));

export const DEAR = 5000; // ms beyond which a changed question waits to be told to run

export function progress(page) {
  const { run } = page;
  const known = run?.total_rows > 0;
  return html`<div class="progress ${page.answer ? "progress-over" : ""}">
    <p class="progress-title">${run?.state === "queued" ? "Waiting for a worker" : "Counting"}</p>
    <progress aria-label="Progress of the question" max="100" .value=${known ? run.percent : 0}></progress>
    <p class="muted small">${known ? html`${number(run.read_rows)} of ${number(Math.max(run.total_rows, run.read_rows))} rows · ${run.percent} % · ` : nothing}${seconds(page.elapsed())}${
      run?.expected_ms >= 1000 ? html` of about ${seconds(run.expected_ms)}` : nothing}</p>
    ${page.answer ? html`<p class="muted small" id="age">Below: the answer from ${ago(page.answer.computed_at)}</p>` : nothing}
    <button type="button" class="button button-small" id="cancel" @click=${page.cancel}>Cancel</button>
    <p class="muted small">You can leave: it goes on, and is here when you come back.</p>
  </div>`;
}

// Asking the question would take long.
export function held(page) {
  const { estimate } = page;
  const long = estimate ? estimate.expected_ms : page.expected();
  return html`<div class="progress ${page.answer ? "progress-over" : ""}" id="held">
    <p class="progress-title">Not run yet</p>
    <p class="muted small">${estimate ? html`About ${rough(estimate.rows)} events are to be read. ` : nothing}It may take about ${rough(long / 1000)} s, going by ${
      !estimate ? "the last question" : estimate.learned_from ? "this project’s last questions" : "the usual speed"}. Go on editing, then run it.</p>
    ${page.answer ? html`<p class="muted small" id="age">Below: the answer of before, from ${ago(page.answer.computed_at)}</p>` : nothing}
    <button type="button" class="button button-primary" id="run" @click=${() => page.ask(true)}>Run</button>
  </div>`;
}

// --- nothing ---

export function noData(page) {
  const { label } = kindOf(page.document);
  return state("No events yet", `There is nothing to count for ${label}: this project has not received an event. Send the first one with the SDK you have; it can be asked about within a second.`,
    link("Send your first event", page.urls.start));
}

const YEAR = { kind: "last", count: 12, unit: "month" };

export function empty(page) {
  if (hasFilters(page.document)) {
    return state("The filters leave nothing", "No event of this range passes all of them.",
      html`${act("Remove the filters", () => page.dispatch({ type: "remove filters" }, "filter-add"), true)}`);
  }
  const seen = page.lastSeen();
  if (!seen) {
    return state(viewOf(page.answer).none, "What you ask about never happened.", act("Choose another event", () => page.focus("metric-0-event-0"), true));
  }
  const wide = daysIn(page.document.dates) >= 365 || Date.parse(seen) < Date.now() - 330 * 86400000;
  const since = { kind: "since", from: new Date(Date.parse(seen) - 30 * 86400000).toISOString().slice(0, 10) };
  return state(viewOf(page.answer).none, `What you ask about was last seen ${ago(seen)}.`,
    act(wide ? `Look at ${since.from} and later` : "Look at 12 months", () => page.dispatch({ type: "dates", dates: wide ? since : YEAR }), true));
}

export const allHidden = (page) => state("All series are hidden", "The table still has them.", act("Show all", () => page.showAll(), true));

// Nothing can be asked yet.
export const unasked = (page) => state("Not asked yet", kindOf(page.document).unasked, act("Choose an event", () => page.go(firstOpen(page)), true));

const firstOpen = ({ document }) => `metric-${Math.max(0, document.metrics.findIndex(({ events }) => Array.isArray(events) && !events.length))}-event-0`;

// --- no answer ---

const TITLES = {
  cancelled: "Cancelled", offline: "No connection", signed_out: "You are logged out", invalid_query: "This cannot be asked", time_limit: "It took too long",
  memory_limit: "It needs too much memory", row_limit: "It reads too much", size_limit: "The answer is too large", queue_full: "Too many questions at once",
  abandoned: "Stopped", worker_lost: "It broke off", throttled: "Too many requests", permission_denied: "You may not see this", forbidden: "You may not see this", not_found: "You may not see this",
};
const HIDDEN = ["permission_denied", "forbidden", "not_found"];
const TOO_MUCH = ["time_limit", "memory_limit", "row_limit", "size_limit"];
const WEEK = { kind: "last", count: 7, unit: "day" };

export function failure(page) {
  const { code, message, place, run } = page.error;
  const text = code === "cancelled" ? "The query was stopped in the database."
    : HIDDEN.includes(code) ? "The project is not there, or you are no member of it any more. One of its admins can invite you." : message;
  return html`<div class="failure" data-code=${code}>${state(TITLES[code] ?? "No answer", html`${text}${
    place ? html`<br><span class="muted small">At ${place} (${code})</span>` : nothing}${run ? html`<br><span class="muted small">Run ${run}</span>` : nothing}`, wayOut(page, code))}</div>`;
}

function wayOut(page, code) {
  const again = (primary) => act(code === "cancelled" ? "Ask again" : "Retry", () => page.ask(true), primary);
  if (code === "signed_out") return link("Log in", location.href);
  if (code === "invalid_query" && page.unread !== null) return act("Begin a new question", () => page.replace(fresh(page.events?.map(({ name }) => name)), "question begun anew"), true);
  if (HIDDEN.includes(code)) return link("Your projects", "/");
  if (TOO_MUCH.includes(code) && daysIn(page.document.dates) > 7) {
    return html`${act("Look at 7 days", () => page.dispatch({ type: "dates", dates: WEEK }), true)}${again(false)}`;
  }
  return again(true);
}
