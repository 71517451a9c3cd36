// One request to the server: what it answered, or a Refused that says why not. Knows no address.

const TOKEN = /(?:^|; )csrftoken=([^;]+)/;

export class Refused extends Error {
  constructor({ code, message, place }, status) {
    super(message);
    Object.assign(this, { code, place, status });
  }
}

export const csrf = () => document.cookie.match(TOKEN)?.[1] ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";

// `options` are fetch's own: a signal to give up by, keepalive. Null where there is nothing to say (204).
export async function send(method, url, body, options = {}) {
  const changing = method === "GET" ? {} : { "Content-Type": "application/json", "X-CSRFToken": csrf() };
  let response;
  try {
    response = await fetch(url, { method, headers: { Accept: "application/json", ...changing }, body: body === undefined ? undefined : JSON.stringify(body), ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused({ code: "offline", message: "The server does not answer. Check your connection, then retry.", place: "" }, 0);
  }
  if (response.status === 204) return null;
  const answer = await response.json().catch(() => null);
  if (response.ok && answer) return answer;
  throw new Refused(answer?.error ?? { code: "internal", message: `The server answered ${response.status}.`, place: "" }, response.status);
}

export const get = (url, options) => send("GET", url, undefined, options);
export const post = (url, body, options) => send("POST", url, body, options);
