// The whole answer as rows of text: for a file, for the clipboard. Pure.

import { labelOf } from "./properties.js";

const PLAIN_NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;
const FORMULA = /^[=+\-@\t\r]/;

// A spreadsheet takes what begins like this for a formula and runs it: names of events come from whoever holds a public token.
export const harmless = (text) => (FORMULA.test(text) && !PLAIN_NUMBER.test(text) ? `'${text}` : text);

const quoted = (text) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const written = (value) => harmless(value === null || value === undefined ? "" : String(value));

// All series, whatever the screen shows of them, with numbers as programs read them.
export function rows(answer, { names } = {}) {
  const breakdowns = answer.query.breakdowns.map(({ property }) => labelOf(property));
  const compares = answer.series.some((series) => series.compared);
  const head = ["Metric", "Name", ...breakdowns, ...(answer.series.some((series) => series.segment.length > breakdowns.length) ? ["Bin"] : []),
    "Total", ...(compares ? ["Total before", "Difference", "Change"] : []), ...answer.buckets.map((bucket) => names?.(bucket) ?? bucket.start),
    ...(compares ? (answer.compared ?? []).map((bucket) => `Before: ${names?.(bucket) ?? bucket.start}`) : [])];
  const parts = head.indexOf("Total") - 2;
  return [head, ...answer.series.map(({ metric, name, segment, total, values, compared, label }) => [metric, name,
    ...Array.from({ length: parts }, (_, at) => partText(segment, at, label)),
    total, ...(compares ? [compared?.total, compared?.difference, compared?.ratio] : []), ...values,
    ...(compares ? compared?.values ?? [] : [])])];
}

const NAMED = { all: "All", not_set: "(not set)", other: "(other)", empty: "(empty string)" };

function partText(segment, at, label) {
  const part = segment[at];
  if (!part) return "";
  if (segment.length === 1) return label;
  if (part.kind in NAMED) return NAMED[part.kind];
  return "upper" in part ? `${part.value ?? ""} – ${part.upper ?? ""}` : part.value;
}

export const csv = (table) => `${table.map((row) => row.map((cell) => quoted(written(cell))).join(",")).join("\r\n")}\r\n`;
export const tsv = (table) => table.map((row) => row.map((cell) => written(cell).replace(/[\t\r\n]+/g, " ")).join("\t")).join("\n");

export function download(name, text, type) {
  const link = Object.assign(document.createElement("a"), { href: text.startsWith("data:") ? text : URL.createObjectURL(new Blob([text], { type })), download: name });
  link.click();
  if (link.href.startsWith("blob:")) setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
