// What the kinds of question beside Insights share. While it is edited, a question of any kind has the same shape: `metrics`
// are the events it names, in order, each with filters of its own. Pure.

import { askableFilters, isReadable, whole } from "../insights/filtering.js";
import { isDates } from "../insights/ranges.js";

const isEvents = (events) => Array.isArray(events) || events?.all === true;

export const isNamed = ({ events }) => !Array.isArray(events) || events.length > 0;
export const listOf = (events) => (Array.isArray(events) ? events : []);

export const newStep = (event) => ({ events: event === undefined ? [] : event === null ? { all: true } : [event], filters: null });

// A step of a document made whole enough to edit; undefined if it cannot be drawn.
export function readStep(step) {
  if (!step || !isEvents(step.events) || !isReadable(step.filters)) return undefined;
  return { ...step, filters: whole(step.filters) };
}

export function writeStep({ events, filters, name }, more = {}) {
  return { events, ...(askableFilters(filters) ? { filters: askableFilters(filters) } : {}), ...(name ? { name } : {}), ...more };
}

// What every kind has beside its steps; null if it cannot be drawn.
export function readRest(read) {
  const breakdowns = read.breakdowns ?? [];
  if (!isReadable(read.filters) || !isDates(read.dates) || !Array.isArray(breakdowns) || !breakdowns.every((each) => each?.property?.name)) return null;
  return {
    version: 1, kind: read.kind, filters: whole(read.filters), dates: read.dates, breakdowns: breakdowns.map((each) => ({ buckets: null, values: [], ...each })),
    segments: read.segments ?? null, formulas: [], rolling: 0, comparison: read.comparison ?? null, ...inZone(read),
  };
}

// The same, written: without what is said by leaving it out.
export function writeRest({ kind, filters, dates, breakdowns, segments, zone }, { split = true } = {}) {
  const asked = askableFilters(filters);
  return {
    version: 1, kind, dates, ...inZone({ zone }), ...(asked ? { filters: asked } : {}),
    ...(split && breakdowns.length ? { breakdowns: breakdowns.map(lean), ...(segments ? { segments } : {}) } : {}),
  };
}

// The zone of a question, for another one about the same days. Without one it is the project's.
export const inZone = ({ zone }) => (zone ? { zone } : {});

const lean = ({ buckets, values, ...each }) => ({ ...each, ...(buckets ? { buckets } : {}), ...(values?.length ? { values } : {}) });

export const replaced = (list, index, change) => list.map((each, at) => (at === index ? change(each) : each));
export const without = (list, index) => list.filter((_, at) => at !== index);

// What another kind of question takes over of this one: its events, filters, breakdowns, dates and zone.
export function carried(document, kind, { most = 20, breakdowns = 1 } = {}) {
  const steps = document.metrics.slice(0, most).map(({ events, filters, name }) => ({ events, filters, ...(name ? { name } : {}) }));
  return {
    version: 1, kind, metrics: steps, formulas: [], rolling: 0, comparison: null, filters: document.filters, dates: document.dates,
    breakdowns: document.breakdowns.slice(0, breakdowns), segments: breakdowns && document.breakdowns.length ? document.segments : null, ...inZone(document),
  };
}

export const plural = (count, unit) => `${count} ${unit}${count === 1 ? "" : "s"}`;
