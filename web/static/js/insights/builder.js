// The left side: metrics, filters, breakdown. Each control says what it would do to the question as an action.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { combobox } from "./combobox.js";
import { conditions } from "./conditions.js";
import { propertyOptions } from "./properties.js";
import { MOST_METRICS, letter } from "./question.js";
import { icon, number } from "./text.js";

const ALL = { key: "all", label: "All events", value: null };
const MEASURES = [["unique", "Unique users"], ["total", "Total events"]];
const LIMITS = [5, 10, 25, 50];
// What the select cannot choose yet, but a link can ask.
const OTHERS = {
  sessions: "Sessions", dau: "Daily active users", wau: "Weekly active users", mau: "Monthly active users",
  cumulative_unique: "Cumulative users", sum: "Sum", average: "Average", median: "Median", percentile: "Percentile", min: "Minimum",
  max: "Maximum", distinct: "Distinct values", per_user: "Per user",
};

export function builder(page) {
  return html`<form class="builder" id="builder" aria-label="Question" @submit=${(event) => event.preventDefault()}>
    <section class="part" aria-labelledby="metrics-title">
      <h2 id="metrics-title">Metrics</h2>
      <ol class="metrics">${repeat(page.document.metrics, (_, index) => index, (metric, index) => metricRow(page, metric, index))}</ol>
      ${page.document.metrics.length < MOST_METRICS ? html`<div class="adder">${eventBox(page, {
        id: "add-metric", label: "Add a metric", placeholder: plus("Add a metric"), look: "pick-add",
        pick: ({ value }) => page.dispatch({ type: "add metric", name: value }, "add-metric"),
      })}</div>` : nothing}
    </section>
    <section class="part" aria-labelledby="filters-title">
      <h2 id="filters-title">Filters</h2>
      ${conditions(page, null)}
    </section>
    <section class="part" aria-labelledby="breakdown-title">
      <h2 id="breakdown-title">Breakdown</h2>
      ${breakdown(page)}
    </section>
  </form>`;
}

const plus = (text) => html`${icon("plus")}${text}`;

function eventBox(page, options) {
  const listed = page.events?.map((each) => ({ key: each.name, label: each.name, value: each.name, count: each.events })) ?? null;
  return combobox({
    control: page.control, options: listed && [ALL, ...listed], note: "Volume of the last 30 days.", ...options,
  });
}

function metricRow(page, metric, index) {
  const several = page.document.metrics.length > 1;
  const names = Array.isArray(metric.events) ? metric.events : [null];
  const called = several ? `Metric ${letter(index)}` : "Metric";
  const ids = (part) => `metric-${index}-${part}`;
  return html`<li><div class="metric" role="group" aria-label=${called}>
    <div class="metric-head">
      <span class="letter" aria-hidden="true">${letter(index)}</span>
      <label class="visually-hidden" for=${ids("measure")}>${called}: measure</label>
      <select id=${ids("measure")} class="quiet-select" .value=${live(metric.measure.kind)}
        @change=${(event) => page.dispatch({ type: "measure", metric: index, measure: event.target.value })}>
        ${measures(metric.measure).map(([kind, words]) => html`<option value=${kind} ?selected=${kind === metric.measure.kind}>${words}</option>`)}
      </select>
      ${several ? html`<button type="button" class="icon-button" aria-label="Remove metric ${letter(index)}" title="Remove"
        @click=${() => page.dispatch({ type: "remove metric", metric: index }, "add-metric")}>${icon("close")}</button>` : nothing}
    </div>
    ${names.length ? names.map((name, at) => eventRow(page, metric, index, name, at)) : eventRow(page, metric, index, undefined, 0)}
    <div class="metric-foot">
      ${Array.isArray(metric.events) && metric.events.length ? eventBox(page, {
        id: ids("or"), label: `${called}: add an event that counts too`, placeholder: plus("Or event"), look: "pick-add",
        pick: ({ value }) => page.dispatch(value === null ? { type: "event", metric: index, index: 0, name: null }
          : { type: "add event", metric: index, name: value }, ids("or")),
      }) : nothing}
      ${conditions(page, index)}
    </div>
  </div></li>`;
}

function measures({ kind, property }) {
  return kind in OTHERS ? [...MEASURES, [kind, property ? `${OTHERS[kind]} of ${property.name}` : OTHERS[kind]]] : MEASURES;
}

function eventRow(page, metric, index, name, at) {
  const id = `metric-${index}-event-${at}`;
  const type = name === undefined || !Array.isArray(metric.events) ? "replace" : "event";
  return html`<div class="metric-event">
    ${at ? html`<span class="or">or</span>` : nothing}
    ${eventBox(page, {
      id, label: "Event", placeholder: "Choose an event", text: name === undefined ? undefined : name ?? "All events",
      pick: ({ value }) => page.dispatch(type === "event" || value === null ? { type: "event", metric: index, index: at, name: value }
        : { type: "add event", metric: index, name: value }, id),
    })}
    ${Array.isArray(metric.events) && metric.events.length > 1 ? html`<button type="button" class="icon-button" aria-label="Remove the event ${name}"
      title="Remove" @click=${() => page.dispatch({ type: "remove event", metric: index, index: at }, `metric-${index}-or`)}>${icon("close")}</button>` : nothing}
  </div>`;
}

function breakdown(page) {
  const [chosen] = page.document.breakdowns;
  const shown = page.document.segments?.limit ?? (chosen?.buckets ? 100 : 10);
  return html`<div class="breakdown">
    ${combobox({
      control: page.control, id: "breakdown", label: "Break down by", placeholder: plus("Add a breakdown"), look: chosen ? "" : "pick-add",
      text: page.document.breakdowns.map((each) => [each.property.name, ...(each.property.path ?? [])].join(".")).join(" · ") || undefined, options: propertyOptions(page.properties(null), { objects: false }),
      free: (typed) => ({ name: typed, source: "event", type: "string" }),
      pick: ({ value }) => page.dispatch({ type: "breakdown", property: value }, "breakdown"),
    })}
    ${chosen ? html`<button type="button" class="icon-button" aria-label="Remove the breakdown" title="Remove"
      @click=${() => page.dispatch({ type: "breakdown", property: null }, "breakdown")}>${icon("close")}</button>` : nothing}
  </div>
  ${chosen ? html`<div class="limit"><label for="limit">Segments shown</label>
    <select id="limit" class="quiet-select" .value=${live(String(shown))}
      @change=${(event) => page.dispatch({ type: "limit", limit: Number(event.target.value) })}>
      ${[...new Set([...LIMITS, shown])].sort((a, b) => a - b).map((limit) => html`<option value=${limit} ?selected=${limit === shown}>${number(limit)}</option>`)}
    </select></div>` : nothing}`;
}
