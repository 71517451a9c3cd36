// A flow as it is edited, and as the document of docs/architecture.md: the one of `metrics` is the anchor. Pure.

import * as funnels from "../funnels/question.js";
import { carried, inZone, isNamed, newStep, readRest, readStep, replaced, without, writeRest, writeStep } from "../kinds/parts.js";

export const MOST_STEPS = 5;
const USUAL = { before: 0, after: 3, top: 3, expanded: [], hidden: [], merged: [], split: [], count: "uniques", window: { kind: "time", count: 30, unit: "day" }, of: null };

export const fresh = (event) => ({ ...carried({ metrics: [], filters: null, dates: { kind: "last", count: 30, unit: "day" }, breakdowns: [], segments: null }, "flows"),
  metrics: [newStep(event)], interval: "day", ...USUAL });

export function from(document) {
  const taken = carried(document, "flows", { most: 1, breakdowns: 0 });
  return { ...taken, metrics: taken.metrics.length ? taken.metrics : [newStep()], interval: "day", ...USUAL };
}

export function read(document) {
  const anchor = readStep(document.anchor);
  const rest = readRest(document);
  if (!rest || anchor === undefined || (document.of && !funnels.isNumber(document.of))) return null;
  return { ...rest, metrics: [anchor], interval: "day", ...Object.fromEntries(Object.keys(USUAL).map((key) => [key, document[key] ?? USUAL[key]])) };
}

export const isWhole = (model) => isNamed(model.metrics[0]) && model.before + model.after > 0;

export function write(model) {
  const merged = model.merged.filter(({ name, events }) => name && events.length > 1);
  return {
    ...writeRest(model, { split: false }), anchor: writeStep(model.metrics[0]), before: model.before, after: model.after, top: model.top, count: model.count, window: model.window,
    ...(model.expanded.length ? { expanded: model.expanded } : {}), ...(model.hidden.length ? { hidden: model.hidden } : {}),
    ...(merged.length ? { merged } : {}), ...(model.split.length ? { split: model.split } : {}), ...(model.of ? { of: model.of } : {}),
  };
}

export const unasked = "Choose an event, and how many steps to look before or after it.";

export const called = () => "Anchor";

const moved = ({ zone: _, ...document }, zone) => ({ ...document, ...inZone({ zone }) });

export const edits = {
  hide: (model, { name }) => ({ ...model, hidden: [...new Set([...model.hidden, name])] }),
  "show again": (model, { name }) => ({ ...model, hidden: model.hidden.filter((each) => each !== name) }),
  expand: (model, { step, top }) => ({ ...model, expanded: [...model.expanded.filter((each) => each.step !== step), ...(top ? [{ step, top }] : [])] }),
  merge: (model, { index, part }) => (index === model.merged.length ? { ...model, merged: [...model.merged, { name: "", events: [], ...part }] }
    : { ...model, merged: replaced(model.merged, index, (each) => ({ ...each, ...part })) }),
  unmerge: (model, { index }) => ({ ...model, merged: without(model.merged, index) }),
  split: (model, { event, property }) => ({ ...model, split: [...model.split.filter((each) => each.event !== event), { event, property }] }),
  // A flow and the funnel whose number it follows are of the same days.
  zone: ({ of, ...model }, { zone }) => ({ ...moved(model, zone), of: of && { ...of, query: moved(of.query, zone) } }),
  "of everybody": (model) => ({ ...model, of: null }),
  "stop splitting": (model, { index }) => ({ ...model, split: without(model.split, index) }),
};
