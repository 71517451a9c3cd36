// What somebody who points at a number can do to the question: document → document. Pure.

const FINER = { year: "month", quarter: "week", month: "day", week: "day", day: "hour", hour: "minute" };

export const finer = (interval) => FINER[interval] ?? null;

const iso = (date) => date.toISOString().slice(0, 10);
const day = (text) => new Date(`${text}T00:00:00Z`);
const plus = (date, days) => new Date(date.getTime() + days * 86400000);

// The days of these buckets, both ends included. Their ends are the first moments that are not in them.
export function daysOf(first, last) {
  const from = first.start.slice(0, 10);
  const end = last.end.slice(0, 10);
  const to = end > last.start.slice(0, 10) ? iso(plus(day(end), -1)) : last.start.slice(0, 10);
  return { kind: "fixed", from, to: to < from ? from : to };
}

export const zoomed = (document, bucket, interval) => ({ ...document, dates: daysOf(bucket, bucket), interval: finer(interval) });

export const brokenOut = (document, property) => ({
  ...document,
  breakdowns: [property.type === "date" ? { property, buckets: { kind: "date", grain: "day" } } : { property }],
});

// With one more condition, which all must meet.
export function filtered(document, conditions) {
  const before = document.filters;
  const all = !before || before.match === "all" || before.conditions.length < 2;
  return { ...document, filters: { match: "all", conditions: [...(all ? before?.conditions ?? [] : [before]), ...conditions] } };
}

// The days that a bucket of a date is named by: 2024-03-01 (of a day or a week), 2024-03, 2024-Q1, 2024. Hours have no filter.
function datesNamed(name, grain) {
  const [year, rest] = [Number(name.slice(0, 4)), name.slice(5)];
  const month = { year: 0, quarter: 3 * (Number(rest.slice(1)) - 1), month: Number(rest) - 1 }[grain];
  const length = { year: 12, quarter: 3, month: 1 }[grain];
  if (length) return [iso(new Date(Date.UTC(year, month, 1))), iso(new Date(Date.UTC(year, month + length, 0)))];
  if (grain === "week") return [name, iso(plus(day(name), 6))];
  return grain === "day" ? [name, name] : null;
}

const WAYS = { string: ["is", "is_not"], number: ["is", "is_not"], list: ["any_item_is", "no_item_is"] };

// The conditions that leave only this part of a breakdown, or (`without`) all but it; null where no filter can say that.
export function conditionsOf({ property, buckets }, part, without = false) {
  const only = (operator, values = []) => [{ property, operator, values }];
  if (part.kind === "not_set") return only(without ? "is_set" : "is_not_set");
  if (part.kind === "empty") return property.type === "string" ? only(without ? "is_not" : "is", [""]) : null;
  if (part.kind === "range") {
    const parts = [part.value === null ? null : ["at_least", "less_than", part.value], part.upper === null ? null : ["less_than", "at_least", part.upper]].filter(Boolean);
    if (!without) return parts.flatMap(([operator, , edge]) => only(operator, [edge]));
    return parts.length === 1 ? only(parts[0][1], [parts[0][2]]) : null;
  }
  if (part.kind !== "value") return null;
  if (property.type === "boolean") return only(part.value === !without ? "is_true" : "is_false");
  if (property.type === "date") {
    const days = property.name === "time" && property.source !== "user" ? null : datesNamed(String(part.value), buckets?.grain);
    if (!days) return null;
    return days[0] === days[1] ? only(without ? "not_on" : "on", [days[0]]) : only(without ? "not_between" : "between", days);
  }
  const way = WAYS[property.type];
  return way ? only(way[Number(without)], [part.value]) : null;
}
