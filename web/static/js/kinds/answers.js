// How the answer to each kind of question is shown.
//
//   isEmpty(answer), summary(answer) whether nothing was found, and the answer in a few words
//   table(page)                      what stands beneath the chart
//   tools(page), head(page)          what is chosen and what is said over the chart; may be left out
//   rules(answer)                    how it is counted, in sentences
//   grid(page)                       its numbers as rows of spots, which the arrow keys walk
//   spotOf(answer, point, chart)     the spot of a point of Plotly's that was clicked, or null
//
// A spot is {title, when, value, at, count, people, actions}: `at` is how the API names the number, `actions` what else can
// be done with it, as [words, function].

import * as flowsAnswer from "../flows/answer.js";
import * as frequencyAnswer from "../frequency/answer.js";
import * as funnelsAnswer from "../funnels/answer.js";
import { table } from "../insights/table.js";
import { number } from "../insights/text.js";
import * as lifecycleAnswer from "../lifecycle/answer.js";
import * as retentionAnswer from "../retention/answer.js";

const insights = {
  table,
  isEmpty: (answer) => answer.series.every((series) => [series.total, ...series.values].every((value) => !value)),
  summary(answer) {
    const totals = answer.series.slice(0, 6).map((series) => `${series.label} ${number(series.total, series.format)}`);
    return this.isEmpty(answer) ? "nothing was found" : `in total ${totals.join(", ")}${answer.series.length > 6 ? " and more, in the table" : ""}`;
  },
};

const VIEWS = {
  insights,
  funnels: funnelsAnswer,
  retention: retentionAnswer,
  flows: flowsAnswer,
  lifecycle: lifecycleAnswer,
  frequency: frequencyAnswer,
};

export const viewOf = (answer) => VIEWS[answer.kind];
