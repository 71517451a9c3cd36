// What changes a board beside its tiles: its name, what is added to it, and what to do with one that is empty.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { csrf } from "../rest.js";

export function details(page) {
  const save = (event) => {
    event.preventDefault();
    const [name, description] = [event.target.elements.name.value, event.target.elements.description.value];
    page.rename({ name, description });
  };
  return html`<form class="card board-details" @submit=${save}>
    <div class="field"><label for="board-name">Name</label><input id="board-name" name="name" required maxlength="200" .value=${page.board.name}></div>
    <div class="field"><label for="board-description">Description <span class="optional">optional</span></label>
      <textarea id="board-description" name="description" rows="2" maxlength="5000" .value=${page.board.description}></textarea></div>
    <div class="actions"><button type="submit" class="button">Save</button></div>
  </form>
  <div class="card board-add">
    <div class="inline-form">
      <div class="field"><label for="add-report">Add a report</label>
        <select id="add-report" ?disabled=${!page.reports.length}>${page.reports.length
          ? page.reports.map((report) => html`<option value=${report.id}>${report.name}</option>`) : html`<option>No report is saved yet</option>`}</select></div>
      <button type="button" class="button" id="add" ?disabled=${!page.reports.length}
        @click=${() => page.add({ kind: "report", report: Number(document.getElementById("add-report").value) })}>Add report</button>
      <button type="button" class="button" id="add-text" @click=${() => page.add({ kind: "text", text: "New text", width: 4 })}>Add text</button>
    </div>
  </div>`;
}

export function emptyBoard(page) {
  const first = page.reports.slice(0, 6);
  return html`<div class="card"><div class="empty">
    <h2>Nothing on this board yet</h2>
    ${!page.may_change ? html`<p>An analyst of this project can put reports on it.</p>` : html`
      <p>${first.length ? "Put a saved report on it, with one click:" : "Save a question as a report first, or begin with a board made from this project’s most frequent events."}</p>
      <div class="actions empty-actions">
        ${first.map((report) => html`<button type="button" class="button" @click=${() => page.add({ kind: "report", report: report.id })}>+ ${report.name}</button>`)}
        ${first.length ? nothing : html`<a class="button" href=${page.urls.insights}>Ask a question</a>
          <form method="post" action=${page.urls.starter}><input type="hidden" name="csrfmiddlewaretoken" .value=${csrf()}>
            <button type="submit" class="button button-primary">Make a starter board</button></form>`}
      </div>`}
  </div></div>`;
}
