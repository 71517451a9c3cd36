// What can be done with a number of Insights: see who and what is behind it, or change the question by it.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { conditionsOf, brokenOut, filtered, finer, zoomed } from "./edits.js";
import { closeMenu, item } from "./menu.js";
import { bucketAt, dayAt, isFormula, metricsAt, nameAt, numberAt, partsAt } from "./points.js";
import { asksAllEvents, eventNames } from "./question.js";
import { get } from "../rest.js";
import { number } from "./text.js";

export function menu(page) {
  const { answer, menu: { spot, view } } = page;
  return { words: `${nameAt(answer, spot)}, ${dayAt(answer, spot)}`, content: view === "break" ? breakView(page) : mainView(page) };
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

