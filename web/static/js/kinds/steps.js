// The events of a question that is no Insights: one card each, with filters of its own.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { conditions } from "../insights/conditions.js";
import { eventBox, eventMenu, eventRow, plus } from "../insights/metrics.js";
import { zone } from "../insights/moving.js";
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
      ${moves || options.firstTime(index) ? eventMenu(page, step, index, { ...options, called: name, firstTime: options.firstTime(index) }) : nothing}
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
