// Changes over the REST API. Asking is server.js of Insights; this is everything else that a board does.

import { Refused } from "../insights/server.js";

const TOKEN = /(?:^|; )csrftoken=([^;]+)/;
export const csrf = () => document.cookie.match(TOKEN)?.[1] ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

export async function send(method, url, body) {
  const headers = { Accept: "application/json", ...(method === "GET" ? {} : { "Content-Type": "application/json", "X-CSRFToken": csrf() }) };
  let response;
  try {
    response = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
  } catch {
    throw new Refused({ code: "offline", message: "The server does not answer. Check your connection, then retry.", place: "" }, 0);
  }
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return answer;
  throw new Refused(answer?.error ?? { code: "internal", message: `The server answered ${response.status}.`, place: "" }, response.status);
}

export const get = (url, params = {}) => send("GET", `${url}?${new URLSearchParams(params)}`);
