// Filters and breakdowns that change their section: dragged by their handle, or by an entry of their menu. What is carried is
// {place, at} of a filter or {index} of a breakdown; where to is a metric's number, null for all metrics, or BREAKDOWNS.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { filtersAt, newCondition } from "./filtering.js";
import { item, panel, shut } from "./panel.js";
import { called, kindOf, mostBreakdowns } from "../kinds/kinds.js";
import { icon } from "./text.js";

export const BREAKDOWNS = "breakdowns";
const FILTER = "text/x-filter";
const BREAKDOWN = "text/x-breakdown";

export function handle(type, carried, words = "Drag to another section") {
  const begin = (event) => {
    event.dataTransfer.setData(type, typeof carried === "number" ? String(carried) : JSON.stringify(carried));
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setDragImage(event.target.closest("li"), 0, 0);
  };
  return html`<span class="handle" draggable="true" title=${words} aria-hidden="true" @dragstart=${begin}>${icon("grip")}</span>`;
}

export const filterHandle = (place, at) => handle(FILTER, { place, at });

const canBreakDown = (page, property) => property.type !== "object" && page.document.breakdowns.length < mostBreakdowns(page.document);

function moveFilter(page, { place, at }, to) {
  if (to === BREAKDOWNS) {
    const { property } = at.reduce((group, index) => group.conditions[index], filtersAt(page.document, place));
    if (canBreakDown(page, property)) page.dispatch({ type: "filter to breakdown", place, at }, `breakdown-${page.document.breakdowns.length}`);
  } else if (to !== place) {
    const next = filtersAt(page.document, to)?.conditions.length ?? 0;
    page.dispatch({ type: "move filter", place, at, to }, `${to === null ? "filter" : `metric-${to}-filter`}-${next}-operator`);
  }
}

function moveBreakdown(page, index, to) {
  const { property, values } = page.document.breakdowns[index];
  const operator = page.operators[property.type][0];
  const condition = { ...newCondition(property, operator), values: operator.most > 2 ? values : [] };
  const next = filtersAt(page.document, to)?.conditions.length ?? 0;
  page.dispatch({ type: "breakdown to filter", index, to, condition }, `${to === null ? "filter" : `metric-${to}-filter`}-${next}-operator`);
}

// What is dropped on this part of the builder moves into it.
export function zone(page, to) {
  const takes = (event) => event.dataTransfer.types.includes(FILTER) || (to !== BREAKDOWNS && event.dataTransfer.types.includes(BREAKDOWN));
  return {
    over: (event) => {
      if (!takes(event)) return;
      event.preventDefault();
      event.currentTarget.classList.add("drop-here");
    },
    leave: (event) => event.currentTarget.contains(event.relatedTarget) || event.currentTarget.classList.remove("drop-here"),
    drop: (event) => {
      event.currentTarget.classList.remove("drop-here");
      if (!takes(event)) return;
      event.preventDefault();
      const filter = event.dataTransfer.getData(FILTER);
      if (filter) moveFilter(page, JSON.parse(filter), to);
      else moveBreakdown(page, Number(event.dataTransfer.getData(BREAKDOWN)), to);
    },
  };
}

const places = (page, but) => [null, ...page.document.metrics.keys()].filter((each) => each !== but && (each === null || page.document.metrics.length > 1));
const nameOf = (page, to) => called(page.document, to).replace(/^./, (first) => first.toLowerCase());
const placeWords = (page, to) => (to !== null ? nameOf(page, to) : page.document.metrics.length > 1 ? `all ${kindOf(page.document).all}` : "the whole question");

function moveMenu(page, id, name, entries) {
  return panel(page, {
    id, look: "icon-button", end: true, label: `More on ${name}`, text: icon("more"),
    content: () => entries.map(([words, act]) => item(words, "arrow", () => (shut(page, false), act()))),
  });
}

export function filterMenu(page, { place, at, id, property, name }) {
  const entries = [
    ...places(page, place).map((to) => [`Move to ${placeWords(page, to)}`, () => moveFilter(page, { place, at }, to)]),
    ...(canBreakDown(page, property) ? [["Break down by it instead", () => moveFilter(page, { place, at }, BREAKDOWNS)]] : []),
  ];
  return entries.length ? moveMenu(page, `${id}-more`, `the filter on ${name}`, entries) : nothing;
}

export const breakdownMenu = (page, index, name) => moveMenu(page, `breakdown-${index}-more`, `the breakdown by ${name}`,
  places(page).map((to) => [to === null ? "Filter by it instead" : `Filter by it in ${nameOf(page, to)} instead`, () => moveBreakdown(page, index, to)]));
