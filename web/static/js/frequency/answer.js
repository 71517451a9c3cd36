// The answer to a frequency question: in how many units users did it, over the range and in each period.

import { html } from "../../vendor/lit-html/lit-html.js";
import { bucketName, number } from "../insights/text.js";
import { plainTable } from "../kinds/table.js";

export const none = "Nobody did it in this range";

export const isEmpty = (answer) => answer.series.every(({ total }) => !total.users);

const units = ({ each }, count) => `${number(count)} ${each}${count === 1 ? "" : "s"}`;

export function summary(answer) {
  if (isEmpty(answer)) return "nobody did it";
  const { total } = answer.series[0];
  return `${number(total.users)} users, on average ${number(total.average)} ${answer.each}s of the range; ${number(total.shares[1] ?? 0, "percent")} did it on more than one`;
}

export const rules = (answer) => [
  `A user counts once for each ${answer.each} in which they did it, however often.`,
  `Over the whole range all its ${answer.each}s are counted; of each ${answer.per}, those inside it.`,
];

function spot(answer, series, part, count, atLeast, bucket = null) {
  const value = (atLeast ? part.at_least : part.exactly)[count - 1];
  return {
    title: `${units(answer, count)}${atLeast ? " or more" : ""}${series.segment.length ? ` · ${series.label}` : ""}`, when: bucket === null ? "the whole range" : bucketName(bucket, answer.per), value: `${number(value)} users`, count: value,
    at: { units: count, or_more: atLeast, bucket, segment: series.segment }, people: "Users",
  };
}

export const grid = ({ answer }) => answer.series.map((series) => series.total.exactly.map((_, at) => spot(answer, series, series.total, at + 1, false)));

// Points of the lines are averages: nobody is behind them.
export function spotOf(answer, { data, pointNumber }, chart) {
  const series = answer.series[data.meta.series];
  return chart === "bar" ? spot(answer, series, series.total, pointNumber + 1, false) : null;
}

export function table(page) {
  const { answer } = page;
  const several = answer.series.length > 1;
  const named = (series) => (several ? [{ text: series.label }] : []);
  // Up to the most that anybody has, as the chart.
  const reached = Math.max(1, ...answer.series.map(({ total }) => total.exactly.findLastIndex(Boolean) + 1));
  const range = answer.series.flatMap((series) => series.total.exactly.slice(0, reached).map((count, at) => [...named(series), { text: units(answer, at + 1), value: at + 1 },
    { text: number(count), value: count, spot: spot(answer, series, series.total, at + 1, false) }, { text: number(series.total.at_least[at]), value: series.total.at_least[at], spot: spot(answer, series, series.total, at + 1, true) },
    { text: number(series.total.shares[at], "percent"), value: series.total.shares[at] }]));
  const most = Math.max(0, ...answer.series.flatMap(({ periods }) => periods.map(({ exactly }) => exactly.length)));
  const each = answer.series.flatMap((series) => answer.buckets.map(({ start, complete }, place) => {
    const part = series.periods[place];
    return [...named(series), { text: bucketName(start, answer.per), value: start.slice(0, 16), mark: complete ? null : "not whole" }, { text: number(part.users), value: part.users }, { text: number(part.average), value: part.average },
      ...Array.from({ length: Math.min(most, 12) }, (_, at) => ({ text: number(part.exactly[at] ?? 0), value: part.exactly[at] ?? 0, level: part.users ? (part.exactly[at] ?? 0) / part.users : null,
        spot: at < part.exactly.length ? spot(answer, series, part, at + 1, false, start) : undefined }))];
  }));
  const first = several ? [{ name: "Segment" }] : [];
  return html`${plainTable(page, { id: "frequency-range", title: "Over the whole range", rows: range,
      columns: [...first, { name: `${answer.each[0].toUpperCase()}${answer.each.slice(1)}s` }, { name: "Exactly", number: true }, { name: "At least", number: true }, { name: "Share", number: true }] })}
    ${plainTable(page, { id: "frequency-periods", title: `In each ${answer.per}`, rows: each,
      columns: [...first, { name: "Begins" }, { name: "Users", number: true }, { name: "Average", number: true }, ...Array.from({ length: Math.min(most, 12) }, (_, at) => ({ name: String(at + 1), number: true }))] })}`;
}
