// What is counted of the events: one list of all measures, and what the chosen one needs to know.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { combobox } from "./combobox.js";
import { aboutKeys, labelOf, propertyOptions, retyped, typedProperty } from "./properties.js";
import { letter } from "./question.js";
import { remember } from "./recent.js";
import { unlessTyped } from "./typing.js";

const USERS = "Users and events";
const ACTIVE = "Active users";
const PROPERTY = "Of a property";
const PER_USER = "Per user";
const plain = (kind, label, group, about) => ({ key: kind, label, group, about, value: { kind } });
const percentile = (rank, about) => ({ key: `p${rank}`, label: `p${rank}, ${ordinal(rank)} percentile`, group: PROPERTY, about, value: { kind: "percentile", percentile: rank } });

export function ordinal(rank) {
  const ending = [11, 12, 13].includes(rank % 100) ? "th" : { 1: "st", 2: "nd", 3: "rd" }[rank % 10] ?? "th";
  return `${rank}${ending}`;
}

const MEASURES = [
  plain("unique", "Unique users", USERS, "Each user once in each point and once in total"),
  plain("total", "Total events", USERS, "Each time it happened"),
  plain("sessions", "Sessions", USERS, "Visits in which it happened"),
  plain("dau", "Daily active users", ACTIVE, "DAU: users of the day that ends with the point"),
  plain("wau", "Weekly active users", ACTIVE, "WAU: users of the 7 days that end with the point"),
  plain("mau", "Monthly active users", ACTIVE, "MAU: users of the 30 days that end with the point"),
  plain("cumulative_unique", "Cumulative users", ACTIVE, "New ones added up from the beginning of the range"),
  plain("sum", "Sum", PROPERTY, "All numbers added up, like revenue"),
  plain("average", "Average", PROPERTY, "Mean of the events that have a number"),
  plain("median", "Median", PROPERTY, "Half of the events have less, half have more"),
  percentile(25, "A quarter of the events have less"),
  percentile(75, "Three quarters have less"),
  percentile(90, "Nine in ten have less"),
  percentile(99, "All but one in a hundred have less"),
  plain("min", "Minimum", PROPERTY, "The smallest number"),
  plain("max", "Maximum", PROPERTY, "The greatest number"),
  plain("distinct", "Distinct values", PROPERTY, "How many different ones there are"),
  { key: "events per user", label: "Events per user", group: PER_USER, about: "How often each user did it, then one number of all users",
    value: { kind: "per_user", per_user: { each: "total", across: "average" } } },
  { key: "property per user", label: "Property per user", group: PER_USER, about: "A number of each user, like what they spent, then one of all users",
    value: { kind: "per_user", per_user: { each: "sum", across: "average" } } },
];
const ACROSS = { average: "Average", median: "Median", percentile: "Percentile", min: "Minimum", max: "Maximum", sum: "Sum", distribution: "Distribution" };
const EACH = { total: "number of events", sum: "sum", average: "average", min: "minimum", max: "maximum", distinct: "distinct values" };
const OF_ANY = ["string", "number", "boolean", "date"];

const keyOf = ({ kind, percentile: rank, per_user: per }) =>
  kind === "percentile" ? `p${rank}` : kind === "per_user" ? (per.each === "total" ? "events per user" : "property per user") : kind;

function words(measure) {
  const found = MEASURES.find((each) => each.key === keyOf(measure));
  return found?.label ?? (measure.kind === "percentile" ? `${ordinal(measure.percentile)} percentile` : measure.kind);
}

// The property that was asked goes on being asked, where the new measure can read it.
function kept(property, kind) {
  return property && (kind === "distinct" || property.type === "number") ? property : undefined;
}

function chosen(value, old) {
  const property = old.property ?? old.per_user?.property ?? old.before?.property;
  if (value.kind !== "per_user") {
    if (!MEASURES.some((each) => each.group === PROPERTY && each.value.kind === value.kind)) return value;
    const stays = kept(property, value.kind);
    return stays ? { ...value, property: stays } : value;
  }
  const stays = value.per_user.each === "total" ? undefined : kept(property, value.per_user.each);
  return { ...value, per_user: { ...value.per_user, ...(stays ? { property: stays } : {}) } };
}

export function measurePicker(page, metric, index) {
  const id = `metric-${index}-measure`;
  const { measure } = metric;
  const set = (next, focus = id) => page.dispatch({ type: "measure", metric: index, measure: next }, focus);
  const options = MEASURES.map((each) => ({ ...each, current: each.key === keyOf(measure) }));
  return html`<div class="measure">
    <span class="lead">count</span>
    ${combobox({
      control: page.control, id, label: `Metric ${letter(index)}: measure`, text: words(measure), options,
      pick: ({ value }) => {
        const next = chosen(value, measure);
        const needs = value.kind === "per_user" ? value.per_user.each !== "total" : MEASURES.some((each) => each.group === PROPERTY && each.value.kind === value.kind);
        const open = needs && !(next.property ?? next.per_user?.property);
        set(next, open ? `metric-${index}-property` : id);
        if (open) page.control.open(`metric-${index}-property`);
      },
    })}
  </div>
  ${measure.kind === "per_user" ? perUser(page, index, measure, set) : needsProperty(measure) ? ofProperty(page, index, measure, set) : nothing}`;
}

const needsProperty = ({ kind }) => MEASURES.some((each) => each.group === PROPERTY && each.value.kind === kind);

function propertyBox(page, index, property, anyType, pick) {
  const id = `metric-${index}-property`;
  const found = page.properties(index);
  const types = anyType ? OF_ANY : null;
  // Text that holds numbers can be asked as one: it stands below the numbers.
  const options = propertyOptions(page, found, { objects: false, users: false, time: false, types })
    ?.map((each) => (anyType || each.value.type === "number" ? each
      : { ...each, group: "Others, read as a number", value: retyped(found, each.value, "number") }))
    .filter((each) => anyType || each.value.type === "number")
    .sort((a, b) => (a.group === "Others, read as a number") - (b.group === "Others, read as a number"));
  return combobox({
    control: page.control, id, label: `Metric ${letter(index)}: property`, placeholder: "Choose a property",
    text: property && labelOf(property) + (property.cast ? `, read as a ${property.type}` : ""), options,
    free: typedProperty(found, anyType ? "string" : "number"), note: aboutKeys(found),
    pick: ({ key, value }) => (remember(page, "properties", key), pick(value, id)),
  });
}

const missing = (property) => (property ? nothing : html`<p class="hint">Not asked yet: it needs a property.</p>`);

function rankInput(id, rank, set) {
  const onChange = (event) => {
    const read = Math.round(Number(event.target.value));
    if (read >= 1 && read <= 99) set(read);
    else event.target.value = rank;
  };
  return html`<input id=${id} class="rank" type="number" min="1" max="99" step="1" aria-label="Percentile, 1 to 99" .value=${unlessTyped(id, String(rank))} @change=${onChange}>`;
}

function ofProperty(page, index, measure, set) {
  return html`<div class="measure">
      <span class="lead">of</span>
      ${propertyBox(page, index, measure.property, measure.kind === "distinct", (property, focus) => set({ ...measure, property, before: undefined }, focus))}
      ${measure.kind === "percentile" ? rankInput(`metric-${index}-rank`, measure.percentile, (rank) => set({ ...measure, percentile: rank }, `metric-${index}-rank`)) : nothing}
    </div>${missing(measure.property)}`;
}

function perUser(page, index, measure, set) {
  const per = measure.per_user;
  const ids = (part) => `metric-${index}-${part}`;
  const change = (part, focus) => {
    const { percentile: rank, property, ...next } = { ...per, ...part };
    const stays = next.each === "total" ? undefined : kept(property, next.each);
    set({ kind: "per_user", per_user: { ...next, ...(stays ? { property: stays } : {}), ...(next.across === "percentile" ? { percentile: rank ?? 90 } : {}) } }, focus);
  };
  const select = (part, label, words, value) => html`<select id=${ids(part)} aria-label=${label} .value=${live(value)}
    @change=${(event) => change({ [part]: event.target.value }, ids(part))}>
    ${Object.entries(words).map(([each, said]) => html`<option value=${each} ?selected=${each === value}>${said}</option>`)}</select>`;
  return html`<div class="measure">
      <span class="lead">the</span>${select("across", "Across users", ACROSS, per.across)}
      ${per.across === "percentile" ? rankInput(ids("rank"), per.percentile, (rank) => change({ percentile: rank }, ids("rank"))) : nothing}
    </div>
    <div class="measure"><span class="lead">of each</span>${select("each", "Of each user", EACH, per.each)}</div>
    ${per.each === "total" ? nothing : html`<div class="measure"><span class="lead">of</span>
      ${propertyBox(page, index, per.property, per.each === "distinct", (property, focus) => change({ property }, focus))}</div>${missing(per.property)}`}`;
}
