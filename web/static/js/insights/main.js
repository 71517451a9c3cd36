// The Insights page: holds the question and its answer, keeps the address in step, and draws everything anew after a change.

import { html, nothing, render } from "../../vendor/lit-html/lit-html.js";
import { forget, leave } from "../left-runs.js";
import { answerSide } from "./answer.js";
import * as ofInsights from "./asking.js";
import { bar, builder } from "./builder.js";
import { named as chartNamed } from "./charts.js";
import { Control } from "./combobox.js";
import { Effects } from "./effects.js";
import { Steps, named } from "./history.js";
import { Naming } from "./naming.js";
import { openPalette, palette } from "./palette.js";
import { watchPanels } from "./panel.js";
import { hasObjects, typesOf } from "./properties.js";
import { asksAllEvents, eventNames } from "./question.js";
import { KINDS, askable, fresh, fromText, kindOf, reduce, toText, turned } from "../kinds/kinds.js";
import { extend, isLoaded, load, viewOf } from "../kinds/answers.js";
import { parts, spoken } from "../kinds/sentence.js";
import { given, written } from "../reports/address.js";
import { Saving } from "./saving.js";
import { Asking, events, keys, properties, userKeys, userProperties, values, zones } from "./server.js";
import { sheet, watchKeys } from "./shortcuts.js";
import { AnswerSide } from "./side.js";
import { DEAR } from "./states.js";
import { icon } from "./text.js";

const SLOW = 300; // ms of silence before progress is shown
const TICK = 200;

class Page extends AnswerSide {
  constructor(root, data) {
    super();
    Object.assign(this, data, { root, box: null, error: null, run: null, panel: null, palette: null });
    this.lists = new Map(); // what the pickers offer, by what was asked
    this.said = "";
    this.editing = false; // where the builder is folded away: on a narrow screen
    this.control = new Control(this);
    this.cancel = () => this.stop();
    this.words = Object.fromEntries(Object.values(this.operators).flat().map((operator) => [operator.name, operator.words]));
    this.isMac = /mac|iphone|ipad/i.test(navigator.platform);
    this.steps = new Steps();
    this.naming = new Naming();
    this.saving = new Saving(this);
    this.effects = new Effects(this);
    this.readAddress();
    addEventListener("pagehide", () => this.#left());
    addEventListener("pageshow", () => this.run && forget(this.run.run_id)); // Back, to a page that was kept as it was
    addEventListener("popstate", (event) => this.#moved(event.state));
    watchPanels(this);
    watchKeys(this, openPalette);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw());
  }

  // --- the question and the address ---

  readAddress() {
    const params = given();
    const asked = params.get("q");
    const read = asked === null ? null : fromText(asked);
    this.chart = chartNamed(params.get("chart")); // null: the one that suits the answer
    const kind = params.get("kind");
    this.document = read ?? fresh(this.events?.map(({ name }) => name), Object.hasOwn(KINDS, kind) ? kind : "insights");
    this.unread = asked !== null && !read ? asked : null; // the server says what is wrong with it
    if (!history.state) this.steps.settle(asked === null && askable(this.document) ? this.address() : location.href);
  }

  #moved(state) {
    const did = this.steps.moved(state);
    const before = JSON.stringify(askable(this.document));
    Object.assign(this, { writing: null });
    this.control.box = null;
    this.readAddress();
    if (JSON.stringify(askable(this.document)) === before) this.redraw();
    else this.ask();
    if (did) this.say(did);
    this.update();
  }

  // Live, before there is an answer; each part leads to its control.
  get sentence() {
    const found = this.unread ? null : parts(this.document, this.words);
    return found && spoken(found, (id) => this.go(id));
  }

  address() {
    return written(toText(askable(this.document) ?? this.document), { chart: this.chart, report: this.saving?.report && this.saving.id });
  }

  dispatch(action, focus) {
    const before = JSON.stringify(askable(this.document));
    this.document = reduce(this.document, action);
    this.unread = null;
    const after = JSON.stringify(askable(this.document));
    const multi = ["values", "chosen values"].includes(action.type) && this.control.box?.id === focus;
    if (!multi) this.control.box = null;
    if (after !== before) {
      this.steps.push(named(action.type, before, after), this.address(), action.type === "formula");
      this.ask();
    } else this.update();
    if (focus) this.focus(focus);
  }

  // A document that was made elsewhere; `name` is what undoing it would be called.
  replace(document, name) {
    this.document = fromText(toText(document)) ?? document; // made whole enough to edit
    this.unread = this.control.box = null;
    this.steps.push(name, this.address());
    this.ask();
  }

  // The same events as another kind of question.
  turn(kind) {
    if (kind === this.document.kind) return;
    const { to, lost } = turned(this.document, kind);
    this.chart = null;
    this.answer = this.figure = null;
    this.document = to;
    this.unread = this.control.box = null;
    this.steps.push(`asked as ${KINDS[kind].label}`, this.address());
    this.ask();
    if (lost.length) this.tell(`${KINDS[kind].label} has no place for ${lost.join(" and ")}. Undo brings it back.`);
    this.focus(`kind-${kind}`);
  }

  // --- the answer ---

  // `now`: whatever it costs.
  ask(now = false) {
    const before = this.asking;
    const question = this.unread === null ? askable(this.document) : sent(this.unread);
    this.closeAll();
    this.estimate = null;
    this.held = !now && question !== null && this.isDear();
    if (this.held) {
      before?.cancel();
      return this.#hold(null);
    }
    this.error = this.run = this.told = null;
    if (question === null) {
      before?.cancel();
      this.waiting = this.slow = false;
      return this.update();
    }
    const asking = (this.asking = new Asking(this.urls, question, this.look, (run) => {
      this.run = run;
      forget(run.run_id);
      if (run.expected_ms) this.learn(run.expected_ms);
      this.update();
    }, before, now ? null : DEAR));
    this.waiting = true;
    this.slow = false;
    this.started = performance.now();
    this.#tick(asking);
    asking.answer.then(async (answer) => (await load(question), answer)).then((answer) => this.#answered(asking, answer), (error) => this.#failed(asking, error));
    this.update();
  }

  // `estimate` is the server's: {rows, expected_ms, learned_from}; null where the last answer says how long it would take.
  #hold(estimate) {
    Object.assign(this, { held: true, estimate, error: null, run: null, waiting: false, slow: false });
    this.say("Not run yet: it would take long. Press Run.");
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
    if (answer.state === "held") return this.#hold(answer), this.#count();
    forget(answer.run_id);
    const same = this.refreshing && this.answer?.computed_at === answer.computed_at;
    this.take(answer);
    Object.assign(this, { waiting: false, slow: false, run: null, refreshing: false });
    this.learn(answer.elapsed_ms);
    this.answered.add(JSON.stringify(askable(this.document)));
    if (same) return this.tell("Up to date: no event has come in since."), this.#count();
    this.say(`Answered: ${viewOf(this.answer).summary(this.answer)}.`);
    this.update();
    this.#count();
  }

  // The next pages say when it is done.
  #left() {
    if (!this.waiting || !this.run) return;
    const { run_id: id, sentence, urls } = this.run;
    leave({ id, project: this.project, run: urls.run, address: location.pathname + this.address(), sentence });
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
    const asked = { metrics: this.document.metrics.slice(0, kindOf(this.document).begins?.(this.document)) };
    const names = eventNames(asked);
    const found = (this.events ?? []).filter((each) => asksAllEvents(asked) || names.includes(each.name));
    return found.map((each) => each.last_seen).sort().at(-1);
  }

  // --- what can be picked ---

  #list(name, load) {
    if (!this.lists.has(name)) {
      this.lists.set(name, null);
      const failed = (error) => {
        this.lists.delete(name);
        if (this.control.box) this.control.box.error = error.message; // until it is opened again
      };
      load().then((found) => this.lists.set(name, found), failed).finally(() => this.update());
    }
    return this.lists.get(name);
  }

  #wanted(name, load) {
    const asked = this.control.box && !this.control.box.error;
    return asked || this.lists.has(name) ? this.#list(name, load) : null;
  }

  #names(place) {
    const document = place === null ? this.document : { metrics: [this.document.metrics[place]] };
    return asksAllEvents(document) ? [] : eventNames(document).sort();
  }

  // Null while they load: they come with the page, unless ClickHouse was away then.
  eventList() {
    if (!this.events) this.events = this.#wanted("events", () => events(this.urls));
    return this.events;
  }

  // Each null while it loads. Lists are only loaded once somebody opens a picker; keys inside objects where there are objects.
  properties(place) {
    const names = this.#names(place);
    const event = this.#wanted(JSON.stringify(["properties", names]), () => properties(this.urls, names));
    const user = this.#wanted("user properties", () => userProperties(this.urls));
    return {
      event, user,
      eventKeys: hasObjects(event) ? this.#wanted(JSON.stringify(["keys", names]), () => keys(this.urls, names)) : null,
      userKeys: hasObjects(user) ? this.#wanted("user keys", () => userKeys(this.urls)) : null,
    };
  }

  zones() {
    return this.#wanted("zones", () => zones(this.urls));
  }

  values(place, { name, source, type, cast, path }, search) {
    const names = this.#names(place);
    const asked = { name, source, path, type: cast ? typesOf(this.properties(place), { name, source, path })[0] ?? type : type };
    const load = (text) => [JSON.stringify(["values", asked, names, text]), () => values(this.urls, asked, names, text)];
    const first = this.#wanted(...load(""));
    if (!search || !first?.more) return first;
    const found = this.lists.get(load(search)[0]);
    if (found) return found;
    clearTimeout(this.typing);
    this.typing = setTimeout(() => this.#list(...load(search)), 150);
    return first;
  }

  // --- the screen ---

  focus(id) {
    window.document.getElementById(id)?.focus();
  }

  // To a control, as if it had been pressed.
  go(id) {
    const control = window.document.getElementById(id);
    if (!control) return;
    if (control.closest("#builder")) this.editing = true;
    this.update();
    control.scrollIntoView({ block: "nearest" });
    control.focus();
    if (control.matches("button") && control.getAttribute("aria-expanded") !== "true") control.click();
  }

  // What the server has said about a part of the question, for the part to show.
  errorAt(place) {
    return this.error?.code === "invalid_query" && this.error.place.startsWith(place) ? this.error.message : null;
  }

  wrongAt(...places) {
    const message = places.map((place) => this.errorAt(place)).find(Boolean);
    return message ? html`<p class="error">${icon("alert")}${message}</p>` : nothing;
  }

  // A part of the page could not be fetched.
  unloaded() {
    render(html`<p class="message" data-level="warning">A part of this page could not be loaded. <a href=${location.href}>Load it again</a>.</p>`, this.root);
  }

  say(words) {
    this.said = words;
  }

  update() {
    if (!isLoaded(this.document)) return void load(this.document).then(() => this.update(), () => this.unloaded());
    // A field that is drawn away while it is written in reports its change on the way: that is drawn next.
    this.again = this.drawing;
    if (this.drawing) return;
    this.drawing = true;
    this.effects.note();
    render(html`${bar(this)}${builder(this)}${answerSide(this)}${palette(this)}${sheet(this)}${this.samples?.panel(this)}<p class="visually-hidden" role="status" id="said">${this.said}</p>`, this.root);
    this.drawing = false;
    if (this.again) return this.update();
    this.saving.note();
    this.naming.note(this.document);
    this.settle();
  }
}

// What cannot be edited goes to the server as it is, which says what is wrong with it.
function sent(text) {
  try {
    return JSON.parse(text) ?? text;
  } catch {
    return text;
  }
}

const root = document.getElementById("insights");
const data = JSON.parse(document.getElementById("insights-data").textContent);
icon.sheet = data.icons;
extend("insights", ofInsights);
new Page(root, data).ask();
