// Two days to pick or to type, both included, as {kind: "fixed", from, to}.

import { html } from "../../vendor/lit-html/lit-html.js";

const EARLIEST = "1000"; // the year 2025 is 0002, 0020 and 0202 while it is typed

export const isWhole = (day) => day > EARLIEST;

export function fixedDays(dates, set) {
  const given = ({ currentTarget }) => [...currentTarget.querySelectorAll("input")].map((input) => input.value);
  const lay = ([from, to]) => isWhole(from) && from <= to && (from !== dates.from || to !== dates.to) && set({ kind: "fixed", from, to });
  // While one end is typed it may well lie beyond the other: they only change places once the focus has left both.
  const onLeave = (event) => event.currentTarget.contains(event.relatedTarget) || lay(given(event).sort());
  return html`<span class="fixed" @change=${(event) => lay(given(event))} @focusout=${onLeave}>
    <label for="from">From</label><input id="from" type="date" required .value=${dates.from}>
    <label for="to">to</label><input id="to" type="date" aria-label="To, included" required .value=${dates.to}></span>`;
}
