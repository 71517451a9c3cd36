// The rest of what kinds/answers.js wants of Insights: what only the page needs on which questions are asked.

import { html } from "../../vendor/lit-html/lit-html.js";
import { formulas } from "./formulas.js";
import { metrics } from "./metrics.js";

export { behind } from "./behind.js";
export { menu } from "./changes.js";
export { chartSwitch as tools, legend } from "./charts.js";
export { parts } from "./sentence.js";

export const builder = (page) => html`<section class="part" aria-labelledby="metrics-title">
    <h2 id="metrics-title">Metrics</h2>
    ${metrics(page)}
    ${formulas(page)}
  </section>`;
