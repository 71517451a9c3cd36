// The kinds of question: what each is called, and its way to and from the address. Everything that is the same for all
// kinds asks here, never a kind itself. Pure.

import * as flows from "../flows/question.js";
import * as frequency from "../frequency/question.js";
import * as funnels from "../funnels/question.js";
import * as insights from "../insights/question.js";
import * as lifecycle from "../lifecycle/question.js";
import * as retention from "../retention/question.js";
import { inZone, newStep } from "./parts.js";

// What the toolbar offers beside the range: intervals to choose from, a comparison, smoothing. `begins` is how many of
// its events, from the first on, put somebody into the answer; undefined where any will do.
export const KINDS = {
  insights: {
    label: "Insights", one: "question of Insights", about: "How often, how many, how much", all: "metrics", add: "Add a metric",
    unasked: "Choose the event that is counted.", called: (place) => `Metric ${insights.letter(place)}`, own: insights.letter,
    intervals: null, comparison: true, rolling: true, breakdowns: insights.MOST_BREAKDOWNS,
  },
  funnels: {
    label: "Funnels", one: "funnel", about: "How many get from step to step", all: "events", add: "Add a step", ...funnels,
    intervals: ["hour", "day", "week", "month", "quarter", "year"], comparison: true, breakdowns: 1,
    begins: ({ order }) => (order === "any" ? undefined : 1),
  },
  retention: { label: "Retention", one: "retention question", about: "Who comes back", all: "events", ...retention, intervals: ["day", "week", "month"], comparison: true, breakdowns: 1, begins: () => 1 },
  flows: { label: "Flows", one: "flow", about: "What people do before and after", all: "events", ...flows, intervals: [], breakdowns: 0 },
  lifecycle: { label: "Lifecycle", one: "lifecycle question", about: "New, returning, back again, gone", all: "events", ...lifecycle, intervals: ["day", "week", "month"], breakdowns: 0 },
  frequency: { label: "Frequency", one: "frequency question", about: "On how many days or in how many hours", all: "events", ...frequency, intervals: [], breakdowns: 1 },
};

// Of a question or a document.
export const kindOf = ({ kind = "insights" }) => KINDS[kind];

export const isInsights = ({ kind }) => kind === undefined || kind === "insights";

export const mostBreakdowns = (document) => kindOf(document).breakdowns;

// What an event of the question is called: metric A, step 1.
export const called = (document, place) => kindOf(document).called(place);

// What can be asked of a question that is being edited, as its document; null if nothing can yet.
export function askable(model) {
  if (isInsights(model)) return insights.askable(model);
  const kind = KINDS[model.kind];
  return kind.isWhole(model) ? kind.write(model) : null;
}

// Of a question that is being edited or of a document.
export function toText(model) {
  if (isInsights(model)) return insights.toText(model);
  return JSON.stringify(model.metrics ? KINDS[model.kind].write(model) : model);
}

export function fromText(text) {
  let read;
  try {
    read = JSON.parse(text);
  } catch {
    return null;
  }
  if (!read || typeof read !== "object" || isInsights(read)) return insights.fromText(text);
  const kind = Object.hasOwn(KINDS, read.kind) ? KINDS[read.kind] : null;
  return kind ? kind.read(read) : null;
}

// To begin with: of the most frequent events.
export const fresh = (names = [], kind = "insights") => (kind === "insights" ? insights.fresh(names[0]) : KINDS[kind].fresh(...names));

// The same events, filters, breakdowns and dates as another kind of question, and what of it is lost, in words.
export function turned(model, kind) {
  const to = kind === "insights" ? ofInsights(model) : KINDS[kind].from(model);
  if (KINDS[kind].comparison) to.comparison = model.comparison ?? null;
  const lost = [];
  const count = model.metrics.length - to.metrics.length;
  if (count > 0) lost.push(count === 1 ? "an event" : `${count} events`);
  if (to.breakdowns.length < model.breakdowns.length) lost.push(to.breakdowns.length ? "further breakdowns" : "the breakdown");
  if (isInsights(model) && model.formulas.length) lost.push("the formulas");
  if (model.of) lost.push("the choice of users");
  if (model.comparison && !to.comparison) lost.push("the comparison");
  return { to, lost };
}

function ofInsights(model) {
  const start = insights.fresh();
  const metrics = model.metrics.filter(({ events }) => !Array.isArray(events) || events.length)
    .map(({ events, filters, first_time, name }) => ({ ...start.metrics[0], events, filters, ...(first_time ? { first_time } : {}), ...(name ? { name } : {}) }));
  return { ...start, metrics: metrics.length ? metrics : start.metrics, filters: model.filters, breakdowns: model.breakdowns, segments: model.segments, dates: model.dates, interval: insights.fitted(model.dates, start.interval), ...inZone(model) };
}

const edits = {
  option: (model, { part }) => ({ ...model, ...part }),
  "add metric": (model, { name }) => ({ ...model, metrics: [...model.metrics, newStep(name)] }),
};

// (model, action) → model
export function reduce(model, action) {
  if (isInsights(model)) return insights.reduce(model, action);
  const own = KINDS[model.kind].edits[action.type] ?? edits[action.type];
  if (own) return own(model, action);
  const changed = insights.reduce(model, action);
  // A range never changes what is counted in another kind of question, only how much of it is shown.
  return action.type === "dates" ? { ...changed, interval: model.interval } : changed;
}
