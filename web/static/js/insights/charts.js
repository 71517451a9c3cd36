// The kinds of chart: which fits the answer, why others do not, the switch between them, and the legend.

import { html, nothing, svg } from "../../vendor/lit-html/lit-html.js";
import { shortNameAt } from "./points.js";

export const TABLE = "table";
const stroke = (d) => svg`<path d=${d} fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"></path>`;
const fill = (d) => svg`<path d=${d} fill="currentColor"></path>`;

const CHARTS = [
  ["line", "Lines", stroke("m2 11 3.500-5 3.500 3L14 3")],
  ["stacked", "Stacked areas", [fill("M2 13V9.500l4-2.500 4 2 4-4v8z"), stroke("m2 6 4-3 4 2 4-3")]],
  ["column", "Columns", fill("M2 8h3v6H2zm4.500-4h3v10h-3zM11 6h3v8h-3z")],
  ["stacked_column", "Stacked columns", [fill("M2 9h3v5H2zm4.500-1h3v6h-3zM11 10h3v4h-3z"), stroke("M2.800 6.200h1.400v1H2.800zm4.500-3.400h1.400v3.400H7.300zm4.500 2h1.400v3.400h-1.400z")]],
  ["bar", "Bars", fill("M2 2h11v3H2zm0 4.500h7v3H2zM2 11h9v3H2z")],
  ["pie", "Pie", [stroke("M8 2a6 6 0 1 0 6 6H8z"), fill("M10 1.500A5 5 0 0 1 14.500 6H10z")]],
  ["number", "Numbers", stroke("M6.500 2.500 5 13.500M11 2.500 9.500 13.500M3 6h10.500M2.500 10H13")],
  [TABLE, "Table alone", stroke("M2 3h12v10H2zM2 6.500h12M2 10h12M6.500 3v10")],
];

// The charts of the other kinds of question; the server says which there are for an answer.
const OF_KINDS = { steps: "Steps", conversion: "Over time", times: "Time to convert", frequency: "How often", curve: "Curve", heat: "Cohorts", trend: "Over time", sankey: "Flow", paths: "Paths", line: "Lines", bar: "Bars", column: "Columns", stacked_column: "Columns" };

export const named = (text) => (CHARTS.some(([name]) => name === text) || Object.hasOwn(OF_KINDS, text) ? text : null);

// How the answer shall be drawn: a chart that was chosen for another question gives way where it does not fit.
export const lookOf = (chosen, theme) => (chosen === TABLE ? { theme } : { chart: chosen ?? "suggested", otherwise: "suggested", theme });

function reasonAgainst(answer, name) {
  return answer?.charts.find((chart) => chart.name === name)?.reason ?? null;
}

export function chartSwitch(page) {
  const { shown, answer } = page;
  const onKey = (event) => {
    const places = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    const radios = [...event.currentTarget.querySelectorAll("[role=radio]")];
    const at = radios.indexOf(event.target);
    const to = event.key === "Home" ? 0 : event.key === "End" ? radios.length - 1
      : event.key in places ? (at + places[event.key] + radios.length) % radios.length : /^[1-8]$/.test(event.key) ? Number(event.key) - 1 : -1;
    if (to < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    radios[to].focus();
    radios[to].click();
  };
  return html`<div class="segmented chart-types" role="radiogroup" aria-label="Chart" aria-keyshortcuts="Alt+C" @keydown=${onKey}>
    ${CHARTS.map(([name, words, drawing], at) => {
      const reason = reasonAgainst(answer, name);
      return html`<button type="button" role="radio" class="chart-type" id="chart-${name}" aria-label=${words} aria-checked=${String(shown === name)} tabindex=${shown === name ? 0 : -1}
        aria-disabled=${String(Boolean(reason))} aria-describedby="why-${name}" @click=${() => (reason ? page.explain(`${words}: ${reason}`) : page.setChart(name))}>
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">${drawing}</svg>
        <span class="chart-why" id="why-${name}"><b>${words}</b>${reason ? html` ${reason}` : nothing}<kbd>${at + 1}</kbd></span></button>`;
    })}
  </div>`;
}

export function kindCharts(page) {
  const fitting = page.answer?.kind === page.document.kind ? page.answer.charts.filter(({ fits }) => fits) : [];
  if (fitting.length < 2) return nothing;
  return html`<div class="segmented chart-types" role="group" aria-label="Chart">
    ${[...fitting.map(({ name }) => name), TABLE].map((name) => html`<button type="button" class="chart-word" id="chart-${name}" aria-pressed=${String(page.shown === name)}
      @click=${() => page.setChart(name)}>${OF_KINDS[name] ?? "Table"}</button>`)}
  </div>`;
}

const FEW = 12;

// A click takes a series out of the chart, or back in.
export function legend(page) {
  const { answer, drawn } = page;
  const compared = drawn.some(({ series }) => answer.series[series].compared);
  const note = compared ? html`<span class="legend-note">Pale: before</span>` : nothing;
  if (["number", TABLE].includes(page.shown) || (drawn.length < 2 && !compared)) return nothing;
  if (page.shown === "bar") return html`<div class="legend">${note}</div>`; // the bars have their names beside them
  const listed = page.wholeLegend ? drawn : drawn.slice(0, FEW);
  return html`<div class="legend" role="group" aria-label="Series of the chart">
    ${listed.map(({ series, colour }) => html`<button type="button" class="legend-item" aria-pressed=${String(!page.hidden.has(series))}
      @click=${() => page.toggle(series)}>${swatch(page.hidden.has(series) ? null : colour)}<span title=${shortNameAt(answer, { series })}>${shortNameAt(answer, { series })}</span></button>`)}
    ${drawn.length > FEW ? html`<button type="button" class="legend-more" aria-expanded=${String(Boolean(page.wholeLegend))}
      @click=${() => ((page.wholeLegend = !page.wholeLegend), page.update())}>${page.wholeLegend ? "Fewer" : `${drawn.length - FEW} more`}</button>` : nothing}
    ${note}
  </div>`;
}

export const swatch = (colour) => html`<svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">${
  svg`<circle cx="5" cy="5" r="4.500" fill=${colour ?? "none"} stroke=${colour ?? "currentColor"}></circle>`}</svg>`;
