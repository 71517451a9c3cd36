// What can be done with a number of Insights: see who and what is behind it, or change the question by it.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { combobox } from "./combobox.js";
import { conditionsOf, brokenOut, filtered, finer, zoomed } from "./edits.js";
import { closeMenu, item } from "./menu.js";
import { bucketAt, dayAt, isFormula, metricsAt, nameAt, numberAt, partsAt } from "./points.js";
import { aboutKeys, labelOf, propertyOptions, typedProperty } from "./properties.js";
import { remember } from "./recent.js";

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
    const said = html`${labelOf(breakdowns[at].property)} = ${partLabel(part, parts.length === 1 ? one.label : null)}`;
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

function openBreak(page) {
  page.menu.view = "break";
  page.control.open("break-out");
}

function breakView(page) {
  const { menu: { spot }, answer } = page;
  const found = page.properties(null);
  const taken = answer.query.breakdowns.map(({ property }) => labelOf(property));
  const choose = ({ key, value }) => {
    const conditions = partsAt(answer, spot).flatMap((part, at) => conditionsOf(answer.query.breakdowns[at], part) ?? []);
    const narrowed = conditions.length ? filtered(page.document, conditions) : page.document;
    remember(page, "properties", key);
    closeMenu(page);
    page.replace(brokenOut(narrowed, value), "broke out a segment");
  };
  return html`<p class="menu-of"><span>Break out by</span><span class="muted small">${nameAt(answer, spot)}</span></p>
    ${combobox({
      control: page.control, id: "break-out", label: "Find a property", free: typedProperty(found), note: aboutKeys(found), pick: choose,
      options: propertyOptions(page, found, { objects: false })?.filter(({ value }) => !taken.includes(labelOf(value))) ?? null,
    })}`;
}
