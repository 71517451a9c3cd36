// A button that opens a small panel of controls below it. One is open at a time; `page.panel` is its id.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { icon } from "./text.js";

export function panel(page, { id, label, text, look, pressed, end = false, content }) {
  const open = page.panel === id;
  const toggle = () => (open ? shut(page, false) : openPanel(page, id));
  const onKey = (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !open) return;
    event.preventDefault();
    shut(page, true);
  };
  return html`<div class="panel-host" data-panel=${id} @keydown=${onKey}>
    <button type="button" class=${look} id=${id} aria-haspopup="dialog" aria-expanded=${String(open)} aria-label=${label ?? nothing} title=${label ?? nothing}
      aria-pressed=${pressed === undefined ? nothing : String(pressed)} @click=${toggle}>${text}</button>
    ${open ? html`<div class="panel ${end ? "panel-end" : ""}" id="${id}-panel" role="dialog" aria-label=${label ?? text} tabindex="-1">${content()}</div>` : nothing}
  </div>`;
}

function openPanel(page, id) {
  page.panel = id;
  page.update();
  const inside = document.getElementById(`${id}-panel`);
  (inside?.querySelector("[data-first], input, select, button") ?? inside)?.focus();
}

export function shut(page, refocus) {
  const id = page.panel;
  page.panel = null;
  page.update();
  if (refocus) page.focus(id);
}

// A click or a Tab elsewhere closes it; a list that it has opened is inside.
export function watchPanels(page) {
  const leaves = (target) => page.panel && target instanceof Element && !target.closest(`[data-panel="${page.panel}"]`);
  document.addEventListener("pointerdown", (event) => leaves(event.target) && shut(page, false));
  document.addEventListener("focusin", (event) => !page.drawing && leaves(event.target) && shut(page, false));
}

export const item = (words, mark, onClick, { disabled = false } = {}) =>
  html`<button type="button" class="panel-item" ?disabled=${disabled} @click=${onClick}>${mark ? icon(mark) : nothing}${words}</button>`;
