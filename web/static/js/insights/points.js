// One number of an answer: `series` and `bucket` are places in it (no bucket: the number of the whole range), `compared` says that
// it is the earlier time's. Pure.

import { bucketName, number } from "./text.js";

export const keyOf = (series) => JSON.stringify([series.metric, series.segment]);
export const isWhole = (series) => series.segment.every((part) => part.kind === "all");
export const isFormula = (series) => series.measure === "formula";

export function valueAt(answer, { series, bucket, compared }) {
  const found = compared ? answer.series[series].compared : answer.series[series];
  return (bucket === null ? found?.total : found?.values[bucket]) ?? null;
}

export function ratioAt(answer, { series, bucket }) {
  const { compared } = answer.series[series];
  return (bucket === null ? compared?.ratio : compared?.ratios[bucket]) ?? null;
}

export const bucketAt = (answer, { bucket, compared }) => (bucket === null ? null : (compared ? answer.compared : answer.buckets)[bucket] ?? null);

const isUnfinished = (answer, spot) => bucketAt(answer, spot)?.complete === false;

function timeAt(answer, spot) {
  const bucket = bucketAt(answer, spot);
  if (!bucket) return spot.compared ? "the whole range before" : "the whole range";
  return bucketName(bucket.start, answer.interval);
}

export const dayAt = (answer, spot) => timeAt(answer, spot) + (isUnfinished(answer, spot) ? ", not whole" : "");

export function nameAt(answer, { series }) {
  const found = answer.series[series];
  const several = new Set(answer.series.map((each) => each.metric)).size > 1;
  const name = found.segment.length && (several || isWhole(found)) ? `${found.name} · ${found.label}` : found.label;
  return several ? `${found.metric}. ${name}` : name;
}

// Where nothing beside it says of what.
export function fullNameAt(answer, { series }) {
  const { name, label, segment } = answer.series[series];
  return segment.length ? `${name} · ${label}` : nameAt(answer, { series });
}

// Where the metric is known by its letter: in a legend.
export function shortNameAt(answer, { series }) {
  const found = answer.series[series];
  const several = new Set(answer.series.map((each) => each.metric)).size > 1;
  return several && found.segment.length && !isWhole(found) ? `${found.metric} · ${found.label}` : nameAt(answer, { series });
}

export const numberAt = (answer, spot) => number(valueAt(answer, spot), answer.series[spot.series].format);

// What is read out of it.
export const wordsAt = (answer, spot) =>
  `${nameAt(answer, spot)}, ${timeAt(answer, spot)}: ${numberAt(answer, spot)}${isUnfinished(answer, spot) ? ", not whole" : ""}`;

// The metrics whose users and events are behind it: its own, or those that the formula names.
export function metricsAt(answer, { series }) {
  const { metric } = answer.series[series];
  if (!isFormula(answer.series[series])) return [metric];
  return [...new Set(answer.query.formulas[Number(metric.slice(1)) - 1].expression.match(/[A-Z]+/g) ?? [])];
}

// The number as the API wants it named.
export function asked(answer, spot, metric) {
  return { metric, segment: answer.series[spot.series].segment, bucket: bucketAt(answer, spot)?.start ?? null, compared: spot.compared };
}

// A distribution's bins are no part of the breakdowns.
export const partsAt = (answer, { series }) => answer.series[series].segment.slice(0, answer.query.breakdowns.length);
