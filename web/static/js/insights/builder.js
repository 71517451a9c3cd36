// The left side: metrics, formulas, filters, breakdowns. Each control says what it would do to the question as an action.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { breakdowns } from "./breakdowns.js";
import { conditions } from "./conditions.js";
import { formulas } from "./formulas.js";
import { undoButtons } from "./history.js";
import { metrics } from "./metrics.js";
import { BREAKDOWNS, zone } from "./moving.js";
import { openPalette } from "./palette.js";
import { openSheet } from "./shortcuts.js";
import { icon } from "./text.js";

// What stands above both sides on a phone, and above the builder on a desk.
export function bar(page) {
  const fold = () => ((page.editing = !page.editing), page.update());
  return html`<div class="bar" role="group" aria-label="Edit">
    <button type="button" class="button fold" id="fold" aria-controls="builder" aria-expanded=${String(page.editing)} @click=${fold}>Edit the question${icon("chevron")}</button>
    ${undoButtons(page)}
    <button type="button" class="find" id="find" aria-keyshortcuts="Control+K Meta+K" @click=${() => openPalette(page)}>${icon("search")}<span>Find</span><kbd>${page.isMac ? "⌘" : "Ctrl"} K</kbd></button>
    <button type="button" class="icon-button" id="keys" aria-label="Keyboard shortcuts" title="Keyboard shortcuts" @click=${() => openSheet(page)}>${icon("keyboard")}</button>
  </div>`;
}

export function builder(page) {
  const several = page.document.metrics.length > 1;
  const [filters, split] = [zone(page, null), zone(page, BREAKDOWNS)];
  return html`<form class="builder" id="builder" aria-label="Question" @submit=${(event) => event.preventDefault()}>
    <section class="part" aria-labelledby="metrics-title">
      <h2 id="metrics-title">Metrics</h2>
      ${metrics(page)}
      ${formulas(page)}
    </section>
    <section class="part" aria-labelledby="filters-title" @dragover=${filters.over} @dragleave=${filters.leave} @drop=${filters.drop}>
      <h2 id="filters-title">Filters${several ? html` <span class="of-all">of all metrics</span>` : nothing}</h2>
      ${conditions(page, null)}
      ${page.wrongAt("filters")}
    </section>
    <section class="part" aria-labelledby="breakdown-title" @dragover=${split.over} @dragleave=${split.leave} @drop=${split.drop}>
      <h2 id="breakdown-title">Breakdown</h2>
      ${breakdowns(page)}
    </section>
  </form>`;
}
