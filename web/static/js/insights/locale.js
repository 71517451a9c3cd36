// How dates and numbers are written here, for Plotly: made of what the browser knows of its language. Pure, but for what it
// tells Plotly.

import { bucketLabel, bucketName, number } from "./text.js";

const NAME = "here";
const UTC = { timeZone: "UTC" };
const D3 = { weekday: "%a", day: "%-d", month: "%b", year: "%Y" };
const A_SUNDAY = Date.UTC(2023, 0, 1);
const DAY = 86400000;

const formatted = (language, options) => new Intl.DateTimeFormat(language, { ...UTC, ...options });
const escaped = (literal) => literal.replaceAll("%", "%%");

// The order and the signs between day, month and year, as d3 writes a pattern: "%b %-d, %Y", "%-d. %b %Y".
const pattern = (language, options) => formatted(language, options).formatToParts(A_SUNDAY).map(({ type, value }) => D3[type] ?? escaped(value)).join("");

// A name as it stands within a date, which in some languages is not how it stands alone.
const named = (language, options, type, times) => times.map((time) => formatted(language, options).formatToParts(time).find((part) => part.type === type).value);

// How many digits stand together, from the right: [3], in India [3, 2, 2, …].
function grouping(parts) {
  const groups = parts.filter(({ type }) => type === "integer").map(({ value }) => value.length).reverse();
  return groups.length > 2 ? [...groups.slice(0, -1), ...Array(8).fill(groups.at(-2))] : [3];
}

// `language` is undefined for the browser's own.
export function format(language) {
  const months = Array.from({ length: 12 }, (_, month) => Date.UTC(2023, month, 15));
  const days = Array.from({ length: 7 }, (_, day) => A_SUNDAY + day * DAY);
  const parts = new Intl.NumberFormat(language, { numberingSystem: "latn", minimumFractionDigits: 1 }).formatToParts(1234567890.5);
  const sign = (type, usual) => parts.find((part) => part.type === type)?.value ?? usual;
  const date = { day: "numeric", month: "short" };
  return {
    days: named(language, { weekday: "long" }, "weekday", days), shortDays: named(language, { ...date, weekday: "short" }, "weekday", days),
    months: named(language, { day: "numeric", month: "long" }, "month", months), shortMonths: named(language, date, "month", months),
    periods: ["AM", "PM"], dateTime: "%x, %X", date: pattern(language, { ...date, year: "numeric" }), time: "%H:%M:%S",
    decimal: sign("decimal", "."), thousands: sign("group", ","), grouping: grouping(parts),
    currency: new Intl.NumberFormat(language, { numberingSystem: "latn", style: "percent" }).format(0).split("0"),
    year: "%Y", month: pattern(language, { month: "short", year: "numeric" }), dayMonth: pattern(language, date), dayMonthYear: pattern(language, { ...date, year: "numeric" }),
  };
}

// d3 knows how a currency is written here but not a percentage, so ours is one.
const translated = (text) => text.replace(/(%a )?(%-d )?%b %Y/g, (_, weekday, day) => pattern(undefined,
  { weekday: weekday && "short", day: day && "numeric", month: "short", year: "numeric" })).replace(/,\.\d~%/g, "$$$&");

const put = (part) => Object.fromEntries(Object.entries(part).map(([key, value]) => [key, /(template|format)$/.test(key)
  ? Array.isArray(value) ? value.map(translated) : translated(value) : value?.constructor === Object ? put(value) : value]));

// A figure of the server's, whose templates and formats are English, in the language of the browser.
export function localised({ data, layout }) {
  const made = put(layout);
  const { axis, interval, starts, sizes } = made.meta?.ticks ?? {}; // a tick takes no template
  if (axis) made[axis].ticktext = starts.map((start, at) => (sizes ? `${bucketName(start, interval)} · ${number(sizes[at])}`
    : `${start.slice(11, 16)}<br>${bucketLabel(start, "day")}`));
  return { data: data.map(put), layout: made };
}

// --- names of numbers ---

const english = (value) => (Number.isInteger(value) && Math.abs(value) >= 10000 ? value.toLocaleString("en") : String(value));
const ours = (value) => value.toLocaleString(undefined, { maximumFractionDigits: 20, useGrouping: Math.abs(value) >= 10000 });

// As analytics/queries/segments.py says them.
function range({ value, upper }, write) {
  if (value === null) return `below ${write(upper)}`;
  if (upper === null) return `${write(value)} or more`;
  return value === upper ? write(value) : `${write(value)} – ${write(upper)}`;
}

// Answers are kept for everybody, with ranges of numbers named in English: in their labels and their figure they become ours.
export function relabelled(answer) {
  const parts = (answer.series ?? answer.segments ?? []).flatMap(({ segment }) => segment ?? []).filter(({ upper }) => upper !== undefined);
  const names = parts.map((part) => [range(part, english), range(part, ours)]).filter(([theirs, own]) => theirs !== own).sort(([one], [other]) => other.length - one.length);
  if (!names.length) return answer;
  const written = (_, value) => (typeof value === "string" ? names.reduce((text, [theirs, own]) => text.replaceAll(theirs, own), value) : value);
  const swapped = (value) => JSON.parse(JSON.stringify(value), written);
  const labelled = (list) => list?.map((each) => ({ ...each, label: swapped(each.label) }));
  return { ...answer, series: labelled(answer.series), segments: labelled(answer.segments), figure: swapped(answer.figure ?? null) };
}

let known = false;

// What Plotly is to be configured with.
export function plotlyLocale() {
  if (!known) window.Plotly.register({ moduleType: "locale", name: NAME, dictionary: {}, format: format() });
  known = true;
  return NAME;
}
