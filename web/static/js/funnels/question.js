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

const THOSE = { uniques: "those who", totals: "attempts that", sessions: "sessions that" };
const OF_A_SEGMENT = { empty: "(empty string)", not_set: "(not set)", other: "(other)" };
const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const written = (value) => (Number.isInteger(value) && Math.abs(value) >= 10000 ? value.toLocaleString("en") : String(value));

function partInWords({ kind, value, upper }) {
  if (kind in OF_A_SEGMENT) return OF_A_SEGMENT[kind];
  if (kind === "hour") return `${String(value).padStart(2, "0")}:00`;
  if (kind === "weekday") return WEEKDAYS[value - 1];
  if (kind === "range" && value === null) return `below ${written(upper)}`;
  if (kind === "range" && upper === null) return `${written(value)} or more`;
  return ["range", "count"].includes(kind) && value !== upper ? `${written(value)} – ${written(upper)}` : String(value);
}

const nameOf = ({ name, events }) => name || (Array.isArray(events) ? events.join(" or ") : "All events");
const listed = (names) => `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;

// Whether it can be drawn.
export function isNumber(number) {
  const { step, segment, bucket } = number?.at ?? {};
  const model = number?.query && read(number.query);
  return Boolean(model) && Number.isInteger(step) && (bucket ?? "").slice !== undefined && (segment ?? []).every?.((part, at) => part?.kind && model.breakdowns[at]);
}

// A number of a funnel, {query, at}, as analytics/queries/sentence/funnels.py says it.
export function numberInWords({ query, at }, { label, compared }) {
  const { step, outcome = "converted", segment = [], bucket = null } = at;
  const names = query.steps.map(nameOf);
  const dropped = outcome === "dropped";
  const reached = dropped ? step - 1 : step;
  const way = names.join(" → ");
  const did = query.order === "any" ? `did ${dropped ? "only" : "at least"} ${reached} of ${listed(names)}`
    : step === 1 ? `began ${way}` : `${dropped ? "dropped after" : "reached"} step ${reached} (${names[reached - 1]}) of ${way}`;
  const whose = segment?.length && segment[0].kind !== "all" ? `, whose ${label(query.breakdowns[0].property)} is ${partInWords(segment[0])}` : "";
  const clock = ["hour", "minute"].includes(query.interval) ? ` ${bucket?.slice(11, 16)}` : "";
  const begun = !bucket ? "" : query.interval === "day" ? `, begun on ${bucket.slice(0, 10)}` : `, begun in the ${query.interval} of ${bucket.slice(0, 10)}${clock}`;
  return `${THOSE[query.count ?? "uniques"]} ${did}${whose}${begun}${at.compared ? `, in ${compared(query.comparison)}` : ""}`;
}

const ORDERS = { specific: "", strict: " with nothing between", any: " in any order" };
const WHO = { uniques: "Users", totals: "Times that users went", sessions: "Sessions" };

// A list of {text, to}: `to` is the id of the control that a part belongs to.
export function parts(model, { events, filters, rest }) {
  return [
    { text: WHO[model.count], to: "count" }, { text: " from " },
    ...model.metrics.flatMap((each, index) => [...(index ? [{ text: " to " }] : []), ...events(each, index)]),
    { text: `${ORDERS[model.order]} within ` }, { text: windowInWords(model.window), to: "window" },
    ...filters, ...rest,
  ];
}
