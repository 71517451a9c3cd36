// What is behind a number of Insights, as its panel says it.

import { asked, dayAt, fullNameAt, isFormula, nameAt, valueAt } from "./points.js";
import { number } from "./text.js";

// Measures whose number is the count of the list.
const COUNT_USERS = ["unique", "dau", "wau", "mau", "cumulative_unique", "sessions"];

export function behind({ answer, spot, metric, kind }) {
  const first = answer.series.find((each) => each.metric === metric);
  const formula = isFormula(answer.series[spot.series]);
  const counts = !formula && (kind === "users" ? COUNT_USERS.includes(first.measure) : first.measure === "total");
  return {
    title: formula ? `${metric}. ${first.name} in ${nameAt(answer, spot)}` : fullNameAt(answer, spot), when: dayAt(answer, spot), at: asked(answer, spot, metric),
    people: first.measure === "sessions" ? ["session", "sessions"] : ["user", "users"], events: true,
    differs(list) {
      const value = valueAt(answer, spot);
      if (!counts || list.count === null || list.count === value) return null;
      return list.version !== answer.data_version ? `The chart says ${number(value)}: events have come since. Refresh it to see them.` : `The chart says ${number(value)}.`;
    },
  };
}
