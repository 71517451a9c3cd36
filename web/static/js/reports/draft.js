// Keeps what somebody is asking, before they save it, where a reload, a crash or a logout cannot lose it: on the server.

import { send } from "../rest.js";

const PAUSE = 800; // ms after the last change
const LONGEST_KEEPALIVE = 60_000; // characters: browsers refuse more while a page goes away

let timer = 0;
let waiting = null; // what `keep` was given last and has not sent yet
let sending = Promise.resolve(); // one after the other, so that an older draft never lands on a newer one

const place = (url, report) => (report ? `${url}?${new URLSearchParams({ report })}` : url);

// A draft that cannot be kept must not stop anybody's work.
const quietly = (method, address, body) =>
  send(method, address, body, { keepalive: !body || JSON.stringify(body).length < LONGEST_KEEPALIVE }).catch(() => null);

// The draft ({query, chart, updated_at}) of a report, or of no report; null if there is none or it cannot be had.
export async function load(url, report = null) {
  return (await quietly("GET", place(url, report)))?.draft ?? null;
}

// Keep it a moment after the last change. `draft` is {query, chart}.
export function keep(url, report, draft) {
  clearTimeout(timer);
  waiting = ["PUT", place(url, report), { query: draft.query, chart: draft.chart ?? "" }];
  timer = setTimeout(flush, PAUSE);
}

// It is saved, or not wanted any more.
export function drop(url, report = null) {
  clearTimeout(timer);
  waiting = null;
  sending = sending.then(() => quietly("DELETE", place(url, report)));
  return sending;
}

function flush() {
  clearTimeout(timer);
  if (!waiting) return;
  const now = waiting;
  waiting = null;
  sending = sending.then(() => quietly(...now));
}

addEventListener("visibilitychange", () => document.visibilityState === "hidden" && flush());
addEventListener("pagehide", flush);
