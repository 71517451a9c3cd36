// When: the range, the interval, what it is compared with and how it is smoothed. They stand above the chart.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { KINDS } from "../kinds/kinds.js";
import { fixedDays, isWhole } from "./fixed-days.js";
import { panel, shut } from "./panel.js";
import * as phrases from "./phrases.js";
import { INTERVALS, UNITS, datesInWords, dayRange, misfit, sameDates } from "./ranges.js";
import { bucketName, icon, number } from "./text.js";
import { today, zoneControl, zoneOf } from "./zones.js";
import { unlessTyped } from "./typing.js";

const last = (count, unit, skip = 0) => ({ kind: "last", count, unit, ...(skip ? { skip } : {}) });
const toDate = (unit) => ({ kind: "to_date", unit });
export const QUICK = [["7 days", last(7, "day")], ["30 days", last(30, "day")], ["90 days", last(90, "day")], ["12 months", last(12, "month")]];
export const PRESETS = [
  ["Today", last(1, "day")], ["Yesterday", last(1, "day", 1)],
  ["This week so far", toDate("week")], ["Last week", last(1, "week", 1)],
  ["This month so far", toDate("month")], ["Last month", last(1, "month", 1)],
  ["This quarter so far", toDate("quarter")], ["Last quarter", last(1, "quarter", 1)],
  ["This year so far", toDate("year")], ["Last year", last(1, "year", 1)],
];
const RANGE_KINDS = [["last", "Last"], ["to_date", "To date"], ["since", "Since"], ["fixed", "Fixed"]];
const COMPARISONS = [
  ["none", "no comparison", null], ["previous", "vs the period before", { kind: "previous" }],
  ...UNITS.slice(1).map((unit) => [unit, `vs the ${unit} before`, { kind: "earlier", count: 1, unit }]),
  ["custom", "vs the time from …", null],
];
const ROLLING = [0, 3, 7, 14, 28];
const LONGEST_ROLLING = 365;
const LONGEST_COUNT = 18300; // days, as the server has it

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

export function dateControls(page) {
  const { dates, interval, kind = "insights" } = page.document;
  const { intervals, comparison: compares, rolling: smooths } = KINDS[kind];
  const offered = intervals ?? INTERVALS;
  const set = (range) => page.dispatch({ type: "dates", dates: range });
  const quick = QUICK.some(([, range]) => sameDates(range, dates));
  return html`<div class="segmented ranges" role="group" aria-label="Date range">
      ${QUICK.map(([words, range]) => html`<button type="button" aria-pressed=${String(sameDates(range, dates))} @click=${() => set(range)}>${words}</button>`)}
      ${panel(page, { id: "dates", look: "", pressed: !quick, text: html`${quick ? "Other dates" : capital(datesInWords(dates))}${icon("chevron")}`,
        label: quick ? "Other dates" : `Dates: ${datesInWords(dates)}`, content: () => picker(page, dates, set) })}
    </div>
    ${offered.length ? html`<label class="inline-label">by <select id="interval" class="quiet-select" aria-label="Interval" .value=${live(interval)}
      @change=${(event) => page.dispatch({ type: "interval", interval: event.target.value })}>
      ${offered.map((each) => {
        const reason = misfit(dates, each, today(page));
        return html`<option value=${each} ?selected=${each === interval} ?disabled=${reason !== null}>${each}${reason ? ` (${reason})` : nothing}</option>`;
      })}
    </select></label>` : nothing}
    ${compares ? comparison(page) : nothing}
    ${smooths ? rolling(page) : nothing}
    ${zoneControl(page)}`;
}

function picker(page, dates, set) {
  const now = today(page);
  return html`<div class="dates">
    ${typedRange(page, set)}
    <ul class="presets" aria-label="Common ranges">${PRESETS.map(([words, range]) => html`<li>
      <button type="button" class="panel-item" aria-pressed=${String(sameDates(range, dates))} @click=${() => (set(range), shut(page, true))}>${words}</button></li>`)}</ul>
    <div class="own-dates">
      <div class="segmented" role="group" aria-label="Kind of range">${RANGE_KINDS.map(([kind, words]) => html`
        <button type="button" ?data-first=${kind === dates.kind} aria-pressed=${String(kind === dates.kind)} @click=${() => kind !== dates.kind && set(turned(page, dates, kind, now))}>${words}</button>`)}</div>
      ${FORMS[dates.kind](dates, set, now)}
      <p class="hint">Both ends are included. Days begin and end in ${zoneOf(page)}, where it is ${now}.</p>
    </div>
  </div>`;
}

// What was typed as a range of days, and what it means; null if it means nothing.
export const understood = (page, typed) => phrases.dates(typed, today(page), page.week_start);

// "Sun 1 Mar 2026 – Sat 14 Mar 2026, 14 days"
export function daysInWords(page, dates) {
  const [from, to] = dayRange(dates, today(page), page.week_start);
  const named = (day) => bucketName(day, "day");
  const days = Math.round((Date.parse(to) - Date.parse(from)) / 86400000) + 1;
  return from === to ? named(from) : `${named(from)} – ${named(to)}, ${number(days)} days`;
}

// A field that reads dates as people say them, and says at each letter what it has understood.
function typedRange(page, set) {
  const typed = page.typedDates ?? "";
  const found = understood(page, typed);
  const onSubmit = () => {
    if (!found) return;
    set(found);
    page.typedDates = "";
    shut(page, true);
  };
  const onKey = (event) => event.key === "Enter" && (event.preventDefault(), onSubmit());
  return html`<div class="typed-dates"><label for="typed-dates">Type a range</label>
    <span class="typed-line"><input id="typed-dates" type="text" autocomplete="off" spellcheck="false" ?data-first=${matchMedia("(hover: hover)").matches} placeholder="last 6 weeks" aria-describedby="typed-dates-said"
      aria-invalid=${typed.trim() && !found ? "true" : nothing} .value=${live(typed)} @input=${(event) => ((page.typedDates = event.target.value), page.update())} @keydown=${onKey}>
    ${found ? html`<button type="button" class="button button-small button-primary" @click=${onSubmit}>Use</button>` : nothing}</span>
    <p class="hint" id="typed-dates-said" role="status">${found ? html`${found.kind === "fixed" ? nothing : html`<b>${capital(datesInWords(found))}</b>: `}${daysInWords(page, found)}`
      : html`${typed.trim() ? html`<b>Not understood.</b> ` : nothing}For example: ${phrases.EXAMPLES.join(", ")}.`}</p></div>`;
}

// The same time as another kind of range, as near as can be.
function turned(page, dates, kind, now) {
  const found = page.answer?.buckets;
  const from = dates.from ?? found?.[0]?.start.slice(0, 10) ?? now;
  if (kind === "since") return { kind, from };
  if (kind === "fixed") return { kind, from, to: from > now ? from : now };
  if (kind === "to_date") return toDate(dates.unit ?? "month");
  return last(dates.unit && dates.unit !== "day" ? 3 : 30, dates.unit ?? "day");
}

const unitSelect = (id, label, unit, plural, onChange) => html`<select id=${id} aria-label=${label} .value=${live(unit)} @change=${(event) => onChange(event.target.value)}>
  ${UNITS.map((each) => html`<option value=${each} ?selected=${each === unit}>${plural ? `${each}s` : each}</option>`)}</select>`;

const whole = (input, lowest) => {
  const number = Math.floor(Number(input.value));
  return number >= lowest && number <= LONGEST_COUNT ? number : null;
};

const FORMS = {
  last({ count, unit, skip = 0 }, set) {
    const change = (part) => set(last(part.count ?? count, part.unit ?? unit, part.skip ?? skip));
    const number = (id, label, value, lowest, key) => html`<input id=${id} type="number" aria-label=${label} min=${lowest} step="1" .value=${unlessTyped(id, String(value))}
      @change=${(event) => { const read = whole(event.target, lowest); if (read === null) event.target.value = value; else change({ [key]: read }); }}>`;
    return html`<div class="date-line">Last ${number("last-count", "How many", count, 1, "count")} ${unitSelect("last-unit", "Unit", unit, true, (each) => change({ unit: each }))}</div>
      <div class="date-line">ending ${number("last-skip", "Ending how many units ago", skip, 0, "skip")} ${unit}s ago</div>
      <p class="hint">${skip ? `The last whole ${unit} is in it.` : `0 is up to now: this ${unit} is in it, unfinished.`}</p>`;
  },
  to_date({ unit }, set) {
    return html`<div class="date-line">From the beginning of this ${unitSelect("to-date-unit", "Unit", unit, false, (each) => set(toDate(each)))} to today</div>`;
  },
  since({ from }, set) {
    return html`<div class="date-line"><label for="since">Since</label><input id="since" type="date" .value=${from}
      @change=${(event) => isWhole(event.target.value) && set({ kind: "since", from: event.target.value })}></div>`;
  },
  fixed: fixedDays,
};

function comparison(page) {
  const { comparison: chosen } = page.document;
  const key = !chosen ? "none" : chosen.kind !== "earlier" ? chosen.kind : chosen.count === 1 ? chosen.unit : "many";
  const options = key === "many" ? [...COMPARISONS, ["many", `vs ${chosen.count} ${chosen.unit}s before`, chosen]] : COMPARISONS;
  const set = (value) => page.dispatch({ type: "comparison", comparison: value });
  const onChange = (event) => {
    const named = event.target.value;
    if (named !== "custom") return set(options.find(([each]) => each === named)[2]);
    set({ kind: "custom", from: yearBefore(page) });
    page.focus("compare-from");
  };
  return html`<select id="compare" class="quiet-select" aria-label="Compared with" .value=${live(key)} @change=${onChange}>
      ${options.map(([each, words]) => html`<option value=${each} ?selected=${each === key}>${words}</option>`)}</select>
    ${key === "custom" ? html`<input id="compare-from" class="inline-date" type="date" aria-label="Compared with the time from" .value=${chosen.from}
      @change=${(event) => isWhole(event.target.value) && set({ kind: "custom", from: event.target.value })}>` : nothing}`;
}

// The range's first day, a year earlier.
function yearBefore(page) {
  const first = page.answer?.buckets?.[0]?.start.slice(0, 10) ?? today(page);
  const earlier = `${Number(first.slice(0, 4)) - 1}${first.slice(4)}`;
  return earlier.endsWith("02-29") ? earlier.replace("02-29", "02-28") : earlier;
}

function rolling(page) {
  const chosen = page.document.rolling ?? 0;
  const options = [...new Set([...ROLLING, chosen])].sort((a, b) => a - b);
  const set = (points) => page.dispatch({ type: "rolling", rolling: Math.min(points, LONGEST_ROLLING) });
  return html`<select id="rolling" class="quiet-select" aria-label="Rolling average"
      title="Each point becomes the average of it and the points before it; totals stay as they are" .value=${live(String(chosen))} @change=${(event) => set(Number(event.target.value))}>
      ${options.map((each) => html`<option value=${each} ?selected=${each === chosen}>${each ? `average of ${each} points` : "no smoothing"}</option>`)}</select>`;
}
