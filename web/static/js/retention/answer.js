// The answer to a retention question: the cohorts and what came back of them in each bucket.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { bucketName, difference, number } from "../insights/text.js";
import { plainTable } from "../kinds/table.js";

export const none = "Nobody began in this range";

export const isEmpty = (answer) => answer.series.every(({ size }) => !size);

const shown = (answer, value) => number(value, answer.format === "percent" ? "percent" : undefined);
const inTable = (answer, value) => number(value, answer.format === "percent" ? "share" : undefined);

export function summary(answer) {
  if (isEmpty(answer)) return "nobody began";
  const { average, size } = answer.series[0];
  const told = answer.buckets.map(({ label }, at) => (average.values[at] === null ? null : `${label} ${shown(answer, average.values[at])}`)).filter(Boolean).slice(0, 6);
  return `${number(size)} users began${told.length ? `; on average ${told.join(", ")}` : ""}`;
}

export function rules({ query, format }) {
  const { alignment = "calendar", criterion = "on", unit = "" } = query ?? {};
  return [
    "A cohort is everyone who began in that time; who begins again later is in a later cohort, too, unless only the first time counts.",
    alignment === "rolling" ? `A ${unit} is counted from each user’s own beginning.` : `A ${unit} is one of the calendar; the one in which a user began is the first.`,
    criterion === "on" ? "A user counts in each period in which they came back." : "A user counts in a period if they came back in it or later.",
    format === "percent" ? "The average is weighted by the cohorts’ sizes, over the cohorts for which the period is over." : "The average is over the cohorts for which the period is over.",
  ];
}

function spot(answer, series, cohort, bucket) {
  const row = cohort === null ? series.average : series.rows[cohort];
  const users = row.users[bucket];
  const size = cohort === null ? row.sizes[bucket] : row.size;
  const when = cohort === null ? "all cohorts" : bucketName(answer.cohorts[cohort].start, answer.interval);
  const title = `${answer.buckets[bucket].label}${series.segment.length ? ` · ${series.label}` : ""}`;
  const value = `${shown(answer, row.values[bucket])} · ${number(users)} of ${number(size)}`;
  if (cohort === null || users === null) return { title, when, value };
  return { title, when, value, count: users, at: { cohort: answer.cohorts[cohort].start, bucket, outcome: "returned", segment: series.segment }, people: `The ${number(users)} who came back` };
}

// Who did not come back is asked for from the same menu.
function withOthers(page, series, cohort, bucket) {
  const found = spot(page.answer, series, cohort, bucket);
  if (!found.at || !page.openDrill) return found;
  const gone = series.rows[cohort].size - found.count;
  const other = { ...found, count: gone, at: { ...found.at, outcome: "not_returned" }, title: `Not ${found.title}` };
  return { ...found, actions: [[`The ${number(gone)} who did not`, () => page.openDrill(other, null, "users")]] };
}

export const grid = (page) => page.answer.series.flatMap((series) => page.answer.cohorts.map((_, cohort) => page.answer.buckets
  .map((_, bucket) => withOthers(page, series, cohort, bucket)).filter(({ at }) => at)));

// Those of the curve are of all cohorts: nobody is behind them.
export function spotOf({ series }, { data, pointNumber }, chart, page) {
  const [cohort, bucket] = chart === "heat" ? pointNumber : [pointNumber, data.meta.bucket];
  return bucket === undefined ? null : withOthers(page, series[data.meta.series], cohort, bucket);
}

export function table(page) {
  const { answer } = page;
  return html`${answer.series.map((series, place) => heat(page, series, place))}`;
}

// How it was in the time that this one is compared with.
function before(answer, compared) {
  if (!compared) return [];
  const { size, average, differences } = compared;
  const cells = (values, text) => answer.buckets.map((_, bucket) => ({ text: values[bucket] === null ? "" : text(values[bucket]), value: values[bucket] }));
  return [
    [{ text: "The time before" }, { text: number(size), value: size }, ...cells(average.values, (value) => inTable(answer, value))],
    [{ text: "Difference" }, { text: "", value: null }, ...cells(differences, (value) => difference(value, answer.format))],
  ];
}

const NOT_OVER = "not over for every user of the cohort";

function heat(page, series, place) {
  const { answer } = page;
  const values = series.rows.flatMap((row) => row.values.slice(1)).filter((value) => value !== null);
  const most = answer.format === "percent" ? Math.max(0.0001, ...values) : Math.max(1, ...values);
  const cell = (row, cohort, bucket) => {
    const value = row.values[bucket];
    return { text: value === null ? "" : inTable(answer, value), value, level: value === null ? null : Math.max(0, value / most),
      mark: cohort !== null && value !== null && !answer.cohorts[cohort].complete[bucket] ? NOT_OVER : null,
      ...(value === null || cohort === null ? {} : { spot: withOthers(page, series, cohort, bucket) }) };
  };
  const rows = [
    [{ text: "Average of whole ones" }, { text: number(series.size), value: series.size }, ...answer.buckets.map((_, bucket) => cell(series.average, null, bucket))],
    ...before(answer, series.compared),
    ...series.rows.map((row, cohort) => [{ text: bucketName(answer.cohorts[cohort].start, answer.interval), value: answer.cohorts[cohort].start.slice(0, 16) }, { text: number(row.size), value: row.size },
      ...answer.buckets.map((_, bucket) => cell(row, cohort, bucket))]),
  ];
  const unfinished = answer.cohorts.some(({ complete }) => complete.includes(false));
  return plainTable(page, {
    id: `retention-${place}`, title: series.segment.length ? series.label : "Cohorts", pinned: series.compared ? 3 : 1, rows,
    columns: [{ name: "Began" }, { name: "Users", number: true }, ...answer.buckets.map(({ label }) => ({ name: label, number: true }))],
    about: unfinished ? html`<p class="muted small">* ${NOT_OVER}: it may still grow, and is left out of the average.</p>` : nothing,
  });
}
