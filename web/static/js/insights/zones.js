// In which time zone the question is answered: the project's, the asker's own or any other, found by its city or offset.

import { html } from "../../vendor/lit-html/lit-html.js";
import { combobox } from "./combobox.js";

export const zoneOf = (page) => page.document.zone ?? page.zone;

// The question's day, as 2026-03-01. A zone that this browser does not know has the day of UTC until the server has said its own.
export function today(page) {
  const now = new Date();
  try {
    return new Intl.DateTimeFormat("en-CA", { timeZone: zoneOf(page), year: "numeric", month: "2-digit", day: "2-digit" }).format(now);
  } catch {
    return now.toISOString().slice(0, 10);
  }
}

const spelt = (name) => name.replaceAll("_", " ");

// Minutes ahead of UTC as people write them: UTC+1, UTC+5:30, UTC−3.
function offsetIn(minutes, { minus = "−", digits = 1 } = {}) {
  if (!minutes && digits === 1) return "UTC";
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  const long = rest || digits === 2 ? `:${String(rest).padStart(2, "0")}` : "";
  return `UTC${minutes < 0 ? minus : "+"}${String(hours).padStart(digits, "0")}${long}`;
}

// What finds a zone beside its name: the name as it is written in a question, and its offset in every way.
function otherNames(name, minutes) {
  const offsets = [1, 2].map((digits) => offsetIn(minutes, { minus: "-", digits }));
  return [name, offsetIn(minutes), ...offsets, ...offsets.map((each) => each.replace("UTC", "GMT"))].join(" ");
}

// The project's zone first, the asker's second, then the chosen one, then all by name.
function options(page, found) {
  const mine = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const chosen = zoneOf(page);
  const first = [...new Set([page.zone, ...[mine, chosen].filter((each) => found.some(({ name }) => name === each))])];
  const about = { [chosen]: "Chosen", [mine]: "Yours", [page.zone]: mine === page.zone ? "The project’s, and yours" : "The project’s" };
  const option = (name, group) => {
    const minutes = found.find((each) => each.name === name)?.offset;
    return {
      key: name, label: spelt(name), about: about[name], group, current: name === chosen, value: name === page.zone ? null : name,
      ...(minutes === undefined ? {} : { detail: offsetIn(minutes), also: otherNames(name, minutes) }),
    };
  };
  return [...first.map((name) => option(name)), ...found.filter(({ name }) => !first.includes(name)).map(({ name }) => option(name, "All time zones"))];
}

export function zoneControl(page) {
  const { box } = page.control;
  const found = box?.id === "zone" ? page.zones() : null;
  const own = zoneOf(page) !== page.zone;
  return html`<span class="zone">${combobox({
    id: "zone", label: "Time zone", text: spelt(zoneOf(page)), spoken: `${spelt(zoneOf(page))}, ${own ? "not the project’s" : "the project’s"}`, look: own ? "pick-zone pick-zone-own" : "pick-zone",
    options: found && options(page, found), pick: ({ value }) => page.dispatch({ type: "zone", zone: value }, "zone"), control: page.control,
    note: "Days, weeks and “today” of this question are counted in this zone.",
  })}</span>`;
}
