// Single requests to the REST API, each of which can be given up. What a question becomes is server.js's.

import { Refused } from "./server.js";

const TOKEN = /(?:^|; )csrftoken=([^;]+)/;

async function call(url, options) {
  let response;
  try {
    response = await fetch(url, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused({ code: "offline", message: "The server does not answer. Check your connection, then retry.", place: "" }, 0);
  }
  const body = await response.json().catch(() => null);
  if (response.ok && body) return body;
  throw new Refused(body?.error ?? { code: "internal", message: `The server answered ${response.status}.`, place: "" }, response.status);
}

export const get = (url, signal) => send("GET", url, undefined, signal);
export const post = (url, body, signal) => send("POST", url, body, signal);

export function send(method, url, body, signal) {
  if (body === undefined) return call(url, { method, signal, headers: { Accept: "application/json" } });
  const token = document.cookie.match(TOKEN)?.[1] ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  return call(url, { signal, method, body: JSON.stringify(body),
    headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token } });
}
