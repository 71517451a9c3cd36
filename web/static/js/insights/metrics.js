// The metrics: which events, counted how, under which filters of their own.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { combobox } from "./combobox.js";
import { conditions } from "./conditions.js";
import { measurePicker } from "./measures.js";
import { zone } from "./moving.js";
import { item, panel, shut } from "./panel.js";
import { MOST_METRICS, letter } from "./question.js";
import { recentFirst, remember } from "./recent.js";
import { ago, icon } from "./text.js";

const openSamples = (...asked) => import("./samples.js").then((found) => found.openSamples(...asked));

const ALL = { key: "", label: "All events", about: "Whatever happened", value: null };

export const plus = (text) => html`${icon("plus")}${text}`;

function eventOptions(page) {
  const listed = page.eventList()?.map((each) => ({
    key: each.name, label: each.name, value: each.name, count: each.events,
    about: each.events ? undefined : `Not in the last 30 days; last seen ${ago(each.last_seen)}`, seen: each.last_seen,
  }));
  return listed ? [ALL, ...recentFirst(page, "events", listed)] : null;
}

export function eventBox(page, { pick, ...options }) {
  const active = page.control.box?.id === options.id ? page.control.box : null;
  return combobox({
    control: page.control, options: active ? eventOptions(page)?.map((each) => ({ ...each, detail: each.seen && seen(each), current: each.label === options.text })) : [],
    note: "Volume of the last 30 days, and when it was last seen. Alt+Enter shows recent events.", ...options,
    peek: ({ value }) => (page.control.close(false), openSamples(page, value === null ? { all: true } : [value], options.id)),
    pick: ({ value }) => (value !== null && remember(page, "events", value), pick(value)),
  });
}

// Short, for a column: "3 days". What has not come for long says so in words below its name.
const seen = ({ seen: moment, about }) => (about ? undefined : ago(moment).replace(" ago", "").replace("just now", "now"));

export function metrics(page) {
  const { metrics: all } = page.document;
  return html`<ol class="metrics">${repeat(all, (_, index) => index, (metric, index) => card(page, metric, index))}</ol>
    ${all.length < MOST_METRICS ? html`<div class="adder">${eventBox(page, {
      id: "add-metric", label: "Add a metric", placeholder: plus("Add a metric"), look: "pick-add",
      pick: (name) => page.dispatch({ type: "add metric", name }, `metric-${all.length}-measure`),
    })}</div>` : nothing}`;
}

function card(page, metric, index) {
  const called = `Metric ${letter(index)}`;
  const names = Array.isArray(metric.events) ? (metric.events.length ? metric.events : [undefined]) : [null];
  const [first, ...others] = names;
  const own = zone(page, index);
  return html`<li><div class="metric" role="group" aria-label=${called} @dragover=${own.over} @dragleave=${own.leave} @drop=${own.drop}>
    <div class="metric-head">
      <span class="letter" aria-hidden="true">${letter(index)}</span>
      ${eventRow(page, metric, index, first, 0)}
      ${menu(page, metric, index)}
    </div>
    ${metric.name ? html`<p class="called">called <strong>${metric.name}</strong></p>` : nothing}
    ${others.map((name, at) => html`<div class="metric-event"><span class="or">or</span>${eventRow(page, metric, index, name, at + 1)}</div>`)}
    ${measurePicker(page, metric, index)}
    ${metric.first_time ? html`<p class="first-time"><span class="chip">Only each user’s first time ever
      <button type="button" class="icon-button" aria-label="Metric ${letter(index)}: count every time" title="Count every time"
        @click=${() => page.dispatch({ type: "first time", metric: index, on: false }, `metric-${index}-more`)}>${icon("close")}</button></span></p>` : nothing}
    ${conditions(page, index, Array.isArray(metric.events) && metric.events.length ? eventBox(page, {
      id: `metric-${index}-or`, label: `${called}: add an event that counts too`, placeholder: plus("Or event"), look: "pick-add",
      pick: (name) => page.dispatch(name === null ? { type: "event", metric: index, index: 0, name: null }
        : { type: "add event", metric: index, name }, `metric-${index}-or`),
    }) : nothing)}
    ${page.wrongAt(`metrics[${index}]`)}
  </div></li>`;
}

export function eventRow(page, metric, index, name, at) {
  const id = `metric-${index}-event-${at}`;
  const replaces = name === undefined || !Array.isArray(metric.events);
  const several = Array.isArray(metric.events) && metric.events.length > 1;
  return html`${eventBox(page, {
      id, label: "Event", placeholder: "Choose an event", text: name === undefined ? undefined : name ?? "All events",
      pick: (picked) => page.dispatch(!replaces || picked === null ? { type: "event", metric: index, index: at, name: picked }
        : { type: "add event", metric: index, name: picked }, id),
    })}
    ${several ? html`<button type="button" class="icon-button" aria-label="Remove the event ${name}" title="Remove"
      @click=${() => page.dispatch({ type: "remove event", metric: index, index: at }, `metric-${index}-or`)}>${icon("close")}</button>` : nothing}`;
}

const names = ({ events }) => (Array.isArray(events) ? events.join(" or ") : "All events");

function menu(page, metric, index) {
  return eventMenu(page, metric, index, { called: `Metric ${letter(index)}`, placeholder: names(metric), firstTime: true, fewest: 1, most: MOST_METRICS });
}

// What can be done with the event of a card, here and in the other kinds of question. Without `most` there is always one of each.
export function eventMenu(page, event, index, { called, placeholder = "", firstTime, fewest, most }) {
  const count = page.document.metrics.length;
  const id = (at) => `metric-${at}-more`;
  const act = (action, focus) => () => {
    shut(page, false);
    page.dispatch(action, focus);
  };
  const rename = (name) => page.dispatch({ type: "rename", metric: index, name: name.trim() });
  const onEnter = (pressed) => {
    if (pressed.key !== "Enter") return;
    pressed.preventDefault(); // or the button that gets the focus is pressed by it
    rename(pressed.target.value);
    shut(page, true);
  };
  return panel(page, {
    id: id(index), look: "icon-button", end: true, label: `${called}: more`, text: icon("more"),
    content: () => html`
      <div class="panel-field"><label for="metric-${index}-name">Name</label>
        <input id="metric-${index}-name" type="text" maxlength="255" autocomplete="off" placeholder=${placeholder} .value=${event.name ?? ""}
          @keydown=${onEnter} @change=${(changed) => rename(changed.target.value)}></div>
      ${firstTime ? html`<button type="button" class="panel-item" role="switch" aria-checked=${String(Boolean(event.first_time))}
        @click=${act({ type: "first time", metric: index, on: !event.first_time }, id(index))}>${icon(event.first_time ? "check" : "first")}
        <span>First time ever only<span class="option-about">Only the first of these events that each user ever did</span></span></button>` : nothing}
      ${item("Show recent events", "search", () => (shut(page, false), openSamples(page, event.events, id(index))), { disabled: !names(event) })}
      ${most === undefined ? nothing : html`
        ${item("Duplicate", "copy", act({ type: "duplicate metric", metric: index }, id(index + 1)), { disabled: count >= most })}
        ${item("Move up", "up", act({ type: "move metric", metric: index, to: index - 1 }, id(index - 1)), { disabled: index === 0 })}
        ${item("Move down", "down", act({ type: "move metric", metric: index, to: index + 1 }, id(index + 1)), { disabled: index === count - 1 })}
        ${count > fewest ? item(`Remove ${called.replace(/^./, (first) => first.toLowerCase())}`, "close", act({ type: "remove metric", metric: index }, "add-metric")) : nothing}`}`,
  });
}
