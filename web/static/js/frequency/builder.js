// Frequency's side of the builder: what is done, and in which units of which period it is counted.

import { html } from "../../vendor/lit-html/lit-html.js";
import { choice } from "../kinds/controls.js";
import { steps } from "../kinds/steps.js";
import { WITHIN } from "./question.js";

export function builder(page) {
  const { each, per } = page.document;
  return html`<section class="part" aria-labelledby="metrics-title">
      <h2 id="metrics-title">Users did</h2>
      ${steps(page)}
      ${page.wrongAt("activity")}
    </section>
    <section class="part" aria-labelledby="how-title">
      <h2 id="how-title">How it is counted</h2>
      ${choice(page, { id: "each", label: "What is counted", lead: "in how many", options: WITHIN[per].map((unit) => [unit, `${unit}s`]), value: each, part: "each" })}
      ${choice(page, { id: "per", label: "Of which period", lead: "of each", options: Object.keys(WITHIN).map((unit) => [unit, unit]), value: per,
        set: (picked) => page.dispatch({ type: "per", per: picked }, "per") })}
      ${page.wrongAt("each", "per")}
    </section>`;
}
