// The Insights page: holds the question and its answer, keeps the address in step, and draws everything anew after a change.

import { html, render } from "../../vendor/lit-html/lit-html.js";
import { answerSide, isEmpty } from "./answer.js";
import { builder } from "./builder.js";
import { named } from "./charts.js";
import { askable, asksAllEvents, eventNames, fresh, fromText, reduce, toText } from "./question.js";
import { Asking, properties, values } from "./server.js";
import { AnswerSide } from "./side.js";
import { icon, number } from "./text.js";

const SLOW = 300; // ms of silence before progress is shown
const TICK = 200;

class Page extends AnswerSide {
  constructor(root, data) {
    super();
    Object.assign(this, data, { root, box: null, error: null, run: null, sentence: null });
    this.lists = new Map(); // what the pickers offer, by what was asked
    this.said = "";
    this.editing = false; // where the builder is folded away: on a narrow screen
    this.control = { box: null, open: (id) => this.open(id), change: (part) => this.change(part), close: (refocus) => this.close(refocus) };
    this.cancel = () => this.stop();
    this.readAddress();
    addEventListener("popstate", () => {
      const before = JSON.stringify(askable(this.document));
      this.readAddress();
      if (JSON.stringify(askable(this.document)) === before) this.redraw();
      else this.ask();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw());
  }

  // --- the question and the address ---

  readAddress() {
    const params = new URLSearchParams(location.search);
    const given = params.get("q");
    const read = given === null ? null : fromText(given);
    this.chart = named(params.get("chart")); // null: the one that suits the answer
    this.document = read ?? fresh(this.events?.[0]?.name);
    this.unread = given !== null && !read ? given : null; // the server says what is wrong with it
    if (given === null && askable(this.document)) history.replaceState(null, "", this.address());
  }

  address() {
    const params = new URLSearchParams({ q: toText(askable(this.document) ?? this.document) });
    if (this.chart) params.set("chart", this.chart);
    return `?${params}`;
  }

  dispatch(action, focus) {
    const before = JSON.stringify(askable(this.document));
    this.document = reduce(this.document, action);
    this.unread = null;
    const after = askable(this.document);
    const multi = action.type === "values" && this.control.box?.id === focus;
    if (!multi) this.control.box = null;
    if (JSON.stringify(after) !== before) {
      history.pushState(null, "", this.address());
      this.ask();
    } else this.update();
    if (focus) this.focus(focus);
  }

  // A document that was made elsewhere; `name` is what undoing it would be called.
  replace(document, name) {
    this.document = document;
    this.unread = this.control.box = null;
    history.pushState({ name }, "", this.address());
    this.ask();
  }

  fixedDates() {
    if (this.document.dates.kind === "fixed") return this.document.dates;
    const found = this.answer?.buckets;
    const today = new Intl.DateTimeFormat("en-CA", { timeZone: this.zone }).format(new Date());
    return { kind: "fixed", from: found?.[0]?.start.slice(0, 10) ?? today, to: today };
  }

  // --- the answer ---

  // `now`: whatever it costs.
  ask(now = false) {
    const before = this.asking;
    const question = this.unread ?? askable(this.document);
    this.closeAll();
    this.held = !now && question !== null && this.isDear();
    if (this.held) {
      before?.cancel();
      Object.assign(this, { error: null, run: null, waiting: false, slow: false });
      this.say("Not run yet: it would take long. Press Run.");
      return this.update();
    }
    this.error = this.run = this.told = null;
    if (question === null) {
      before?.cancel();
      this.waiting = this.slow = false;
      return this.update();
    }
    const asking = (this.asking = new Asking(this.urls, question, this.look, (run) => {
      this.run = run;
      this.sentence = run.sentence;
      if (run.expected_ms) this.learn(run.expected_ms);
      this.update();
    }, before));
    this.waiting = true;
    this.slow = false;
    this.started = performance.now();
    this.#tick(asking);
    asking.answer.then((answer) => this.#answered(asking, answer), (error) => this.#failed(asking, error));
    this.update();
  }

  #tick(asking) {
    setTimeout(() => {
      if (asking !== this.asking || asking.over) return;
      if (!this.slow) this.say("Counting. You can cancel.");
      this.slow = true;
      this.update();
      this.#tick(asking);
    }, this.slow ? TICK : SLOW);
  }

  elapsed() {
    return performance.now() - this.started;
  }

  #answered(asking, answer) {
    if (asking !== this.asking) return;
    const same = this.refreshing && this.answer?.computed_at === answer.computed_at;
    this.take(answer);
    Object.assign(this, { waiting: false, slow: false, sentence: answer.sentence, run: null, refreshing: false });
    this.learn(answer.elapsed_ms);
    this.answered.add(JSON.stringify(askable(this.document)));
    if (same) return this.tell("Up to date: no event has come in since."), this.#count();
    const rest = this.answer;
    const totals = rest.series.slice(0, 3).map((series) => `${series.label} ${number(series.total, series.format)}`);
    this.say(isEmpty(rest) ? "Answered: nothing was found." : `Answered: ${totals.join(", ")}${rest.series.length > 3 ? " and more, in the table" : ""}.`);
    this.update();
    this.#count();
  }

  #count() {
    this.root.dataset.answered = String(Number(this.root.dataset.answered ?? 0) + 1);
  }

  #failed(asking, error) {
    if (asking !== this.asking || error.name === "AbortError") return;
    if (!("code" in error)) console.error(error);
    const end = (run) => asking === this.asking && this.#end({ code: error.code ?? "internal", message: error.message, place: error.place ?? "", run: run?.run_id });
    asking.first.then(end, () => end(null)); // which run it was, if it became one
  }

  stop() {
    this.asking?.cancel();
    this.#end({ code: "cancelled", message: "", place: "" });
  }

  #end(error) {
    Object.assign(this, { error, waiting: false, slow: false, run: null });
    this.say(error.code === "cancelled" ? "Cancelled." : `No answer: ${error.message}`);
    this.update();
  }

  lastSeen() {
    const names = eventNames(this.document);
    const found = (this.events ?? []).filter((each) => asksAllEvents(this.document) || names.includes(each.name));
    return found.map((each) => each.last_seen).sort().at(-1);
  }

  // --- what can be picked ---

  #list(name, load) {
    if (!this.lists.has(name)) {
      this.lists.set(name, null);
      load().then((found) => this.lists.set(name, found), () => this.lists.delete(name)).finally(() => this.update());
    }
    return this.lists.get(name);
  }

  #names(place) {
    const document = place === null ? this.document : { metrics: [this.document.metrics[place]] };
    return asksAllEvents(document) ? [] : eventNames(document).sort();
  }

  // null while they load. Lists are only loaded once somebody opens a picker.
  properties(place) {
    const names = this.#names(place);
    const key = JSON.stringify(["properties", names]);
    return this.control.box || this.lists.has(key) ? this.#list(key, () => properties(this.urls, names)) : null;
  }

  values(place, property, search) {
    const names = this.#names(place);
    const all = JSON.stringify(["values", property, names, ""]);
    if (!this.control.box && !this.lists.has(all)) return null;
    const first = this.#list(all, () => values(this.urls, property, names, ""));
    if (!search || !first?.more) return first;
    const found = this.lists.get(JSON.stringify(["values", property, names, search]));
    if (found) return found;
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.#list(JSON.stringify(["values", property, names, search]), () => values(this.urls, property, names, search)), 150);
    return first;
  }

  open(id) {
    this.control.box = { id, search: "", active: 0 };
    this.update();
    this.focus(id);
  }

  change(part) {
    if (!this.control.box) return;
    Object.assign(this.control.box, part);
    this.update();
    this.root.querySelector("[role=option].active")?.scrollIntoView({ block: "nearest" });
  }

  close(refocus) {
    const { box } = this.control;
    if (!box || this.drawing) return;
    this.control.box = null;
    this.update();
    if (refocus) this.focus(box.id);
  }

  // --- the screen ---

  focus(id) {
    window.document.getElementById(id)?.focus();
  }

  say(words) {
    this.said = words;
  }

  update() {
    this.drawing = true;
    render(html`<button type="button" class="button fold" id="fold" aria-controls="builder" aria-expanded=${String(this.editing)}
      @click=${() => ((this.editing = !this.editing), this.update())}>Edit the question</button>${builder(this)}${answerSide(this)}<p class="visually-hidden" role="status" id="said">${this.said}</p>`, this.root);
    this.drawing = false;
    this.settle();
  }
}

const root = document.getElementById("insights");
const data = JSON.parse(document.getElementById("insights-data").textContent);
icon.sheet = data.icons;
new Page(root, data).ask();
