// A board: holds its tiles and what lies over them, keeps the address in step, and draws everything anew after a change.
// The same page shows what a public link opens; then there is nothing to change.

import { html, nothing, render } from "../../vendor/lit-html/lit-html.js";
import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import * as plot from "./plot.js";
import { Control } from "../insights/combobox.js";
import { icon } from "../insights/text.js";
import { Arrange } from "./arranging.js";
import { Asked } from "./asked.js";
import { card } from "./card.js";
import { details, emptyBoard } from "./editing.js";
import { words } from "./filters.js";
import { tileName } from "./names.js";
import { rangeBar, same } from "./range.js";
import { written } from "../reports/address.js";
import { send } from "../rest.js";

const AGES = 15_000; // how often "3 minutes ago" is looked at again
const SAVE_AFTER = 400; // ms after the last move
const EVERY = [0, 1, 5, 15]; // minutes

class Page {
  constructor(root, data) {
    Object.assign(this, data, { root, said: "", problem: "", adding: null, every: 0 });
    this.board ??= { tiles: this.tiles };
    this.arrange = new Arrange(this);
    this.control = new Control(this);
    this.asked = new Map();
    this.editing = Boolean(this.may_change && !this.board.tiles.length);
    if (!this.shared) this.#readAddress();
    this.sizes = new ResizeObserver(() => this.#draw());
    this.sizes.observe(root);
    setInterval(() => this.update(), AGES);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.refresh());
    document.addEventListener("fullscreenchange", () => this.update());
    this.update();
    this.refresh();
  }

  // --- what lies over the reports ---

  saved() {
    return { dates: this.board.dates, filters: this.board.filters };
  }

  get isLaid() {
    return !same(this.dates, this.board.dates) || JSON.stringify(this.filters) !== JSON.stringify(this.board.filters);
  }

  get hasFilters() {
    return Boolean(this.filters);
  }

  body() {
    return this.shared || !this.isLaid ? {} : { dates: this.dates, filters: this.filters };
  }

  #readAddress() {
    Object.assign(this, this.saved());
    try {
      Object.assign(this, JSON.parse(new URLSearchParams(location.search).get("over") ?? "{}"));
    } catch {
      // An address that somebody has cut short: the board as it is saved.
    }
  }

  lay(part) {
    Object.assign(this, part);
    const over = new URLSearchParams({ over: JSON.stringify({ dates: this.dates, filters: this.filters }) });
    history.replaceState(null, "", this.isLaid ? `?${over}` : location.pathname);
    this.refresh();
  }

  fixed() {
    if (this.dates?.kind === "fixed") return this.dates;
    const buckets = [...this.asked.values()].find((each) => each.answer?.buckets?.length)?.answer.buckets;
    const today = new Intl.DateTimeFormat("en-CA", { timeZone: this.zone }).format(new Date());
    return { kind: "fixed", from: buckets?.[0].start.slice(0, 10) ?? today, to: today };
  }

  addFilter(condition) {
    const conditions = this.filters?.match === "any" ? [this.filters] : (this.filters?.conditions ?? []);
    this.lay({ filters: { match: "all", conditions: [...conditions, condition] } });
    this.say(`Filter added: ${words(this, condition)}.`);
  }

  removeFilter(at) {
    const conditions = this.filters.conditions.filter((_, place) => place !== at);
    const removed = words(this, this.filters.conditions[at]);
    this.lay({ filters: conditions.length ? { ...this.filters, conditions } : null });
    this.say(`Filter removed: ${removed}.`);
    this.focus(`filter-remove-${Math.min(at, conditions.length - 1)}`, "filter-add");
  }

  reset() {
    this.lay(this.saved());
    this.say("Dates and filters are those that are saved.");
    this.focus("filter-add");
  }

  saveRange() {
    return this.#try(async () => {
      this.board = await send("PATCH", this.urls.board, { dates: this.dates, filters: this.filters });
      this.lay(this.saved());
      this.say("Saved for everyone.");
      this.focus("filter-add");
    });
  }

  // --- answers ---

  refresh() {
    for (const tile of this.board.tiles) this.#askedOf(tile)?.ask();
    this.update();
  }

  #askedOf(tile) {
    if (!tile.report) return null;
    if (!this.asked.has(tile.id)) this.asked.set(tile.id, new Asked(this, tile));
    const asked = this.asked.get(tile.id);
    asked.tile = tile;
    return asked;
  }

  answered(asked) {
    this.root.dataset.answered = String(Number(this.root.dataset.answered ?? 0) + 1);
    const waiting = [...this.asked.values()].filter((each) => each.waiting).length;
    this.say(waiting ? this.said : `${asked.tile.report.name} is answered${this.asked.size > 1 ? ", as the last" : ""}.`);
  }

  toggleTable(asked) {
    asked.table = !asked.table;
    this.update();
  }

  insights(tile) {
    return this.urls.insights + written(JSON.stringify(tile.report.query), { report: tile.report.id, chart: tile.chart || null });
  }

  repeatEvery(minutes) {
    clearInterval(this.timer);
    this.every = minutes;
    if (minutes) this.timer = setInterval(() => document.visibilityState === "visible" && this.refresh(), minutes * 60_000);
    this.say(minutes ? `Refreshes by itself every ${minutes === 1 ? "minute" : `${minutes} minutes`}.` : "Does not refresh by itself.");
    this.update();
  }

  fullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.root.requestFullscreen().catch(() => this.#fail("This browser does not allow full screen."));
  }

  // --- changes ---

  async #try(change) {
    this.problem = "";
    try {
      return await change();
    } catch (error) {
      if (!("code" in error)) console.error(error);
      this.#fail(error.message);
      return null;
    } finally {
      this.update();
    }
  }

  #fail(words) {
    this.problem = words;
    this.update();
  }

  rename(fields) {
    return this.#try(async () => {
      const { name, description } = await send("PATCH", this.urls.board, fields);
      Object.assign(this.board, { name, description });
      document.getElementById("title").textContent = name;
      this.say("Saved.");
    });
  }

  add(wanted) {
    return this.#try(async () => {
      const tile = await send("POST", this.urls.tiles, wanted);
      this.board.tiles.push(tile);
      this.say(`${tileName(tile)} was added, at the end.`);
      this.editing = true;
      this.update();
      if (tile.report) this.#askedOf(tile)?.ask();
      document.getElementById(`tile-${tile.id}`)?.scrollIntoView({ block: "nearest" });
      if (!tile.report) document.getElementById(`text-${tile.id}`).select();
      else if (document.activeElement === document.body) this.focus("add-report"); // the button was of an empty board
    });
  }

  change(tile, fields) {
    return this.#try(async () => {
      const changed = await send("PATCH", `${this.urls.tiles}/${tile.id}`, fields);
      Object.assign(tile, changed);
      this.say(fields.width ? `${tileName(tile)} is ${fields.width} of 4 columns wide.` : `${tileName(tile)} is changed.`);
      if ("chart" in fields) this.#askedOf(tile)?.ask();
    });
  }

  remove(tile) {
    return this.#try(async () => {
      await send("DELETE", `${this.urls.tiles}/${tile.id}`);
      const place = this.board.tiles.indexOf(tile);
      this.board.tiles = this.board.tiles.filter((each) => each !== tile);
      this.asked.delete(tile.id);
      this.say(`${tileName(tile)} is removed from the board.`);
      const neighbour = this.board.tiles[place] ?? this.board.tiles.at(-1);
      this.focus(`remove-${neighbour?.id}`, "edit");
    });
  }

  saveOrder() {
    clearTimeout(this.ordering);
    this.ordering = setTimeout(() => this.#try(() => send("PUT", this.urls.order, { tiles: this.board.tiles.map((tile) => tile.id) })), SAVE_AFTER);
  }

  restoreReport(tile) {
    return this.#try(async () => {
      await send("POST", this.urls.restore_report.replace("REPORT", tile.report.id));
      tile.report.deleted = false;
      this.say(`${tileName(tile)} is back.`);
      this.#askedOf(tile)?.ask();
    });
  }

  // --- the screen ---

  say(words) {
    this.said = words;
    this.update();
  }

  toolbar() {
    const full = Boolean(document.fullscreenElement);
    return html`<div class="board-bar">
      ${this.shared ? nothing : html`<div class="board-range">${rangeBar(this)}</div>`}
      <div class="actions board-actions">
        <button type="button" class="button button-small" id="refresh" @click=${() => this.refresh()}>Refresh all</button>
        <label class="inline-label">Auto-refresh <select id="every" class="quiet-select" @change=${(event) => this.repeatEvery(Number(event.target.value))}>
          ${EVERY.map((minutes) => html`<option value=${minutes} ?selected=${minutes === this.every}>${minutes ? `${minutes} min` : "off"}</option>`)}</select></label>
        <button type="button" class="button button-small" id="full" aria-pressed=${String(full)} @click=${() => this.fullScreen()}>${full ? "Leave full screen" : "Full screen"}</button>
        ${this.may_change ? html`<button type="button" class="button button-small ${this.editing ? "button-primary" : ""}" id="edit" aria-pressed=${String(this.editing)}
          @click=${() => ((this.editing = !this.editing), this.update())}>${this.editing ? "Done" : "Edit board"}</button>` : nothing}
      </div>
    </div>`;
  }

  // To the first of these that is there.
  focus(...ids) {
    ids.map((id) => document.getElementById(id)).find(Boolean)?.focus();
  }

  update() {
    // A field that is drawn away while it is written in reports its change on the way: that is drawn next.
    this.again = this.drawing;
    if (this.drawing) return;
    const held = document.activeElement;
    const tile = held?.closest(".tile");
    this.drawing = true;
    this.#render();
    this.drawing = false;
    if (this.again) this.update();
    this.#draw();
    // What had the focus in a tile may be gone, as Retry is: the next best is the last button there.
    if (tile && !held.isConnected && document.activeElement === document.body) [...tile.querySelectorAll("button")].at(-1)?.focus();
  }

  #render() {
    const { tiles } = this.board;
    for (const tile of tiles) this.#askedOf(tile);
    render(html`
      ${this.toolbar()}
      ${this.problem ? html`<p class="message" data-level="error" role="alert">${this.problem}</p>` : nothing}
      ${!this.editing && this.board.description ? html`<p class="text-lines board-description">${this.board.description}</p>` : nothing}
      ${this.editing ? html`<div class="board-editing">${details(this)}</div>` : nothing}
      ${tiles.length ? html`<ul class="board-grid" aria-label="Tiles">${repeat(tiles, (tile) => tile.id, (tile, place) => card(this, tile, place))}</ul>` : this.shared ? html`<p class="muted">There is nothing on this board.</p>` : emptyBoard(this)}
      <p class="visually-hidden" role="status" id="said">${this.said}</p>`, this.root);
  }

  #draw() {
    for (const asked of this.asked.values()) {
      const element = document.getElementById(`chart-${asked.tile.id}`);
      if (asked.element && asked.element !== element) (plot.clear(asked.element), (asked.element = null));
      asked.show(element);
    }
  }
}

const root = document.getElementById("board");
const data = JSON.parse(document.getElementById("board-data").textContent);
icon.sheet = data.icons;
new Page(root, data);
