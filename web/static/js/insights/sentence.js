// The question in words, as analytics/queries/sentence.py says it, before the server does. Each part leads to its control.

import { html } from "../../vendor/lit-html/lit-html.js";
import { isGroup, RELATIVE } from "./filtering.js";
import { ordinal } from "./measures.js";
import { labelOf } from "./properties.js";
import { letter } from "./question.js";
import { numberInWords } from "../funnels/question.js";
import { KINDS, isInsights } from "../kinds/kinds.js";
import { datesInWords } from "./ranges.js";

const INTERVALS = { minute: "by the minute", hour: "hourly", day: "daily", week: "weekly", month: "monthly", quarter: "quarterly", year: "yearly" };
const MOST_VALUES_SAID = 5;
const READ_AS = { string: "text", boolean: "yes or no" };
const WHO = {
  unique: "Unique users", dau: "Daily active users", wau: "Weekly active users (7 days)",
  mau: "Monthly active users (30 days)", cumulative_unique: "Cumulative unique users",
};
const OF_PROPERTY = { sum: "Sum", average: "Average", median: "Median", min: "Minimum", max: "Maximum", distinct: "Distinct values" };
const EACH = { sum: "sum", average: "average", min: "minimum", max: "maximum", distinct: "distinct values" };
const ACROSS = { average: "Average", median: "Median", min: "Minimum", max: "Maximum", sum: "Sum", distribution: "Distribution" };

const listed = (values, last = "or") => (values.length < 2 ? values.join("") : `${values.slice(0, -1).join(", ")} ${last} ${values.at(-1)}`);
const said = (text) => ({ text });
const word = (text, to) => ({ text, to });

// Parts between which something is said.
const joined = (lists, between) => lists.flatMap((parts, index) => (index ? [said(between), ...parts] : parts));

// As Python's %g: six digits that matter.
function short(number) {
  const power = number === 0 ? 0 : Math.floor(Math.log10(Math.abs(Number(number.toPrecision(6)))));
  if (power >= -4 && power < 6) return String(Number(number.toPrecision(6)));
  const [digits, exponent] = number.toExponential(5).split("e");
  return `${Number(digits)}e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
}

// A list of {text, to}: `to` is the id of the control that a part belongs to. `words` has those of the operators.
export function parts(document, words) {
  if (!isInsights(document)) return ofKind(document, words);
  const several = document.metrics.length > 1;
  const metrics = document.metrics.map((metric, index) => [...(several ? [said(`${letter(index)}: `)] : []), ...metricParts(metric, index, words)]);
  const formulas = (document.formulas ?? []).map((formula, index) => [word(formula.name || formula.expression, `formula-${index}`)]);
  const found = joined([...metrics, ...formulas], "; ");
  if (document.filters) {
    found.push(said(`${several ? ", all" : document.metrics[0].filters ? ", and" : ""} where `), ...groupParts(document.filters, "filter", words));
  }
  const breakdowns = document.breakdowns ?? [];
  breakdowns.forEach((each, index) => {
    found.push(said(index === 0 ? ", by " : index === breakdowns.length - 1 ? " and " : ", "), word(broken(each), `breakdown-${index}`));
  });
  found.push(said(", "), word(datesInWords(document.dates), "dates"), said(", "), word(INTERVALS[document.interval] ?? String(document.interval), "interval"));
  if (document.rolling) found.push(said(", "), word(`as a rolling average of ${document.rolling}`, "rolling"));
  if (document.comparison) found.push(said(", compared with "), word(compared(document.comparison), "compare"));
  return found;
}

// Another kind says its own words around those of its events, filters and dates.
function ofKind(model, words) {
  const filters = model.filters ? [said(" where "), ...groupParts(model.filters, "filter", words)] : [];
  const broken_out = model.breakdowns.flatMap((each, index) => [said(", by "), word(broken(each), `breakdown-${index}`)]);
  const compares = model.comparison ? [said(", compared with "), word(compared(model.comparison), "compare")] : [];
  const events = (step, index) => {
    const own = step.filters ? [said(" where "), ...groupParts(step.filters, `metric-${index}-filter`, words)] : [];
    return [...(Array.isArray(step.events) && !step.events.length ? [word("…", `metric-${index}-event-0`)] : eventParts(step.events, index, "anything")), ...own];
  };
  return KINDS[model.kind].parts(model, { events, filters, number: numberSaid, rest: [...broken_out, said(", "), word(datesInWords(model.dates), "dates"), ...compares] });
}

// Those behind a number of a funnel.
export const numberSaid = (number) => numberInWords(number, { label: called, compared });

export const sentence = (document, words) => parts(document, words).map((part) => part.text).join("");

function metricParts(metric, index, words) {
  const found = measured(metric, index);
  if (metric.first_time) found.push(said(" "), word("for the first time", `metric-${index}-more`));
  if (metric.filters) found.push(said(" where "), ...groupParts(metric.filters, `metric-${index}-filter`, words));
  return found;
}

function eventParts(events, index, anything) {
  const to = (at) => `metric-${index}-event-${at}`;
  if (!Array.isArray(events)) return [word(anything, to(0))];
  return events.flatMap((name, at) => [...(at ? [said(at === events.length - 1 ? " or " : ", ")] : []), word(name, to(at))]);
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

function groupParts(group, id, words) {
  const members = group.conditions.map((member, index) => {
    const to = `${id}-${index}`;
    return isGroup(member) ? [said("("), ...groupParts(member, to, words), said(")")] : [word(condition(member, words), `${to}-operator`)];
  });
  return joined(members, group.match === "all" ? " and " : " or ");
}

function condition({ property, operator, values = [] }, words) {
  const text = `${called(property)} ${words[operator] ?? operator}`;
  if (!values.length) return text;
  if (RELATIVE.includes(operator)) return values[0] === 1 ? `${text} ${values[1]}` : `${text} ${values[0]} ${values[1]}s`;
  if (["between", "not_between"].includes(operator)) return `${text} ${values[0]} and ${values[1]}`;
  const shown = values.map((value) => (value === "" ? "(empty string)" : String(value)));
  const more = shown.length - MOST_VALUES_SAID + 1;
  return `${text} ${listed(shown.length > MOST_VALUES_SAID ? [...shown.slice(0, MOST_VALUES_SAID - 1), `${more.toLocaleString("en")} more`] : shown)}`;
}

function called(property) {
  const as = property.cast ? ` read as ${READ_AS[property.type] ?? property.type}` : "";
  return `${property.source === "user" ? "the user's " : ""}${labelOf(property)}${as}`;
}

function broken({ property, buckets }) {
  const name = called(property);
  if (!buckets) return name;
  if (buckets.kind === "date") return `${{ hour_of_day: "hour of day", day_of_week: "day of week" }[buckets.grain] ?? buckets.grain} of ${name}`;
  if (buckets.kind === "even") return `${name} in steps of ${short(buckets.size)}`;
  if (buckets.kind === "custom") return `${name} from ${listed(buckets.edges.map(short), "and")}`;
  return `${name} in buckets`;
}

function compared({ kind, count, unit, from }) {
  if (kind === "earlier") return count === 1 ? `the ${unit} before` : `${count} ${unit}s before`;
  return kind === "custom" ? `the time from ${from}` : "the period before";
}

// The sentence whose words are the controls: links, which break over lines as words do. `go` leads to one.
export const spoken = (found, go) => found.map(({ text, to }) => (to
  ? html`<a class="word" href="#${to}" @click=${(event) => (event.preventDefault(), go(to))}>${text}</a>` : text));
