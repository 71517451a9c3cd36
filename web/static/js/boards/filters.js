// The filter line of a board: pick a property, an operator and a value; what is there stands as chips beside it.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { get } from "../rest.js";

const UNITS = ["day", "week", "month", "quarter", "year"];

export function words(page, condition) {
  if (condition.conditions) return `(${condition.conditions.map((each) => words(page, each)).join(condition.match === "all" ? " and " : " or ")})`;
  const { property, operator, values } = condition;
  const said = (page.operators[property.type] ?? []).find((each) => each.name === operator)?.words ?? operator.replaceAll("_", " ");
  const relative = values.length === 2 && UNITS.includes(values[1]);
  const list = relative ? `${values[0]} ${values[1]}s` : values.map((value) => (value === "" ? "(empty string)" : value)).join(" or ");
  return [[property.name, ...(property.path ?? [])].join("."), said, list].filter(Boolean).join(" ");
}

// `page.adding` is null, or what is being put together: {name, type, operator, value, unit}.
export function filterForm(page) {
  const { adding } = page;
  if (!adding) return html`<button type="button" class="button button-small" id="filter-add" @click=${() => open(page)}>+ Filter</button>`;
  const operators = page.operators[adding.type] ?? [];
  const operator = operators.find((each) => each.name === adding.operator) ?? operators[0];
  const set = (part) => (Object.assign(adding, part), page.update());
  return html`<form class="filter-form" @submit=${(event) => (event.preventDefault(), add(page, operator))} @keydown=${(event) => event.key === "Escape" && close(page)}>
    <label class="visually-hidden" for="filter-property">Property</label>
    <input id="filter-property" list="filter-properties" autocomplete="off" placeholder="Property" required .value=${adding.name} @input=${(event) => choose(page, event.target.value)}>
    <datalist id="filter-properties">${(page.properties ?? []).map((each) => html`<option value=${each.name}>${each.type}</option>`)}</datalist>
    <label class="visually-hidden" for="filter-operator">Operator</label>
    <select id="filter-operator" @change=${(event) => set({ operator: event.target.value })}>
      ${operators.map((each) => html`<option value=${each.name} ?selected=${each === operator}>${each.words}</option>`)}
    </select>
    ${operator?.values ? value(page, adding, operator, set) : nothing}
    <button type="submit" class="button button-small button-primary">Add</button>
    <button type="button" class="button button-small" @click=${() => close(page)}>Cancel</button>
  </form>`;
}

function value(page, adding, operator, set) {
  const relative = operator.values === 2;
  const kind = relative || adding.type === "number" ? "number" : adding.type === "date" ? "date" : "text";
  return html`<label class="visually-hidden" for="filter-value">Value</label>
    <input id="filter-value" type=${kind} step="any" list="filter-values" autocomplete="off" placeholder="Value" required .value=${adding.value} @input=${(event) => set({ value: event.target.value })}>
    <datalist id="filter-values">${(page.values ?? []).map((each) => html`<option value=${each.value}></option>`)}</datalist>
    ${relative ? html`<label class="visually-hidden" for="filter-unit">Unit</label><select id="filter-unit" @change=${(event) => set({ unit: event.target.value })}>
      ${UNITS.map((unit) => html`<option value=${unit} ?selected=${unit === adding.unit}>${unit}s</option>`)}</select>` : nothing}`;
}

function open(page) {
  page.adding = { name: "", type: "string", operator: "is", value: "", unit: "day" };
  page.values = [];
  page.properties ??= [];
  get(`${page.urls.properties}?limit=1000`).then((found) => ((page.properties = found.properties), page.update()), () => {});
  page.update();
  document.getElementById("filter-property").focus();
}

function close(page) {
  page.adding = null;
  page.update();
  document.getElementById("filter-add").focus();
}

function choose(page, name) {
  const known = page.properties.find((each) => each.name === name);
  const type = known?.type ?? "string";
  Object.assign(page.adding, { name, type, operator: page.operators[type][0].name });
  page.values = [];
  page.update();
  if (!known || !["string", "number"].includes(type)) return;
  get(`${page.urls.values}?${new URLSearchParams({ property: name, type, limit: 100 })}`).then((found) => {
    if (page.adding?.name === name) (page.values = found.values), page.update();
  }, () => {});
}

function add(page, operator) {
  const { name, type, value, unit } = page.adding;
  const given = type === "number" || operator.values === 2 ? Number(value) : value;
  const values = operator.values === 0 ? [] : operator.values === 2 ? [given, unit] : [given];
  page.adding = null;
  page.addFilter({ property: { name, type }, operator: operator.name, values });
  document.getElementById("filter-add")?.focus();
}
