// What the page keeps and does about its answer: how it is drawn, what is hidden, opened, zoomed into. main.js builds upon it.

import { showsChart } from "./answer.js";
import * as chart from "./chart.js";
import { TABLE, lookOf } from "./charts.js";
import { download } from "./csv.js";
import { daysOf } from "./edits.js";
import { relabelled } from "./locale.js";
import { closeMenu, listenForLeaving, openMenu, settleMenu } from "./menu.js";
import { keyOf } from "./points.js";
import { Pointer } from "./pointer.js";
import { viewOf } from "../kinds/answers.js";
import { freshGrid } from "../kinds/grid.js";
import { askable, isInsights } from "../kinds/kinds.js";
import { daysIn } from "./ranges.js";
import { named } from "./history.js";
import { get } from "../rest.js";
import { DEAR } from "./states.js";

const STEADY = 1000; // ms that a question may take whatever it asks about: they say nothing of longer ranges
const AGING = 20000; // ms after which “3 minutes ago” is written anew

export class AnswerSide {
  constructor() {
    Object.assign(this, { answer: null, figure: null, drawn: [], hidden: new Set(), put: new Set(), table: freshGrid(), menu: null, drill: null,
      told: null, held: false, pace: null, answered: new Set(), zoom: null });
    this.pointer = new Pointer(this);
    this.wheel = { handleEvent: (event) => this.pointer.wheel(event), passive: false }; // it may keep the page from scrolling
    this.on = {
      hover: this.pointer.hover, leave: this.pointer.leave, brush: (from, to) => this.#brush(from, to),
      click: (spot, event, points) => this.#clicked(spot, event, points),
    };
    listenForLeaving(this);
    document.addEventListener("keydown", (event) => {
      if (event.altKey && event.code === "KeyC" && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        document.querySelector(".chart-types [tabindex='0']")?.focus();
      }
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && this.held) this.ask(true);
    });
    setInterval(() => this.answer && this.update(), AGING);
  }

  // --- the chart ---

  get theme() {
    const { theme } = document.documentElement.dataset;
    return theme === "dark" || (theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches) ? "dark" : "light";
  }

  get look() {
    return lookOf(this.chart, this.theme);
  }

  get shown() {
    return this.chart === TABLE ? TABLE : this.answer?.chart ?? this.chart ?? "line";
  }

  async setChart(name) {
    if (name === this.shown) return;
    this.chart = name;
    this.told = null;
    this.steps.push(named("chart"), this.address());
    await this.redraw();
    this.focus(`chart-${name}`);
  }

  // The same answer, drawn otherwise: nothing is counted again while its run is known.
  async redraw() {
    const { answer } = this;
    if (!answer || this.waiting || this.held) return this.ask();
    if (this.chart === TABLE) return this.update();
    if (!answer.run_id) return this.ask(true);
    try {
      const found = await get(`${this.urls.query.replace(/query$/, "runs/")}${answer.run_id}?${new URLSearchParams(this.look)}`);
      if (this.answer === answer) this.take(found);
      this.update();
    } catch {
      this.ask(true); // runs are kept for a day
    }
  }

  refresh() {
    this.refreshing = true;
    this.ask(true);
  }

  // An answer as it came, with its figure.
  take(found) {
    const { figure = null, ...answer } = relabelled(found);
    this.answer = answer;
    this.figure = figure;
    // Another kind of question has no series to hide: its figure keeps its own legend and words.
    if (figure && !isInsights(answer)) figure.layout.meta = { ...figure.layout.meta, drawn: undefined };
    this.drawn = figure?.layout.meta?.drawn ?? [];
    const keys = new Map((answer.series ?? []).map((series, place) => [keyOf(series), place]));
    this.hidden = new Set([...this.put].map((key) => keys.get(key)).filter((place) => place !== undefined));
    this.menu = null;
    this.pointer.forget();
    this.wholeLegend = false;
  }

  // After the page was drawn.
  settle() {
    const element = document.getElementById("chart");
    const shows = showsChart(this);
    const hidden = [...this.hidden].join();
    if (!shows) chart.clear(element);
    else if (this.picture?.figure !== this.figure || this.picture.hidden !== hidden) chart.draw(element, this.figure, this.hidden, this.on);
    this.picture = shows ? { figure: this.figure, hidden } : null;
    settleMenu(this);
    this.drill?.settle();
  }

  toggle(series) {
    const key = keyOf(this.answer.series[series]);
    if (this.put.delete(key)) this.hidden.delete(series);
    else this.put.add(key), this.hidden.add(series);
    this.say(this.hidden.has(series) ? "Hidden in the chart." : "Shown in the chart.");
    this.update();
  }

  showAll() {
    this.put.clear();
    this.hidden.clear();
    this.update();
  }

  async savePng() {
    const image = await chart.image({ figure: this.figure, hidden: this.hidden, title: this.answer.sentence });
    download("footfall.png", image);
    this.say("The image is saved.");
    this.update();
  }

  async copy(text, words) {
    try {
      await navigator.clipboard.writeText(text);
      this.tell(words);
    } catch {
      this.tell("The browser does not let us copy here.");
    }
  }

  // Why something cannot be chosen. A mouse or the focus shows it beside the thing itself, a finger cannot.
  explain(words) {
    if (matchMedia("(hover: none)").matches) return this.tell(words);
    this.say(words);
    this.update();
  }

  // Said and shown, until something else happens.
  tell(words) {
    this.told = words;
    this.say(words);
    this.update();
    clearTimeout(this.telling);
    this.telling = setTimeout(() => ((this.told = null), this.update()), 8000);
  }

  // --- what is behind a number ---

  openMenu(spot, at, opener) {
    this.pointer.show(null);
    openMenu(this, spot, at, opener);
  }

  #clicked(spot, event, points) {
    const at = { x: event.clientX, y: event.clientY };
    const { spotOf } = viewOf(this.answer);
    const found = spotOf ? spotOf(this.answer, points[0], this.shown, this) : spot;
    if (found) this.openMenu(found, at, document.getElementById("chart"));
  }

  async openDrill(...asked) {
    (await import("./drilldown.js")).openDrill(this, ...asked);
  }

  closeAll() {
    closeMenu(this, false);
    this.drill?.close();
  }

  // --- zooming ---

  #brush(from, to) {
    const found = chart.touched(from, to);
    if (!found) return;
    const [first, last] = found.map((place) => this.answer.buckets[place]);
    this.zoomBy(() => this.dispatch({ type: "dates", dates: daysOf(first, last) }));
  }

  // However often somebody zooms in, one click leads back to where it began.
  zoomBy(change) {
    const { dates, interval } = this.canUnzoom() ? this.zoom : this.document;
    change();
    this.zoom = { dates, interval, to: JSON.stringify(this.document.dates) };
    this.update();
  }

  canUnzoom() {
    return Boolean(this.zoom) && this.zoom.to === JSON.stringify(this.document.dates);
  }

  unzoom() {
    const { dates, interval } = this.zoom;
    this.zoom = null;
    this.replace({ ...this.document, dates, interval }, "reset the zoom");
    this.focus("chart");
  }

  // --- questions that take long ---

  expected() {
    if (!this.pace) return 0;
    const growing = Math.max(0, this.pace.ms - STEADY); // with the days that are asked about
    return this.pace.ms + growing * Math.max(0, daysIn(this.document.dates) / this.pace.days - 1);
  }

  // Whether a changed question waits to be told to run. What was answered before comes at once.
  isDear() {
    return Boolean(this.answer || this.error) && this.expected() > DEAR && !this.answered.has(JSON.stringify(askable(this.document)));
  }

  learn(ms) {
    this.pace = { ms, days: Math.max(1, daysIn(this.document.dates)) };
  }
}
