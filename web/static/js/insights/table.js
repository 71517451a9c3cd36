// The answer as a table: the same numbers as the chart's, for every series, and the way to them without seeing the chart.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { gridTable, rowTools, takeaways } from "../kinds/grid.js";
import { swatch } from "./charts.js";
import { rows } from "./csv.js";
import { below } from "./numbers.js";
import { isWhole, keyOf } from "./points.js";
import { bucketLabel, change, difference, number } from "./text.js";

const isPinned = (series) => series.segment.length > 0 && isWhole(series);

function columnsOf(answer) {
  const compares = answer.series.some((series) => series.compared);
  const [before, total] = [{ read: (series) => series.compared?.total, spot: { bucket: null, compared: true }, words: "Before" },
    { read: (series) => series.total, spot: { bucket: null, compared: false }, words: "Total", look: "total" }];
  return [
    total,
    ...(compares ? [before, { read: (series) => series.compared?.difference, write: (value, series) => difference(value, series.format), words: "Difference" },
      { read: (series) => series.compared?.ratio, write: (value) => change(value), words: "Change" }] : []),
    ...answer.buckets.map((bucket, at) => ({ read: (series) => series.values[at], spot: { bucket: at, compared: false }, at,
      words: bucketLabel(bucket.start, answer.interval), complete: bucket.complete })),
  ];
}

export function table(page) {
  const { answer } = page;
  const columns = columnsOf(answer);
  const broken = answer.series.some((series) => series.segment.length);
  const look = { page, answer, columns, several: new Set(answer.series.map((series) => series.metric)).size > 1,
    colours: new Map(page.drawn.map(({ series, colour }) => [series, colour])) };
  const series = (place) => answer.series[place];
  // Its rows are the places of the series.
  const grid = {
    state: page.table, caption: answer.sentence, rows: answer.series.map((_, place) => place), key: (place) => keyOf(series(place)), name: (place) => series(place).label,
    columns: [{ words: broken ? "Segment" : "Metric" }, ...columns.map(({ words, complete, look: own = "" }) => ({
      words: html`${words}${complete === false ? html`<abbr title="not whole" aria-label="not whole">*</abbr>` : nothing}`, look: `number ${own}`,
    }))],
    value: (place, column) => (column ? columns[column - 1].read(series(place)) : series(place).label),
    isPinned: (place) => isPinned(series(place)),
    tr: (place, at, tab) => row(look, place, at, tab),
    act: (place, column, cell) => act(look, place, column, cell),
    help: "Enter on a number says who and what is behind it, on a heading sorts, on a name hides it in the chart.",
  };
  const names = (bucket) => bucket.start.slice(0, ["hour", "minute"].includes(answer.interval) ? 16 : 10);
  return html`<section class="table-part ${page.waiting || page.held ? "stale" : ""}" aria-label="Table">
    <div class="table-bar">
      ${answer.series.filter((each) => !isPinned(each)).length > 1 ? rowTools(page, grid) : nothing}
      ${takeaways(page, grid, { copied: (places) => rows({ ...answer, series: places.map(series) }, { names }), saved: () => rows(answer) })}
    </div>
    ${gridTable(page, grid)}
    ${answer.buckets.some((bucket) => !bucket.complete) ? html`<p class="footnote">* not whole: the range cuts it, or it is not over yet. No change is worked out for it.</p>` : nothing}
  </section>`;
}

function row({ page, answer, columns, several, colours }, place, at, tab) {
  const series = answer.series[place];
  const pinned = isPinned(series);
  const hidden = page.hidden.has(place);
  const name = pinned && several ? `${series.name}, all` : series.label;
  return html`<tr class=${`${pinned ? "whole" : ""} ${hidden ? "off" : ""}`} aria-rowindex=${at + 2}>
    <th scope="row" class="sticky" tabindex=${tab(0)} data-row=${at} data-column="0"><span class="series">
      ${colours.has(place) ? html`<button type="button" class="eye" tabindex="-1" aria-pressed=${String(!hidden)} aria-label="Show ${name} in the chart" title=${hidden ? "Show in the chart" : "Hide in the chart"}
        data-toggle>${swatch(hidden ? null : colours.get(place))}</button>` : colours.size ? html`<span class="eye"></span>` : nothing}
      ${several ? html`<span class="letter">${series.metric}</span>` : nothing}
      <span class="series-name" title=${series.label}>${name}</span></span></th>
    ${columns.map((column, index) => {
      const value = column.read(series);
      const ratio = column.at === undefined ? null : series.compared?.ratios[column.at] ?? null;
      return html`<td class=${`number ${column.look ?? ""} ${column.complete === false ? "partial" : ""} ${column.spot ? "opens" : ""}`} tabindex=${tab(index + 1)} data-row=${at} data-column=${index + 1}
        >${column.write ? column.write(value, series) : number(value, series.format)}${ratio === null ? nothing : html`<span class="delta">${change(ratio)}</span>`}</td>`;
    })}
  </tr>`;
}

function act({ page, columns, colours }, series, column, cell) {
  if (!column) return colours.has(series) ? page.toggle(series) : undefined;
  const { spot } = columns[column - 1];
  if (spot) page.openMenu({ series, ...spot }, below(cell), cell);
}
