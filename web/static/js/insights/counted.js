// "How is this counted": the rule, the zone, the age, what was read, the SQL. Every number on the page opens here.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { viewOf } from "../kinds/answers.js";
import { ago, bytes, icon, number, seconds } from "./text.js";

export function counted(page) {
  const { answer } = page;
  const rules = viewOf(answer).rules(answer);
  return html`<details class="card counted">
    <summary>${icon("chevron")}How is this counted?<span class="muted small">${answer.cached ? "Kept answer, " : ""}computed ${ago(answer.computed_at)} · ${number(answer.read_rows)} rows read</span></summary>
    <ul class="rules">
      ${rules.map((rule) => html`<li>${rule}</li>`)}
      <li>Days, weeks and months are those of ${answer.zone}${answer.query.zone && answer.query.zone !== page.zone ? `, as this question asks, and not of the project’s ${page.zone}` : nothing}; both ends of the range are included.</li>
      ${answer.notes.map((note) => html`<li>${note}</li>`)}
    </ul>
    <dl class="facts">
      <div><dt>Computed</dt><dd><time datetime=${answer.computed_at}>${new Date(answer.computed_at).toLocaleString()}</time></dd></div>
      <div><dt>Read</dt><dd>${number(answer.read_rows)} rows, ${bytes(answer.read_bytes)}, in ${seconds(answer.elapsed_ms)}</dd></div>
      <div><dt>From</dt><dd>${answer.cached ? "the cache: no event has come in since" : "the events, just now"}</dd></div>
    </dl>
    ${answer.sql ? html`<h3>SQL</h3><pre class="code" tabindex="0" aria-label="SQL"><code>${answer.sql}</code></pre>` : nothing}
  </details>`;
}
