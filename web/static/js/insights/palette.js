// Ctrl/Cmd+K: everything that can be done or gone to from here, found by typing.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { choices, listOf } from "./combobox.js";
import { PRESETS, QUICK, daysInWords, understood } from "./dates.js";
import { Kept } from "./kept.js";
import { MOST_METRICS } from "./question.js";
import { KINDS, isInsights, kindOf } from "../kinds/kinds.js";
import { openSheet } from "./shortcuts.js";

export function openPalette(page) {
  page.palette = { search: "", active: null, kept: new Kept(page) };
  page.update();
  document.getElementById("palette").showModal();
}

function close(page) {
  document.getElementById("palette").close();
}

// Buttons and links that stand on the page anyway: the palette presses them.
const onPage = (selector, group, words = (element) => element.textContent.trim().replace(/\s+/g, " ")) =>
  [...document.querySelectorAll(selector)].map((element, index) => ({ key: `${group}-${index}`, label: words(element), group, run: () => element.click() }));

function commands(page) {
  const { steps } = page;
  const act = (label, run, about) => ({ key: label, label, about, group: "Do", run });
  const go = (label, id, about) => (document.getElementById(id) ? [act(label, () => page.go(id), about)] : []);
  const dates = [...QUICK.map(([words, range]) => [`Last ${words}`, range]), ...PRESETS];
  return [
    ...go("Add a filter", "filter-add"), ...go(kindOf(page.document).add, "add-metric"), ...go("Add a breakdown", "breakdown-add"), ...go("Add a formula", "formula-add"),
    ...go("Change the measure", "metric-0-measure", "Unique users, sums, averages, per user …"),
    ...go("Choose dates", "dates", "Since, to date, fixed …"), ...go("Choose the interval", "interval"), ...go("Compare with an earlier time", "compare"),
    ...go("Smooth with a rolling average", "rolling"), ...go("Choose the time zone", "zone", "Of this question’s days, weeks and months"),
    ...Object.entries(KINDS).filter(([name]) => name !== page.document.kind).map(([name, { label, about }]) => act(`Ask as ${label}`, () => page.turn(name), about)),
    ...(steps.undoable ? [act(`Undo: ${steps.undoable}`, () => steps.undo())] : []),
    ...(steps.redoable ? [act(`Redo: ${steps.redoable}`, () => steps.redo())] : []),
    ...(page.document.filters || page.document.metrics.some((metric) => metric.filters) ? [act("Remove all filters", () => page.dispatch({ type: "remove filters" }, "filter-add"))] : []),
    act("Show keyboard shortcuts", () => openSheet(page)),
    ...typedRange(page),
    ...dates.map(([label, range]) => ({ key: label, label, group: "Dates", run: () => page.dispatch({ type: "dates", dates: range }, "dates") })),
    ...onPage(".chart-types button", "Chart"),
    ...onPage("button[name=theme]", "Theme"),
    ...Object.entries(KINDS).map(([name, { one, about }]) => ({ key: `new ${name}`, label: `New ${one}`, about, group: "Begin anew", run: () => location.assign(`${location.pathname}?kind=${name}`) })),
    ...onPage(".nav > ul a, .menu-panel a:not([data-kind])", "Go to"),
    ...page.palette.kept.options,
    { key: "docs", label: "API documentation", group: "Go to", run: () => location.assign(page.urls.docs) },
    ...(isInsights(page.document) && page.document.metrics.length < MOST_METRICS ? (page.events ?? []).map((each) => ({
      key: `event ${each.name}`, label: each.name, group: "Count an event, too", count: each.events,
      run: () => page.dispatch({ type: "add metric", name: each.name }, `metric-${page.document.metrics.length}-measure`),
    })) : []),
  ];
}

// Dates can be typed here as in their picker.
function typedRange(page) {
  const { search } = page.palette;
  const range = understood(page, search);
  return range ? [{ key: "typed range", label: search.trim(), about: daysInWords(page, range), group: "Dates", run: () => page.dispatch({ type: "dates", dates: range }, "dates") }] : [];
}

export function palette(page) {
  const box = page.palette;
  const control = { change: (part) => (Object.assign(box, part), box.kept.search(box.search), page.update(), reveal()), close: () => close(page) };
  const list = box ? choices({ control, box, options: commands(page), pick: (option) => (close(page), option.run()) }) : null;
  const outside = (event) => event.target === event.currentTarget && close(page);
  return html`<dialog class="palette" id="palette" aria-label="Find anything" @close=${() => ((page.palette = null), page.update())} @click=${outside}>
    ${list ? html`<div class="palette-inside">
      <input class="box-input" id="palette-input" type="text" role="combobox" autocomplete="off" spellcheck="false" aria-label="Find anything" aria-expanded="true"
        aria-autocomplete="list" aria-controls="palette-list" aria-activedescendant=${list.shown.length ? `palette-list-${list.active}` : nothing}
        placeholder="Find reports, boards, events, actions, pages …" .value=${box.search} @input=${(event) => control.change({ search: event.target.value, active: 0 })}
        @keydown=${(event) => event.key !== "Tab" && list.onKey(event)}>
      ${listOf("palette", "Found", box.search, list)}
      ${list.shown.length ? nothing : html`<p class="box-note">Nothing fits “${box.search.trim()}”.</p>`}
      ${box.kept.error ? html`<p class="box-note">Saved reports and boards are not listed: ${box.kept.error}</p>` : nothing}
    </div>` : nothing}
  </dialog>`;
}

const reveal = () => document.querySelector("#palette-list .active")?.scrollIntoView({ block: "nearest" });
