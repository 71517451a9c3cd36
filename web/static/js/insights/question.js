// The question as a document, and every way to edit it: pure functions, nothing here knows the page or the network.
// docs/architecture.md describes the document; analytics/queries/codec.py is who reads it.

import { lettersIn, problem, relettered } from "./expressions.js";
import { askableFilters, edits as filterEdits, filtersAt, isReadable, whole } from "./filtering.js";
import { fitting, isDates } from "./ranges.js";

export { fitting as fitted } from "./ranges.js";

export const MOST_METRICS = 40;
export const MOST_BREAKDOWNS = 5;
export const MOST_FORMULAS = 20;
const OF_PROPERTY = ["sum", "average", "median", "percentile", "min", "max", "distinct"];

export function fresh(event) {
  return {
    version: 1,
    kind: "insights",
    metrics: [newMetric(event === undefined ? [] : [event], { kind: "unique" })],
    formulas: [],
    filters: null,
    breakdowns: [],
    segments: null,
    dates: { kind: "last", count: 30, unit: "day" },
    interval: "day",
    comparison: null,
    rolling: 0,
  };
}

const newMetric = (events, measure) => ({ events, measure, filters: null });

export function letter(index) {
  return (index >= 26 ? letter(Math.floor(index / 26) - 1) : "") + String.fromCharCode(65 + (index % 26));
}

export const letters = (document) => document.metrics.map((_, index) => letter(index));

const replaced = (list, index, change) => list.map((each, at) => (at === index ? change(each) : each));
const without = (list, index) => list.filter((_, at) => at !== index);

function moved(list, from, to) {
  const rest = without(list, from);
  return [...rest.slice(0, to), list[from], ...rest.slice(to)];
}

const listOf = (events) => (Array.isArray(events) ? events : []);
const unique = (names) => [...new Set(names)];

function onMetric(document, index, change) {
  return { ...document, metrics: replaced(document.metrics, index, change) };
}

// Metrics in a new order (`order` holds their old numbers): formulas follow their letters, and go with a metric that is gone.
function reordered(document, order) {
  const now = new Map();
  order.forEach((old, index) => now.has(letter(old)) || now.set(letter(old), letter(index)));
  const gone = new Set(letters(document).filter((each) => !now.has(each)));
  return {
    ...document,
    metrics: order.map((old) => document.metrics[old]),
    formulas: document.formulas
      .filter((formula) => !lettersIn(formula.expression).some((each) => gone.has(each)))
      .map((formula) => ({ ...formula, expression: relettered(formula.expression, (each) => now.get(each) ?? each) })),
  };
}

// What a measure needs before it can be asked: the property that it is of.
const lacksProperty = (measure) => (OF_PROPERTY.includes(measure.kind) && !measure.property)
  || (measure.kind === "per_user" && measure.per_user.each !== "total" && !measure.per_user.property);

// `before` is what goes on being asked until the new measure has its property.
function withMeasure(metric, measure) {
  const old = metric.measure;
  const before = lacksProperty(old) ? old.before : old;
  return { ...metric, measure: lacksProperty(measure) ? { ...measure, before } : measure };
}

const DATE_BUCKETS = { kind: "date", grain: "day" };
// A date always has buckets; of a number people most often want them.
const newBreakdown = (property) => ({ property, buckets: property.type === "date" ? DATE_BUCKETS : property.type === "number" ? { kind: "auto" } : null, values: [] });

const memberAt = (document, place, at) => at.reduce((group, index) => group.conditions[index], filtersAt(document, place));

const edits = {
  ...filterEdits,
  event: (document, { metric, index, name }) =>
    onMetric(document, metric, (each) => ({
      ...each,
      events: name === null ? { all: true } : unique(replaced(listOf(each.events), index, () => name)),
    })),
  "add event": (document, { metric, name }) =>
    onMetric(document, metric, (each) => ({ ...each, events: unique([...listOf(each.events), name]) })),
  "remove event": (document, { metric, index }) =>
    onMetric(document, metric, (each) => ({ ...each, events: without(listOf(each.events), index) })),
  measure: (document, { metric, measure }) => onMetric(document, metric, (each) => withMeasure(each, measure)),
  "first time": (document, { metric, on }) => onMetric(document, metric, (each) => ({ ...each, first_time: on })),
  rename: (document, { metric, name }) => onMetric(document, metric, (each) => ({ ...each, name })),
  "add metric": (document, { name }) => {
    const { measure } = document.metrics.at(-1);
    const counted = ["total", "unique"].includes(measure.kind) ? measure : { kind: "unique" };
    return { ...document, metrics: [...document.metrics, newMetric(name === null ? { all: true } : [name], { ...counted })] };
  },
  "duplicate metric": (document, { metric }) => {
    const order = document.metrics.map((_, index) => index);
    return reordered(document, [...order.slice(0, metric + 1), metric, ...order.slice(metric + 1)]);
  },
  "move metric": (document, { metric, to }) => reordered(document, moved(document.metrics.map((_, index) => index), metric, to)),
  "remove metric": (document, { metric }) => reordered(document, without(document.metrics.map((_, index) => index), metric)),
  "add formula": (document, { expression }) => ({ ...document, formulas: [...document.formulas, { expression, name: "", unit: "number" }] }),
  formula: (document, { index, part }) => ({ ...document, formulas: replaced(document.formulas, index, (each) => ({ ...each, ...part })) }),
  "remove formula": (document, { index }) => ({ ...document, formulas: without(document.formulas, index) }),
  "add breakdown": (document, { property }) => ({ ...document, breakdowns: [...document.breakdowns, newBreakdown(property)] }),
  breakdown: (document, { index, property }) => ({ ...document, breakdowns: replaced(document.breakdowns, index, () => newBreakdown(property)) }),
  buckets: (document, { index, buckets }) => ({
    ...document, breakdowns: replaced(document.breakdowns, index, (each) => ({ ...each, buckets, values: buckets ? [] : each.values })),
  }),
  "chosen values": (document, { index, values }) => ({ ...document, breakdowns: replaced(document.breakdowns, index, (each) => ({ ...each, values })) }),
  "move breakdown": (document, { index, to }) => ({ ...document, breakdowns: moved(document.breakdowns, index, to) }),
  "remove breakdown": (document, { index }) => {
    const breakdowns = without(document.breakdowns, index);
    return { ...document, breakdowns, segments: breakdowns.length ? document.segments : null };
  },
  // To the filters of metric `to`, or (null) of all.
  "move filter": (document, { place, at, to }) => {
    const condition = memberAt(document, place, at);
    return filterEdits["add condition"](filterEdits["remove condition"](document, { place, at }), { place: to, at: [], condition });
  },
  "filter to breakdown": (document, { place, at }) => {
    const rest = filterEdits["remove condition"](document, { place, at });
    return { ...rest, breakdowns: [...rest.breakdowns, newBreakdown(memberAt(document, place, at).property)] };
  },
  "breakdown to filter": (document, { index, to, condition }) =>
    filterEdits["add condition"](edits["remove breakdown"](document, { index }), { place: to, at: [], condition }),
  segments: (document, { part }) => ({ ...document, segments: { ...document.segments, ...part } }),
  dates: (document, { dates }) => ({ ...document, dates, interval: fitting(dates, document.interval) }),
  interval: (document, { interval }) => ({ ...document, interval }),
  comparison: (document, { comparison }) => ({ ...document, comparison }),
  rolling: (document, { rolling }) => ({ ...document, rolling }),
  // Null is the project's, which is said by leaving it out.
  zone: ({ zone: _, ...document }, { zone }) => (zone ? { ...document, zone } : document),
};

// (document, action) → document
export function reduce(document, action) {
  return edits[action.type](document, action);
}

// --- the address ---

// What can be asked of a document that is being edited, or null if nothing can yet.
export function askable(document) {
  const metrics = document.metrics
    .filter((metric) => !Array.isArray(metric.events) || metric.events.length)
    .map((metric) => ({ ...metric, measure: lacksProperty(metric.measure) ? metric.measure.before : metric.measure, filters: askableFilters(metric.filters) }));
  const known = metrics.map((_, index) => letter(index));
  const formulas = (document.formulas ?? []).filter((formula) => problem(formula.expression, known) === null);
  return metrics.length ? { ...document, metrics, formulas, filters: askableFilters(document.filters) } : null;
}

// Without what is said by leaving it out.
export function toText(document) {
  const lean = {
    ...document,
    metrics: document.metrics.map((metric) => omit(metric, (key, value) => ["filters", "first_time", "name"].includes(key) && !value)),
    breakdowns: document.breakdowns.map((each) => omit(each, (key, value) => (key === "buckets" && !value) || (key === "values" && !value?.length))),
    formulas: document.formulas.map((each) => omit(each, (key, value) => (key === "name" && !value) || (key === "unit" && value === "number"))),
  };
  const idle = (key, value) => ["filters", "segments", "comparison", "rolling", "zone"].includes(key) && !value;
  const none = (key, value) => ["breakdowns", "formulas"].includes(key) && !value?.length;
  return JSON.stringify(omit(lean, (key, value) => idle(key, value) || none(key, value)));
}

const omit = (object, drop) => Object.fromEntries(Object.entries(object).filter(([key, value]) => !drop(key, value)));

// A document from the address, made whole enough to edit; null if it is no question. The server says what is wrong in it.
export function fromText(text) {
  let read;
  try {
    read = JSON.parse(text);
  } catch {
    return null;
  }
  const usable = read && typeof read === "object" && Array.isArray(read.metrics) && read.metrics.length;
  if (!usable || !read.metrics.every((metric) => isMeasure(metric?.measure) && isEvents(metric.events) && isReadable(metric.filters))) return null;
  if (!isReadable(read.filters) || !isDates(read.dates)) return null;
  const lists = [read.breakdowns ?? [], read.formulas ?? []];
  if (!lists.every(Array.isArray) || !lists[0].every(isBreakdown) || !lists[1].every((each) => typeof each?.expression === "string")) return null;
  return {
    segments: null, comparison: null, rolling: 0, ...read, filters: whole(read.filters),
    metrics: read.metrics.map((metric) => ({ ...metric, filters: whole(metric.filters) })),
    breakdowns: lists[0].map((each) => ({ buckets: null, values: [], ...each })),
    formulas: lists[1].map((each) => ({ name: "", unit: "number", ...each })),
  };
}

const isEvents = (events) => Array.isArray(events) || events?.all === true;
const COUNTED = ["total", "unique", "sessions", "dau", "wau", "mau", "cumulative_unique"];
const isMeasure = (measure) => COUNTED.includes(measure?.kind)
  || ((OF_PROPERTY.includes(measure?.kind) || (measure?.kind === "per_user" && measure.per_user?.across)) && !lacksProperty(measure));
const isBreakdown = (each) => each?.property?.name && (each.buckets?.kind !== "custom" || Array.isArray(each.buckets.edges))
  && (each.buckets?.kind !== "even" || Number.isFinite(each.buckets.size)) && Array.isArray(each.values ?? []);

export const eventNames = (document) => unique(document.metrics.flatMap((metric) => listOf(metric.events)));
export const asksAllEvents = (document) => document.metrics.some((metric) => !Array.isArray(metric.events));
export const hasFilters = (document) => Boolean(document.filters || document.metrics.some((metric) => metric.filters));
