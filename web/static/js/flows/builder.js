// A flow's side of the builder: the anchor, how far to look, and how the events of others are put together.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { read } from "../funnels/question.js";
import { numberInWords, parts } from "../funnels/sentence.js";
import { combobox } from "../insights/combobox.js";
import { eventBox, plus } from "../insights/metrics.js";
import { aboutKeys, labelOf, propertyOptions, typedProperty } from "../insights/properties.js";
import { remember } from "../insights/recent.js";
import { icon } from "../insights/text.js";
import { choice, windowControl } from "../kinds/controls.js";
import { steps } from "../kinds/steps.js";
import { plain } from "../kinds/words.js";
import { MOST_STEPS } from "./question.js";

const COUNTS = [["uniques", "users, each once"], ["totals", "every time it happened"]];
const upTo = (most, words) => Array.from({ length: most + 1 }, (_, at) => [at, words(at)]);

export function builder(page) {
  const { document } = page;
  return html`${document.of ? whose(page) : nothing}<section class="part" aria-labelledby="metrics-title">
      <h2 id="metrics-title">Before and after</h2>
      ${steps(page)}
      ${page.wrongAt("anchor")}
    </section>
    <section class="part" aria-labelledby="how-title">
      <h2 id="how-title">How far to look</h2>
      ${choice(page, { id: "before", label: "Steps before", lead: "before it", options: upTo(MOST_STEPS, (each) => (each ? `${each} step${each === 1 ? "" : "s"}` : "nothing")), value: document.before, part: "before" })}
      ${choice(page, { id: "after", label: "Steps after", lead: "after it", options: upTo(MOST_STEPS, (each) => (each ? `${each} step${each === 1 ? "" : "s"}` : "nothing")), value: document.after, part: "after" })}
      ${document.before + document.after ? nothing : html`<p class="hint">Not asked yet: look at least one step before or after.</p>`}
      ${choice(page, { id: "top", label: "Events of each step", lead: "at each", options: [2, 3, 5, 8, 12, 20].map((each) => [each, `the top ${each}`]), value: document.top, part: "top" })}
      ${choice(page, { id: "count", label: "What is counted", lead: "count", options: COUNTS, value: document.count, part: "count" })}
      ${windowControl(page)}
      ${page.wrongAt("before", "after", "top", "expanded", "count", "window")}
    </section>
    <section class="part" aria-labelledby="events-title">
      <h2 id="events-title">Events on the way</h2>
      ${hidden(page)}${merged(page)}${split(page)}
      ${page.wrongAt("hidden", "merged", "split")}
    </section>`;
}

const chip = (words, label, undo) => html`<p class="first-time"><span class="chip">${words}
  <button type="button" class="icon-button" aria-label=${label} title=${label} @click=${undo}>${icon("close")}</button></span></p>`;

// Those behind a number of a funnel, and the way back to it.
function whose(page) {
  const { of } = page.document;
  const funnel = plain(parts(read(of.query), { words: page.words, at: (index) => index }));
  return html`<section class="part" aria-labelledby="of-title">
      <h2 id="of-title">Whose flows</h2>
      <div id="of" class="of" tabindex="-1">${chip(`Only ${numberInWords(of)}`, "Follow everybody", () => page.dispatch({ type: "of everybody" }, "metric-0-event-0"))}</div>
      <p class="hint">The funnel: ${funnel}.</p>
      <button type="button" class="button button-small" id="to-funnel" @click=${() => page.replace(of.query, "back to the funnel")}>Back to the funnel</button>
      ${page.wrongAt("of")}
    </section>`;
}

function hidden(page) {
  return html`${page.document.hidden.map((name) => chip(`Without ${name}`, `Show ${name} again`, () => page.dispatch({ type: "show again", name }, "hide-add")))}
    <div class="adder">${eventBox(page, {
      id: "hide-add", label: "Leave an event out", placeholder: plus("Leave an event out"), look: "pick-add",
      pick: (name) => name !== null && page.dispatch({ type: "hide", name }, "hide-add"),
    })}</div>`;
}

function merged(page) {
  const all = page.document.merged;
  return html`${all.map(({ name, events }, index) => {
    const set = (part, focus) => page.dispatch({ type: "merge", index, part }, focus);
    return html`<div class="condition" role="group" aria-label="Put together as ${name}">
      <div class="condition-line"><label for="merge-${index}-name">As</label>
        <input id="merge-${index}-name" type="text" maxlength="255" autocomplete="off" .value=${name} @change=${(event) => event.target.value.trim() && set({ name: event.target.value.trim() }, `merge-${index}-name`)}>
        <button type="button" class="icon-button" aria-label="Take ${name} apart" title="Remove" @click=${() => page.dispatch({ type: "unmerge", index }, "merge-add")}>${icon("close")}</button></div>
      <p class="merged-events">${events.join(", ")}</p>
      ${eventBox(page, { id: `merge-${index}-event`, label: `Add an event to ${name}`, placeholder: plus("Add an event"), look: "pick-add",
        pick: (event) => event !== null && set({ events: [...new Set([...events, event])] }, `merge-${index}-event`) })}
      ${events.length > 1 ? nothing : html`<p class="hint">Not asked yet: it needs another event.</p>`}
    </div>`;
  })}
  <div class="adder">${eventBox(page, {
    id: "merge-add", label: "Put events together", placeholder: plus("Put events together"), look: "pick-add",
    pick: (event) => event !== null && page.dispatch({ type: "merge", index: all.length, part: { name: `${event} …`, events: [event] } }, `merge-${all.length}-event`),
  })}</div>`;
}

// An event that is told apart by a property: first which, then by what.
function split(page) {
  const { split: all } = page.document;
  const chosen = page.splitting;
  return html`${all.map(({ event, property }, index) => chip(`${event} by ${labelOf(property)}`, `Stop splitting ${event}`, () => page.dispatch({ type: "stop splitting", index }, "split-add")))}
    <div class="adder">${chosen ? combobox({
      control: page.control, id: "split-by", label: `Split ${chosen} by`, placeholder: `${chosen} by …`, look: "pick-add",
      options: propertyOptions(page, page.properties(null), { objects: false, users: false, time: false }), free: typedProperty(page.properties(null)), note: aboutKeys(page.properties(null)),
      pick: ({ key, value }) => {
        remember(page, "properties", key);
        page.splitting = null;
        page.dispatch({ type: "split", event: chosen, property: value }, "split-add");
      },
    }) : eventBox(page, {
      id: "split-add", label: "Tell an event apart by a property", placeholder: plus("Split an event by a property"), look: "pick-add",
      pick: (event) => {
        if (event === null) return;
        page.splitting = event;
        page.control.open("split-by");
      },
    })}</div>`;
}
