// The question as a document, and every way to edit it: pure functions, nothing here knows the page or the network.
// docs/architecture.md describes the document; analytics/queries/codec.py is who reads it.

export const MOST_METRICS = 40;
// Operators whose values are a number of calendar units and the unit: [7, "day"], which no other operator can use.
export const RELATIVE = ["in_last", "not_in_last", "before_last", "in_next"];

export function fresh(event) {
  return {
    version: 1,
    kind: "insights",
    metrics: [{ events: event === undefined ? [] : [event], measure: { kind: "unique" }, filters: null }],
    filters: null,
    breakdowns: [],
    segments: null,
    dates: { kind: "last", count: 30, unit: "day" },
    interval: "day",
  };
}

// A filter that is being written has too few values yet: it is shown, and not asked.
export const isComplete = (condition) => !("fewest" in condition) || condition.values.length >= condition.fewest;

export function letter(index) {
  return (index >= 26 ? letter(Math.floor(index / 26) - 1) : "") + String.fromCharCode(65 + (index % 26));
}

const replaced = (list, index, change) => list.map((each, at) => (at === index ? change(each) : each));
const without = (list, index) => list.filter((_, at) => at !== index);

function onMetric(document, index, change) {
  return { ...document, metrics: replaced(document.metrics, index, change) };
}

// `place` is the number of a metric, or null for the filters of the whole question.
export const filtersAt = (document, place) => (place === null ? document.filters : document.metrics[place]?.filters) ?? null;

function onFilters(document, place, change) {
  const tidy = (group) => {
    const changed = change(group ?? { match: "all", conditions: [] });
    return changed.conditions.length ? changed : null;
  };
  if (place === null) return { ...document, filters: tidy(document.filters) };
  return onMetric(document, place, (metric) => ({ ...metric, filters: tidy(metric.filters) }));
}

const onCondition = (document, place, index, change) =>
  onFilters(document, place, (group) => ({ ...group, conditions: replaced(group.conditions, index, change) }));

const edits = {
  event: (document, { metric, index, name }) =>
    onMetric(document, metric, (each) => ({
      ...each,
      events: name === null ? { all: true } : unique(replaced(listOf(each.events), index, () => name)),
    })),
  "add event": (document, { metric, name }) =>
    onMetric(document, metric, (each) => ({ ...each, events: unique([...listOf(each.events), name]) })),
  "remove event": (document, { metric, index }) =>
    onMetric(document, metric, (each) => ({ ...each, events: without(listOf(each.events), index) })),
  measure: (document, { metric, measure }) =>
    onMetric(document, metric, (each) => ({ ...each, measure: { kind: measure } })),
  "add metric": (document, { name }) => ({
    ...document,
    metrics: [
      ...document.metrics,
      { events: name === null ? { all: true } : [name], measure: { ...document.metrics.at(-1).measure }, filters: null },
    ],
  }),
  "remove metric": (document, { metric }) => ({ ...document, metrics: without(document.metrics, metric) }),
  "add condition": (document, { place, condition }) =>
    onFilters(document, place, (group) => ({ ...group, conditions: [...group.conditions, condition] })),
  operator: (document, { place, index, operator }) =>
    onCondition(document, place, index, (condition) => withOperator(condition, operator)),
  values: (document, { place, index, values }) =>
    onCondition(document, place, index, (condition) => ({ ...condition, values })),
  "remove condition": (document, { place, index }) =>
    onFilters(document, place, (group) => ({ ...group, conditions: without(group.conditions, index) })),
  match: (document, { place, match }) => onFilters(document, place, (group) => ({ ...group, match })),
  "remove filters": (document) => ({
    ...document,
    filters: null,
    metrics: document.metrics.map((metric) => ({ ...metric, filters: null })),
  }),
  breakdown: (document, { property }) => ({
    ...document,
    breakdowns: property ? [property.type === "date" ? { property, buckets: { kind: "date", grain: "day" } } : { property }] : [],
  }),
  limit: (document, { limit }) => ({
    ...document,
    segments: { ...document.segments, limit },
  }),
  dates: (document, { dates }) => ({ ...document, dates, interval: fitting(dates, document.interval) }),
  interval: (document, { interval }) => ({ ...document, interval }),
};

// (document, action) → document
export function reduce(document, action) {
  return edits[action.type](document, action);
}

const listOf = (events) => (Array.isArray(events) ? events : []);
const unique = (names) => [...new Set(names)];

// `operator` as the server lists it: its name, and the fewest and most values it takes.
function withOperator(condition, operator) {
  const kept = condition.most === operator.most || operator.most > 2 ? condition.values : condition.values.slice(0, operator.most);
  const fits = RELATIVE.includes(condition.operator) === RELATIVE.includes(operator.name);
  return { ...condition, operator: operator.name, fewest: operator.fewest, most: operator.most, values: fits ? kept : [] };
}

export function newCondition(property, operator) {
  return { property, operator: operator.name, fewest: operator.fewest, most: operator.most, values: [] };
}

// --- dates and intervals ---

const DAYS = { day: 1, week: 7, month: 31, quarter: 92, year: 366 };
export const WIDTHS = { minute: 1 / 1440, hour: 1 / 24, day: 1, week: 7, month: 31, quarter: 92, year: 366 };
const MOST_POINTS = 1500;
const READABLE = 120; // points beyond which a new range gets another interval
const HANDY = 40; // points of that one, at most

export function daysIn(dates) {
  if (dates.kind === "last") return dates.count * DAYS[dates.unit];
  if (dates.kind === "to_date") return DAYS[dates.unit];
  if (dates.kind === "since") return Math.max(1, Math.round((Date.now() - Date.parse(dates.from)) / 86400000) + 1);
  return Math.round((Date.parse(dates.to) - Date.parse(dates.from)) / 86400000) + 1;
}

export const fits = (dates, interval) => daysIn(dates) / WIDTHS[interval] <= MOST_POINTS;

// The interval as it is, if it still makes a readable chart; else the narrowest that makes a handy one.
function fitting(dates, interval) {
  const points = (each) => daysIn(dates) / WIDTHS[each];
  if (points(interval) <= READABLE && points(interval) >= 2) return interval;
  return Object.keys(WIDTHS).find((each) => points(each) <= HANDY) ?? "year";
}

// --- the address ---

// What can be asked of a document that is being edited, or null if nothing can yet.
export function askable(document) {
  const group = (each) => {
    if (!each) return null;
    const conditions = each.conditions.filter(isComplete).map(plain);
    return conditions.length ? { match: each.match, conditions } : null;
  };
  const metrics = document.metrics
    .filter((metric) => !Array.isArray(metric.events) || metric.events.length)
    .map((metric) => ({ ...metric, filters: group(metric.filters) }));
  return metrics.length ? { ...document, metrics, filters: group(document.filters) } : null;
}

function plain({ fewest, most, ...condition }) {
  return condition;
}

export function toText(document) {
  const lean = { ...document, metrics: document.metrics.map(({ filters, ...rest }) => (filters ? { ...rest, filters } : rest)) };
  if (!lean.filters) delete lean.filters;
  if (!lean.breakdowns?.length) delete lean.breakdowns;
  if (!lean.segments) delete lean.segments;
  return JSON.stringify(lean);
}

// A document from the address, made whole enough to edit; null if it is no question. The server says what is wrong in it.
export function fromText(text) {
  let read;
  try {
    read = JSON.parse(text);
  } catch {
    return null;
  }
  const whole = read && typeof read === "object" && Array.isArray(read.metrics) && read.metrics.length;
  if (!whole || !read.metrics.every((metric) => metric?.measure && isEvents(metric.events)) || !isDates(read.dates)) return null;
  return { filters: null, breakdowns: [], segments: null, ...read, metrics: read.metrics.map((metric) => ({ filters: null, ...metric })) };
}

const isEvents = (events) => Array.isArray(events) || events?.all === true;
const isDates = (dates) => (["last", "to_date"].includes(dates?.kind) && DAYS[dates.unit])
  || (dates?.kind === "since" && dates.from) || (dates?.kind === "fixed" && dates.from && dates.to);

export const eventNames = (document) => unique(document.metrics.flatMap((metric) => listOf(metric.events)));
export const asksAllEvents = (document) => document.metrics.some((metric) => !Array.isArray(metric.events));
export const hasFilters = (document) => Boolean(document.filters || document.metrics.some((metric) => metric.filters));
