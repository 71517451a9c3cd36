// Breakdowns: up to five, in an order that can be changed; how their values are put together and which segments are shown.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { combobox } from "./combobox.js";
import { plus } from "./metrics.js";
import { breakdownMenu, handle } from "./moving.js";
import { MARKS, aboutKeys, labelOf, ownerOf, propertyOptions, typedProperty } from "./properties.js";
import { MOST_BREAKDOWNS } from "./question.js";
import { remember } from "./recent.js";
import { icon, number } from "./text.js";
import { valuePicker } from "./values.js";
import { unlessTyped } from "./typing.js";

const LIMITS = [5, 10, 25, 50, 100];
const USUAL_LIMIT = 10;
const USUAL_LIMIT_OF_BUCKETS = 100;
const GRAINS = [
  ["minute", "by the minute"], ["hour", "by hour"], ["day", "by day"], ["week", "by week"], ["month", "by month"], ["quarter", "by quarter"],
  ["year", "by year"], ["hour_of_day", "hour of day"], ["day_of_week", "day of week"],
];
const RANGES = [["each", "each number"], ["auto", "in ranges, chosen for you"], ["even", "in ranges of one size"], ["custom", "in ranges of your own"]];

export function breakdowns(page, most = MOST_BREAKDOWNS) {
  const all = page.document.breakdowns;
  return html`${all.length ? html`<ol class="breakdowns">${all.map((each, index) => row(page, each, index, all.length))}</ol>` : nothing}
    ${all.length < most ? html`<div class="adder">${propertyBox(page, {
      id: "breakdown-add", label: "Break down by", placeholder: plus(all.length ? "Then by" : "Add a breakdown"), look: "pick-add",
      pick: (property) => page.dispatch({ type: "add breakdown", property }, `breakdown-${all.length}`),
    })}</div>` : most > 1 ? html`<p class="hint">Five are the most.</p>` : nothing}
    ${all.length ? segments(page, all) : nothing}
    ${page.wrongAt("breakdowns", "segments")}`;
}

function propertyBox(page, { pick, ...options }) {
  const found = page.properties(null);
  return combobox({
    control: page.control, options: propertyOptions(page, found, { objects: false }), free: typedProperty(found), note: aboutKeys(found),
    pick: ({ key, value }) => (remember(page, "properties", key), pick(value)), ...options,
  });
}

// Rows are dragged by their handle's row; the buttons do the same.
function row(page, breakdown, index, count) {
  const { property } = breakdown;
  const id = `breakdown-${index}`;
  const name = `${ownerOf(property)}${labelOf(property)}`;
  const move = (from, to, part) => page.dispatch({ type: "move breakdown", index: from, to }, `breakdown-${to}-${part}`);
  const drop = (event) => {
    event.preventDefault();
    const from = Number(event.dataTransfer.getData("text/x-breakdown"));
    if (from !== index) move(from, index, "up");
  };
  const over = (event) => event.dataTransfer.types.includes("text/x-breakdown") && event.preventDefault();
  const arrow = (part, words, to, possible) => html`<button type="button" class="icon-button" id="${id}-${part}" aria-label="${words}: ${name}" title=${words}
    aria-disabled=${String(!possible)} @click=${() => possible && move(index, to, part)}>${icon(part)}</button>`;
  return html`<li @dragover=${over} @drop=${drop}><div class="breakdown" role="group" aria-label="Breakdown by ${name}">
    <div class="breakdown-head">
      ${handle("text/x-breakdown", index, count > 1 ? "Drag to reorder, or to the filters" : "Drag to the filters")}
      ${propertyBox(page, {
        id, label: "Breakdown", look: "pick-property", text: html`<span class="type-mark" aria-hidden="true">${MARKS[property.type]}</span>${name}`, spoken: name,
        pick: (picked) => page.dispatch({ type: "breakdown", index, property: picked }, id),
      })}
      ${count > 1 ? html`${arrow("up", "Move up", index - 1, index > 0)}${arrow("down", "Move down", index + 1, index < count - 1)}` : nothing}
      ${breakdownMenu(page, index, name)}
      <button type="button" class="icon-button" aria-label="Remove the breakdown by ${name}" title="Remove"
        @click=${() => page.dispatch({ type: "remove breakdown", index }, "breakdown-add")}>${icon("close")}</button>
    </div>
    ${property.type === "date" ? grain(page, id, breakdown, index) : property.type === "number" ? ranges(page, id, breakdown, index) : nothing}
    ${breakdown.buckets ? nothing : valuePicker(page, {
      place: null, id: `${id}-values`, property, values: breakdown.values, label: `Show only some of ${labelOf(property)}`, placeholder: "Only some values",
      set: (values, focus) => page.dispatch({ type: "chosen values", index, values }, focus),
    })}
  </div></li>`;
}

function choice(id, label, options, value, onChange) {
  return html`<select id=${id} aria-label=${label} .value=${live(value)} @change=${(event) => onChange(event.target.value)}>
    ${options.map(([each, words]) => html`<option value=${each} ?selected=${each === value}>${words}</option>`)}</select>`;
}

function grain(page, id, { buckets }, index) {
  const set = (chosen) => page.dispatch({ type: "buckets", index, buckets: { kind: "date", grain: chosen } }, `${id}-grain`);
  return html`<div class="bucket-line">${choice(`${id}-grain`, "Put together", GRAINS, buckets?.grain ?? "day", set)}</div>`;
}

function ranges(page, id, { buckets }, index) {
  const set = (chosen, focus = `${id}-buckets`) => page.dispatch({ type: "buckets", index, buckets: chosen }, focus);
  const kinds = { each: null, auto: { kind: "auto" }, even: { kind: "even", size: 10 }, custom: { kind: "custom", edges: [10, 100] } };
  return html`<div class="bucket-line">${choice(`${id}-buckets`, "Numbers", RANGES, buckets?.kind ?? "each", (kind) => set(kinds[kind]))}</div>
    ${buckets?.kind === "even" ? even(id, buckets, set) : buckets?.kind === "custom" ? custom(id, buckets, set) : nothing}`;
}

function even(id, { size, start = 0 }, set) {
  const onChange = (part, fits, old) => (event) => {
    const read = Number(event.target.value);
    if (event.target.value.trim() && fits(read)) set({ kind: "even", size, start, [part]: read }, event.target.id);
    else event.target.value = old;
  };
  return html`<div class="bucket-line singles">
    <label for="${id}-size">Size</label><input id="${id}-size" type="number" step="any" .value=${unlessTyped(`${id}-size`, String(size))} @change=${onChange("size", (read) => read > 0, size)}>
    <label for="${id}-start">from</label><input id="${id}-start" type="number" step="any" .value=${unlessTyped(`${id}-start`, String(start))} @change=${onChange("start", Number.isFinite, start)}></div>`;
}

function custom(id, { edges }, set) {
  const onChange = (event) => {
    const read = event.target.value.split(/[\s,;]+/).filter(Boolean).map(Number);
    const sorted = [...new Set(read)].sort((a, b) => a - b);
    const wrong = !sorted.length || sorted.some((each) => !Number.isFinite(each)) || sorted.length > 50;
    event.target.setAttribute("aria-invalid", String(wrong));
    if (!wrong) set({ kind: "custom", edges: sorted }, event.target.id);
  };
  return html`<div class="bucket-line singles"><label for="${id}-edges">Edges</label>
      <input id="${id}-edges" type="text" inputmode="decimal" placeholder="10, 50, 100" .value=${unlessTyped(`${id}-edges`, edges.join(", "))} @change=${onChange}></div>
    <p class="hint">Numbers with commas between them, up to 50. Each begins a range.</p>`;
}

function segments(page, all) {
  const { limit = all.every((each) => each.buckets) ? USUAL_LIMIT_OF_BUCKETS : USUAL_LIMIT, order = "top" } = page.document.segments ?? {};
  const set = (part, focus) => page.dispatch({ type: "segments", part }, focus);
  const limits = [...new Set([...LIMITS, limit])].sort((a, b) => a - b);
  return html`<div class="limit">Show the
    ${choice("order", "Which segments", [["top", "largest"], ["bottom", "smallest"]], order, (chosen) => set({ order: chosen }, "order"))}
    <select id="limit" aria-label="Segments shown" .value=${live(String(limit))} @change=${(event) => set({ limit: Number(event.target.value) }, "limit")}>
      ${limits.map((each) => html`<option value=${each} ?selected=${each === limit}>${number(each)}</option>`)}</select>
    ${all.length > 1 ? "combinations" : "segments"}</div>`;
}
