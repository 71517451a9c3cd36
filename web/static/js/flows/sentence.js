// A flow in words.

import { allWhere, called, dateParts, listed, said, series, stepParts, windowInWords, word } from "../kinds/words.js";
import { numberInWords } from "../funnels/sentence.js";
import { datesInWords } from "../insights/ranges.js";
import { plural } from "../kinds/parts.js";

export function parts(model, { words, at }) {
  const ways = ["before", "after"].filter((way) => model[way]).map((way) => [word(`${plural(model[way], "step")} ${way}`, way)]);
  return [
    said("Flows of "), model.of ? word(whose(model), "of") : word(model.count === "uniques" ? "users" : "all", "count"), ...series(ways, ", "), said(" "), ...stepParts(model.metrics[0], at(0), words),
    said(" "), word(windowInWords(model.window), "window"), ...allWhere(model, words),
    ...model.merged.flatMap(({ name, events }, index) => [said(", "), word(`${listed(events, "and")} as ${name}`, `merge-${index}-name`)]),
    ...model.split.flatMap(({ event, property }) => [said(", "), word(`${event} by ${called(property)}`, "split-add")]),
    ...(model.hidden.length ? [said(", without "), word(listed(model.hidden, "and"), "hide-add")] : []), ...dateParts(model),
  ];
}

// Those behind a number of a funnel.
function whose({ of, count, dates }) {
  const [funnel, own] = [of.query.dates, dates].map(datesInWords);
  const users = count === "uniques" && (of.query.count ?? "uniques") !== "uniques" ? "users of " : "";
  return `${users}${numberInWords(of)}${funnel === own ? "" : `, ${funnel}`}`;
}
