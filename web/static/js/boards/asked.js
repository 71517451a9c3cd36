// What one tile asks and has been answered. Each tile asks, fails and refreshes by itself; at most a few ask at once.

import * as plot from "./plot.js";
import { relabelled } from "../insights/locale.js";
import { Asking } from "../insights/server.js";
import { load, viewOf } from "../kinds/answers.js";
import { get } from "../rest.js";

const SLOW = 300; // ms of silence before progress is shown
const AT_ONCE = 4;

let running = 0;
const queue = [];

function next() {
  while (running < AT_ONCE && queue.length) {
    running += 1;
    queue.shift()().finally(() => ((running -= 1), next()));
  }
}

const theme = () => {
  const chosen = document.documentElement.dataset.theme;
  return chosen === "dark" || (chosen === "system" && matchMedia("(prefers-color-scheme: dark)").matches) ? "dark" : "light";
};

export class Asked {
  // `page` has urls, shared, body() (the dates and filters over it) and update().
  constructor(page, tile) {
    Object.assign(this, { page, tile, answer: null, figure: null, error: null, run: null, waiting: false, slow: false, turn: 0 });
  }

  ask() {
    if (!this.tile.report || this.tile.report.deleted) return;
    const turn = (this.turn += 1);
    const before = this.asking;
    this.asking = null;
    Object.assign(this, { waiting: true, slow: false, error: null, run: null });
    queue.push(() => (turn === this.turn ? this.#ask(turn, before) : Promise.resolve()));
    next();
    this.page.update();
  }

  async #ask(turn, before) {
    const { urls, shared } = this.page;
    const look = { theme: theme() };
    const address = urls.run_tile.replace("TILE", this.tile.id);
    const timer = setTimeout(() => turn === this.turn && ((this.slow = true), this.page.update()), SLOW);
    const onProgress = (run) => turn === this.turn && ((this.run = run), this.page.update());
    try {
      this.asking = new Asking({ query: address }, this.page.body(), look, onProgress, shared ? null : before);
      let answer = await this.asking.answer;
      if (!answer.figure) answer = { ...answer, ...(await this.#drawn(answer, look)) };
      await load(answer);
      if (turn !== this.turn) return;
      const { figure = null, ...rest } = relabelled(answer);
      // What is kept is only given out while it is right, so its age is counted from here.
      Object.assign(this, { answer: rest, figure, at: new Date().toISOString(), waiting: false, slow: false, run: null });
      this.page.answered(this);
    } catch (error) {
      if (turn !== this.turn || error.name === "AbortError") return;
      if (!("code" in error)) console.error(error);
      Object.assign(this, { error: { code: error.code ?? "internal", message: error.message }, waiting: false, slow: false, run: null });
      this.page.update();
    } finally {
      clearTimeout(timer);
    }
  }

  // A run that was waited for has numbers only: the figure is drawn from the same run, whatever came in meanwhile.
  async #drawn(answer, look) {
    const fitting = answer.charts.filter((each) => each.fits);
    const wanted = fitting.find((each) => each.name === this.tile.chart) ?? fitting.find((each) => each.suggested) ?? fitting[0];
    if (!wanted) return {};
    const { figure } = await get(`${this.page.urls.runs}/${answer.run_id}?${new URLSearchParams({ ...look, chart: wanted.name })}`);
    return { figure, chart: wanted.name };
  }

  cancel() {
    this.turn += 1;
    this.asking?.cancel();
    this.asking = null;
    Object.assign(this, { waiting: false, slow: false, run: null, error: { code: "cancelled", message: "The query was stopped." } });
    this.page.update();
  }

  // The element may be another after every drawing of the page; a figure is drawn again only where it has to be.
  show(element) {
    if (!element || !this.figure || !this.isChart) return;
    const size = `${element.clientWidth}×${element.clientHeight}`;
    if (element === this.element && this.figure === this.shown && size === this.size) return;
    Object.assign(this, { element, shown: this.figure, size });
    if (element.clientWidth) plot.draw(element, this.figure);
  }

  get isEmpty() {
    return viewOf(this.answer).isEmpty(this.answer);
  }

  get isChart() {
    return Boolean(this.answer && this.figure && !this.error && !this.table && !this.isEmpty);
  }
}
