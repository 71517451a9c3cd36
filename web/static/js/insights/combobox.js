// A button that turns into an editable combobox with a list below it (ARIA Authoring Practices: list autocomplete).
// One is open at a time; `box` is its whole state, kept by the page.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { icon, number } from "./text.js";

const MOST_SHOWN = 100;

// Marks the found text. Without a literal match, letters in their order are enough ("prchs" finds "Purchase").
function rank(text, search) {
  if (!search) return 0;
  const at = text.toLowerCase().indexOf(search);
  if (at >= 0) return at === 0 ? 0 : 1;
  let next = 0;
  for (const letter of text.toLowerCase()) if (letter === search[next]) next += 1;
  return next === search.length && search.length > 2 ? 2 : -1;
}

export function matching(options, search) {
  const wanted = search.trim().toLowerCase();
  return options
    .map((option, order) => ({ option, order, rank: rank(option.label, wanted) }))
    .filter((each) => each.rank >= 0)
    .sort((a, b) => a.rank - b.rank || a.order - b.order)
    .map((each) => each.option);
}

function marked(label, search) {
  const wanted = search.trim().toLowerCase();
  const at = wanted ? label.toLowerCase().indexOf(wanted) : -1;
  if (at < 0) return label;
  return html`${label.slice(0, at)}<mark>${label.slice(at, at + wanted.length)}</mark>${label.slice(at + wanted.length)}`;
}

// control: {box, open(id), change(part), close(refocus)}; options: [{key, label, detail, count, picked}] or null while they load.
export function combobox({ id, label, text, placeholder, options, pick, control, free, note, look = "" }) {
  const { box } = control;
  if (box?.id !== id) {
    return html`<button type="button" class="pick ${look}" id=${id} aria-haspopup="listbox" aria-expanded="false"
      aria-label=${text === undefined ? label : `${label}: ${text}`} @click=${() => control.open(id)}>
      <span class="truncate">${text ?? html`<span class="pick-empty">${placeholder ?? label}</span>`}</span>${icon("chevron")}
    </button>`;
  }
  const found = matching(options ?? [], box.search);
  const typed = box.search.trim();
  const exact = found.some((option) => option.label === typed);
  const offered = free && typed && !exact && free(typed) !== undefined ? [{ key: "typed", label: `Use “${typed}”`, typed: free(typed) }] : [];
  const shown = [...found.slice(0, MOST_SHOWN), ...offered];
  const active = Math.min(box.active, shown.length - 1);
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
    const act = keys[event.key];
    if (!act || event.isComposing) return;
    event.preventDefault();
    act();
  };
  const list = `${id}-list`;
  return html`<div class="box ${look}">
    <input class="box-input" id=${id} type="text" role="combobox" autocomplete="off" spellcheck="false" aria-label=${label}
      aria-expanded="true" aria-autocomplete="list" aria-controls=${list}
      aria-activedescendant=${shown.length ? `${list}-${active}` : nothing} placeholder=${text ?? placeholder ?? label} .value=${box.search}
      @input=${(event) => control.change({ search: event.target.value, active: 0 })} @keydown=${onKey}
      @blur=${() => control.close(false)}>
    <div class="box-list">
      <ul role="listbox" id=${list} aria-label=${label}>
        ${shown.map((option, index) => html`<li role="option" id="${list}-${index}" aria-selected=${String(option.picked ?? index === active)}
          class=${index === active ? "active" : ""} @pointerdown=${(event) => event.preventDefault()} @click=${() => choose(option)}>
          ${option.picked === undefined ? nothing : html`<span class="tick">${option.picked ? icon("check") : nothing}</span>`}
          <span class="option-label">${marked(option.label, box.search)}</span>
          ${option.detail ? html`<span class="option-detail">${option.detail}</span>` : nothing}
          ${option.count === undefined ? nothing : html`<span class="option-detail number">${number(option.count)}</span>`}
        </li>`)}
      </ul>
      ${box.error ? html`<p class="box-note">${box.error}</p>` : nothing}
      ${!box.error && options === null ? html`<p class="box-note">Loading…</p>` : nothing}
      ${options && !shown.length ? html`<p class="box-note">Nothing fits “${typed}”.</p>` : nothing}
      ${found.length > MOST_SHOWN ? html`<p class="box-note">${number(found.length - MOST_SHOWN)} more: type to narrow down.</p>` : nothing}
      ${options && note ? html`<p class="box-note">${note}</p>` : nothing}
    </div>
  </div>`;
}
