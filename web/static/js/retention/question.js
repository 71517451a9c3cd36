// Retention as it is edited, and as the document of docs/architecture.md: `metrics` are the birth and the return. Pure.

import { carried, isNamed, newStep, readRest, readStep, writeRest, writeStep } from "../kinds/parts.js";

// What a document says by leaving it out, and what a new question begins with.
const LEFT_OUT = { unit: "day", periods: 12, brackets: null, alignment: "rolling", criterion: "on", measure: { kind: "rate" }, interval: "week" };
const USUAL = { unit: "week", periods: 8, brackets: null, alignment: "calendar", criterion: "on", measure: { kind: "rate" }, interval: "week" };
const DATES = { kind: "last", count: 12, unit: "week" };

export const fresh = (event) => ({ ...carried({ metrics: [], filters: null, dates: DATES, breakdowns: [], segments: null }, "retention"),
  metrics: [newStep(event), newStep(null)], ...USUAL });

export function from(document) {
  const taken = carried(document, "retention", { most: 2 });
  const metrics = taken.metrics.length > 1 ? taken.metrics : [...taken.metrics, newStep(null)];
  return { ...taken, metrics, ...USUAL };
}

export function read(document) {
  const metrics = [readStep(document.birth), readStep(document.return)];
  const rest = readRest(document);
  if (!rest || metrics.includes(undefined)) return null;
  metrics[0] = { ...metrics[0], first_time: Boolean(document.birth.first_time) };
  return { ...rest, metrics, ...Object.fromEntries(Object.keys(LEFT_OUT).map((key) => [key, document[key] ?? LEFT_OUT[key]])) };
}

export const isWhole = (model) => model.metrics.length === 2 && model.metrics.every(isNamed);

export function write(model) {
  const [birth, back] = model.metrics;
  const measured = ["sum", "average"].includes(model.measure.kind) && !model.measure.property ? USUAL.measure : model.measure;
  return {
    ...writeRest(model), birth: writeStep(birth, birth.first_time ? { first_time: true } : {}), return: writeStep(back), unit: model.unit, periods: model.periods,
    ...(model.brackets?.length ? { brackets: model.brackets } : {}), alignment: model.alignment, criterion: model.criterion, measure: measured, interval: model.interval,
    ...(model.comparison ? { comparison: model.comparison } : {}),
  };
}

export const unasked = "Choose what users begin by, and what they come back for.";

export const called = (place) => ["Born by", "Returns by"][place];

export const edits = {};
