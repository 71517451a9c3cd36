// A question of retention in words.

import { allWhere, brokenBy, comparedWith, dateParts, intervalParts, listed, said, stepParts, word } from "../kinds/words.js";
import { labelOf } from "../insights/properties.js";

const MEASURES = { rate: "Share of users who did", users: "Users who did" };
const OF_PROPERTY = { sum: "Sum", average: "Average" };
const CRITERIA = { on: "in each of", on_or_after: "in or after each of" };

export function parts(model, { words, at }) {
  const [birth, back] = model.metrics;
  const { measure, brackets, unit } = model;
  return [
    word(MEASURES[measure.kind] ?? `${OF_PROPERTY[measure.kind]} of ${labelOf(measure.property)} in`, "measure"), said(" "), ...stepParts(back, at(1), words),
    said(" after "), ...stepParts(birth, at(0), words), ...(birth.first_time ? [said(" "), word("for the first time", `metric-${at(0)}-more`)] : []),
    said(", "), word(CRITERIA[model.criterion], "criterion"), said(brackets?.length ? " the brackets from " : " "),
    ...(model.alignment === "calendar" ? [word("calendar", "alignment"), said(" ")] : []),
    brackets?.length ? word(`${unit} ${listed(brackets, "and")}`, "brackets") : word(`${unit}s 0 to ${model.periods}`, "periods"),
    ...allWhere(model, words), ...brokenBy(model), ...dateParts(model), ...intervalParts(model, " cohorts"), ...comparedWith(model),
  ];
}
