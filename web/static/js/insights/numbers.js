// The chart of single numbers: each metric's own, large, with the way it went and how it differs from the time before.

import { html, nothing, svg } from "../../vendor/lit-html/lit-html.js";
import { isFormula, nameAt, numberAt } from "./points.js";
import { change, difference } from "./text.js";

export function numbers(page) {
  const { answer } = page;
  return html`<div class="single-numbers" data-count=${Math.min(4, page.drawn.length)}>${page.drawn.map(({ series, colour }) => {
    const spot = { series, bucket: null, compared: false };
    const { compared, format, values, unit, measure } = answer.series[series];
    return html`<button type="button" class="single" aria-haspopup="menu" @click=${(event) => page.openMenu(spot, below(event.currentTarget), event.currentTarget)}>
      <span class="single-name">${nameAt(answer, spot)}</span>
      <span class="single-value">${numberAt(answer, spot)}</span>
      <span class="single-unit">${isFormula({ measure }) ? nothing : unit}</span>
      ${compared ? html`<span class="single-change"><b>${compared.ratio === null ? difference(compared.difference, format) : change(compared.ratio)}</b>
        against ${numberAt(answer, { ...spot, compared: true })} before</span>` : nothing}
      ${spark(values, colour)}
    </button>`;
  })}</div>`;
}

export function below(element) {
  const box = element.getBoundingClientRect();
  return { x: box.left + Math.min(24, box.width / 2), y: Math.min(box.bottom, innerHeight - 24) };
}

function spark(values, colour) {
  const found = values.map((value, at) => [at, value]).filter(([, value]) => value !== null);
  if (found.length < 2) return nothing;
  const top = Math.max(...found.map(([, value]) => value));
  const low = Math.min(0, ...found.map(([, value]) => value));
  const points = found.map(([at, value]) => `${((at / (values.length - 1)) * 200).toFixed(1)},${(30 - ((value - low) / (top - low || 1)) * 28).toFixed(1)}`).join(" ");
  return html`<svg class="spark" viewBox="0 0 200 32" preserveAspectRatio="none" aria-hidden="true">${
    svg`<polyline points=${points} fill="none" stroke=${colour} stroke-width="1.5" vector-effect="non-scaling-stroke" stroke-linejoin="round"></polyline>`}</svg>`;
}
