// What a property is compared with: suggestions with counts and anything that is typed or pasted, or plain inputs.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { combobox } from "./combobox.js";
import { PATTERNS, RELATIVE } from "./filtering.js";
import { labelOf } from "./properties.js";
import { UNITS } from "./ranges.js";
import { icon } from "./text.js";

const SINGLE_INPUT = { number: "number", date: "date" };
const shown = (value) => (value === "" ? "(empty string)" : String(value));
const toNumber = (typed) => (typed.trim() && Number.isFinite(Number(typed)) ? Number(typed) : undefined);

export function valueInput(page, { place, at, id, condition, operator }) {
  if (!operator?.most) return nothing;
  const { type } = condition.property;
  const set = (values, focus) => page.dispatch({ type: "values", place, at, values }, focus);
  if (RELATIVE.includes(operator.name)) return relativeInputs(id, condition, set);
  if (PATTERNS.includes(operator.name)) return patternInput(id, condition, set);
  if (operator.most <= 2 && SINGLE_INPUT[type]) return singleInputs(id, condition, operator, set);
  return valuePicker(page, { place, id: `${id}-values`, property: condition.property, values: condition.values, set });
}

// Chips of what is chosen, and a list to choose more from. `set` gets all values and where the focus belongs.
export function valuePicker(page, { place, id, property, values, set, label = `Values of ${labelOf(property)}`, placeholder = "Choose values" }) {
  const read = property.type === "number" ? toNumber : property.type === "boolean" ? toBoolean : (typed) => typed;
  const open = page.control.box?.id === id;
  const toggle = (value) => {
    page.control.change({ search: "", active: 0 });
    set(values.includes(value) ? values.filter((each) => each !== value) : [...values, value], id);
  };
  const add = (texts) => {
    page.control.change({ search: "", active: 0 });
    set([...new Set([...values, ...texts.map(read).filter((each) => each !== undefined)])], id);
  };
  const found = open ? page.values(place, property, page.control.box.search) : null;
  const options = found?.values.map((each) => {
    const value = read(each.value);
    return { key: each.value, label: shown(each.value), value, count: each.events ?? each.profiles, picked: values.includes(value) };
  }) ?? null;
  return html`<div class="values">
    ${values.map((value) => html`<span class="chip"><span class="truncate">${shown(value)}</span>
      <button type="button" class="icon-button" aria-label="Remove ${shown(value)}"
        @click=${() => set(values.filter((each) => each !== value), id)}>${icon("close")}</button></span>`)}
    ${combobox({
      control: page.control, id, label, free: read, paste: add,
      placeholder: values.length ? "or …" : placeholder, look: "pick-value", options, note: note(property, found), pick: ({ value }) => toggle(value),
    })}
  </div>`;
}

const toBoolean = (typed) => ({ true: true, false: false })[String(typed).trim().toLowerCase()];

function note(property, found) {
  const whose = property.source === "user" ? "of users" : "of the last 30 days";
  return found?.more ? `The 50 most frequent ${whose}: type to find others, or paste a list.` : `Values ${whose}; others can be typed, or a list pasted.`;
}

function singleInputs(id, condition, operator, set) {
  const { type } = condition.property;
  const name = labelOf(condition.property);
  const inputs = operator.most === 2 ? ["from", "to"] : ["value"];
  const onChange = (event) => {
    const fields = [...event.target.closest(".singles").querySelectorAll("input")].map((input) => input.value.trim());
    if (fields.some((text) => !text)) return set([]);
    const values = fields.map((text) => (type === "number" ? Number(text) : text));
    return set(values.length === 2 && values[0] > values[1] ? values.reverse() : values);
  };
  return html`<div class="singles">${inputs.map((part, at) => html`
    <label class="visually-hidden" for="${id}-value-${part}">${name} ${part}</label>
    <input id="${id}-value-${part}" type=${SINGLE_INPUT[type]} step="any" placeholder=${part} .value=${String(condition.values[at] ?? "")} @change=${onChange}>`)}</div>`;
}

// What is wrong with a pattern the server says, with the place.
function patternInput(id, condition, set) {
  return html`<div class="singles"><label class="visually-hidden" for="${id}-value-pattern">Pattern of ${labelOf(condition.property)}</label>
    <input id="${id}-value-pattern" class="mono" type="text" maxlength="500" spellcheck="false" autocomplete="off" autocapitalize="off" placeholder="^/docs/.*" .value=${condition.values[0] ?? ""}
      @change=${(event) => set(event.target.value ? [event.target.value] : [])}></div>
    <p class="hint">Looked for anywhere in the text; ^ and $ are its ends, (?i) at the beginning takes any case.</p>`;
}

function relativeInputs(id, condition, set) {
  const [count = "", unit = "day"] = condition.values;
  const name = labelOf(condition.property);
  const onChange = (event) => {
    const [number, select] = event.target.closest(".singles").querySelectorAll("input, select");
    set(Number(number.value) >= 1 ? [Math.floor(Number(number.value)), select.value] : []);
  };
  return html`<div class="singles">
    <label class="visually-hidden" for="${id}-value-count">${name} how many</label>
    <input id="${id}-value-count" type="number" min="1" step="1" placeholder="7" .value=${String(count)} @change=${onChange}>
    <label class="visually-hidden" for="${id}-value-unit">${name} unit</label>
    <select id="${id}-value-unit" .value=${live(unit)} @change=${onChange}>
      ${UNITS.map((each) => html`<option value=${each} ?selected=${each === unit}>${each}s</option>`)}
    </select></div>`;
}
