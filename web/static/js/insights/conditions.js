// Filters: property → operator → value, one after the other with the keyboard alone.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { combobox } from "./combobox.js";
import { propertyOptions } from "./properties.js";
import { RELATIVE, filtersAt, isComplete, letter, newCondition } from "./question.js";
import { icon } from "./text.js";

const SINGLE_INPUT = { number: "number", date: "date" };
const UNITS = ["day", "week", "month", "quarter", "year"];

// `place` is the number of a metric, or null for the filters of the whole question.
export function conditions(page, place) {
  const group = filtersAt(page.document, place);
  const prefix = place === null ? "filter" : `metric-${place}-filter`;
  const where = place === null ? "" : `Metric ${letter(place)}: `;
  return html`${group ? html`<ul class="conditions" aria-label="${where}Filters">
      ${group.conditions.map((condition, index) => row(page, place, prefix, group, condition, index))}
    </ul>` : nothing}
    <div class="adder">${combobox({
      control: page.control, id: `${prefix}-add`, label: `${where}Add a filter`, look: "pick-add",
      placeholder: html`${icon("plus")}Filter`, options: propertyOptions(page.properties(place)),
      free: (typed) => ({ name: typed, source: "event", type: "string" }),
      pick: ({ value }) => {
        const added = newCondition(value, page.operators[value.type][0]);
        page.dispatch({ type: "add condition", place, condition: added }, `${prefix}-${group?.conditions.length ?? 0}-operator`);
      },
    })}</div>`;
}

function row(page, place, prefix, group, condition, index) {
  const id = `${prefix}-${index}`;
  const remove = () => page.dispatch({ type: "remove condition", place, index }, `${prefix}-add`);
  const joint = html`<span class="joint">${index ? matchWord(page, place, group, index) : "where"}</span>`;
  if (!condition.property) {
    return html`<li><div class="condition">${joint}<span class="nested">a group of ${condition.conditions?.length ?? 0} filters</span>
      <button type="button" class="icon-button" aria-label="Remove the group" title="Remove" @click=${remove}>${icon("close")}</button></div></li>`;
  }
  const operators = page.operators[condition.property.type] ?? [];
  const operator = operators.find((each) => each.name === condition.operator);
  const change = (name) => page.dispatch({ type: "operator", place, index, operator: operators.find((each) => each.name === name) });
  return html`<li><div class="condition" role="group" aria-label="Filter on ${condition.property.name}">
    ${joint}
    <span class="property truncate" title=${condition.property.name}>${condition.property.name}</span>
    <button type="button" class="icon-button" aria-label="Remove the filter on ${condition.property.name}" title="Remove" @click=${remove}>${icon("close")}</button>
    <label class="visually-hidden" for="${id}-operator">Operator</label>
    <select id="${id}-operator" class="operator" .value=${live(condition.operator)} @change=${(event) => change(event.target.value)}>
      ${operators.map((each) => html`<option value=${each.name} ?selected=${each.name === condition.operator}>${each.words}</option>`)}
    </select>
    ${valueInput(page, place, id, condition, index, operator)}
    ${operator?.negative && operator.most ? html`<p class="hint">Also counts events on which ${condition.property.name} is not set.</p>` : nothing}
    ${isComplete(condition) ? nothing : html`<p class="hint">Not asked yet: it needs a value.</p>`}
  </div></li>`;
}

function matchWord(page, place, group, index) {
  if (index > 1) return group.match === "all" ? "and" : "or";
  return html`<select class="match" aria-label="Filters that must hold" .value=${live(group.match)}
    @change=${(event) => page.dispatch({ type: "match", place, match: event.target.value })}>
    <option value="all" ?selected=${group.match === "all"}>and</option><option value="any" ?selected=${group.match === "any"}>or</option></select>`;
}

function valueInput(page, place, id, condition, index, operator) {
  if (!operator?.most) return nothing;
  const { type } = condition.property;
  const set = (values, focus) => page.dispatch({ type: "values", place, index, values }, focus);
  if (RELATIVE.includes(operator.name)) return relativeInputs(id, condition, set);
  if (operator.most <= 2 && SINGLE_INPUT[type]) return singleInputs(id, condition, operator, set);
  const read = type === "number" ? (typed) => (typed.trim() && Number.isFinite(Number(typed)) ? Number(typed) : undefined) : (typed) => typed;
  const toggle = (value) => {
    const values = condition.values.includes(value) ? condition.values.filter((each) => each !== value) : [...condition.values, value];
    page.control.change({ search: "", active: 0 });
    set(values, `${id}-values`);
  };
  const found = page.values(place, condition.property, page.control.box?.id === `${id}-values` ? page.control.box.search : "");
  const options = found?.values.map(({ value, events }) => ({
    key: value, label: value === "" ? "(empty string)" : value, value: type === "number" ? Number(value) : value, count: events,
  })) ?? null;
  return html`<div class="values">
    ${condition.values.map((value) => html`<span class="chip"><span class="truncate">${value === "" ? "(empty string)" : String(value)}</span>
      <button type="button" class="icon-button" aria-label="Remove ${value === "" ? "(empty string)" : value}"
        @click=${() => set(condition.values.filter((each) => each !== value), `${id}-values`)}>${icon("close")}</button></span>`)}
    ${combobox({
      control: page.control, id: `${id}-values`, label: `Values of ${condition.property.name}`, free: read,
      placeholder: condition.values.length ? "or …" : "Choose a value", look: "pick-value",
      options: options?.map((option) => ({ ...option, picked: condition.values.includes(option.value) })) ?? null,
      note: found?.more ? "The 50 most frequent of the last 30 days: type to find others." : "Values of the last 30 days; others can be typed.",
      pick: ({ value }) => toggle(value),
    })}
  </div>`;
}

function singleInputs(id, condition, operator, set) {
  const { type, name } = condition.property;
  const texts = condition.draft ?? condition.values;
  const inputs = operator.most === 2 ? ["from", "to"] : ["value"];
  const onChange = (event) => {
    const fields = [...event.target.closest(".singles").querySelectorAll("input")].map((input) => input.value.trim());
    if (fields.some((text) => !text)) return set([]);
    const values = fields.map((text) => (type === "number" ? Number(text) : text));
    return set(values.length === 2 && values[0] > values[1] ? values.reverse() : values);
  };
  return html`<div class="singles">${inputs.map((part, at) => html`
    <label class="visually-hidden" for="${id}-${part}">${name} ${part}</label>
    <input id="${id}-${part}" type=${SINGLE_INPUT[type]} step="any" placeholder=${part} .value=${String(texts[at] ?? "")} @change=${onChange}>`)}</div>`;
}

function relativeInputs(id, condition, set) {
  const [count = "", unit = "day"] = condition.values;
  const onChange = (event) => {
    const [number, select] = event.target.closest(".singles").querySelectorAll("input, select");
    set(Number(number.value) >= 1 ? [Math.floor(Number(number.value)), select.value] : []);
  };
  return html`<div class="singles">
    <label class="visually-hidden" for="${id}-count">${condition.property.name} how many</label>
    <input id="${id}-count" type="number" min="1" step="1" placeholder="7" .value=${String(count)} @change=${onChange}>
    <label class="visually-hidden" for="${id}-unit">${condition.property.name} unit</label>
    <select id="${id}-unit" .value=${live(unit)} @change=${onChange}>
      ${UNITS.map((each) => html`<option value=${each} ?selected=${each === unit}>${each}s</option>`)}
    </select></div>`;
}
