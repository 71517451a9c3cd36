// The left side: metrics, formulas, filters, breakdowns. Each control says what it would do to the question as an action.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { breakdowns } from "./breakdowns.js";
import { conditions } from "./conditions.js";
import { undoButtons } from "./history.js";
import { BREAKDOWNS, zone } from "./moving.js";
import { openPalette } from "./palette.js";
import { openSheet } from "./shortcuts.js";
import { icon } from "./text.js";
import { KINDS, kindOf, mostBreakdowns } from "../kinds/kinds.js";
import { viewOf } from "../kinds/answers.js";

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
  const { document } = page;
  const several = document.metrics.length > 1;
  const [filters, split] = [zone(page, null), zone(page, BREAKDOWNS)];
  return html`<form class="builder" id="builder" aria-label="Question" @submit=${(event) => event.preventDefault()}>
    ${kindSwitch(page)}
    ${viewOf(document).builder(page)}
    <section class="part" aria-labelledby="filters-title" @dragover=${filters.over} @dragleave=${filters.leave} @drop=${filters.drop}>
      <h2 id="filters-title">Filters${several ? html` <span class="of-all">of all ${kindOf(document).all}</span>` : nothing}</h2>
      ${conditions(page, null)}
      ${page.wrongAt("filters")}
    </section>
    ${!mostBreakdowns(document) ? nothing : html`<section class="part" aria-labelledby="breakdown-title" @dragover=${split.over} @dragleave=${split.leave} @drop=${split.drop}>
      <h2 id="breakdown-title">Breakdown</h2>
      ${breakdowns(page, mostBreakdowns(document))}
    </section>`}
  </form>`;
}

// What kind of question is asked. Another one takes over what it has a place for.
function kindSwitch(page) {
  const now = page.document.kind ?? "insights";
  const names = Object.keys(KINDS);
  const onKey = (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    page.turn(names[(names.indexOf(now) + step + names.length) % names.length]);
  };
  return html`<div class="kinds" role="radiogroup" aria-label="Kind of question" @keydown=${onKey}>
    ${names.map((name) => html`<button type="button" role="radio" class="kind" id="kind-${name}" aria-checked=${String(name === now)} tabindex=${name === now ? 0 : -1}
      title=${KINDS[name].about} @click=${() => page.turn(name)}>${KINDS[name].label}</button>`)}
  </div>`;
}
