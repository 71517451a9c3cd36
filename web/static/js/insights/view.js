// How answers of Insights are shown, as kinds/answers.js wants it of every kind.

import { number } from "./text.js";

export { rules } from "./rules.js";
export { table } from "./table.js";

export const none = "Nothing in this range";

export const isEmpty = (answer) => answer.series.every((series) => [series.total, ...series.values].every((value) => !value));

export function summary(answer) {
  const totals = answer.series.slice(0, 6).map((series) => `${series.label} ${number(series.total, series.format)}`);
  return isEmpty(answer) ? "nothing was found" : `in total ${totals.join(", ")}${answer.series.length > 6 ? " and more, in the table" : ""}`;
}
