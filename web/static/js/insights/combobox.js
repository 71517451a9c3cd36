// A button that turns into an editable combobox with a list below it (ARIA Authoring Practices: list autocomplete).
// One is open at a time; `box` is its whole state, kept by the page's Control.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { matching, spots } from "./matching.js";
import { icon, number } from "./text.js";

const MOST_SHOWN = 100;

function marked(label, search) {
  const found = spots(label, search);
  if (!found) return label;
  const [at, end] = found;
  return html`${label.slice(0, at)}<mark>${label.slice(at, end)}</mark>${label.slice(end)}`;
}

// Which list of a page is open, and what is typed in it: `box`. The page has root, update(), focus(id), and says by `drawing` that it draws.
export class Control {
  constructor(page) {
    Object.assign(this, { page, box: null });
  }

  open(id) {
    this.box = { id, search: "", active: null };
    this.page.update();
    this.page.focus(id);
    document.getElementById(`${id}-list`)?.scrollIntoView({ block: "nearest" });
    this.#reveal();
  }

  change(part) {
    if (!this.box) return;
    Object.assign(this.box, part);
    this.page.update();
    this.#reveal();
  }

  close(refocus) {
    const { box } = this;
    if (!box || this.page.drawing) return;
    this.box = null;
    this.page.update();
    if (refocus) this.page.focus(box.id);
  }

  #reveal() {
    this.page.root.querySelector("[role=option].active")?.scrollIntoView({ block: "nearest" });
  }
}

// Options of one group stay together, under its heading; groups come in the order of their best option.
function grouped(options) {
  const groups = new Map();
  for (const option of options) groups.set(option.group, [...(groups.get(option.group) ?? []), option]);
  return [...groups.values()].flat();
}

// What the list shows of its options for what is typed, and the keys that walk and choose in it.
export function choices({ control, box, options, pick, free, peek }) {
  const found = grouped(matching(options ?? [], box.search));
  const typed = box.search.trim();
  const exact = found.some((option) => option.label === typed);
  const offered = free && typed && !exact && free(typed) !== undefined ? [{ key: "typed", label: `Use “${typed}”`, typed: free(typed) }] : [];
  const shown = [...found.slice(0, MOST_SHOWN), ...offered];
  const current = shown.findIndex((option) => option.current); // where the list opens
  const active = Math.min(box.active ?? Math.max(current, 0), shown.length - 1);
  const choose = (option) => option && pick("typed" in option ? { ...option, value: option.typed } : option);
  const keys = {
    ArrowDown: () => control.change({ active: (active + 1) % Math.max(shown.length, 1) }),
    ArrowUp: () => control.change({ active: (active - 1 + shown.length) % Math.max(shown.length, 1) }),
    PageDown: () => control.change({ active: Math.min(active + 10, shown.length - 1) }),
    PageUp: () => control.change({ active: Math.max(active - 10, 0) }),
    Enter: () => choose(shown[active]),
    Escape: () => control.close(true),
  };
  const onKey = (event) => {
    if (event.key === "Tab") return void control.close(false);
    const looks = peek && event.altKey && event.key === "Enter" && shown[active];
    const act = looks ? () => peek(shown[active]) : keys[event.key];
    if (!act || event.isComposing) return;
    event.preventDefault();
    act();
  };
  return { shown, active, choose, onKey, left: found.length - MOST_SHOWN };
}

export function listOf(id, label, search, { shown, active, choose }, multiple = false) {
  return html`<ul role="listbox" id="${id}-list" aria-label=${label} aria-multiselectable=${multiple ? "true" : nothing}>
    ${shown.map((option, index) => html`${option.group && option.group !== shown[index - 1]?.group
      ? html`<li role="presentation" class="box-group">${option.group}</li>` : nothing}
      <li role="option" id="${id}-list-${index}" aria-selected=${String(option.picked ?? index === active)}
        class=${index === active ? "active" : ""} @pointerdown=${(event) => event.preventDefault()} @click=${() => choose(option)}>
        ${multiple ? html`<span class="tick">${option.picked ? icon("check") : nothing}</span>` : nothing}
        ${option.mark ? html`<span class="type-mark" aria-hidden="true">${option.mark}</span>` : nothing}
        <span class="option-label">${marked(option.label, search)}${option.about ? html`<span class="option-about">${option.about}</span>` : nothing}</span>
        ${option.detail ? html`<span class="option-detail">${option.detail}</span>` : nothing}
        ${option.count === undefined ? nothing : html`<span class="option-detail number">${number(option.count)}</span>`}
      </li>`)}
  </ul>`;
}

// Several values at once: lines, or commas within one.
const pasted = (text) => text.split(text.includes("\n") ? /\r?\n/ : /,/).map((each) => each.trim()).filter(Boolean);

// `control` is the page's Control; options: [{key, label, about, detail, mark, count, group, picked, current}] or null while they load.
// `peek` shows what an option is about, by Alt+Enter. `spoken` says `text` where that is more than words. `paste` gets the values of a pasted list; with it, more than one can be picked.
export function combobox({ id, label, text, spoken = text, placeholder, options, pick, control, free, note, paste, peek, look = "" }) {
  const { box } = control;
  if (box?.id !== id) {
    return html`<button type="button" class="pick ${look}" id=${id} aria-haspopup="listbox" aria-expanded="false"
      aria-label=${text === undefined ? label : `${label}: ${spoken}`} title=${spoken ?? nothing} @click=${() => control.open(id)}>
      <span class="truncate">${text ?? html`<span class="pick-empty">${placeholder ?? label}</span>`}</span>${icon("chevron")}
    </button>`;
  }
  const list = choices({ control, box, options, pick, free, peek });
  const onPaste = (event) => {
    const values = pasted(event.clipboardData?.getData("text") ?? "");
    if (!paste || values.length < 2) return;
    event.preventDefault();
    paste(values);
  };
  const { shown, active, left } = list;
  return html`<div class="box ${look}">
    <input class="box-input" id=${id} type="text" role="combobox" autocomplete="off" spellcheck="false" aria-label=${label}
      aria-expanded="true" aria-autocomplete="list" aria-controls="${id}-list"
      aria-activedescendant=${shown.length ? `${id}-list-${active}` : nothing} placeholder=${spoken ?? (typeof placeholder === "string" ? placeholder : label)} .value=${box.search}
      @input=${(event) => control.change({ search: event.target.value, active: 0 })} @keydown=${list.onKey} @paste=${onPaste}
      @blur=${() => control.close(false)}>
    <div class="box-list">
      ${listOf(id, label, box.search, list, Boolean(paste))}
      ${box.error ? html`<p class="box-note">${box.error}</p>` : nothing}
      ${!box.error && options === null ? html`<p class="box-note">Loading…</p>` : nothing}
      ${options && !shown.length ? html`<p class="box-note">${box.search.trim() ? `Nothing fits “${box.search.trim()}”.` : "There is nothing to choose from."}</p>` : nothing}
      ${left > 0 ? html`<p class="box-note">${number(left)} more: type to narrow down.</p>` : nothing}
      ${options && note ? html`<p class="box-note">${note}</p>` : nothing}
    </div>
  </div>`;
}
