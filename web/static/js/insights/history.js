// Undo and redo. Each edit is an entry of the browser's own history, so that Back and Forward are the same thing; an entry
// knows its place, and the names of the steps between them are kept for the tab.

import { html } from "../../vendor/lit-html/lit-html.js";
import { icon } from "./text.js";

const KEPT = "footfall.steps";
const NAMES = {
  event: "event changed", "add event": "event added", "remove event": "event removed", measure: "measure changed", "first time": "first time only switched", rename: "metric renamed",
  "add metric": "metric added", "duplicate metric": "metric duplicated", "move metric": "metric moved", "remove metric": "metric removed",
  "add formula": "formula added", formula: "formula changed", "remove formula": "formula removed",
  "add condition": "filter added", operator: "filter changed", values: "filter changed", property: "filter changed", "remove condition": "filter removed",
  match: "and/or switched", "remove filters": "filters removed",
  "add breakdown": "breakdown added", breakdown: "breakdown changed", buckets: "buckets changed", "chosen values": "breakdown’s values changed",
  "move filter": "filter moved", "filter to breakdown": "filter made a breakdown", "breakdown to filter": "breakdown made a filter",
  "move breakdown": "breakdown moved", "remove breakdown": "breakdown removed", segments: "segments changed",
  "of everybody": "choice of users removed",
  dates: "dates changed", interval: "interval changed", comparison: "comparison changed", rolling: "smoothing changed", zone: "time zone changed", chart: "chart changed",
};

const conditionsIn = (text) => text?.split('"operator":').length ?? 0;

// `before` and `after` are what is asked, as text: a filter is there from its first value on.
export function named(type, before, after) {
  return type === "values" && conditionsIn(after) > conditionsIn(before) ? NAMES["add condition"] : NAMES[type] ?? "question changed";
}

export class Steps {
  constructor() {
    const kept = read();
    const at = history.state?.at;
    // After a reload we are where we were; a link that is opened begins anew.
    this.names = Number.isInteger(at) && at <= kept.length ? kept : [];
    this.at = this.names === kept ? at : 0;
  }

  // The address as it is now, made an entry that knows its place.
  settle(address) {
    history.replaceState({ at: this.at }, "", address);
  }

  // The same thing done again at once, as while a formula is written, is one step.
  push(name, address, again = false) {
    if (again && this.undoable === name && !this.redoable) return this.settle(address);
    this.names = [...this.names.slice(0, this.at), name];
    this.at += 1;
    history.pushState({ at: this.at }, "", address);
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(this.names));
    } catch {
      // Private windows may refuse: then the names are lost with a reload, and nothing else.
    }
  }

  // Back or Forward was used: in words, what it did.
  moved(state) {
    const before = this.at;
    this.at = Math.min(state?.at ?? 0, this.names.length);
    if (this.at === before) return "";
    return this.at < before ? `Undone: ${this.names.slice(this.at, before).reverse().join(", ")}.` : `Redone: ${this.names.slice(before, this.at).join(", ")}.`;
  }

  get undoable() {
    return this.at > 0 ? this.names[this.at - 1] : null;
  }

  get redoable() {
    return this.names[this.at] ?? null;
  }

  undo() {
    if (this.undoable) history.back();
  }

  redo() {
    if (this.redoable) history.forward();
  }
}

function read() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT));
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}

export function undoButtons(page) {
  const { undoable, redoable } = page.steps;
  const button = (id, mark, words, name, act) => html`<button type="button" class="icon-button" id=${id} aria-disabled=${String(!name)}
    aria-label=${name ? `${words}: ${name}` : words} title=${name ? `${words}: ${name}` : `Nothing to ${words.toLowerCase()}`} @click=${act}>${icon(mark)}</button>`;
  return html`${button("undo", "undo", "Undo", undoable, () => page.steps.undo())}${button("redo", "redo", "Redo", redoable, () => page.steps.redo())}`;
}
