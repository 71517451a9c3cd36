// Filters: property → operator → value, one after the other with the keyboard alone. A group may stand in a group.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { combobox } from "./combobox.js";
import { filtersAt, isComplete, isGroup, newCondition } from "./filtering.js";
import { CASTABLE, DEEPEST_PATH, MARKS, TYPES, aboutKeys, labelOf, ownerOf, propertyOptions, retyped, typedProperty, typesOf } from "./properties.js";
import { called, kindOf } from "../kinds/kinds.js";
import { filterHandle, filterMenu } from "./moving.js";
import { remember } from "./recent.js";
import { icon } from "./text.js";
import { valueInput } from "./values.js";

const LIST_TYPES = ["list", "object"];

// `place` is the number of a metric, or null for the filters of the whole question. `more` stands beside the ways to add one.
export function conditions(page, place, more = nothing) {
  const group = filtersAt(page.document, place);
  const at = place === null ? "filter" : `metric-${place}-filter`;
  const where = place === null ? "" : `${called(page.document, place)}: `;
  return html`${group ? html`<div class=${place === null ? "filters" : "filters filters-own"}>
      ${place === null ? nothing : html`<p class="scope">Only in ${kindOf(page.document).own?.(place) ?? "this one"}</p>`}
      ${members(page, { place, group, at: [], id: at, where })}</div>` : nothing}
    <div class="adders">${more}
      ${adder(page, { place, at: [], id: `${at}-add`, label: `${where}Add a filter`, text: "Filter", next: `${at}-${group?.conditions.length ?? 0}` })}
      ${group ? adder(page, { place, at: [], id: `${at}-group`, label: `${where}Add a group of filters`, text: "Group", next: `${at}-${group.conditions.length}-0`, group: true }) : nothing}
    </div>`;
}

function members(page, { place, group, at, id, where }) {
  return html`<ul class="conditions" aria-label=${at.length ? "Group of filters" : `${where}Filters`}>
    ${group.conditions.map((member, index) => {
      const inside = { place, at: [...at, index], id: `${id}-${index}`, joint: joint(page, place, group, at, index) };
      return html`<li>${isGroup(member) ? nested(page, member, inside) : row(page, member, inside)}</li>`;
    })}</ul>`;
}

function joint(page, place, group, at, index) {
  if (index !== 1) return html`<span class="joint">${index ? (group.match === "all" ? "and" : "or") : at.length ? "" : "where"}</span>`;
  return html`<select class="match" aria-label="Filters that must hold" .value=${live(group.match)}
    @change=${(event) => page.dispatch({ type: "match", place, at, match: event.target.value })}>
    <option value="all" ?selected=${group.match === "all"}>and</option><option value="any" ?selected=${group.match === "any"}>or</option></select>`;
}

function nested(page, group, { place, at, id, joint: word }) {
  return html`<div class="condition-group">${word}<div class="nested">
    ${members(page, { place, group, at, id, where: "" })}
    <div class="adders">${adder(page, { place, at, id: `${id}-add`, label: "Add a filter to this group", text: "Filter", next: `${id}-${group.conditions.length}` })}</div>
  </div></div>`;
}

// Picking a property adds the filter; the operator is next.
function adder(page, { place, at, id, label, text, next, group = false }) {
  return combobox({
    control: page.control, id, label, look: "pick-add", placeholder: html`${icon("plus")}${text}`,
    options: propertyOptions(page, page.properties(place)), free: typedProperty(page.properties(place)), note: note(page, place),
    pick: ({ key, value }) => {
      remember(page, "properties", key);
      const condition = newCondition(value, page.operators[value.type][0]);
      page.dispatch({ type: "add condition", place, at, condition, group }, `${next}-${value.type === "object" ? "key" : "operator"}`);
    },
  });
}

const note = (page, place) => `Numbers say on how many events, or of how many users, it is known. ${aboutKeys(page.properties(place))}`;

function row(page, condition, { place, at, id, joint: word }) {
  const { property } = condition;
  const operators = page.operators[property.type] ?? [];
  const operator = operators.find((each) => each.name === condition.operator);
  const name = `${ownerOf(property)}${labelOf(property)}`;
  const change = (chosen) => page.dispatch({ type: "operator", place, at, operator: operators.find((each) => each.name === chosen) }, `${id}-operator`);
  const remove = () => page.dispatch({ type: "remove condition", place, at }, place === null ? "filter-add" : `metric-${place}-filter-add`);
  const swap = (next, focus) => page.dispatch({ type: "property", place, at, property: next, operator: page.operators[next.type][0] }, focus);
  // Enter goes on to the value, as if it had been chosen from a list.
  const onKey = (event) => {
    const value = document.getElementById(`${id}-values`) ?? document.querySelector(`[id^="${id}-value-"]`);
    if (event.key !== "Enter" || !value) return;
    event.preventDefault();
    if (value.id === `${id}-values`) page.control.open(value.id);
    else value.focus();
  };
  return html`<div class="condition" role="group" aria-label="Filter on ${name}">
    ${word}
    ${combobox({
      control: page.control, id: `${id}-property`, label: "Property", look: "pick-property",
      text: html`<span class="type-mark" aria-hidden="true">${MARKS[property.type]}</span>${name}`, spoken: name,
      options: propertyOptions(page, page.properties(place)), free: typedProperty(page.properties(place)), note: note(page, place),
      pick: ({ key, value }) => (remember(page, "properties", key), swap(value, `${id}-operator`)),
    })}
    <span class="ends">${filterHandle(place, at)}${filterMenu(page, { place, at, id, property, name })}
      <button type="button" class="icon-button" aria-label="Remove the filter on ${name}" title="Remove" @click=${remove}>${icon("close")}</button></span>
    ${property.type === "object" || property.path?.length ? keyInput(id, property, swap) : nothing}
    <select id="${id}-operator" class="operator" aria-label="Operator" .value=${live(condition.operator)} @keydown=${onKey} @change=${(event) => change(event.target.value)}>
      ${operators.map((each) => html`<option value=${each.name} ?selected=${each.name === condition.operator}>${each.words}</option>`)}
    </select>
    ${valueInput(page, { place, at, id, condition, operator })}
    ${operator?.negative && operator.most ? html`<p class="hint">Also counts ${property.source === "user" ? "users of whom" : "events on which"} ${labelOf(property)} is not ${property.source === "user" ? "known" : "set"}.</p>` : nothing}
    ${isComplete(condition) ? page.effects.words(place, at) : html`<p class="hint">Not asked yet: it needs a value.</p>`}
    ${typeSelect(page, place, id, property, swap)}
  </div>`;
}

// The type as which it is asked: "5" can be read as a number, in this filter alone.
function typeSelect(page, place, id, property, swap) {
  const comes = typesOf(page.properties(place), property);
  const possible = [...new Set([property.type, ...CASTABLE, ...(property.path?.length ? LIST_TYPES : comes)])];
  return html`<select id="${id}-type" class="quiet-select type" aria-label="${labelOf(property)} is asked as" title="The type as which it is asked" .value=${live(property.type)}
    @change=${(event) => swap(retyped(page.properties(place), property, event.target.value), `${id}-type`)}>
    ${possible.map((type) => html`<option value=${type} ?selected=${type === property.type}>as ${TYPES[type]}</option>`)}</select>`;
}

function keyInput(id, property, swap) {
  const onChange = (event) => {
    const path = event.target.value.split(".").map((each) => each.trim()).filter(Boolean).slice(0, DEEPEST_PATH);
    const { path: _, ...rest } = property;
    if (path.length) swap({ ...rest, type: property.type === "object" ? "string" : property.type, path }, `${id}-operator`);
    else swap({ ...rest, type: "object" }, `${id}-operator`);
  };
  return html`<div class="condition-line key-line"><label for="${id}-key">Key inside</label>
    <input id="${id}-key" type="text" spellcheck="false" autocomplete="off" placeholder="city, or geo.lat" .value=${(property.path ?? []).join(".")} @change=${onChange}></div>`;
}
