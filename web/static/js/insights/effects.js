// How much each filter leaves by itself, counted beside the question, before that is run: over its range, or over the last 7
// days where the range would take long. A changed filter ends the count that is on its way.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { isComplete, isGroup } from "./filtering.js";
import { inZone } from "../kinds/parts.js";
import { asksAllEvents, eventNames } from "./question.js";
import { fitting } from "./ranges.js";
import { Asking } from "./server.js";
import { number } from "./text.js";

const MOST = 12; // filters that are counted
const CHEAP = 1000; // ms that it may take
const SILENCE = 400; // ms after an edit: the question itself goes first
const WEEK = { kind: "last", count: 7, unit: "day" };

// Every filter that can be asked, with its metric (null: of all) and its way into the groups.
function leaves(document) {
  const inside = (place, group, way = []) => (group?.conditions ?? []).flatMap((member, index) =>
    (isGroup(member) ? inside(place, member, [...way, index]) : isComplete(member) ? [{ place, at: [...way, index], condition: member }] : []));
  return [...inside(null, document.filters), ...document.metrics.flatMap((metric, place) => inside(place, metric.filters))].slice(0, MOST);
}

const eventsOf = (document, place) => (place !== null ? document.metrics[place].events : asksAllEvents(document) ? { all: true } : eventNames(document));
const keyOf = (place, at) => JSON.stringify([place, at]);
const counted = (events, conditions) => ({ events, measure: { kind: "total" }, filters: conditions && { match: "all", conditions } });

export class Effects {
  constructor(page) {
    Object.assign(this, { page, asked: "[]", asking: null, found: new Map(), isEnded: false });
  }

  // Called after everything that may have changed the question.
  note() {
    const { document } = this.page;
    const all = leaves(document).filter(({ place }) => !Array.isArray(eventsOf(document, place)) || eventsOf(document, place).length);
    const asked = all.length ? JSON.stringify([all, all.map(({ place }) => eventsOf(document, place)), document.dates, document.zone]) : "[]";
    if (asked === this.asked) return;
    this.asked = asked;
    this.found = new Map(all.map(({ place, at }) => [keyOf(place, at), null])); // not counted yet
    this.isEnded = false;
    this.asking?.cancel();
    clearTimeout(this.waiting);
    if (all.length) this.waiting = setTimeout(() => this.#count(all, document), SILENCE);
  }

  async #count(all, document) {
    const { asked, page } = this;
    const wholes = [...new Set(all.map(({ place }) => place))];
    const metrics = [
      ...wholes.map((place) => counted(eventsOf(document, place), null)),
      ...all.map(({ place, condition: { property, operator, values } }) => counted(eventsOf(document, place), [{ property, operator, values }])),
    ];
    const ask = (dates, interval) => {
      this.asking = new Asking(page.urls, { version: 1, kind: "insights", metrics, dates, ...inZone(document), interval: fitting(dates, interval) }, {}, () => {}, null, CHEAP);
      return this.asking.answer;
    };
    try {
      let answer = await ask(document.dates, document.interval);
      const isHeld = answer.state === "held";
      if (isHeld) answer = await ask(WEEK, "day");
      if (asked !== this.asked) return;
      if (answer.state === "held") return this.#end();
      const totals = answer.series.map((series) => series.total);
      this.found = new Map(all.map(({ place, at }, index) => [keyOf(place, at), { left: totals[wholes.length + index], whole: totals[wholes.indexOf(place)], isHeld }]));
      page.update();
    } catch {
      if (asked === this.asked) this.#end(); // what is wrong is said where the question itself is asked
    }
  }

  #end() {
    this.isEnded = true;
    this.page.update();
  }

  // Beside one filter. The line is there before its number is: nothing below it moves from under the pointer.
  words(place, at) {
    const found = this.found.get(keyOf(place, at));
    if (found === undefined) return nothing;
    if (!found) return html`<p class="hint effect">Alone: ${this.isEnded ? "not counted" : "…"}</p>`;
    const { left, whole, isHeld } = found;
    const share = Number((whole ? left / whole : 0).toPrecision(2));
    return html`<p class="hint effect">Alone: <b>${number(share, "percent")}</b>, ${number(left)} of ${number(whole)} events${isHeld ? " of the last 7 days" : nothing}</p>`;
  }
}
