// The saved report that the page is about, if it is about one: its name, what differs from it, saving; and the draft that is
// kept of what is not saved.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { given } from "../reports/address.js";
import { drop, keep, load } from "../reports/draft.js";
import { panel, shut } from "./panel.js";
import { askable } from "../kinds/kinds.js";
import { get, post, send } from "../rest.js";
import { ago } from "./text.js";

const LONGEST_NAME = 200;

export class Saving {
  // `report` is {id, name, description, query, version, updated_at, updated_by}, or null.
  constructor(page) {
    this.page = page;
    this.report = page.report;
    this.draft = null; // what was not saved the last time
    this.differences = this.boards = this.error = null;
    this.loading = new Set(); // what is drawn again while it is fetched must not be fetched again
    this.busy = false;
    this.noted = null;
    // A link says what is wanted; only who comes without one is asked whether to go on where they were.
    if (this.report || !given().has("q")) this.#find();
  }

  get id() {
    return this.report?.id ?? null;
  }

  get asked() {
    return JSON.stringify(askable(this.page.document));
  }

  // Of what the server keeps in its canonical form only the answer says what the page's own form means.
  get differs() {
    if (!this.report) return false;
    const now = this.page.waiting ? null : this.page.answer?.query;
    return now ? JSON.stringify(now) !== JSON.stringify(this.report.query) : this.differed ?? false;
  }

  // Called after everything that may have changed the question.
  note() {
    const now = this.asked;
    if (this.noted === null) this.noted = now; // as it was opened
    this.differed = this.differs;
    if (now === this.noted || now === "null") return;
    this.noted = now;
    this.differences = null;
    keep(this.page.urls.draft, this.id, { query: JSON.parse(now), chart: this.page.chart ?? "" });
  }

  async #find() {
    const found = await load(this.page.urls.draft, this.id);
    if (!found || (this.noted !== null && this.asked !== this.noted)) return;
    if (JSON.stringify(found.query) === this.asked) return;
    this.draft = found;
    this.page.update();
  }

  resume() {
    const { query } = this.draft;
    this.draft = null;
    this.page.replace(query, "draft taken up");
    this.page.focus("saved");
  }

  discard() {
    this.draft = null;
    drop(this.page.urls.draft, this.id);
    this.page.say("Discarded.");
    this.page.update();
    this.page.focus("saved");
  }

  revert() {
    shut(this.page, false);
    drop(this.page.urls.draft, this.id);
    this.page.replace(this.report.query, "back to what is saved");
    this.page.focus("saved");
  }

  // In sentences; null while they are on their way. What cannot be had is said in their place.
  differencesNow() {
    const { asked } = this;
    this.#once("differences", async () => {
      const found = await post(`${this.page.urls.reports}/${this.id}/differences`, { query: JSON.parse(asked) }).catch((error) => ({ differences: [error.message] }));
      if (this.asked === asked) this.differences = found.differences;
    });
    return this.differences;
  }

  // Those that a report can be put on; null while they are on their way.
  boardsNow() {
    this.#once("boards", async () => {
      const found = await get(`${this.page.urls.boards}?limit=100`).catch(() => ({ results: [] }));
      this.boards = found.results;
    });
    return this.boards;
  }

  async #once(name, load) {
    if (this[name] || this.loading.has(name)) return;
    this.loading.add(name);
    await load();
    this.loading.delete(name);
    this.page.update();
  }

  // `fields` are name and description of a new report; without them the open one is saved over.
  async save(fields = null, board = "") {
    const { page } = this;
    const query = JSON.parse(this.asked);
    this.busy = true;
    this.error = null;
    page.update();
    try {
      const before = this.id;
      this.report = fields ? await send("POST", page.urls.reports, { ...fields, query })
        : await send("PATCH", `${page.urls.reports}/${before}`, { query, version: this.report.version });
      if (fields && board) await send("POST", `${page.urls.boards}/${board}/tiles`, { kind: "report", report: this.report.id, ...(page.chart && page.chart !== "table" ? { chart: page.chart } : {}) });
      drop(page.urls.draft, before);
      this.differences = null;
      history.replaceState(history.state, "", page.address());
      shut(page, false);
      page.tell(fields && board ? "Saved, and put on the board." : "Saved.");
    } catch (error) {
      this.error = error.message;
    }
    this.busy = false;
    page.update();
    page.focus(!this.error ? "saved" : fields ? "save-name" : "save");
  }
}

export function savingBar(page) {
  const { saving } = page;
  const { report, draft } = saving;
  return html`<div class="saving" role="group" aria-label="Report">
    ${report ? html`<a class="report-name truncate" id="saved" href=${`${page.urls.report_pages}${report.id}/`} title="Name, description and history">${report.name}</a>
      ${saving.differs ? differing(page) : html`<span class="muted small">saved ${ago(report.updated_at)} by ${report.updated_by}</span>`}`
      : html`<span class="muted small" id="saved" tabindex="-1">Not saved</span>`}
    <span class="saving-actions">
      ${report && saving.differs && page.may_save ? html`<button type="button" class="button button-small button-primary" id="save" ?disabled=${saving.busy} @click=${() => saving.save()}>Save</button>` : nothing}
      ${page.may_save && askable(page.document) ? panel(page, {
        id: "save-as", label: report ? "Save a copy" : "Save this question", text: report ? "Save a copy" : "Save", look: `button button-small ${report ? "" : "button-primary"}`, end: true, content: () => form(page),
      }) : nothing}
    </span>
    ${draft ? html`<p class="notice draft" role="status">You had asked something else here ${ago(draft.updated_at)} and not saved it.
      <button type="button" class="button button-small" id="resume" @click=${() => saving.resume()}>Go on with it</button>
      <button type="button" class="button button-small" @click=${() => saving.discard()}>Discard</button></p>` : nothing}
    ${saving.error && !page.panel ? html`<p class="error" role="alert">${saving.error}</p>` : nothing}
  </div>`;
}

function differing(page) {
  const { saving } = page;
  return panel(page, {
    id: "differs", label: "What differs from the saved version", text: "Differs from the saved version", look: "differs-button small",
    content: () => {
      const found = saving.differencesNow();
      return html`<h3>Not saved yet</h3>
        <div role="status">${found ? html`<ul class="rules">${found.map((each) => html`<li>${each}</li>`)}</ul>` : html`<p class="muted small">Comparing …</p>`}</div>
        <button type="button" class="button button-small" @click=${() => saving.revert()}>Back to the saved version</button>`;
    },
  });
}

function form(page) {
  const { saving } = page;
  const boards = saving.boardsNow();
  const submit = (event) => {
    event.preventDefault();
    const { name, description, board } = event.target.elements;
    saving.save({ name: name.value.trim(), description: description.value }, board?.value ?? "");
  };
  const proposed = saving.report ? `${saving.report.name} (copy)` : page.answer?.sentence ?? "";
  return html`<form class="save-form" @submit=${submit}>
    <label for="save-name">Name</label>
    <input id="save-name" name="name" required maxlength=${LONGEST_NAME} autocomplete="off" data-first .defaultValue=${proposed.slice(0, LONGEST_NAME)}>
    <label for="save-description">Description</label>
    <textarea id="save-description" name="description" rows="2"></textarea>
    ${boards?.length ? html`<label for="save-board">Put it on a board</label>
      <select id="save-board" name="board"><option value="">none</option>${boards.map((board) => html`<option value=${board.id}>${board.name}</option>`)}</select>` : nothing}
    ${saving.error ? html`<p class="error" role="alert">${saving.error}</p>` : nothing}
    <button type="submit" class="button button-primary" ?disabled=${saving.busy}>Save</button>
  </form>`;
}
