// Numbers, moments and small marks as people read them.

import { html, svg } from "../../vendor/lit-html/lit-html.js";

const numbers = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });
const small = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 2 });
const percents = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 2 });
// Numbers below each other have as many digits.
const shares = new Intl.NumberFormat(undefined, { style: "percent", minimumFractionDigits: 2, maximumFractionDigits: 2 });

// `format` is a series': count, number or percent; or "share", a percentage in a column of them. No value is a dash, which is not 0.
export function number(value, format) {
  if (value === null || value === undefined) return "–";
  if (format === "percent") return percents.format(value);
  if (format === "share") return shares.format(value);
  return (value !== 0 && Math.abs(value) < 0.01 ? small : numbers).format(value);
}

export function icon(name) {
  return html`<svg class="icon" aria-hidden="true" focusable="false">${svg`<use href="${icon.sheet}#${name}"></use>`}</svg>`;
}

// A day by its digits, so that the browser's zone plays no part.
const dayName = (day, options) => new Intl.DateTimeFormat(undefined, { timeZone: "UTC", ...options }).format(new Date(day.slice(0, 10)));
const FULL = { day: "numeric", month: "short", year: "numeric" };

// Bucket starts carry the project's offset: the clock's own digits are read.
export function bucketLabel(start, interval) {
  const [year, month, clock] = [start.slice(0, 4), start.slice(5, 7), start.slice(11, 16)];
  if (interval === "year") return year;
  if (interval === "quarter") return `Q${Math.floor((Number(month) - 1) / 3) + 1} ${year}`;
  if (interval === "month") return dayName(start, { month: "short", year: "numeric" });
  const short = dayName(start, { day: "numeric", month: "short" });
  return interval === "minute" || interval === "hour" ? `${short} ${clock}` : short;
}

// The same in full, for where there is room.
export function bucketName(start, interval) {
  const day = dayName(start, { weekday: "short", ...FULL });
  if (interval === "day") return day;
  if (interval === "week") return `Week of ${dayName(start, FULL)}`;
  if (interval === "minute" || interval === "hour") return `${day}, ${start.slice(11, 16)}`;
  return bucketLabel(start, interval);
}

// A moment to the second, as the project's clock shows it.
export const moment = (text) => `${dayName(text, FULL)}, ${text.slice(11, 19)}`;

const changes = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1, signDisplay: "exceptZero" });
const signed = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2, signDisplay: "exceptZero" });

// How much more or less: a ratio of 0.25 is +25 %.
export const change = (ratio) => (ratio === null || ratio === undefined ? "–" : changes.format(ratio));
export const difference = (value, format) => (value === null || value === undefined ? "–"
  : format === "percent" ? changes.format(value) : signed.format(value));

export function ago(moment) {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(moment)) / 1000));
  if (seconds < 10) return "just now";
  const [count, unit] = seconds < 60 ? [seconds, "second"] : seconds < 3600 ? [Math.round(seconds / 60), "minute"]
    : seconds < 86400 ? [Math.round(seconds / 3600), "hour"] : [Math.round(seconds / 86400), "day"];
  return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
}

export function bytes(count) {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const step = Math.min(units.length - 1, count < 1000 ? 0 : Math.floor(Math.log10(count) / 3));
  return `${new Intl.NumberFormat(undefined, { maximumFractionDigits: step ? 1 : 0 }).format(count / 1000 ** step)} ${units[step]}`;
}

export const seconds = (milliseconds) =>
  milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${new Intl.NumberFormat(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(milliseconds / 1000)} s`;
