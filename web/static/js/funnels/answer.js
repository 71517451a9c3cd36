// The answer to a funnel: how many reach each step, and what its views add.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { daysOf } from "../insights/edits.js";
import { bucketName, change, number } from "../insights/text.js";
import { inZone } from "../kinds/parts.js";
import { plainTable } from "../kinds/table.js";
import { windowInWords } from "./question.js";

const MOST_EVENTS = 100; // of a step
const VIEW_WORDS = [["steps", "Steps"], ["trend", "Over time"], ["times", "Time to convert"], ["frequency", "How often before"], ["paths", "Paths between"]];
const MEANT = { uniques: ["user", "users"], totals: ["attempt", "attempts"], sessions: ["session", "sessions"] };
const HEADS = { uniques: "Users", totals: "Attempts", sessions: "Sessions" };

const whole = (answer) => answer.segments[0];
const last = (segment) => segment.steps.at(-1);
const percent = (share) => number(share, "percent");
const counted = (answer, count) => `${number(count)} ${MEANT[answer.count][count === 1 ? 0 : 1]}`;
const withoutCut = (label) => label || "All";

export const none = "Nobody began in this range";

export const isEmpty = (answer) => !whole(answer) || whole(answer).steps[0].count === 0;

export function summary(answer) {
  if (isEmpty(answer)) return "nobody began";
  const { steps } = whole(answer);
  return `${percent(steps.at(-1).from_first)} convert: ${answer.steps.map((name, at) => `${name} ${number(steps[at].count)}`).join(", ")}`;
}

const RULES = {
  uniques: "Users: each counts once, by their best attempt of those that began in the range; of equally good ones the first.",
  totals: "Attempts: whoever has converted, run out of time or been excluded may begin again, and counts again.",
  sessions: "Sessions: each counts once.",
};
const ORDERS = {
  specific: "Steps are done in this order; other events may come between them.",
  strict: "Steps are done in this order, and nothing else of the user may come between them.",
  any: "Steps are done in any order; the clock starts with the first that is done.",
};

export const rules = (answer) => [
  RULES[answer.count], ORDERS[answer.order],
  answer.window.kind === "session" ? "All steps are done in one session." : `The last step is done within ${windowInWords(answer.window)} of the first.`,
  "Who began in the range may convert after it, as long as the window is open. Events of one moment are taken in the user’s favour.",
];

// --- what a number opens ---

function spot(page, segment, step, outcome, { bucket = null, compared = false } = {}) {
  const { answer } = page;
  const own = compared ? segment.compared : segment;
  const found = own.steps[step - 1];
  const place = bucket === null ? null : (compared ? answer.compared : answer.buckets).findIndex(({ start }) => start === bucket);
  const converted = outcome === "converted";
  const count = bucket !== null ? own.trend[step === 1 ? "entered" : "converted"][place] : converted ? found.count : found.dropped;
  const name = answer.steps[step - 1];
  const title = converted ? (step === 1 ? `Began: ${name}` : `Reached ${step}. ${name}`) : `Not ${step}. ${name}`;
  const at = { step, outcome, segment: segment.segment, bucket, compared };
  return {
    title: segment.segment.length ? `${title} · ${segment.label}` : title, when: bucket === null ? (compared ? "the time before" : undefined) : bucketName(bucket, answer.interval),
    value: counted(answer, count), count: answer.count === "totals" ? undefined : count,
    at, people: answer.count === "sessions" ? "Sessions" : "Users",
    actions: [["What did they do next? As a flow", () => flow(page, at)], ...(converted && step > 1 ? [["What led there, as a flow", () => flow(page, at, { before: 3, after: 0 })]] : [])],
  };
}

// What exactly those behind the number did around the last step that they came to.
function flow(page, at, way = { before: 0, after: 3 }) {
  const { answer } = page;
  const { query } = answer;
  const range = (buckets) => daysOf(buckets[0], buckets.at(-1));
  // A bucket would leave a range that moves on; an earlier time has days of its own.
  const dates = at.compared ? range(answer.compared) : at.bucket ? range(answer.buckets) : query.dates;
  page.replace({
    version: 1, kind: "flows", anchor: reachedStep(query, at), ...way, window: query.window, dates, ...inZone(query), count: query.count === "uniques" ? "uniques" : "totals",
    of: { query: at.compared ? query : { ...query, dates }, at },
  }, "asked as a flow");
}

// The step that all of them came to; in any order it may have been each.
function reachedStep({ steps, order }, { step, outcome }) {
  if (order !== "any") return steps[outcome === "converted" ? step - 1 : step - 2];
  const names = [...new Set(steps.flatMap(({ events }) => (Array.isArray(events) ? events : [null])))];
  return { events: names.includes(null) || names.length > MOST_EVENTS ? { all: true } : names };
}

export function grid(page) {
  const { answer } = page;
  if (answer.view === "trend") {
    return answer.segments.map((segment) => answer.buckets.map(({ start }, at) => ({
      ...spot(page, segment, answer.steps.length, "converted", { bucket: start }), value: `${percent(segment.trend.rates[at])}, ${number(segment.trend.converted[at])} of ${number(segment.trend.entered[at])}`,
    })));
  }
  return answer.segments.map((segment) => segment.steps.map((each, at) => ({ ...spot(page, segment, at + 1, "converted"), value: `${counted(answer, each.count)}, ${percent(each.from_first)}` })));
}

// Columns and points of time are drawn one for each step, or bucket; their trace says of which segment.
export function spotOf(answer, { data, pointNumber }, chart, page) {
  const { series, compared = false, outcome = "converted" } = data.meta ?? {};
  const segment = answer.segments[series];
  if (!segment) return null;
  if (chart === "steps") return outcome === "dropped" && !pointNumber ? null : spot(page, segment, pointNumber + 1, outcome, { compared });
  const bucket = chart === "conversion" ? (compared ? answer.compared : answer.buckets)[pointNumber] : null;
  return bucket ? spot(page, segment, answer.steps.length, "converted", { bucket: bucket.start, compared }) : null;
}

// --- what stands beside the chart ---

// Which side of the funnel is looked at, and between which steps.
export function tools(page) {
  const { view, metrics, order } = page.document;
  const set = (part, focus) => page.dispatch({ type: "option", part }, focus);
  const between = page.document.between ?? [1, metrics.length];
  const select = (id, label, value, low, high, change) => html`<select id=${id} class="quiet-select" aria-label=${label} @change=${(event) => change(Number(event.target.value))}>
    ${Array.from({ length: high - low + 1 }, (_, at) => low + at).map((each) => html`<option value=${each} ?selected=${each === value}>${each}</option>`)}</select>`;
  return html`<div class="segmented" role="group" aria-label="View">${VIEW_WORDS.map(([name, words]) => {
    const reason = name === "frequency" && order === "any" ? "In any order there is no first step" : null;
    return html`<button type="button" id="view-${name}" aria-pressed=${String(view === name)} aria-disabled=${String(Boolean(reason))} title=${reason ?? nothing}
      @click=${() => (reason ? page.explain(reason) : set({ view: name }, `view-${name}`))}>${words}</button>`;
  })}</div>
  ${["times", "frequency", "paths"].includes(view) && metrics.length > 2 ? html`<span class="inline-label">from step ${select("between-from", "From step", between[0], 1, metrics.length - 1,
      (from) => set({ between: [from, Math.max(from + 1, between[1])] }, "between-from"))} to ${select("between-to", "To step", between[1], between[0] + 1, metrics.length, (to) => set({ between: [between[0], to] }, "between-to"))}</span>` : nothing}`;
}

const PARTS = [["1 of 4", "p25"], ["3 of 4", "p75"], ["9 of 10", "p90"]];

export function head(page) {
  const { answer } = page;
  const all = whole(answer);
  const { times } = all;
  const facts = [["Conversion", percent(last(all).from_first)], [`Began`, number(all.steps[0].count)], ["Converted", number(last(all).count)],
    ...(all.compared ? [["Against before", change(all.compared.ratio)]] : []),
    ["Median time", duration(times ? times.median : last(all).median_from_first)], ...(times ? [["Average", duration(times.average)], ...PARTS.map(([name, part]) => [`${name} within`, duration(times[part])])] : [])];
  return html`<dl class="kind-head">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

// Seconds as people say them: 45 s, 12 min, 3.5 h, 2 days.
function duration(seconds) {
  if (seconds === null || seconds === undefined) return "–";
  if (seconds < 60) return `${number(seconds)} s`;
  if (seconds < 3600) return `${number(Math.round(seconds / 6) / 10)} min`;
  if (seconds < 86400) return `${number(Math.round(seconds / 360) / 10)} h`;
  const days = Math.round(seconds / 8640) / 10;
  return `${number(days)} day${days === 1 ? "" : "s"}`;
}

export function table(page) {
  const { answer } = page;
  const beside = { trend, times, frequency, paths }[answer.view];
  return html`${beside && whole(answer)[answer.view] ? beside(page) : nothing}${stepsTable(page)}${answer.segments.length > 1 ? segments(page) : nothing}`;
}

function stepsTable(page) {
  const { answer } = page;
  const several = answer.segments.length > 1;
  const columns = [...(several ? [{ name: "Segment" }] : []), { name: "Step" }, { name: HEADS[answer.count], number: true }, { name: "From previous", number: true }, { name: "From first", number: true },
    { name: "Dropped", number: true }, { name: "Median time", number: true }, { name: "Average time", number: true }];
  const rows = answer.segments.flatMap((segment) => segment.steps.map((each, at) => [
    ...(several ? [{ text: withoutCut(segment.label) }] : []), { text: `${at + 1}. ${answer.steps[at]}` },
    { text: number(each.count), value: each.count, spot: spot(page, segment, at + 1, "converted") },
    { text: percent(each.from_previous), value: each.from_previous }, { text: percent(each.from_first), value: each.from_first },
    at ? { text: number(each.dropped), value: each.dropped, spot: spot(page, segment, at + 1, "dropped") } : { text: "", value: null },
    { text: duration(each.median_from_previous), value: each.median_from_previous }, { text: duration(each.average_from_previous), value: each.average_from_previous },
  ]));
  return plainTable(page, { id: "funnel-steps", title: "Step by step", columns, rows, pinned: several ? answer.steps.length : 0 });
}

const MOST_SURE = 0.05;

// The segments side by side, and whether one differs by more than chance from everybody else, or from the one that is chosen.
function segments(page) {
  const { answer } = page;
  const keys = answer.segments.map(({ segment }) => JSON.stringify(segment));
  const isPaired = answer.segments[1].significance.length > 1; // of very many segments each stands against the others alone
  const against = isPaired ? Math.max(0, keys.indexOf(page.rival)) : 0; // 0, the whole, stands for everybody who is not in the segment
  const rival = against ? answer.segments[against].label : "the others";
  const columns = [{ name: "Segment" }, { name: "Began", number: true }, { name: "Converted", number: true }, { name: "Conversion", number: true },
    ...(answer.compared ? [{ name: "Before", number: true }, { name: "Change", number: true }] : []), { name: `Against ${rival}` }];
  const rows = answer.segments.map((segment) => {
    const sure = segment.significance.find((each) => each.against === against);
    const said = !sure ? "" : sure.p === null ? sure.reason : sure.p < MOST_SURE ? `differs (p = ${number(sure.p)})` : `may be chance (p = ${number(sure.p)})`;
    return [{ text: withoutCut(segment.label) }, { text: number(segment.steps[0].count), value: segment.steps[0].count, spot: spot(page, segment, 1, "converted") },
      { text: number(last(segment).count), value: last(segment).count, spot: spot(page, segment, answer.steps.length, "converted") },
      { text: percent(last(segment).from_first), value: last(segment).from_first },
      ...(answer.compared ? [{ text: percent(segment.compared && last(segment.compared).from_first), value: segment.compared && last(segment.compared).from_first }, { text: change(segment.compared?.ratio), value: segment.compared?.ratio }] : []),
      { text: said, value: sure?.p ?? null }];
  });
  const choose = (event) => {
    page.rival = keys[event.target.value];
    page.update();
  };
  const chosen = page.openMenu && isPaired ? html`<select id="funnel-rival" class="quiet-select" aria-label="Held against" @change=${choose}>
    ${keys.map((_, at) => html`<option value=${at} ?selected=${at === against}>${at ? answer.segments[at].label : "the others"}</option>`)}</select>` : rival;
  const about = html`<p class="muted small">Held against ${chosen} by a two-proportion z-test, two-sided.</p>`;
  return plainTable(page, { id: "funnel-segments", title: "Segments", columns, rows, pinned: 1, about });
}

function trend(page) {
  const { answer } = page;
  const several = answer.segments.length > 1;
  const columns = [...(several ? [{ name: "Segment" }] : []), { name: "Began on" }, { name: "Began", number: true }, { name: "Converted", number: true }, { name: "Conversion", number: true }];
  const rows = answer.segments.flatMap((segment) => answer.buckets.map(({ start, complete }, at) => [
    ...(several ? [{ text: withoutCut(segment.label) }] : []),
    { text: bucketName(start, answer.interval), value: start.slice(0, 16), mark: complete ? null : "not whole: some may still convert" },
    { text: number(segment.trend.entered[at]), value: segment.trend.entered[at], spot: { ...spot(page, segment, 1, "converted", { bucket: start }) } },
    { text: number(segment.trend.converted[at]), value: segment.trend.converted[at], spot: spot(page, segment, answer.steps.length, "converted", { bucket: start }) },
    { text: percent(segment.trend.rates[at]), value: segment.trend.rates[at] },
  ]));
  return plainTable(page, { id: "funnel-trend", title: "By when they began", columns, rows });
}

const ofEach = (page, name, columns, cells) => {
  const { answer } = page;
  const several = answer.segments.length > 1;
  return { columns: [...(several ? [{ name: "Segment" }] : []), ...columns],
    rows: answer.segments.flatMap((segment) => cells(segment[name]).map((row) => [...(several ? [{ text: withoutCut(segment.label) }] : []), ...row])) };
};

const times = (page) => plainTable(page, { id: "funnel-times", title: "Time to convert",
  ...ofEach(page, "times", [{ name: "Took" }, { name: HEADS[page.answer.count], number: true }], (found) => found.bins.map(({ low, high, count }) => [
    { text: `${duration(low)} to ${duration(high)}`, value: low }, { text: number(count), value: count }])) });

const frequency = (page) => plainTable(page, { id: "funnel-frequency", title: `How often ${page.answer.steps[page.answer.between[0] - 1]} was done before`,
  ...ofEach(page, "frequency", [{ name: "Times" }, { name: HEADS[page.answer.count], number: true }], (found) => found.bins.map(({ low, high, count }) => [
    { text: low === high ? number(low) : high === null ? `${number(low)} and more` : `${number(low)} to ${number(high)}`, value: low }, { text: number(count), value: count }])) });

const paths = (page) => plainTable(page, { id: "funnel-paths", title: "What was done in between",
  ...ofEach(page, "paths", [{ name: "Path" }, { name: HEADS[page.answer.count], number: true }, { name: "Share", number: true }], (found) => found.map(({ events, count, share }) => [
    { text: events.length ? events.join(" → ") : "nothing else" }, { text: number(count), value: count }, { text: percent(share), value: share }])) });
