// A funnel as it is edited, and as the document of docs/architecture.md. Pure.

import { carried, isNamed, newStep, plural, readRest, readStep, replaced, without, writeRest, writeStep } from "../kinds/parts.js";

export const FEWEST = 2;
export const MOST = 20;
export const MOST_HELD = 3;

const USUAL = { order: "specific", window: { kind: "time", count: 7, unit: "day" }, count: "uniques", exclusions: [], hold: [], attribution: { kind: "first" }, view: "steps", between: null };

export const fresh = (event, next) => ({ ...carried({ metrics: [], filters: null, dates: { kind: "last", count: 30, unit: "day" }, breakdowns: [], segments: null }, "funnels"),
  metrics: [newStep(event), newStep(next)], interval: "day", ...USUAL });

// The events of another question become the steps.
export function from(document) {
  const taken = carried(document, "funnels", { most: MOST });
  const metrics = [...taken.metrics, ...Array.from({ length: Math.max(0, FEWEST - taken.metrics.length) }, () => newStep())];
  return { ...taken, metrics, interval: ["hour", "day", "week", "month", "quarter", "year"].includes(document.interval) ? document.interval : "day", ...USUAL };
}

export function read(document) {
  const metrics = document.steps?.map?.(readStep);
  const exclusions = (document.exclusions ?? []).map(readStep);
  const rest = readRest(document);
  if (!rest || !metrics?.length || metrics.includes(undefined) || exclusions.includes(undefined)) return null;
  metrics[0] = { ...metrics[0], first_time: Boolean(document.first_time) };
  const own = Object.fromEntries(Object.keys(USUAL).map((key) => [key, document[key] ?? USUAL[key]]));
  return { ...rest, ...own, metrics, exclusions, interval: document.interval ?? "day" };
}

export const isWhole = (model) => model.metrics.filter(isNamed).length >= FEWEST;

// The document. A step that has no event yet is left out once there are enough others.
export function write(model) {
  const steps = isWhole(model) ? model.metrics.filter(isNamed) : model.metrics;
  const within = ({ after, before }) => (after ?? 1) < steps.length && (before ?? steps.length) <= steps.length;
  const exclusions = model.exclusions.filter((each) => isNamed(each) && within(each))
    .map((each) => writeStep(each, { ...(each.after ? { after: each.after } : {}), ...(each.before ? { before: each.before } : {}) }));
  const between = model.between && model.between[1] <= steps.length ? model.between : null;
  const attribution = model.attribution.kind === "step" && model.attribution.step > steps.length ? USUAL.attribution : model.attribution;
  return {
    ...writeRest(model), steps: steps.map((each) => writeStep(each)), interval: model.interval, order: model.order, window: model.window, count: model.count, view: model.view,
    ...(model.metrics[0].first_time ? { first_time: true } : {}), ...(exclusions.length ? { exclusions } : {}), ...(model.hold.length ? { hold: model.hold } : {}),
    ...(model.breakdowns.length ? { attribution } : {}), ...(between ? { between } : {}), ...(model.comparison ? { comparison: model.comparison } : {}),
  };
}

export const unasked = "A funnel needs two steps: choose their events at the left.";

export const called = (place) => `Step ${place + 1}`;

export const edits = {
  "add exclusion": (model, { name }) => ({ ...model, exclusions: [...model.exclusions, newStep(name)] }),
  exclusion: (model, { index, part }) => ({ ...model, exclusions: replaced(model.exclusions, index, (each) => ({ ...each, ...part })) }),
  "remove exclusion": (model, { index }) => ({ ...model, exclusions: without(model.exclusions, index) }),
  hold: (model, { property }) => ({ ...model, hold: [...model.hold, property].slice(0, MOST_HELD) }),
  "remove held": (model, { index }) => ({ ...model, hold: without(model.hold, index) }),
};

export const windowInWords = ({ kind, count, unit }) => (kind === "session" ? "one session" : plural(count, unit));

// Whether it can be drawn.
export function isNumber(number) {
  const { step, segment, bucket } = number?.at ?? {};
  const model = number?.query && read(number.query);
  return Boolean(model) && Number.isInteger(step) && (bucket ?? "").slice !== undefined && (segment ?? []).every?.((part, at) => part?.kind && model.breakdowns[at]);
}
