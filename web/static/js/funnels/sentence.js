// A funnel in words.

import { allWhere, brokenBy, comparedWith, dateParts, eventParts, groupParts, intervalParts, ownFilters, plain, said, series, word } from "../kinds/words.js";
import { plural } from "../kinds/parts.js";
import { labelOf } from "../insights/properties.js";

const COUNTS = { uniques: "Users", totals: "Attempts", sessions: "Sessions" };
const JOINTS = { specific: [word("then", "order"), said(" ")], strict: [word("right after it", "order"), said(" ")], any: [] };
const VIEWS = { trend: "conversion over time", times: "time to convert", frequency: "how often before converting", paths: "what is done in between" };

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
