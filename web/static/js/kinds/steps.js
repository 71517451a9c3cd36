// The events of a question that is no Insights: one card each, with filters of its own.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { conditions } from "../insights/conditions.js";
import { eventBox, eventRow, plus } from "../insights/metrics.js";
import { zone } from "../insights/moving.js";
import { item, panel, shut } from "../insights/panel.js";
import { icon } from "../insights/text.js";
import { called } from "./kinds.js";

// `sign` is what stands before a card (its number), `firstTime` whether only the first ever may be asked for, `fewest` and
// `most` how many there can be (without them it is always one each), `about` what a card says below its name.
export function steps(page, { sign = () => nothing, firstTime = () => false, fewest, most, add, about = () => nothing } = {}) {
  const all = page.document.metrics;
  return html`<ol class="metrics">${repeat(all, (_, index) => index, (step, index) => card(page, step, index, { sign, firstTime, fewest, most, about }))}</ol>
    ${add && all.length < most ? html`<div class="adder">${eventBox(page, {
      id: "add-metric", label: add, placeholder: plus(add), look: "pick-add",
      pick: (name) => page.dispatch({ type: "add metric", name }, `metric-${all.length}-event-0`),
    })}</div>` : nothing}`;
}

function card(page, step, index, options) {
  const name = called(page.document, index);
  const names = Array.isArray(step.events) ? (step.events.length ? step.events : [undefined]) : [null];
  const [first, ...others] = names;
  const moves = options.most !== undefined;
  const own = zone(page, index);
  return html`<li><div class="metric" role="group" aria-label=${name} @dragover=${own.over} @dragleave=${own.leave} @drop=${own.drop}>
    ${options.about(index)}
    <div class="metric-head">
      ${options.sign(index)}
      ${eventRow(page, step, index, first, 0)}
      ${moves || options.firstTime(index) ? menu(page, step, index, options) : nothing}
    </div>
    ${step.name ? html`<p class="called">called <strong>${step.name}</strong></p>` : nothing}
    ${others.map((each, at) => html`<div class="metric-event"><span class="or">or</span>${eventRow(page, step, index, each, at + 1)}</div>`)}
    ${step.first_time ? html`<p class="first-time"><span class="chip">Only each user’s first time ever
      <button type="button" class="icon-button" aria-label="${name}: count every time" title="Count every time"
        @click=${() => page.dispatch({ type: "first time", metric: index, on: false }, `metric-${index}-more`)}>${icon("close")}</button></span></p>` : nothing}
    ${conditions(page, index, Array.isArray(step.events) && step.events.length ? eventBox(page, {
      id: `metric-${index}-or`, label: `${name}: add an event that counts too`, placeholder: plus("Or event"), look: "pick-add",
      pick: (picked) => page.dispatch(picked === null ? { type: "event", metric: index, index: 0, name: null }
        : { type: "add event", metric: index, name: picked }, `metric-${index}-or`),
    }) : nothing)}
  </div></li>`;
}

function menu(page, step, index, { firstTime, fewest, most }) {
  const count = page.document.metrics.length;
  const name = called(page.document, index);
  const id = (at) => `metric-${at}-more`;
  const act = (action, focus) => () => {
    shut(page, false);
    page.dispatch(action, focus);
  };
  const rename = (text) => page.dispatch({ type: "rename", metric: index, name: text.trim() });
  const onEnter = (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // or the button that gets the focus is pressed by it
    rename(event.target.value);
    shut(page, true);
  };
  return panel(page, {
    id: id(index), look: "icon-button", end: true, label: `${name}: more`, text: icon("more"),
    content: () => html`
      <div class="panel-field"><label for="metric-${index}-name">Name</label>
        <input id="metric-${index}-name" type="text" maxlength="255" autocomplete="off" .value=${step.name ?? ""}
          @keydown=${onEnter} @change=${(event) => rename(event.target.value)}></div>
      ${firstTime(index) ? html`<button type="button" class="panel-item" role="switch" aria-checked=${String(Boolean(step.first_time))}
        @click=${act({ type: "first time", metric: index, on: !step.first_time }, id(index))}>${icon(step.first_time ? "check" : "first")}
        <span>First time ever only<span class="option-about">Only the first of these events that each user ever did</span></span></button>` : nothing}
      ${most === undefined ? nothing : html`
        ${item("Duplicate", "copy", act({ type: "duplicate metric", metric: index }, id(index + 1)), { disabled: count >= most })}
        ${item("Move up", "up", act({ type: "move metric", metric: index, to: index - 1 }, id(index - 1)), { disabled: index === 0 })}
        ${item("Move down", "down", act({ type: "move metric", metric: index, to: index + 1 }, id(index + 1)), { disabled: index === count - 1 })}
        ${count > fewest ? item(`Remove ${name.toLowerCase()}`, "close", act({ type: "remove metric", metric: index }, "add-metric")) : nothing}`}`,
  });
}
