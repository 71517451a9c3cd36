// A question of Insights in words.

import { comparedWith, dateParts, brokenBy, eventParts, groupParts, intervalParts, joined, ownFilters, said, word } from "../kinds/words.js";
import { ordinal } from "./measures.js";
import { labelOf } from "./properties.js";
import { letter } from "./question.js";

const WHO = {
  unique: "Unique users", dau: "Daily active users", wau: "Weekly active users (7 days)",
  mau: "Monthly active users (30 days)", cumulative_unique: "Cumulative unique users",
};
const OF_PROPERTY = { sum: "Sum", average: "Average", median: "Median", min: "Minimum", max: "Maximum", distinct: "Distinct values" };
const EACH = { sum: "sum", average: "average", min: "minimum", max: "maximum", distinct: "distinct values" };
const ACROSS = { average: "Average", median: "Median", min: "Minimum", max: "Maximum", sum: "Sum", distribution: "Distribution" };

export function parts(document, { words, at }) {
  const several = document.metrics.length > 1;
  const metrics = document.metrics.map((metric, index) => [...(several ? [said(`${letter(index)}: `)] : []), ...metricParts(metric, at(index), words)]);
  const formulas = document.formulas.map((formula, index) => [word(formula.name || formula.expression, `formula-${index}`)]);
  const found = joined([...metrics, ...formulas], "; ");
  if (document.filters) {
    found.push(said(`${several ? ", all" : document.metrics[0].filters ? ", and" : ""} where `), ...groupParts(document.filters, "filter", words));
  }
  found.push(...brokenBy(document), ...dateParts(document), ...intervalParts(document));
  if (document.rolling) found.push(said(", "), word(`as a rolling average of ${document.rolling}`, "rolling"));
  return [...found, ...comparedWith(document)];
}

function metricParts(metric, index, words) {
  const found = measured(metric, index);
  if (metric.first_time) found.push(said(" "), word("for the first time", `metric-${index}-more`));
  return [...found, ...ownFilters(metric.filters, index, words)];
}

function measured({ measure, events }, index) {
  const { kind, per_user: per, percentile } = measure;
  const how = (text) => word(text, `metric-${index}-measure`);
  const what = (anything) => eventParts(events, index, anything);
  if (kind in WHO) return [how(WHO[kind]), said(" who did "), ...what("anything")];
  if (kind === "total") return [how("Total"), said(" of "), ...what("all events")];
  if (kind === "sessions") return [how("Sessions"), said(" with "), ...what("any event")];
  if (!per) {
    const text = percentile ? `${ordinal(percentile)} percentile` : OF_PROPERTY[kind];
    return [how(`${text} of ${labelOf(measure.property)}`), said(" in "), ...what("all events")];
  }
  const across = per.percentile ? `${ordinal(per.percentile)} percentile` : ACROSS[per.across];
  if (per.each === "total") return [how(across), said(" of "), ...what("all events"), said(" per user")];
  return [how(`${across} per user of the ${EACH[per.each]} of ${labelOf(per.property)}`), said(" in "), ...what("all events")];
}
