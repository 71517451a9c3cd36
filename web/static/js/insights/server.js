// Lists to pick from, and the life of a question from asking to its answer, over the REST API. Knows no page.

import { Refused, get, post } from "../rest.js";

const POLL_FIRST = 150;
const POLL_LONGEST = 1000;

const pause = (ms, signal) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => (clearTimeout(timer), reject(new DOMException("", "AbortError"))), { once: true });
  });

// One question on its way. `onProgress` gets the run each time it is looked at; `answer` settles once.
// `before` is the asking that this one takes the place of, if there is one. `holdOver`: what would take more milliseconds is
// not run, and its estimate is the answer, with the state "held".
export class Asking {
  constructor(urls, question, look, onProgress, before = null, holdOver = null) {
    this.abort = new AbortController();
    this.run = this.heir = null;
    this.over = false;
    const asked = new URLSearchParams({ ...look, wait: 0.25, ...(holdOver !== null && { hold_over: holdOver }) });
    const left = before?.leave(this);
    if (left) asked.set("supersedes", left.run_id);
    this.first = post(`${urls.query}?${asked}`, question);
    this.answer = this.#follow(new URLSearchParams(look), onProgress).finally(() => (this.over = true));
  }

  async #follow(look, onProgress) {
    const { signal } = this.abort;
    let run = await this.first;
    if (signal.aborted) { // left before the server had said which run it is: nobody else can stop it
      const next = await this.heir?.first.catch(() => null);
      if (next?.run_id !== run.run_id) this.#tell(run);
      throw new DOMException("", "AbortError");
    }
    for (let delay = POLL_FIRST; run.state === "queued" || run.state === "running"; delay = Math.min(delay * 1.4, POLL_LONGEST)) {
      this.run = run;
      onProgress(run);
      await pause(delay, signal);
      run = await get(`${run.urls.run}?${look}`, { signal });
    }
    if (!["done", "held"].includes(run.state)) throw new Refused({ place: "", ...run.error }, 200);
    return run;
  }

  // Stop waiting, and tell the server, which stops the query when nobody else waits for it.
  cancel() {
    const run = this.leave();
    if (run) this.#tell(run);
  }

  // Stop waiting; the run that goes on, if it is known already. `heir` may well follow the same run, drawn differently.
  leave(heir = null) {
    if (this.over) return null;
    this.heir = heir;
    this.abort.abort();
    return this.run;
  }

  #tell(run) {
    if (run.urls) post(run.urls.cancel, {}, { keepalive: true }).catch(() => {});
  }
}

const LONGEST_SEARCH = 200;
const kept = new Map();

// Lists change slowly: each is fetched once per page.
function list(url, params) {
  const address = `${url}?${new URLSearchParams(params)}`;
  if (!kept.has(address)) {
    const promise = get(address);
    promise.catch(() => kept.delete(address));
    kept.set(address, promise);
  }
  return kept.get(address);
}

const ofEvents = (names) => names.map((name) => ["event", name]);

export const events = async (urls) => (await list(urls.events, [])).events;

export const properties = async (urls, names) => (await list(urls.properties, ofEvents(names))).properties;

// Keys inside objects: {keys, looked_at, more}.
export const keys = (urls, names) => list(urls.keys, ofEvents(names));

export const userKeys = (urls) => list(urls.keys, [["source", "user"]]);

export const zones = async (urls) => (await list(urls.zones, [])).zones;

export const userProperties = async (urls) => (await list(urls.properties, [["source", "user"]])).properties;

// Values of an event's property are those of these events; a user's have nothing to do with events.
export const values = (urls, property, names, search) => list(urls.values, [
  ["property", property.name], ...(property.path ?? []).map((key) => ["path", key]), ["type", property.type], ["search", search.slice(0, LONGEST_SEARCH)],
  ...(property.source === "user" ? [["source", "user"]] : ofEvents(names)),
]);
