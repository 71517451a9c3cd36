// A funnel in words.

import { allWhere, brokenBy, called, comparedWith, dateParts, earlier, eventParts, groupParts, intervalParts, listed, ownFilters, plain, said, series, word } from "../kinds/words.js";
import { plural } from "../kinds/parts.js";
import { labelOf } from "../insights/properties.js";

const COUNTS = { uniques: "Users", totals: "Attempts", sessions: "Sessions" };
const JOINTS = { specific: [word("then", "order"), said(" ")], strict: [word("right after it", "order"), said(" ")], any: [] };
const VIEWS = { trend: "conversion over time", times: "time to convert", frequency: "how often before converting", paths: "what is done on the way" };

export function parts(model, { words, at }) {
  const { metrics, order, window, exclusions, hold } = model;
  return [
    word(COUNTS[model.count], "count"), said(" who did "),
    ...metrics.flatMap((step, index) => [...(index ? [said(", "), ...JOINTS[order]] : []), ...eventParts(step.events, at(index), "anything"), ...ownFilters(step.filters, at(index), words),
      ...(index === 0 && step.first_time ? [said(" "), word("for the first time", `metric-${at(0)}-more`)] : [])]),
    ...(order === "any" ? [said(" "), word("in any order", "order")] : []),
    said(" "), word(window.kind === "session" ? "within a session" : `within ${plural(window.count, window.unit)}`, "window"),
    ...series(exclusions.map((each, index) => [word(excluded(each, words), `exclusion-${index}-after`)]), ", without "),
    ...series(hold.map((property, index) => [word(labelOf(property), `hold-${index}`)]), ", with the same "),
    ...allWhere(model, words), ...brokenBy(model), ...attributed(model), ...dateParts(model), ...intervalParts(model), ...viewed(model), ...comparedWith(model),
  ];
}

function excluded({ events, filters, after, before }, words) {
  const what = `${plain(eventParts(events, 0, "anything else"))}${filters ? ` where ${plain(groupParts(filters, "", words))}` : ""}`;
  if (before) return `${what} between steps ${after ?? 1} and ${before}`;
  return after > 1 ? `${what} after step ${after}` : what;
}

function attributed({ breakdowns, attribution: { kind, step } }) {
  if (!breakdowns.length || kind === "first") return [];
  return [said(" of "), word(kind === "step" ? `step ${step}` : "the last step that has it", "attribution")];
}

function viewed({ view, between, metrics }) {
  if (view === "steps") return [];
  const [from, to] = (view !== "trend" && between) || [];
  // Of two steps there is nothing to choose.
  const way = from ? [said(" "), { text: `between steps ${from} and ${to}`, ...(metrics.length > 2 ? { to: "between-from" } : {}) }] : [];
  return [said(": "), word(VIEWS[view], `view-${view}`), ...way];
}

// --- those behind a number ---

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

// A number of a funnel, {query, at}, as analytics/queries/sentence/funnels.py says it.
export function numberInWords({ query, at }) {
  const { step, outcome = "converted", segment = [], bucket = null } = at;
  const names = query.steps.map(nameOf);
  const dropped = outcome === "dropped";
  const reached = dropped ? step - 1 : step;
  const way = names.join(" → ");
  const did = query.order === "any" ? `did ${dropped ? "only" : "at least"} ${reached} of ${listed(names, "and")}`
    : step === 1 ? `began ${way}` : `${dropped ? "dropped after" : "reached"} step ${reached} (${names[reached - 1]}) of ${way}`;
  const whose = segment?.length && segment[0].kind !== "all" ? `, whose ${called(query.breakdowns[0].property)} is ${partInWords(segment[0])}` : "";
  const clock = ["hour", "minute"].includes(query.interval) ? ` ${bucket?.slice(11, 16)}` : "";
  const begun = !bucket ? "" : query.interval === "day" ? `, begun on ${bucket.slice(0, 10)}` : `, begun in the ${query.interval} of ${bucket.slice(0, 10)}${clock}`;
  return `${THOSE[query.count ?? "uniques"]} ${did}${whose}${begun}${at.compared ? `, in ${earlier(query.comparison)}` : ""}`;
}
