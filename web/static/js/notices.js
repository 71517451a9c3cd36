// On every page of a project: says that a question is answered which somebody left while it was counted. Without such a
// question nothing is asked of the server.

import { forget, leftRuns } from "./left-runs.js";
import { get } from "./rest.js";

const FIRST = 1000; // ms between two looks, growing
const LONGEST = 10000;
const GOING = ["queued", "running"];
const SILENT = ["cancelled"]; // by the person's own hand
const project = location.pathname.match(/^\/projects\/(\d+)\//)?.[1];

function made(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

// There before anything is said in it, or a screen reader would not say it.
function place() {
  const found = document.getElementById("notices");
  if (found) return found;
  const notices = made("div", { id: "notices", className: "notices" });
  notices.setAttribute("role", "status");
  document.getElementById("content").before(notices);
  return notices;
}

function tell(left, { state, error }) {
  const done = state === "done";
  const close = () => (notice.remove(), document.getElementById("content").focus());
  const link = made("a", { className: "button button-small button-primary", href: left.address, textContent: done ? "See the answer" : "See the question" });
  const notice = made("div", { className: "notice-card" },
    made("p", {}, made("strong", { textContent: done ? "Your question is answered" : "Your question has no answer" })),
    made("p", { className: "small", textContent: left.sentence }),
    ...(done ? [] : [made("p", { className: "small muted", textContent: error?.message ?? "" })]),
    made("div", { className: "actions" }, link, made("button", { type: "button", className: "button button-small", textContent: "Dismiss", onclick: close })));
  notice.addEventListener("keydown", (event) => event.key === "Escape" && close());
  place().append(notice);
}

async function watch(left, delay = FIRST) {
  let run;
  try {
    run = await get(left.run);
  } catch (error) {
    if (error.status && error.status !== 429 && error.status < 500) return forget(left.id); // it is gone, or somebody else is logged in
    run = { state: "running" };
  }
  if (!leftRuns().some((each) => each.id === left.id)) return; // another page has told, or the question is open again
  if (GOING.includes(run.state)) setTimeout(() => watch(left, Math.min(delay * 1.5, LONGEST)), delay);
  else if (forget(left.id) && !SILENT.includes(run.error?.code)) tell(left, run);
}

const left = leftRuns().filter((each) => String(each.project) === project);
if (left.length) place();
for (const each of left) watch(each);
