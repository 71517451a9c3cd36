// Retention's side of the builder: what makes a cohort, what brings its users back, and by which calendar.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { combobox } from "../insights/combobox.js";
import { aboutKeys, labelOf, propertyOptions, typedProperty } from "../insights/properties.js";
import { remember } from "../insights/recent.js";
import { choice, count } from "../kinds/controls.js";
import { steps } from "../kinds/steps.js";
import { unlessTyped } from "../insights/typing.js";

const UNITS = [["hour", "hour"], ["day", "day"], ["week", "week"], ["month", "month"]];
const MOST_PERIODS = { hour: 168, day: 120, week: 53, month: 36 };
const ALIGNMENTS = [["calendar", "of the calendar"], ["rolling", "from each user’s own beginning"]];
const CRITERIA = [["on", "in it"], ["on_or_after", "in it or later"]];
const MEASURES = [["rate", "share of users who come back"], ["users", "users who come back"], ["sum", "sum of a number of theirs"], ["average", "average of a number of theirs"]];

export function builder(page) {
  const { document } = page;
  return html`<section class="part" aria-labelledby="metrics-title">
      <h2 id="metrics-title">Who, and what brings them back</h2>
      ${steps(page, { firstTime: (index) => index === 0, about: (index) => html`<p class="step-role">${["They begin by", "They come back for"][index]}</p>` })}
      ${page.wrongAt("birth", "return")}
    </section>
    <section class="part" aria-labelledby="how-title">
      <h2 id="how-title">How it is counted</h2>
      ${choice(page, { id: "measure", label: "What is shown", lead: "show the", options: MEASURES, value: document.measure.kind,
        set: (kind) => page.dispatch({ type: "option", part: { measure: { kind, ...(["sum", "average"].includes(kind) && document.measure.property ? { property: document.measure.property } : {}) } } }, "measure") })}
      ${["sum", "average"].includes(document.measure.kind) ? property(page) : nothing}
      ${choice(page, { id: "unit", label: "Length of a period", lead: "in each", options: UNITS, value: document.unit,
        set: (unit) => page.dispatch({ type: "option", part: { unit, periods: Math.min(document.periods, MOST_PERIODS[unit]) } }, "unit") })}
      ${choice(page, { id: "alignment", label: "Where periods begin", lead: nothing, options: ALIGNMENTS, value: document.alignment, part: "alignment" })}
      ${choice(page, { id: "criterion", label: "When a return counts", lead: "counted", options: CRITERIA, value: document.criterion, part: "criterion" })}
      ${periods(page)}
      ${page.wrongAt("measure", "unit", "periods", "brackets", "alignment", "criterion")}
    </section>`;
}

function property(page) {
  const { measure } = page.document;
  return html`<div class="measure"><span class="lead">of</span>${combobox({
      control: page.control, id: "measure-property", label: "Property", placeholder: "Choose a property", text: measure.property && labelOf(measure.property),
      options: propertyOptions(page, page.properties(1), { objects: false, users: false, time: false, types: ["number"] }), free: typedProperty(page.properties(1), "number"), note: aboutKeys(page.properties(1)),
      pick: ({ key, value }) => (remember(page, "properties", key), page.dispatch({ type: "option", part: { measure: { ...measure, property: value } } }, "measure-property")),
    })}</div>${measure.property ? nothing : html`<p class="hint">Not asked yet: it needs a property.</p>`}`;
}

function periods(page) {
  const { periods: many, brackets, unit } = page.document;
  const set = (part, focus) => page.dispatch({ type: "option", part }, focus);
  const onChange = (event) => {
    const read = event.target.value.split(/[\s,;]+/).filter(Boolean).map(Number);
    const sorted = [...new Set(read)].sort((a, b) => a - b);
    const wrong = !sorted.length || sorted.some((each) => !Number.isInteger(each) || each < 1) || sorted.length > 50;
    event.target.setAttribute("aria-invalid", String(wrong));
    if (!wrong) set({ brackets: sorted }, "brackets");
  };
  const kinds = [["even", `every ${unit}`], ["own", `${unit}s of your own`]];
  return html`${choice(page, { id: "periods-kind", label: "Which periods", lead: "for", options: kinds, value: brackets?.length ? "own" : "even",
      set: (kind) => set({ brackets: kind === "own" ? [1, 3, 7, 14, 30] : null }, "periods-kind") })}
    ${brackets?.length ? html`<div class="bucket-line singles"><label for="brackets">From ${unit}</label>
        <input id="brackets" type="text" inputmode="numeric" .value=${unlessTyped("brackets", brackets.join(", "))} @change=${onChange}></div>
        <p class="hint">Each number begins a period, which ends where the next begins.</p>`
      : html`<div class="measure"><span class="lead">up to</span>${count(page, { id: "periods", label: "Periods", value: many, highest: MOST_PERIODS[unit], set: (read) => set({ periods: read }, "periods") })} ${unit}s</div>`}`;
}
