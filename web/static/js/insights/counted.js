// "How is this counted": the rule, the zone, the age, what was read, the SQL. Every number on the page opens here.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { isInsights } from "../kinds/kinds.js";
import { viewOf } from "../kinds/answers.js";
import { ago, bytes, icon, number, seconds } from "./text.js";

const RULES = {
  unique: "Unique users: each user counts once in each point, once in each segment and once in the total. A user is who an event’s id "
    + "resolves to now: a device’s events, past ones too, are its user’s.",
  sessions: "Sessions: all events of a user make sessions, which end after the project’s idle time and at midnight. A session counts in each point "
    + "in which it has such an event, and once in the total.",
  dau: "Daily active users: users of the day that ends with the point. The total is that of the last point.",
  wau: "Weekly active users: users of the 7 days that end with the point. The total is that of the last point.",
  mau: "Monthly active users: users of the 30 days that end with the point. The total is that of the last point.",
  cumulative_unique: "Cumulative users: users from the beginning of the range up to the point.",
  sum: "Sum: over the events on which the property is a number. “5” as text is none.",
  average: "Average: over the events on which the property is a number. Where there is none, there is no value.",
  median: "Median: of the events on which the property is a number; between two neighbours, their middle.",
  percentile: "Percentile: of the events on which the property is a number; between two neighbours, in proportion.",
  min: "Minimum: over the events on which the property is a number.",
  max: "Maximum: over the events on which the property is a number.",
  distinct: "Distinct values: each value of the property counts once in each point and once in the total.",
  per_user: "Per user: first a number for each user who did the event, then one of all those.",
  formula: "Formulas are worked out for each point and for the total. Where a part has no value or is divided by zero, there is none.",
  total: "Total events: each event counts once. One that was sent again (same event, user, time and $insert_id) counts once, as it was last received.",
};

export function counted(page) {
  const { answer } = page;
  const rules = isInsights(answer) ? [...new Set(answer.series.map((series) => RULES[series.measure]))] : viewOf(answer).rules(answer);
  return html`<details class="card counted">
    <summary>${icon("chevron")}How is this counted?<span class="muted small">${answer.cached ? "Kept answer, " : ""}computed ${ago(answer.computed_at)} · ${number(answer.read_rows)} rows read</span></summary>
    <ul class="rules">
      ${rules.map((rule) => html`<li>${rule}</li>`)}
      <li>Days, weeks and months are those of ${answer.zone}; both ends of the range are included.</li>
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
