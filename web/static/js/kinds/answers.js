// How each kind of question is shown: its side of the builder, and its answer.
//
//   builder(page)                    its sections of the builder
//   parts(model, said)               the question in words, as kinds/sentence.js wants it
//   isEmpty(answer), summary(answer) whether nothing was found, and the answer in a few words
//   none                             what is said where nothing was found
//   table(page)                      what stands beneath the chart
//   tools(page), head(page)          what is chosen and what is said over the chart; may be left out
//   legend(page)                     where the figure has none of its own
//   rules(answer)                    how it is counted, in sentences
//   grid(page)                       its numbers as rows of spots, which the arrow keys walk
//   spotOf(answer, point, chart, page) the spot of a point of Plotly's that was clicked, or null
//
// A spot is {title, when, value, at, count, people, actions}: `at` is how the API names the number, `actions` what else can
// be done with it, as [words, function]. The spots of Insights are places in its answer, {series, bucket, compared}, and its
// chart knows them: instead of grid and spotOf it has menu(page) and behind(drill), which say what the others' spots say
// themselves. Kinds beside Insights are loaded once they are asked for.

import * as insights from "../insights/view.js";

const LOADS = {
  funnels: () => Promise.all([import("../funnels/answer.js"), import("../funnels/builder.js"), import("../funnels/sentence.js")]),
  retention: () => Promise.all([import("../retention/answer.js"), import("../retention/builder.js"), import("../retention/sentence.js")]),
  flows: () => Promise.all([import("../flows/answer.js"), import("../flows/builder.js"), import("../flows/sentence.js")]),
  lifecycle: () => Promise.all([import("../lifecycle/answer.js"), import("../lifecycle/builder.js"), import("../lifecycle/sentence.js")]),
  frequency: () => Promise.all([import("../frequency/answer.js"), import("../frequency/builder.js"), import("../frequency/sentence.js")]),
};

const views = { insights: { ...insights } };

// What a page has loaded anyway.
export const extend = (kind, more) => Object.assign(views[kind], more);

export const isLoaded = ({ kind = "insights" }) => kind in views;

export async function load({ kind = "insights" }) {
  if (isLoaded({ kind })) return;
  views[kind] = Object.assign({}, ...(await LOADS[kind]()));
}

// Of a question or an answer whose kind is loaded.
export const viewOf = ({ kind = "insights" }) => views[kind];
