// A tile's answer as a table to read: the numbers of every series.

import { html, nothing, svg } from "../../vendor/lit-html/lit-html.js";
import { isWhole } from "../insights/points.js";
import { bucketLabel, number } from "../insights/text.js";

// `colours` of the series that are drawn, by their place.
export function table(answer, colours) {
  const several = new Set(answer.series.map((series) => series.metric)).size > 1;
  const broken = answer.series.some((series) => series.segment.length);
  const unfinished = answer.buckets.some((bucket) => !bucket.complete);
  return html`<div class="table-wrap numbers" role="region" aria-label="The numbers as a table" tabindex="0">
    <table>
      <caption class="visually-hidden">${answer.sentence}</caption>
      <thead><tr>
        <th scope="col" class="sticky">${broken ? "Segment" : "Metric"}</th>
        <th scope="col" class="number total">Total</th>
        ${answer.buckets.map((bucket) => html`<th scope="col" class="number">${bucketLabel(bucket.start, answer.interval)}${bucket.complete ? nothing
          : html`<abbr title="not whole" aria-label="not whole">*</abbr>`}</th>`)}
      </tr></thead>
      <tbody>${answer.series.map((series, place) => {
        const whole = series.segment.length > 0 && isWhole(series);
        const colour = colours.get(place);
        return html`<tr class=${whole ? "whole" : ""}>
          <th scope="row" class="sticky"><span class="series">
            <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">${colour ? svg`<circle cx="5" cy="5" r="5" fill=${colour}></circle>` : nothing}</svg>
            ${several ? html`<span class="letter">${series.metric}</span>` : nothing}
            <span class="series-name" title=${series.label}>${whole && several ? `${series.name}, all` : series.label}</span></span></th>
          <td class="number total">${number(series.total, series.format)}</td>
          ${series.values.map((value, at) => html`<td class="number ${answer.buckets[at].complete ? "" : "partial"}">${number(value, series.format)}</td>`)}
        </tr>`;
      })}</tbody>
    </table>
  </div>
  ${unfinished ? html`<p class="footnote">* not whole: the range cuts it, or it is not over yet.</p>` : nothing}`;
}
