// What can be done with a number that was clicked: see who and what is behind it, or change the question by it.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { conditionsOf, brokenOut, filtered, finer, zoomed } from "./edits.js";
import { bucketAt, dayAt, isFormula, metricsAt, nameAt, numberAt, partsAt } from "./points.js";
import { isInsights } from "../kinds/kinds.js";
import { asksAllEvents, eventNames } from "./question.js";
import { get } from "../rest.js";
import { number } from "./text.js";

const EDGE = 8; // pixels that the menu keeps from the window's edge

export function openMenu(page, spot, at, opener) {
  page.menu = { spot, at, opener, view: "main", fresh: true, search: "" };
  page.update();
}

export function closeMenu(page, refocus = true) {
  const { menu } = page;
  if (!menu) return;
  page.menu = null;
  page.update();
  if (refocus) (menu.opener?.isConnected ? menu.opener : document.getElementById("chart"))?.focus({ preventScroll: true });
}

export function menu(page) {
  if (!page.menu || !page.answer) return nothing;
  return html`<div class="point-menu" id="point-menu" role="group" aria-label=${isInsights(page.answer) ? `${nameAt(page.answer, page.menu.spot)}, ${dayAt(page.answer, page.menu.spot)}` : page.menu.spot.title}
    @keydown=${(event) => onKey(page, event)}>${!isInsights(page.answer) ? kindView(page) : page.menu.view === "break" ? breakView(page) : mainView(page)}</div>`;
}

// Where it stands, and that it has the focus: after it was drawn.
export function settleMenu(page) {
  const element = document.getElementById("point-menu");
  if (!element || !page.menu.fresh) return;
  page.menu.fresh = false;
  const { x, y } = page.menu.at;
  const top = y + element.offsetHeight + EDGE > innerHeight ? Math.max(EDGE, Math.min(y - element.offsetHeight - EDGE, innerHeight - element.offsetHeight - EDGE)) : y + EDGE;
  Object.assign(element.style, { left: `${Math.max(EDGE, Math.min(x, innerWidth - element.offsetWidth - EDGE))}px`, top: `${top}px` });
  (element.querySelector("input") ?? element.querySelector("[role=menuitem]"))?.focus({ preventScroll: true });
}

export function listenForLeaving(page) {
  document.addEventListener("pointerdown", (event) => {
    if (page.menu && !event.target.closest("#point-menu")) closeMenu(page, false);
  });
  addEventListener("resize", () => closeMenu(page, false));
}

function onKey(page, event) {
  if (event.key === "Escape") {
    event.stopPropagation();
    event.preventDefault();
    return closeMenu(page);
  }
  if (event.key === "Tab") return closeMenu(page);
  const items = [...event.currentTarget.querySelectorAll("[role=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const ends = event.target.matches("input") ? {} : { Home: 0, End: items.length - 1 };
  const to = event.key === "ArrowDown" ? (at + 1) % items.length : event.key === "ArrowUp" ? (at - 1 + items.length) % items.length : ends[event.key];
  if (to === undefined || !items.length) return;
  event.preventDefault();
  items[to].focus();
}

const item = (words, onClick, detail = nothing) => html`<button type="button" role="menuitem" tabindex="-1" @click=${onClick}>${words}${detail}</button>`;

// A number of another kind of question says its own name, and what can be done with it.
function kindView(page) {
  const { spot } = page.menu;
  const then = (act) => () => {
    closeMenu(page);
    act();
  };
  return html`<p class="menu-of"><span>${spot.title}</span><span class="muted small">${spot.when ?? ""}</span><b>${spot.value}</b></p>
    <div role="menu" aria-label="What to do with it">
      ${spot.at ? item(spot.people ?? "Users", () => page.openDrill(spot, null, "users")) : nothing}
      ${(spot.actions ?? []).map(([words, act]) => item(words, then(act)))}
    </div>`;
}

function mainView(page) {
  const { answer, menu: { spot } } = page;
  const series = answer.series[spot.series];
  return html`<p class="menu-of"><span>${nameAt(answer, spot)}</span><span class="muted small">${dayAt(answer, spot)}</span><b>${numberAt(answer, spot)}</b></p>
    <div role="menu" aria-label="What to do with it">
      ${behind(page, spot)}
      ${series.compared && !spot.compared && (spot.bucket === null || answer.compared?.[spot.bucket]) && !isFormula(series)
        ? item(html`The same before`, () => page.openMenu({ ...spot, compared: true }, page.menu.at, page.menu.opener), html`<span class="muted">${numberAt(answer, { ...spot, compared: true })}</span>`) : nothing}
      ${changes(page, spot)}
    </div>`;
}

function behind(page, spot) {
  const { answer } = page;
  const formula = isFormula(answer.series[spot.series]);
  // A point of a rolling average is of several buckets; the range has a list.
  const opened = answer.rolling && spot.bucket !== null ? { ...spot, bucket: null } : spot;
  const whole = opened === spot ? "" : " of the whole range";
  return metricsAt(answer, spot).map((metric) => {
    const first = answer.series.find((each) => each.metric === metric);
    const of = formula ? html` of <span class="letter">${metric}</span> ${first.name}` : nothing;
    const people = first.measure === "sessions" ? "Sessions" : "Users";
    return html`${item(html`${people}${whole}${of}`, () => page.openDrill(opened, metric, "users"))}${item(html`Events${whole}${of}`, () => page.openDrill(opened, metric, "events"))}`;
  });
}

function changes(page, spot) {
  const { answer } = page;
  const { breakdowns, interval } = answer.query;
  const change = (document, name) => {
    closeMenu(page);
    page.replace(document, name);
  };
  const parts = partsAt(answer, spot);
  const found = parts.flatMap((part, at) => {
    const one = { ...answer.series[spot.series], segment: [part] };
    const said = html`${breakdowns[at].property.name} = ${partLabel(part, parts.length === 1 ? one.label : null)}`;
    return [["Only", false], ["Without", true]].map(([word, without]) => {
      const conditions = conditionsOf(breakdowns[at], part, without);
      return conditions && item(html`${word} ${said}`, () => change(filtered(page.document, conditions), without ? "excluded a segment" : "filtered by a segment"));
    }).filter(Boolean);
  });
  const bucket = spot.compared ? null : bucketAt(answer, spot);
  return html`<hr>
    ${found}
    ${item("Break out by …", () => openBreak(page))}
    ${bucket && finer(interval) ? item(html`Zoom in, by ${finer(interval)}`, () => {
      page.zoomBy(() => change(zoomed(page.document, bucket, interval), "zoomed in"));
    }) : nothing}
    ${page.drawn.length > 1 && page.drawn.some((each) => each.series === spot.series) ? item("Hide in the chart", () => {
      closeMenu(page);
      page.toggle(spot.series);
    }) : nothing}`;
}

const KINDS = { not_set: "(not set)", empty: "(empty string)" };
const partLabel = (part, label) => KINDS[part.kind] ?? label ?? ("upper" in part ? `${part.value ?? "…"} – ${part.upper ?? "…"}` : String(part.value));

// --- break out by ---

async function openBreak(page) {
  Object.assign(page.menu, { view: "break", fresh: true, properties: null, error: null });
  page.update();
  const { menu } = page;
  const names = asksAllEvents(page.document) ? [] : eventNames(page.document);
  try {
    menu.properties = (await get(`${page.urls.properties}?${new URLSearchParams(names.map((name) => ["event", name]))}`)).properties;
  } catch (error) {
    menu.error = error.message;
  }
  menu.fresh = page.menu === menu;
  page.update();
}

const SHOWN = 50;

function breakView(page) {
  const { menu: { spot, properties, search, error }, answer } = page;
  const taken = new Set(answer.query.breakdowns.map(({ property }) => property.name));
  const wanted = search.trim().toLowerCase();
  const found = (properties ?? []).filter(({ name, type }) => type !== "object" && !taken.has(name) && name.toLowerCase().includes(wanted)).slice(0, SHOWN);
  const choose = ({ name, type }) => {
    const conditions = partsAt(answer, spot).flatMap((part, at) => conditionsOf(answer.query.breakdowns[at], part) ?? []);
    const narrowed = conditions.length ? filtered(page.document, conditions) : page.document;
    closeMenu(page);
    page.replace(brokenOut(narrowed, { name, type, source: "event" }), "broke out a segment");
  };
  return html`<p class="menu-of"><span>Break out by</span><span class="muted small">${nameAt(answer, spot)}</span></p>
    <input type="search" class="menu-search" aria-label="Find a property" placeholder="Find a property" autocomplete="off" .value=${search}
      @input=${(event) => ((page.menu.search = event.target.value), page.update())}
      @keydown=${(event) => event.key === "Enter" && found.length && (event.preventDefault(), choose(found[0]))}>
    <div role="menu" aria-label="Properties" class="menu-list">
      ${error ? html`<p class="muted small" role="none">${error}</p>` : properties === null ? html`<p class="muted small" role="none">Loading …</p>`
        : found.length ? found.map((each) => item(html`<span class="menu-name">${each.name}</span>`, () => choose(each), html`<span class="muted small">${number(each.events)}</span>`))
          : html`<p class="muted small" role="none">No property is called so.</p>`}
    </div>`;
}

