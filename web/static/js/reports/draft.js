// Keeps what somebody is asking, before they save it, where a reload, a crash or a logout cannot lose it: on the server.

const PAUSE = 800; // ms after the last change
const LONGEST_KEEPALIVE = 60_000; // characters: browsers refuse more while a page goes away
const TOKEN = /(?:^|; )csrftoken=([^;]+)/;

let timer = 0;
let waiting = null; // what `keep` was given last and has not sent yet
let sending = Promise.resolve(); // one after the other, so that an older draft never lands on a newer one

const place = (url, report) => (report ? `${url}?${new URLSearchParams({ report })}` : url);

function send(address, method, body) {
  const token = document.cookie.match(TOKEN)?.[1] ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  const text = body && JSON.stringify(body);
  return fetch(address, {
    method,
    body: text,
    keepalive: !text || text.length < LONGEST_KEEPALIVE,
    headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token },
  }).catch(() => null); // a draft that cannot be kept must not stop anybody's work
}

// The draft ({query, chart, updated_at}) of a report, or of no report; null if there is none or it cannot be had.
export async function load(url, report = null) {
  const response = await fetch(place(url, report), { headers: { Accept: "application/json" } }).catch(() => null);
  return response?.ok ? (await response.json()).draft : null;
}

// Keep it a moment after the last change. `draft` is {query, chart}.
export function keep(url, report, draft) {
  clearTimeout(timer);
  waiting = [place(url, report), "PUT", { query: draft.query, chart: draft.chart ?? "" }];
  timer = setTimeout(flush, PAUSE);
}

// It is saved, or not wanted any more.
export function drop(url, report = null) {
  clearTimeout(timer);
  waiting = null;
  sending = sending.then(() => send(place(url, report), "DELETE"));
  return sending;
}

function flush() {
  clearTimeout(timer);
  if (!waiting) return;
  const now = waiting;
  waiting = null;
  sending = sending.then(() => send(...now));
}

addEventListener("visibilitychange", () => document.visibilityState === "hidden" && flush());
addEventListener("pagehide", flush);
