// The words for what questions of every kind are made of, as analytics/queries/sentence/words.py says them. Pure.
//
// A sentence is a list of {text, to}: `to` is the id of the control that a part belongs to. `words` has those of the operators.

import { RELATIVE, isGroup } from "../insights/filtering.js";
import { labelOf } from "../insights/properties.js";
import { datesInWords } from "../insights/ranges.js";
import { plural } from "./parts.js";

const INTERVALS = { minute: "by the minute", hour: "hourly", day: "daily", week: "weekly", month: "monthly", quarter: "quarterly", year: "yearly" };
const MOST_VALUES_SAID = 5;
const READ_AS = { string: "text", boolean: "yes or no" };

export const said = (text) => ({ text });
export const word = (text, to) => ({ text, to });
export const listed = (values, last = "or") => (values.length < 2 ? values.join("") : `${values.slice(0, -1).join(", ")} ${last} ${values.at(-1)}`);
export const plain = (parts) => parts.map(({ text }) => text).join("");

// Parts between which something is said.
export const joined = (lists, between) => lists.flatMap((parts, index) => (index ? [said(between), ...parts] : parts));

// Lists of parts as people list things, each with a joint before it if there are any.
export const series = (lists, lead, last = "and") => lists.flatMap((parts, index) => [said(index === 0 ? lead : index === lists.length - 1 ? ` ${last} ` : ", "), ...parts]);

export function eventParts(events, place, anything) {
  const to = (at) => `metric-${place}-event-${at}`;
  if (!Array.isArray(events)) return [word(anything, to(0))];
  return events.flatMap((name, at) => [...(at ? [said(at === events.length - 1 ? " or " : ", ")] : []), word(name, to(at))]);
}

// The step at a place of the builder: by its own name, if it has one.
export function stepParts({ events, filters, name }, place, words) {
  return [...(name ? [word(name, `metric-${place}-event-0`)] : eventParts(events, place, "any event")), ...ownFilters(filters, place, words)];
}

export const ownFilters = (filters, place, words) => (filters ? [said(" where "), ...groupParts(filters, `metric-${place}-filter`, words)] : []);

// Filters that hold for everything that is asked about.
export const allWhere = ({ filters }, words) => (filters ? [said(", all where "), ...groupParts(filters, "filter", words)] : []);

export const brokenBy = ({ breakdowns = [] }) => series(breakdowns.map((each, index) => [word(breakdown(each), `breakdown-${index}`)]), ", by ");

export const dateParts = ({ dates }) => [said(", "), word(datesInWords(dates), "dates")];

export const intervalParts = ({ interval }, of = "") => [said(", "), word(`${INTERVALS[interval] ?? interval}${of}`, "interval")];

export const comparedWith = ({ comparison }) => (comparison ? [said(", compared with "), word(earlier(comparison), "compare")] : []);

export const windowInWords = ({ kind, count, unit }) => (kind === "session" ? "in one session" : `within ${plural(count, unit)}`);

export function groupParts(group, id, words) {
  const members = group.conditions.map((member, index) => {
    const to = `${id}-${index}`;
    return isGroup(member) ? [said("("), ...groupParts(member, to, words), said(")")] : [word(condition(member, words), `${to}-operator`)];
  });
  return joined(members, group.match === "all" ? " and " : " or ");
}

function condition({ property, operator, values = [] }, words) {
  const text = `${called(property)} ${words[operator] ?? operator}`;
  if (!values.length) return text;
  if (RELATIVE.includes(operator)) return values[0] === 1 ? `${text} ${values[1]}` : `${text} ${values[0]} ${values[1]}s`;
  if (["between", "not_between"].includes(operator)) return `${text} ${values[0]} and ${values[1]}`;
  const shown = values.map((value) => (value === "" ? "(empty string)" : String(value)));
  const more = shown.length - MOST_VALUES_SAID + 1;
  return `${text} ${listed(shown.length > MOST_VALUES_SAID ? [...shown.slice(0, MOST_VALUES_SAID - 1), `${more.toLocaleString("en")} more`] : shown)}`;
}

export function called(property) {
  const as = property.cast ? ` read as ${READ_AS[property.type] ?? property.type}` : "";
  return `${property.source === "user" ? "the user's " : ""}${labelOf(property)}${as}`;
}

function breakdown({ property, buckets }) {
  const name = called(property);
  if (!buckets) return name;
  if (buckets.kind === "date") return `${{ hour_of_day: "hour of day", day_of_week: "day of week" }[buckets.grain] ?? buckets.grain} of ${name}`;
  if (buckets.kind === "even") return `${name} in steps of ${short(buckets.size)}`;
  if (buckets.kind === "custom") return `${name} from ${listed(buckets.edges.map(short), "and")}`;
  return `${name} in buckets`;
}

export function earlier({ kind, count, unit, from }) {
  if (kind === "earlier") return count === 1 ? `the ${unit} before` : `${count} ${unit}s before`;
  return kind === "custom" ? `the time from ${from}` : "the period before";
}

// As Python's %g: six digits that matter.
function short(number) {
  const power = number === 0 ? 0 : Math.floor(Math.log10(Math.abs(Number(number.toPrecision(6)))));
  if (power >= -4 && power < 6) return String(Number(number.toPrecision(6)));
  const [digits, exponent] = number.toExponential(5).split("e");
  return `${Number(digits)}e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
}
