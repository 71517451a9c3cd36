// Lifecycle's side of the builder: what makes a user active.

import { html } from "../../vendor/lit-html/lit-html.js";
import { steps } from "../kinds/steps.js";

export const builder = (page) => html`<section class="part" aria-labelledby="metrics-title">
    <h2 id="metrics-title">Active users did</h2>
    ${steps(page)}
    ${page.wrongAt("activity")}
    <p class="hint">New: the first time ever. Returning: active in the period before, too. Resurrecting: back after a break. Dormant: active in the period before and not in this one.</p>
  </section>`;
