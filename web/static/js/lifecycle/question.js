// Lifecycle as it is edited, and as the document of docs/architecture.md: the one of `metrics` is the activity. Pure.

import { carried, isNamed, newStep, readRest, readStep, writeRest, writeStep } from "../kinds/parts.js";

const DATES = { kind: "last", count: 12, unit: "week" };

export const fresh = (event = null) => ({ ...carried({ metrics: [], filters: null, dates: DATES, breakdowns: [], segments: null }, "lifecycle"), metrics: [newStep(event)], interval: "week" });

export function from(document) {
  const taken = carried(document, "lifecycle", { most: 1, breakdowns: 0 });
  return { ...taken, metrics: taken.metrics.length ? taken.metrics : [newStep(null)], interval: ["day", "week", "month"].includes(document.interval) ? document.interval : "week" };
}

export function read(document) {
  const activity = readStep(document.activity);
  const rest = readRest(document);
  return !rest || activity === undefined ? null : { ...rest, metrics: [activity], interval: document.interval ?? "week" };
}

export const isWhole = (model) => isNamed(model.metrics[0]);

export const write = (model) => ({ ...writeRest(model, { split: false }), activity: writeStep(model.metrics[0]), interval: model.interval });

export const unasked = "Choose what active users do.";

export const called = () => "Activity";

export const edits = {};
