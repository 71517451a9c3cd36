// The right side: the question in words, the range, and its answer in whatever state that is.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { TABLE, chartSwitch, legend } from "./charts.js";
import { counted } from "./counted.js";
import { drilldown } from "./drilldown.js";
import { menu } from "./menu.js";
import { numbers } from "./numbers.js";
import { fits } from "./question.js";
import { allHidden, empty, failure, held, noData, progress } from "./states.js";
import { table } from "./table.js";
import { ago, number } from "./text.js";

const RANGES = [
  ["7 days", { kind: "last", count: 7, unit: "day" }],
  ["30 days", { kind: "last", count: 30, unit: "day" }],
  ["90 days", { kind: "last", count: 90, unit: "day" }],
  ["12 months", { kind: "last", count: 12, unit: "month" }],
];
const same = (a, b) => a.kind === b.kind && a.count === b.count && a.unit === b.unit && (a.skip ?? 0) === (b.skip ?? 0);

// A range that no button offers, in words.
function rangeWords({ kind, count, unit, skip = 0, from }) {
  if (kind === "since") return `Since ${from}`;
  if (kind === "to_date") return `This ${unit} to date`;
  const units = count === 1 ? unit : `${count} ${unit}s`;
  return skip ? `${units}, ${skip} back` : units;
}

export function answerSide(page) {
  const { answer } = page;
  const old = page.waiting || page.held;
  return html`<div class="answer">
    <p class="sentence" id="sentence">${page.sentence ?? "Choose an event to begin."}</p>
    ${toolbar(page)}
    ${page.told ? html`<p class="notice" id="told">${page.told}</p>` : nothing}
    <section class="card chart-card" aria-labelledby="sentence" aria-busy=${String(Boolean(page.waiting))} ?data-plain=${isShown(page) && page.shown === TABLE && !old} ?data-low=${isShown(page) && [TABLE, "number"].includes(page.shown) && !old}>
      ${answer && !page.error && !isEmpty(answer) ? bar(page) : nothing}
      ${page.events?.length === 0 && !answer ? noData(page) : nothing}
      ${page.error ? failure(page) : nothing}
      ${answer && !page.error && isEmpty(answer) ? empty(page) : nothing}
      ${notices(page)}
      ${showsTiles(page) ? html`<div class=${old ? "stale" : ""}>${numbers(page)}</div>` : nothing}
      ${isShown(page) && !showsTiles(page) && page.drawn.length && !isSeen(page) ? allHidden(page) : nothing}
      <figure class="chart-figure" ?hidden=${!showsChart(page)}>
        <div id="chart" class="chart ${old ? "stale" : ""}" role="group" aria-roledescription="chart" aria-label=${described(answer)} tabindex="0"
          aria-describedby="chart-help" @keydown=${(event) => page.pointer.key(event)} @focus=${() => page.pointer.show(page.pointer.spot)} @focusout=${() => page.menu || page.pointer.forget()} @wheel=${page.wheel}></div>
        <div id="cursor" class="cursor" hidden></div>
        <div id="tip" class="tip" hidden></div>
        <figcaption class="visually-hidden" id="chart-help">The arrow keys read out one point after the other, Enter says what is behind it. The table below has the same numbers.</figcaption>
      </figure>
      ${page.slow ? progress(page) : page.held ? held(page) : page.waiting && !answer && !page.error ? html`<div class="skeleton" aria-hidden="true"></div>` : nothing}
    </section>
    ${answer && !page.error ? html`${table(page)}${counted(page)}` : nothing}
    ${menu(page)}${drilldown(page)}
  </div>`;
}

export const isEmpty = (answer) => answer.series.every((series) => [series.total, ...series.values].every((value) => !value));
const isShown = (page) => Boolean(page.answer && !page.error && !isEmpty(page.answer));
const showsTiles = (page) => isShown(page) && page.shown === "number";
const isSeen = (page) => page.drawn.some(({ series }) => !page.hidden.has(series));
export const showsChart = (page) => isShown(page) && page.figure && ![TABLE, "number"].includes(page.shown) && isSeen(page);

// The legend, how old the answer is, and what can be taken away from here.
function bar(page) {
  const { answer } = page;
  return html`<div class="chart-bar">
    ${legend(page)}
    <div class="chart-tools">
      ${page.canUnzoom() ? html`<button type="button" class="button button-small" id="reset-zoom" @click=${() => page.unzoom()}>Reset zoom</button>` : nothing}
      <button type="button" class="tool" id="refresh" title="Ask again" @click=${() => page.refresh()}><span class="visually-hidden">Refresh. The answer is from </span>${ago(answer.computed_at)}<span class="tool-sign" aria-hidden="true">↻</span></button>
      ${showsChart(page) || showsTiles(page) ? html`<button type="button" class="tool" id="png" @click=${() => page.savePng()}>PNG</button>` : nothing}
      <button type="button" class="tool" id="copy-link" @click=${() => page.copy(location.href, "The link is copied.")}>Copy link</button>
    </div>
  </div>`;
}

function notices(page) {
  if (page.error || !page.answer) return nothing;
  const left = page.figure?.layout.meta.series_left_out;
  return left ? html`<p class="notice">The chart draws the first ${number(page.drawn.length)} series; the table has ${number(left)} more.</p>` : nothing;
}

function described(answer) {
  if (!answer) return "No chart yet";
  const parts = answer.series.slice(0, 6).map((series) => `${series.label} ${number(series.total, series.format)}`);
  return `Chart. ${answer.sentence}. In total: ${parts.join(", ")}.`;
}

function toolbar(page) {
  const { dates, interval } = page.document;
  const fixed = dates.kind === "fixed";
  const other = !fixed && !RANGES.some(([, range]) => same(range, dates));
  return html`<div class="toolbar" role="group" aria-label="Range and chart">
    <div class="segmented" role="group" aria-label="Date range">
      ${RANGES.map(([words, range]) => html`<button type="button" aria-pressed=${String(same(range, dates))} @click=${() => page.dispatch({ type: "dates", dates: range })}>${words}</button>`)}
      ${other ? html`<button type="button" aria-pressed="true">${rangeWords(dates)}</button>` : nothing}
      <button type="button" id="fixed" aria-pressed=${String(fixed)} @click=${() => page.dispatch({ type: "dates", dates: page.fixedDates() }, "from")}>Fixed</button>
    </div>
    ${fixed ? fixedInputs(page, dates) : nothing}
    <label class="inline-label" title="Intervals that would make more than 1,500 points cannot be chosen">by <select id="interval" class="quiet-select" aria-label="Interval" .value=${live(interval)}
      @change=${(event) => page.dispatch({ type: "interval", interval: event.target.value })}>
      ${page.intervals.map((each) => html`<option value=${each} ?selected=${each === interval} ?disabled=${!fits(dates, each)}>${each}</option>`)}
    </select></label>
    <span class="zone muted small" title="Days begin and end in the project’s time zone">${page.zone}</span>
    ${chartSwitch(page)}
  </div>`;
}

function fixedInputs(page, dates) {
  const onChange = (event) => {
    const [from, to] = [...event.target.closest(".fixed").querySelectorAll("input")].map((input) => input.value);
    if (from && to) page.dispatch({ type: "dates", dates: { kind: "fixed", from: from < to ? from : to, to: from < to ? to : from } });
  };
  return html`<span class="fixed">
    <label class="visually-hidden" for="from">From</label><input id="from" type="date" .value=${live(dates.from)} @change=${onChange}>
    <span aria-hidden="true">–</span>
    <label class="visually-hidden" for="to">To, included</label><input id="to" type="date" .value=${live(dates.to)} @change=${onChange}>
  </span>`;
}
