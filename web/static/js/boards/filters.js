// The filter line of a board: pick a property, an operator and a value; what is there stands as chips beside it.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { combobox } from "../insights/combobox.js";
import { aboutKeys, hasObjects, labelOf, propertyOptions, typedProperty } from "../insights/properties.js";
import { remember } from "../insights/recent.js";
import { keys, properties, values } from "../insights/server.js";

const UNITS = ["day", "week", "month", "quarter", "year"];

export function words(page, condition) {
  if (condition.conditions) return `(${condition.conditions.map((each) => words(page, each)).join(condition.match === "all" ? " and " : " or ")})`;
  const { property, operator, values: given } = condition;
  const said = (page.operators[property.type] ?? []).find((each) => each.name === operator)?.words ?? operator.replaceAll("_", " ");
  const relative = given.length === 2 && UNITS.includes(given[1]);
  const list = relative ? `${given[0]} ${given[1]}s` : given.map((value) => (value === "" ? "(empty string)" : value)).join(" or ");
  return [labelOf(property), said, list].filter(Boolean).join(" ");
}

// `page.adding` is null, or what is being put together: {property, operator, value, unit}, with what can be picked: {found, values}.
export function filterForm(page) {
  const { adding } = page;
  if (!adding) return html`<button type="button" class="button button-small" id="filter-add" @click=${() => open(page)}>+ Filter</button>`;
  const { property, found } = adding;
  const operators = page.operators[property?.type] ?? [];
  const operator = operators.find((each) => each.name === adding.operator);
  const set = (part) => (Object.assign(adding, part), page.update());
  return html`<form class="filter-form" @submit=${(event) => (event.preventDefault(), add(page, operator))} @keydown=${(event) => event.key === "Escape" && !event.defaultPrevented && close(page)}>
    ${combobox({
      control: page.control, id: "filter-property", label: "Property", text: property ? labelOf(property) : undefined,
      options: propertyOptions(page, found, { users: false, time: false }), free: typedProperty(found), note: aboutKeys(found),
      pick: ({ key, value: picked }) => (remember(page, "properties", key), choose(page, picked)),
    })}
    ${property ? html`<label class="visually-hidden" for="filter-operator">Operator</label>
      <select id="filter-operator" @change=${(event) => set({ operator: event.target.value })}>
        ${operators.map((each) => html`<option value=${each.name} ?selected=${each === operator}>${each.words}</option>`)}
      </select>` : nothing}
    ${operator?.values ? value(page, adding, operator, set) : nothing}
    <button type="submit" class="button button-small button-primary">Add</button>
    <button type="button" class="button button-small" @click=${() => close(page)}>Cancel</button>
  </form>`;
}

function value(page, adding, operator, set) {
  const relative = operator.values === 2;
  const { type } = adding.property;
  const kind = relative || type === "number" ? "number" : type === "date" ? "date" : "text";
  return html`<label class="visually-hidden" for="filter-value">Value</label>
    <input id="filter-value" type=${kind} step="any" list="filter-values" autocomplete="off" placeholder="Value" required .value=${adding.value} @input=${(event) => set({ value: event.target.value })}>
    <datalist id="filter-values">${adding.values.map((each) => html`<option value=${each.value}></option>`)}</datalist>
    ${relative ? html`<label class="visually-hidden" for="filter-unit">Unit</label><select id="filter-unit" @change=${(event) => set({ unit: event.target.value })}>
      ${UNITS.map((unit) => html`<option value=${unit} ?selected=${unit === adding.unit}>${unit}s</option>`)}</select>` : nothing}`;
}

function open(page) {
  page.adding = { property: null, operator: "", value: "", unit: "day", found: null, values: [] };
  page.control.open("filter-property");
  know(page).catch((error) => page.control.change({ error: error.message }));
}

// The properties of all events, and then the keys inside their objects.
async function know(page) {
  const { adding, urls } = page;
  const event = await properties(urls, []);
  adding.found = { event };
  page.update();
  if (!hasObjects(event)) return;
  adding.found = { event, eventKeys: await keys(urls, []) };
  page.update();
}

function close(page) {
  page.adding = page.control.box = null;
  page.update();
  page.focus("filter-add");
}

function choose(page, property) {
  const { adding } = page;
  Object.assign(adding, { property, operator: page.operators[property.type][0].name, value: "", values: [] });
  page.control.box = null;
  page.update();
  page.focus("filter-operator");
  if (!["string", "number"].includes(property.type)) return;
  values(page.urls, property, [], "").then((found) => {
    if (adding.property === property) (adding.values = found.values), page.update();
  }, () => {});
}

function add(page, operator) {
  const { property, value: typed, unit } = page.adding;
  if (!property) return page.control.open("filter-property");
  const given = property.type === "number" || operator.values === 2 ? Number(typed) : typed;
  page.adding = null;
  page.addFilter({ property, operator: operator.name, values: operator.values === 0 ? [] : operator.values === 2 ? [given, unit] : [given] });
  page.focus("filter-add");
}
