// Frequency as it is edited, and as the document of docs/architecture.md: the one of `metrics` is the activity. Pure.

import { carried, isNamed, newStep, readRest, readStep, writeRest, writeStep } from "../kinds/parts.js";

const USUAL = { each: "day", per: "week" };
const DATES = { kind: "last", count: 12, unit: "week" };
// What can be counted distinct in each.
export const WITHIN = { day: ["hour"], week: ["hour", "day"], month: ["hour", "day", "week"] };

export const fresh = (event) => ({ ...carried({ metrics: [], filters: null, dates: DATES, breakdowns: [], segments: null }, "frequency"), metrics: [newStep(event)], interval: "week", ...USUAL });

export function from(document) {
  const taken = carried(document, "frequency", { most: 1 });
  return { ...taken, metrics: taken.metrics.length ? taken.metrics : [newStep(null)], interval: "week", ...USUAL };
}

export function read(document) {
  const activity = readStep(document.activity);
  const rest = readRest(document);
  return !rest || activity === undefined ? null : { ...rest, metrics: [activity], interval: "week", each: document.each ?? USUAL.each, per: document.per ?? USUAL.per };
}

export const isWhole = (model) => isNamed(model.metrics[0]);

export const write = (model) => ({ ...writeRest(model), activity: writeStep(model.metrics[0]), each: model.each, per: model.per });

export const unasked = "Choose what users do.";

export const called = () => "Activity";

export const edits = {
  per: (model, { per }) => ({ ...model, per, each: WITHIN[per].includes(model.each) ? model.each : WITHIN[per].at(-1) }),
};
