// Small controls of the builders: a choice, a number, a length of time.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { unlessTyped } from "../insights/typing.js";

// `options` are [value, words]. It sets an option of the question; `set` may say it otherwise.
export function choice(page, { id, label, lead, options, value, part, set = (chosen) => page.dispatch({ type: "option", part: { [part]: chosen } }, id) }) {
  return html`<div class="measure"><span class="lead" id="${id}-lead">${lead}</span>
    <select id=${id} aria-label=${label} .value=${live(String(value))} @change=${(event) => set(options.find(([each]) => String(each) === event.target.value)[0])}>
      ${options.map(([each, words]) => html`<option value=${String(each)} ?selected=${each === value}>${words}</option>`)}</select></div>`;
}

export function count(page, { id, label, lowest = 1, highest, value, set }) {
  const onChange = (event) => {
    const read = Math.round(Number(event.target.value));
    if (event.target.value.trim() && read >= lowest && read <= highest) set(read);
    else event.target.value = value;
  };
  return html`<input id=${id} class="rank" type="number" min=${lowest} max=${highest} step="1" aria-label=${label} .value=${unlessTyped(id, String(value))} @change=${onChange}>`;
}

const LONGEST = { second: 31622400, minute: 527040, hour: 8784, day: 366, week: 52, month: 12 };

// How long after it began something still counts: a time, or the user's session.
export function windowControl(page, { lead = "within", about } = {}) {
  const { window: chosen } = page.document;
  const set = (next, focus) => page.dispatch({ type: "option", part: { window: next } }, focus);
  const unit = chosen.kind === "session" ? "session" : chosen.unit;
  return html`<div class="measure"><span class="lead">${lead}</span>
      ${chosen.kind === "session" ? nothing : count(page, {
        id: "window", label: "Length of the window", value: chosen.count, highest: LONGEST[chosen.unit], set: (read) => set({ ...chosen, count: read }, "window"),
      })}
      <select id=${chosen.kind === "session" ? "window" : "window-unit"} aria-label="Unit of the window" .value=${live(unit)} @change=${(event) => {
        const picked = event.target.value;
        if (picked === "session") return set({ kind: "session" }, "window");
        set({ kind: "time", count: Math.min(chosen.count ?? 1, LONGEST[picked]), unit: picked }, "window-unit");
      }}>
        ${[...Object.keys(LONGEST), "session"].map((each) => html`<option value=${each} ?selected=${each === unit}>${each === "session" ? "one session" : `${each}s`}</option>`)}</select>
    </div>${about ? html`<p class="hint">${about}</p>` : nothing}`;
}
