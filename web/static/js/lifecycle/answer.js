// The answer to a lifecycle question: users of four kinds in each bucket.

import { bucketName, number } from "../insights/text.js";
import { plainTable } from "../kinds/table.js";

export const none = "Nobody was active in this range";

export const isEmpty = (answer) => answer.series.every(({ values }) => values.every((value) => !value));

export function summary(answer) {
  if (isEmpty(answer)) return "nobody was active";
  const at = answer.buckets.findLastIndex(({ complete }) => complete);
  const place = at < 0 ? answer.buckets.length - 1 : at;
  return `${bucketName(answer.buckets[place].start, answer.interval)}: ${answer.series.map(({ label, values }) => `${label} ${number(values[place])}`).join(", ")}`;
}

export const rules = ({ interval }) => [
  "New: did it for the first time ever, as far as events are kept.",
  `Returning: did it in this ${interval} and in the one before. Resurrecting: in this one, not in the one before, but earlier.`,
  `Dormant: did it in the ${interval} before and not in this one; drawn below zero. While a ${interval} is not over, its dormant users may still come.`,
];

function spot(answer, series, at) {
  const { start, complete } = answer.buckets[at];
  return {
    title: series.label, when: `${bucketName(start, answer.interval)}${complete ? "" : ", not whole"}`, value: `${number(series.values[at])} users`, count: series.values[at],
    at: { status: series.status, bucket: start }, people: "Users",
  };
}

export const grid = ({ answer }) => answer.series.map((series) => answer.buckets.map((_, at) => spot(answer, series, at)));

export function spotOf(answer, point) {
  const series = answer.series[point.curveNumber];
  return series && answer.buckets[point.pointNumber] ? spot(answer, series, point.pointNumber) : null;
}

export function table(page) {
  const { answer } = page;
  const rows = answer.buckets.map(({ start, complete }, at) => [
    { text: bucketName(start, answer.interval), value: start.slice(0, 16), mark: complete ? null : "not whole" },
    ...answer.series.map((series) => ({ text: number(series.values[at]), value: series.values[at], spot: spot(answer, series, at) })),
    { text: number(sum(answer, at)), value: sum(answer, at) },
  ]);
  return plainTable(page, { id: "lifecycle", title: "Users", rows, columns: [{ name: "Begins" }, ...answer.series.map(({ label }) => ({ name: label, number: true })), { name: "Change", number: true }] });
}

// How many more are active than in the bucket before.
const sum = ({ series }, at) => series.reduce((all, { status, values }) => all + (status === "dormant" ? -values[at] : status === "returning" ? 0 : values[at]), 0);
