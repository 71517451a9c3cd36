// Dates and intervals of a question: which fit together, and what they are called. Pure, like question.js.

export const UNITS = ["day", "week", "month", "quarter", "year"];
export const INTERVALS = ["minute", "hour", "day", "week", "month", "quarter", "year"];
export const DAYS = { day: 1, week: 7, month: 31, quarter: 92, year: 366 };
const WIDTHS = { minute: 1 / 1440, hour: 1 / 24, day: 1, week: 7, month: 28, quarter: 90, year: 365 };
const MOST_POINTS = 1500;
const READABLE = 120; // points beyond which a new range gets another interval
const HANDY = 40; // points of that one, at most

export const isDates = (dates) => (["last", "to_date"].includes(dates?.kind) && dates.unit in DAYS)
  || (dates?.kind === "since" && Boolean(dates.from)) || (dates?.kind === "fixed" && Boolean(dates.from && dates.to));

const DAY = 86400000;
const MONTHS = { month: 1, quarter: 3, year: 12 };

export const dayTime = (day) => Date.parse(`${day}T00:00:00Z`);
export const dayText = (time) => new Date(time).toISOString().slice(0, 10);
export const shifted = (day, days) => dayText(dayTime(day) + days * DAY);
const between = (from, to) => Math.round((dayTime(to) - dayTime(from)) / DAY) + 1;

// The first day of the calendar unit that the day is in; `weekStart`: 1 is Monday, 7 Sunday.
export function unitStart(day, unit, weekStart) {
  const date = new Date(dayTime(day));
  if (unit === "day") return day;
  if (unit === "week") return shifted(day, -((date.getUTCDay() + 7 - weekStart) % 7));
  const months = MONTHS[unit];
  return dayText(Date.UTC(date.getUTCFullYear(), Math.floor(date.getUTCMonth() / months) * months, 1));
}

// The start of the unit that lies `count` units later, or earlier.
export function unitLater(start, unit, count) {
  if (!(unit in MONTHS)) return shifted(start, DAYS[unit] * count);
  const date = new Date(dayTime(start));
  return dayText(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + MONTHS[unit] * count, 1));
}

// The first and the last day, both included, as dates.py finds them.
export function dayRange({ kind, unit, count, skip = 0, from, to }, today, weekStart) {
  if (kind === "fixed") return [from, to];
  if (kind === "since") return [from, from > today ? from : today];
  const current = unitStart(today, unit, weekStart);
  if (kind === "to_date") return [current, today];
  return [unitLater(current, unit, 1 - count - skip), skip ? shifted(unitLater(current, unit, 1 - skip), -1) : today];
}


// How many days it covers at most. `today` is the project's.
export function daysIn(dates, today = new Date().toISOString().slice(0, 10)) {
  if (dates.kind === "last") return dates.count * DAYS[dates.unit];
  if (dates.kind === "to_date") return DAYS[dates.unit];
  return Math.max(1, between(dates.from, dates.kind === "since" ? today : dates.to));
}

// The server refuses more points, counting as here: dates.py.
function pointsIn(dates, interval, today) {
  const days = daysIn(dates, today);
  return WIDTHS[interval] <= 1 ? Math.round(days / WIDTHS[interval]) : Math.floor(days / WIDTHS[interval]) + 2;
}

// Why this interval cannot be chosen; null if it can.
export function misfit(dates, interval, today) {
  const points = pointsIn(dates, interval, today);
  return points > MOST_POINTS ? `${points.toLocaleString()} points, at most ${MOST_POINTS.toLocaleString()}` : null;
}

// The interval as it is, if it still makes a readable chart; else the narrowest that makes a handy one.
export function fitting(dates, interval) {
  const points = (each) => daysIn(dates) / WIDTHS[each];
  if (points(interval) <= READABLE && points(interval) >= 2) return interval;
  return INTERVALS.find((each) => points(each) <= HANDY) ?? "year";
}

const many = (count, unit) => (count === 1 ? `${count} ${unit}` : `${count} ${unit}s`);

export function datesInWords({ kind, count, unit, skip = 0, from, to }) {
  if (kind === "to_date") return `this ${unit} to date`;
  if (kind === "since") return `since ${from}`;
  if (kind === "fixed") return from === to ? `on ${from}` : `${from} to ${to}`;
  if (count === 1 && skip === 0) return unit === "day" ? "today" : `this ${unit}`;
  if (count === 1 && skip === 1) return unit === "day" ? "yesterday" : `last ${unit}`;
  return skip ? `${many(count, unit)} up to ${many(skip, unit)} ago` : `last ${count} ${unit}s`;
}

export const sameDates = (a, b) => ["kind", "count", "unit", "from", "to"].every((key) => a[key] === b[key]) && (a.skip ?? 0) === (b.skip ?? 0);
