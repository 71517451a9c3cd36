// One tile as it is drawn: its head, its answer in whatever state that is, its foot.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { ago, seconds } from "../insights/text.js";
import { viewOf } from "../kinds/answers.js";
import { KINDS, isInsights } from "../kinds/kinds.js";
import { table } from "./table.js";
import { arranging } from "./arranging.js";
import { tileName } from "./names.js";

export function card(page, tile, place) {
  const { report } = tile;
  return html`<li class="tile tile-${tile.width}" id="tile-${tile.id}" data-tile=${tile.id} @keydown=${(event) => page.arrange.key(event, tile)}
      @dragover=${(event) => page.arrange.over(event, tile)} @drop=${(event) => page.arrange.drop(event)}>
    <article class="card tile-card" aria-label=${tileName(tile)}>
      ${page.editing ? arranging(page, tile, place) : nothing}
      ${report ? reportTile(page, tile, page.asked.get(tile.id)) : textTile(page, tile)}
    </article>
  </li>`;
}

function textTile(page, tile) {
  if (!page.editing) return html`<p class="text-lines tile-text">${tile.text}</p>`;
  return html`<div class="field tile-text">
    <label class="visually-hidden" for="text-${tile.id}">Text</label>
    <textarea id="text-${tile.id}" rows="4" maxlength=${page.longest_text} .value=${tile.text}
      @change=${(event) => page.change(tile, { text: event.target.value })}></textarea>
  </div>`;
}

function reportTile(page, tile, asked) {
  const { report } = tile;
  if (report.deleted) return deleted(page, tile);
  return html`<header class="tile-head">
      <h2 class="tile-name">${page.shared ? report.name : html`<a href=${page.insights(tile)} title="Open in ${KINDS[report.query.kind].label}">${report.name}</a>`}</h2>
      <p class="muted small tile-sentence">${asked.answer?.sentence ?? report.sentence}</p>
    </header>
    <div class="tile-body" aria-busy=${String(asked.waiting)}>${body(page, tile, asked)}</div>
    <footer class="tile-foot muted small">
      ${asked.at ? html`<span class="tile-age" title="Counted ${ago(asked.answer.computed_at)}, and still right when it was asked for">${ago(asked.at)}</span>` : html`<span class="tile-age"></span>`}
      ${asked.answer && !asked.error && !asked.isEmpty ? html`<button type="button" class="link-button" aria-pressed=${String(Boolean(asked.table))}
        @click=${() => page.toggleTable(asked)}>${asked.table && asked.figure ? "Chart" : "Numbers"}<span class="visually-hidden"> of ${report.name}</span></button>` : nothing}
      <button type="button" class="link-button" aria-disabled=${String(asked.waiting)} @click=${() => asked.waiting || asked.ask()}>Refresh<span class="visually-hidden"> ${report.name}</span></button>
    </footer>`;
}

function body(page, tile, asked) {
  if (asked.error) return failure(page, tile, asked);
  const over = asked.slow ? progress(page, tile, asked) : nothing;
  if (!asked.answer) return html`${over === nothing ? html`<div class="skeleton tile-skeleton" aria-hidden="true"></div>` : over}`;
  if (asked.isEmpty) return html`${over}${state(viewOf(asked.answer).none, page.hasFilters ? "No event of this range passes the filters." : "What it asks about did not happen in it.")}`;
  const stale = asked.waiting ? "stale" : "";
  if (!asked.isChart) return html`${over}<div class="tile-numbers ${stale}">${numbersOf(page, asked)}</div>`;
  // Plotly keeps a class of its own on its element, which a class that changes would wipe out.
  return html`${over}<div class="tile-figure ${stale}"><div class="tile-chart" id="chart-${tile.id}" role="img" aria-label=${described(asked.answer)}></div></div>`;
}

const described = (answer) => `Chart. ${answer.sentence}. ${viewOf(answer).summary(answer)}.`;

// Of another kind of question the tables of its own page, only to read.
function numbersOf(page, asked) {
  if (isInsights(asked.answer)) return table(asked.answer, colours(asked.figure));
  asked.tables ??= new Map();
  return viewOf(asked.answer).table({ answer: asked.answer, tables: asked.tables, update: () => page.update() });
}

function progress(page, tile, asked) {
  const { run } = asked;
  const known = run?.total_rows > 0;
  return html`<div class="tile-progress">
    <p>${run?.state === "queued" ? "Waiting for a worker" : "Counting"}${run ? html` · ${seconds(run.elapsed_ms)}` : nothing}</p>
    <progress aria-label="Progress of ${tile.report.name}" max="100" .value=${known ? run.percent : 0}></progress>
    ${page.shared ? nothing : html`<button type="button" class="button button-small" @click=${() => asked.cancel()}>Cancel<span class="visually-hidden"> ${tile.report.name}</span></button>`}
  </div>`;
}

const state = (title, text, action = nothing) => html`<div class="tile-state"><h3>${title}</h3><p class="muted small">${text}</p>${action}</div>`;

const TITLES = {
  cancelled: "Cancelled", offline: "No connection", invalid_query: "This cannot be asked", time_limit: "It took too long",
  memory_limit: "It needs too much memory", row_limit: "It reads too much", queue_full: "Too many questions at once",
};

function failure(page, tile, asked) {
  const { code, message } = asked.error;
  const action = code === "signed_out" ? html`<a class="button button-small button-primary" href=${location.href}>Log in</a>`
    : html`<button type="button" class="button button-small" @click=${() => asked.ask()}>${code === "cancelled" ? "Ask again" : "Retry"}<span class="visually-hidden"> ${tile.report.name}</span></button>`;
  return html`<div class="failure" data-code=${code}>${state(TITLES[code] ?? "No answer", message, action)}</div>`;
}

function deleted(page, tile) {
  return html`<header class="tile-head"><h2 class="tile-name">${tile.report.name}</h2></header>
    <div class="tile-body">${state("This report was deleted", "The tile has nothing to show until it is restored.", page.may_change ? html`<div class="actions">
      <button type="button" class="button button-small button-primary" @click=${() => page.restoreReport(tile)}>Restore the report</button>
      <button type="button" class="button button-small" @click=${() => page.remove(tile)}>Remove the tile</button></div>` : nothing)}</div>`;
}

const colours = (figure) => new Map((figure?.layout.meta?.drawn ?? []).map(({ series, colour }) => [series, colour]));
