// The funnel's side of the builder: steps, how they are counted, what must not happen in between.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { combobox } from "../insights/combobox.js";
import { eventBox, plus } from "../insights/metrics.js";
import { aboutKeys, labelOf, ownerOf, propertyOptions, typedProperty } from "../insights/properties.js";
import { remember } from "../insights/recent.js";
import { icon } from "../insights/text.js";
import { choice, windowControl } from "../kinds/controls.js";
import { steps } from "../kinds/steps.js";
import { FEWEST, MOST, MOST_HELD } from "./question.js";

const ORDERS = [["specific", "in this order, others may come between"], ["strict", "in this order, nothing between"], ["any", "in any order"]];
const COUNTS = [["uniques", "users, each once"], ["totals", "every time they go through"], ["sessions", "sessions"]];

export function builder(page) {
  const { document } = page;
  return html`<section class="part" aria-labelledby="metrics-title">
      <h2 id="metrics-title">Steps</h2>
      ${steps(page, { sign: (index) => html`<span class="letter" aria-hidden="true">${index + 1}</span>`, firstTime: (index) => index === 0, fewest: FEWEST, most: MOST, add: "Add a step" })}
      ${page.wrongAt("steps")}
    </section>
    <section class="part" aria-labelledby="how-title">
      <h2 id="how-title">How it is counted</h2>
      ${choice(page, { id: "count", label: "What is counted", lead: "count", options: COUNTS, value: document.count, part: "count" })}
      ${choice(page, { id: "order", label: "Order of the steps", lead: "done", options: ORDERS, value: document.order, part: "order" })}
      ${windowControl(page)}
      ${document.breakdowns.length ? attribution(page) : nothing}
      ${held(page)}
      ${exclusions(page)}
      ${page.wrongAt("window", "order", "count", "hold", "exclusions", "attribution", "between", "view")}
    </section>`;
}

function attribution(page) {
  const { attribution: chosen, metrics } = page.document;
  const value = chosen.kind === "step" ? `step ${chosen.step}` : chosen.kind;
  const options = [["first", "the first step that has it"], ["last", "the last step that has it"], ...metrics.map((_, index) => [`step ${index + 1}`, `step ${index + 1}`])];
  return choice(page, {
    id: "attribution", label: "Whose value breaks it down", lead: "by the value at", options, value,
    set: (picked) => page.dispatch({ type: "option", part: { attribution: picked.startsWith("step ") ? { kind: "step", step: Number(picked.slice(5)) } : { kind: picked } } }, "attribution"),
  });
}

// One value of each of these has to stay the same on the whole way.
function held(page) {
  const { hold } = page.document;
  return html`${hold.map((property, index) => html`<p class="first-time" id="hold-${index}" tabindex="-1"><span class="chip">Same ${ownerOf(property)}${labelOf(property)} at every step
      <button type="button" class="icon-button" aria-label="Let ${labelOf(property)} change" title="Remove" @click=${() => page.dispatch({ type: "remove held", index }, "hold-add")}>${icon("close")}</button></span></p>`)}
    ${hold.length < MOST_HELD ? html`<div class="adder">${combobox({
      control: page.control, id: "hold-add", label: "Hold a property the same", placeholder: plus("Hold a property the same"), look: "pick-add",
      options: propertyOptions(page, page.properties(null), { objects: false, users: false, time: false }), free: typedProperty(page.properties(null)), note: aboutKeys(page.properties(null)),
      pick: ({ key, value }) => (remember(page, "properties", key), page.dispatch({ type: "hold", property: value }, "hold-add")),
    })}</div>` : nothing}`;
}

function exclusions(page) {
  const { exclusions: all, metrics } = page.document;
  const last = metrics.length;
  const select = (id, label, value, low, high, change) => html`<select id=${id} class="step-choice" aria-label=${label} .value=${live(String(value))} @change=${(event) => change(Number(event.target.value))}>
    ${Array.from({ length: high - low + 1 }, (_, at) => low + at).map((each) => html`<option value=${each} ?selected=${each === value}>${each}</option>`)}</select>`;
  return html`${all.map((each, index) => {
    const [after, before] = [each.after ?? 1, Math.min(each.before ?? last, last)];
    const name = each.events.join?.(" or ") ?? "Anything";
    const set = (part, focus) => page.dispatch({ type: "exclusion", index, part }, focus);
    return html`<div class="condition" role="group" aria-label="Not ${name}">
      <div class="condition-line"><span class="joint">not</span><strong class="truncate">${name}</strong>
        <button type="button" class="icon-button" aria-label="Allow ${name} again" title="Remove" @click=${() => page.dispatch({ type: "remove exclusion", index }, "exclude-add")}>${icon("close")}</button></div>
      <div class="condition-line">between step ${select(`exclusion-${index}-after`, "After step", after, 1, last - 1, (read) => set({ after: read, before: Math.max(before, read + 1) }, `exclusion-${index}-after`))}
        and ${select(`exclusion-${index}-before`, "Before step", before, after + 1, last, (read) => set({ after, before: read }, `exclusion-${index}-before`))}</div>
    </div>`;
  })}
  <div class="adder">${eventBox(page, {
    id: "exclude-add", label: "Exclude who does something in between", placeholder: plus("Exclude an event in between"), look: "pick-add",
    pick: (name) => page.dispatch({ type: "add exclusion", name }, `exclusion-${all.length}-after`),
  })}</div>`;
}
