// Dates as people type them: "last 6 weeks", "since 1 March", "1–15 Oct", "Q3 2025". Pure; `today` is the project's day, as
// 2026-03-01. A day, month or quarter without a year is the latest that has begun.

import { DAYS, UNITS, dayRange, dayText, dayTime, shifted, unitLater, unitStart } from "./ranges.js";

const MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const COUNTS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
const TO_DATE = { wtd: "week", mtd: "month", qtd: "quarter", ytd: "year" };
const MOST_DAYS = 18300; // as dates.py has it
const FARTHEST = 9; // years back to a day: 29 February may be missing in eight of them
export const EXAMPLES = ["last 6 weeks", "yesterday", "since 1 March", "1–15 Oct", "this quarter", "March 2026"];

const like = (pattern) => new RegExp(`^${pattern}$`);
const DAY = "(\\d{1,2})(?:st|nd|rd|th)?";
const NAME = "([a-z]{3,})\\.?";
const YEAR = "(?:,? (\\d{4}))?";
const AMOUNT = "(\\d+|[a-z]+) ([a-z]+?)s?";
const JOINT = "(?: ?- ?| to | and | until )";

const ofYear = (year, make) => (year ? make(Number(year)) : make);
const dayAndMonth = (day, name, year) => ofYear(year, (each) => dayIn(each, monthNamed(name), Number(day)));
// [pattern, what it means]: the first and last day; a function of the year where none is said; null if there is no such day.
const SPANS = [
  [like("(\\d{4})-(\\d\\d)-(\\d\\d)"), (year, month, day) => dayIn(Number(year), month - 1, Number(day))],
  [like("(\\d{1,2})\\.(\\d{1,2})\\.(\\d{4})"), (day, month, year) => dayIn(Number(year), month - 1, Number(day))],
  [like(`${DAY}(?: of)? ${NAME}${YEAR}`), dayAndMonth],
  [like(`${NAME} ${DAY}${YEAR}`), (name, day, year) => dayAndMonth(day, name, year)],
  [like(`${NAME}${YEAR}`), (name, year) => (monthNamed(name) < 0 ? null : ofYear(year, (each) => months(each, monthNamed(name), 1)))],
  [like(`q([1-4])${YEAR}`), (quarter, year) => ofYear(year, (each) => months(each, 3 * quarter - 3, 3))],
  [like("(\\d{4})-(\\d\\d)"), (year, month) => (month >= 1 && month <= 12 ? months(Number(year), month - 1, 1) : null)],
  [like("(\\d{4})"), (year) => months(Number(year), 0, 12)],
];
// "1–15 oct", "oct 1–15": the month stands once for both ends.
const SHARED = [
  [like(`${DAY}${JOINT}${DAY}(?: of)? ${NAME}${YEAR}`), (from, to, name, year) => [`${from} ${name}`, `${to} ${name}${year ? ` ${year}` : ""}`]],
  [like(`${NAME} ${DAY}${JOINT}${DAY}${YEAR}`), (name, from, to, year) => [`${from} ${name}`, `${to} ${name}${year ? ` ${year}` : ""}`]],
];

// The document's dates; null if it is not understood. `weekStart`: 1 is Monday, 7 Sunday.
export function dates(typed, today, weekStart = 1) {
  const text = typed.trim().toLowerCase().replace(/\s+/g, " ").replace(/[–—]/g, "-");
  const found = relative(text) ?? absolute(text, { today, weekStart });
  if (!found) return null;
  const [from, to] = dayRange(found, today, weekStart);
  return from >= "1970-01-01" && to < "2200-01-01" && from <= to && dayTime(to) - dayTime(from) < MOST_DAYS * 86400000 ? found : null;
}

const unitNamed = (word) => UNITS.includes(word);
const counted = (word) => (/^\d+$/.test(word) ? Number(word) : COUNTS.indexOf(word) + 1);

function last(count, unit, skip = 0) {
  if (!count || !unitNamed(unit) || (count + skip) * DAYS[unit] > MOST_DAYS) return null;
  return { kind: "last", count, unit, ...(skip ? { skip } : {}) };
}

// What moves with the clock.
function relative(text) {
  if (text === "today") return last(1, "day");
  if (text === "yesterday") return last(1, "day", 1);
  const unit = TO_DATE[text] ?? text.match(/^this ([a-z]+)(?: so far| to date)?$/)?.[1] ?? text.match(/^([a-z]+) (?:so far|to date)$/)?.[1];
  if (unit) return unitNamed(unit) ? { kind: "to_date", unit } : null;
  const [, before] = text.match(/^(?:last|previous|past) ([a-z]+)$/) ?? [];
  if (before) return last(1, before, 1);
  const [, back, ofUnit] = text.match(like(`${AMOUNT} ago`)) ?? [];
  if (back) return counted(back) ? last(1, ofUnit, counted(back)) : null;
  const [, word, count, units, skip, skipped] = text.match(like(`(last |past |previous )?${AMOUNT}(?: (?:up to|ending) ${AMOUNT} ago)?`)) ?? [];
  if (!count || (skip && skipped !== units)) return null;
  return last(counted(count), units, skip ? counted(skip) : word === "previous " ? 1 : 0);
}

function absolute(text, clock) {
  const [, word, begins] = text.match(/^(since|from|after) (.+?)(?: (?:to|until|-) (?:today|now))?$/) ?? [];
  const open = begins && span(begins, clock);
  if (open) return { kind: "since", from: word === "after" ? shifted(open[1], 1) : open[0] };
  for (const [first, second] of ends(text.replace(/^(?:from|between) /, ""))) {
    const found = range(first, second, clock);
    if (found) return second === "today" || second === "now" ? { kind: "since", from: found[0] } : { kind: "fixed", from: found[0], to: found[1] };
  }
  const one = span(text, clock);
  return one && { kind: "fixed", from: one[0], to: one[1] };
}

// The ways in which it can be the two ends of a range.
function ends(text) {
  const shared = SHARED.flatMap(([pattern, meaning]) => (pattern.test(text) ? [meaning(...text.match(pattern).slice(1))] : []));
  const joints = [...text.matchAll(new RegExp(JOINT, "g"))];
  return [...shared, ...joints.map((joint) => [text.slice(0, joint.index), text.slice(joint.index + joint[0].length)])];
}

// A year at the second end serves the first, too; one at the first is where the second is looked for from.
function range(first, second, clock) {
  const to = span(second, clock);
  const from = to && span(first, clock, to.make ? clock.today : to[1]);
  if (!from) return null;
  const end = to.make ? soonest(to.make, from[0]) : to;
  return end && [from[0], end[1]];
}

// [from, to] of a day, week, month, quarter or year; without a year the latest that begins no later than `latest`.
function span(text, clock, latest = clock.today) {
  const { today, weekStart } = clock;
  const near = text === "now" ? relative("today") : relative(text);
  if (near) return dayRange(near, today, weekStart);
  const [, before, name] = text.match(/^(last |on )?([a-z]{3,})$/) ?? [];
  const weekday = WEEKDAYS.findIndex((each) => each === name || each.slice(0, 3) === name);
  if (weekday >= 0) {
    const back = (new Date(dayTime(latest)).getUTCDay() + 7 - weekday) % 7 || (before === "last " ? 7 : 0);
    return [shifted(latest, -back), shifted(latest, -back)];
  }
  const week = text.startsWith("week of ") && span(text.slice(8), clock, latest);
  if (week) return [unitStart(week[0], "week", weekStart), shifted(unitStart(week[0], "week", weekStart), 6)];
  const [pattern, meaning] = SPANS.find(([each]) => each.test(text)) ?? [];
  const found = pattern ? meaning(...text.match(pattern).slice(1)) : null;
  return typeof found === "function" ? newest(found, latest) : found;
}

function newest(make, latest) {
  const year = Number(latest.slice(0, 4));
  for (let each = year; each > year - FARTHEST; each -= 1) {
    const found = make(each);
    if (found && found[0] <= latest) return Object.assign(found, { make });
  }
  return null;
}

function soonest(make, day) {
  const year = Number(day.slice(0, 4));
  for (let each = year; each < year + FARTHEST; each += 1) {
    const found = make(each);
    if (found && found[1] >= day) return found;
  }
  return null;
}

const monthNamed = (name) => MONTHS.findIndex((each) => each.startsWith(name === "sept" ? "sep" : name));
const written = (year, month, day) => [String(year).padStart(4, "0"), String(month + 1).padStart(2, "0"), String(day).padStart(2, "0")].join("-");

function dayIn(year, month, day) {
  const text = written(year, month, day);
  return !Number.isNaN(dayTime(text)) && dayText(dayTime(text)) === text ? [text, text] : null;
}

function months(year, month, count) {
  const first = written(year, month, 1);
  return [first, shifted(unitLater(first, "month", count), -1)];
}
