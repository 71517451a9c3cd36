// Arranging tiles: by dragging, by buttons, and by Alt with the arrow keys. Every move is said.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { tileName } from "./names.js";

// The row of controls over a tile while the board is edited.
export function arranging(page, tile, place) {
  const name = tileName(tile);
  const last = page.board.tiles.length - 1;
  const hidden = html`<span class="visually-hidden"> ${name}</span>`;
  return html`<div class="tile-tools" role="group" aria-label="Arrange ${name}">
    <span class="tile-handle" draggable="true" title="Drag to another place" aria-hidden="true" @dragstart=${(event) => page.arrange.start(event, tile)}
      @dragend=${() => page.arrange.end()}>⠿</span>
    <button type="button" class="button button-small" id="earlier-${tile.id}" aria-disabled=${String(place === 0)} @click=${() => page.arrange.move(tile, -1, `earlier-${tile.id}`)}><span aria-hidden="true">←</span><span class="visually-hidden">Move left: ${name}</span></button>
    <button type="button" class="button button-small" id="later-${tile.id}" aria-disabled=${String(place === last)} @click=${() => page.arrange.move(tile, 1, `later-${tile.id}`)}><span aria-hidden="true">→</span><span class="visually-hidden">Move right: ${name}</span></button>
    <label class="tile-tool">Width<span class="visually-hidden"> of ${name}</span> <select .value=${String(tile.width)} @change=${(event) => page.change(tile, { width: Number(event.target.value) })}>
      ${[1, 2, 3, 4].map((width) => html`<option value=${width} ?selected=${width === tile.width}>${width}</option>`)}</select></label>
    ${tile.report ? html`<label class="tile-tool">Chart<span class="visually-hidden"> of ${name}</span> <select @change=${(event) => page.change(tile, { chart: event.target.value })}>
      <option value="" ?selected=${!tile.chart}>Fitting</option>
      ${page.charts.map((chart) => html`<option value=${chart} ?selected=${chart === tile.chart}>${CHARTS[chart] ?? chart}</option>`)}</select></label>` : nothing}
    <button type="button" class="button button-small tile-remove" id="remove-${tile.id}" @click=${() => page.remove(tile)}>Remove${hidden}</button>
  </div>`;
}

const CHARTS = { line: "Lines", stacked: "Stacked areas", column: "Columns", stacked_column: "Stacked columns", bar: "Bars", pie: "Pie", number: "Number" };

export class Arrange {
  constructor(page) {
    this.page = page;
    this.dragged = null;
  }

  move(tile, step, focus) {
    const { tiles } = this.page.board;
    const from = tiles.indexOf(tile);
    const to = from + step;
    if (to < 0 || to >= tiles.length) return this.page.say(`${tileName(tile)} is already the ${step < 0 ? "first" : "last"}.`);
    this.#put(from, to);
    this.page.say(`${tileName(tile)} moved to place ${to + 1} of ${tiles.length}.`);
    this.page.update();
    document.getElementById(focus)?.focus();
    this.page.saveOrder();
  }

  key(event, tile) {
    const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!this.page.editing || !event.altKey || !step) return;
    event.preventDefault();
    this.move(tile, step, event.target.id || `later-${tile.id}`);
  }

  start(event, tile) {
    this.dragged = tile;
    this.before = this.page.board.tiles.map((each) => each.id).join();
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", String(tile.id));
    event.dataTransfer.setDragImage(document.getElementById(`tile-${tile.id}`), 20, 20);
    requestAnimationFrame(() => document.getElementById(`tile-${tile.id}`)?.classList.add("tile-dragged"));
  }

  over(event, tile) {
    if (!this.dragged) return;
    event.preventDefault();
    const { tiles } = this.page.board;
    if (tile === this.dragged || tile === this.last) return;
    this.last = tile; // once per tile that is passed, or two of different widths would change places for ever
    this.#put(tiles.indexOf(this.dragged), tiles.indexOf(tile));
    this.page.update();
  }

  drop(event) {
    if (this.dragged) event.preventDefault();
  }

  end() {
    const tile = this.dragged;
    if (!tile) return;
    document.getElementById(`tile-${tile.id}`)?.classList.remove("tile-dragged");
    this.dragged = this.last = null;
    const { tiles } = this.page.board;
    if (tiles.map((each) => each.id).join() === this.before) return;
    this.page.say(`${tileName(tile)} moved to place ${tiles.indexOf(tile) + 1} of ${tiles.length}.`);
    this.page.saveOrder();
  }

  #put(from, to) {
    const { tiles } = this.page.board;
    tiles.splice(to, 0, ...tiles.splice(from, 1));
  }
}
