// Events one below the other, each with its properties.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { moment, number } from "./text.js";

export function eventList(rows) {
  return html`<ul class="drill-events">${rows.map((row) => html`<li><details>
    <summary><span class="drill-event">${row.event}</span><span class="drill-who muted" title=${row.distinct_id}>${row.distinct_id}</span>
      ${row.value === null || row.value === undefined ? nothing : html`<b>${typeof row.value === "number" ? number(row.value) : String(row.value)}</b>`}<time class="muted" datetime=${row.time}>${moment(row.time)}</time></summary>
    <dl>${Object.entries(row.properties).map(([name, value]) => html`<div><dt>${name}</dt><dd>${typeof value === "string" ? value : JSON.stringify(value)}</dd></div>`)}</dl>
  </details></li>`)}</ul>`;
}
