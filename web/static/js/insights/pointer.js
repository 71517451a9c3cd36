// Pointing at the chart: a cursor that the arrow keys walk from point to point, and what is said beside it or beside the mouse.
// Drawn apart from the page, since it follows every movement of the mouse.

import { html, nothing, render, svg } from "../../vendor/lit-html/lit-html.js";
import * as chart from "./chart.js";
import { bucketAt, dayAt, nameAt, numberAt, ratioAt, shortNameAt, valueAt, wordsAt } from "./points.js";
import { viewOf } from "../kinds/answers.js";
import { change, number } from "./text.js";

const GAP = 14; // pixels between a point and its words
const STEPS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

export class Pointer {
  constructor(page) {
    this.page = page;
    this.spot = null; // the keyboard's
    this.hover = (spot, event) => viewOf(page.answer).grid || this.show(spot, event); // figures of other kinds say it themselves
    this.leave = () => this.show(this.spot);
  }

  get series() {
    return this.page.drawn.map(({ series }) => series).filter((series) => !this.page.hidden.has(series));
  }

  // The words and the mark; with the mouse's event they stand beside the mouse.
  show(spot, event = null) {
    if (spot?.title !== undefined) return this.#tell(spot);
    const tip = document.getElementById("tip");
    const cursor = document.getElementById("cursor");
    const element = document.getElementById("chart");
    if (!tip || !element) return;
    const box = spot && chart.place(element, spot);
    cursor.hidden = !box;
    tip.hidden = !spot || !(box || event);
    if (tip.hidden) return;
    if (box) {
      cursor.className = `cursor ${box.round ? "cursor-round" : ""}`;
      Object.assign(cursor.style, { left: `${box.x}px`, top: `${box.y}px`, width: `${box.width}px`, height: `${box.height}px` });
    }
    render(this.#words(spot), tip);
    const area = element.getBoundingClientRect();
    const at = event ? { x: event.clientX - area.left, y: event.clientY - area.top } : { x: box.x + box.width / 2, y: box.y };
    const left = at.x + GAP + tip.offsetWidth > element.clientWidth ? Math.max(0, at.x - GAP - tip.offsetWidth) : at.x + GAP;
    Object.assign(tip.style, { left: `${left}px`, top: `${Math.max(0, Math.min(at.y - tip.offsetHeight / 2, element.clientHeight - tip.offsetHeight))}px` });
    tip.querySelector("[data-here]")?.scrollIntoView({ block: "nearest" });
  }

  // Of a point in time all series, the largest first; of the whole range the one that is pointed at.
  #words(spot) {
    const { answer, drawn } = this.page;
    const rows = (spot.bucket === null ? [spot.series] : this.series).map((series) => ({ ...spot, series, compared: false }))
      .filter((each) => each.bucket === null || each.bucket < answer.buckets.length);
    const size = (each) => valueAt(answer, each) ?? -Infinity;
    rows.sort((one, two) => size(two) - size(one));
    const colours = new Map(drawn.map(({ series, colour }) => [series, colour]));
    const share = this.#share(spot);
    return html`<p class="tip-day">${spot.bucket === null ? nameAt(answer, spot) : dayAt(answer, { ...spot, compared: false })}</p>
      <ol class="tip-rows" tabindex="-1">${rows.map((each) => html`<li ?data-here=${each.series === spot.series}>
        <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">${svg`<circle cx="5" cy="5" r="5" fill=${colours.get(each.series)}></circle>`}</svg>
        <span class="tip-name">${spot.bucket === null ? "The whole range" : shortNameAt(answer, each)}</span><b>${numberAt(answer, each)}</b>
        ${answer.series[each.series].compared ? html`<span class="tip-before">${numberAt(answer, { ...each, compared: true })} before${
          ratioAt(answer, each) === null ? nothing : html` · ${change(ratioAt(answer, each))}`}</span>` : nothing}</li>`)}</ol>
      ${share === null ? nothing : html`<p class="tip-hint">${number(share, "percent")} of what is shown</p>`}
      ${spot.compared && bucketAt(answer, spot) ? html`<p class="tip-hint">Before: ${dayAt(answer, spot)}</p>` : nothing}
      <p class="tip-hint">Click or Enter: who and what is behind it</p>`;
  }

  #share(spot) {
    if (this.page.shown !== "pie") return null;
    const { answer } = this.page;
    return valueAt(answer, spot) / this.series.reduce((sum, series) => sum + (answer.series[series].total ?? 0), 0);
  }

  // A long list under the mouse is scrolled by the wheel: the list itself cannot be reached, since it follows the mouse.
  wheel(event) {
    const rows = document.querySelector("#tip:not([hidden]) .tip-rows");
    if (!rows || rows.scrollHeight <= rows.clientHeight) return;
    rows.scrollTop += event.deltaY;
    event.preventDefault();
  }

  key(event) {
    const { answer } = this.page;
    if (answer && viewOf(answer).grid) return this.#walk(event);
    const { series } = this;
    if (!answer || !series.length || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape" && this.spot) return this.forget();
    if ((event.key === "Enter" || event.key === " ") && this.spot) {
      event.preventDefault();
      const box = chart.place(event.currentTarget, this.spot);
      const area = event.currentTarget.getBoundingClientRect();
      return this.page.openMenu(this.spot, { x: area.left + (box?.x ?? 0) + (box?.width ?? 0) / 2, y: area.top + (box?.y ?? 0) + (box?.height ?? 0) }, event.currentTarget);
    }
    const overTime = ["line", "stacked", "column", "stacked_column"].includes(this.page.shown);
    const last = overTime ? answer.buckets.length - 1 : series.length - 1;
    const ends = { Home: 0, End: last };
    if (!STEPS[event.key] && !(event.key in ends)) return;
    event.preventDefault();
    const wrap = (value, count) => (value + count) % count;
    const [across, down] = STEPS[event.key] ?? [0, 0];
    let line = Math.max(0, series.indexOf(this.spot?.series));
    let point = this.spot?.bucket ?? -1;
    if (overTime) {
      if (event.key in ends) point = ends[event.key];
      else if (point < 0) point = across < 0 ? last : 0;
      else [line, point] = [wrap(line + down, series.length), wrap(point + across, last + 1)];
    } else if (event.key in ends) line = ends[event.key];
    else if (this.spot) line = wrap(line + across + down, series.length);
    this.spot = { series: series[line], bucket: overTime ? point : null, compared: false };
    const ratio = ratioAt(answer, this.spot);
    this.page.say(`${wordsAt(answer, this.spot)}${ratio === null ? "" : `, ${change(ratio)} against before`}`);
    this.page.update();
    this.show(this.spot);
  }

  // The numbers of another kind of question: its rows from the top, each from the left.
  #walk(event) {
    const { page } = this;
    const rows = viewOf(page.answer).grid(page).filter((row) => row.length);
    if (!rows.length || event.altKey || event.ctrlKey || event.metaKey) return;
    if ((event.key === "Enter" || event.key === " ") && this.spot) {
      event.preventDefault();
      const area = event.currentTarget.getBoundingClientRect();
      return page.openMenu(this.spot, { x: area.left + area.width / 2, y: area.top + area.height / 3 }, event.currentTarget);
    }
    const step = STEPS[event.key];
    if (!step) return;
    event.preventDefault();
    const wrap = (value, count) => (value + count) % count;
    const [row, column] = this.walked ?? [0, -1];
    const to = this.walked ? wrap(row + step[1], rows.length) : 0;
    const at = this.walked ? wrap(Math.min(column, rows[to].length - 1) + step[0], rows[to].length) : 0;
    this.walked = [to, at];
    this.spot = rows[to][at];
    page.say(`${this.spot.title}${this.spot.when ? `, ${this.spot.when}` : ""}: ${this.spot.value}`);
    page.update();
    this.#tell(this.spot);
  }

  // What the keyboard has reached, in words over the chart.
  #tell({ title, when, value }) {
    document.getElementById("cursor").hidden = true;
    const tip = document.getElementById("tip");
    render(html`<p class="tip-when">${when ?? ""}</p><p><b>${title}</b> ${value}</p><p class="tip-hint">Enter: who is behind it</p>`, tip);
    tip.hidden = false;
    Object.assign(tip.style, { left: "8px", top: "8px" });
  }

  forget() {
    this.walked = null;
    this.spot = null;
    this.show(null);
  }
}
