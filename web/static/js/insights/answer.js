// The right side: the question in words, the range, and its answer in whatever state that is.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { TABLE, kindCharts } from "./charts.js";
import { counted } from "./counted.js";
import { dateControls } from "./dates.js";
import { menu } from "./menu.js";
import { numbers } from "./numbers.js";
import { savingBar } from "./saving.js";
import { allHidden, empty, failure, held, noData, progress, unasked } from "./states.js";
import { askable } from "../kinds/kinds.js";
import { viewOf } from "../kinds/answers.js";
import { ago, number } from "./text.js";

export function answerSide(page) {
  const { answer } = page;
  const old = page.waiting || page.held;
  return html`<div class="answer">
    ${savingBar(page)}
    <p class="sentence" id="sentence">${page.sentence ?? "Choose an event to begin."}</p>
    ${toolbar(page)}
    ${page.told ? html`<p class="notice" id="told">${page.told}</p>` : nothing}
    <section class="card chart-card" aria-labelledby="sentence" aria-busy=${String(Boolean(page.waiting))} ?data-plain=${isShown(page) && page.shown === TABLE && !old} ?data-low=${isShown(page) && [TABLE, "number"].includes(page.shown) && !old}>
      ${answer && !page.error && !isEmpty(answer) ? bar(page) : nothing}
      ${page.events?.length === 0 && !answer ? noData(page) : nothing}
      ${page.error ? failure(page) : nothing}
      ${!answer && !page.error && page.events?.length && !askable(page.document) ? unasked(page) : nothing}
      ${answer && !page.error && isEmpty(answer) ? empty(page) : nothing}
      ${notices(page)}
      ${isShown(page) && viewOf(answer).head ? html`<div class=${old ? "stale" : ""}>${viewOf(answer).head(page)}</div>` : nothing}
      ${showsTiles(page) ? html`<div class=${old ? "stale" : ""}>${numbers(page)}</div>` : nothing}
      ${isShown(page) && !showsTiles(page) && page.drawn.length && !isSeen(page) ? allHidden(page) : nothing}
      <figure class=${`chart-figure ${old ? "stale" : ""}`} ?hidden=${!showsChart(page)}>
        <div id="chart" class="chart" role="group" aria-roledescription="chart" aria-label=${described(answer)} tabindex="0"
          aria-describedby="chart-help" @keydown=${(event) => page.pointer.key(event)} @focus=${() => page.pointer.show(page.pointer.spot)} @focusout=${() => page.menu || page.pointer.forget()} @wheel=${page.wheel}></div>
        <div id="cursor" class="cursor" hidden></div>
        <div id="tip" class="tip" hidden></div>
        <figcaption class="visually-hidden" id="chart-help">The arrow keys read out one point after the other, Enter says what is behind it. The table below has the same numbers.</figcaption>
      </figure>
      ${page.slow ? progress(page) : page.held ? held(page) : page.waiting && !answer && !page.error ? html`<div class="skeleton" aria-hidden="true"></div>` : nothing}
    </section>
    ${answer && !page.error ? html`${viewOf(answer).table(page)}${counted(page)}` : nothing}
    ${menu(page)}${page.drill?.panel(page)}
  </div>`;
}

const isEmpty = (answer) => viewOf(answer).isEmpty(answer);
const isShown = (page) => Boolean(page.answer && !page.error && !isEmpty(page.answer));
const showsTiles = (page) => isShown(page) && page.shown === "number";
const isSeen = (page) => !page.drawn.length || page.drawn.some(({ series }) => !page.hidden.has(series));
export const showsChart = (page) => isShown(page) && page.figure && ![TABLE, "number"].includes(page.shown) && isSeen(page);

// The legend, how old the answer is, and what can be taken away from here.
function bar(page) {
  const { answer } = page;
  return html`<div class="chart-bar">
    ${viewOf(answer).legend?.(page) ?? nothing}
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
  const left = page.figure?.layout.meta?.series_left_out;
  return left ? html`<p class="notice">The chart draws the first ${number(page.drawn.length)} series; the table has ${number(left)} more.</p>` : nothing;
}

const described = (answer) => (answer ? `Chart. ${answer.sentence}. ${viewOf(answer).summary(answer)}.` : "No chart yet");

function toolbar(page) {
  return html`<div class="toolbar" role="group" aria-label="Range and chart">
    ${dateControls(page)}
    ${viewOf(page.document).tools?.(page) ?? kindCharts(page)}
  </div>`;
}
