// What can be done with a number that was clicked: see who and what is behind it, or change the question by it.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { viewOf } from "../kinds/answers.js";

const EDGE = 8; // pixels that the menu keeps from the window's edge

export function openMenu(page, spot, at, opener) {
  page.menu = { spot, at, opener, view: "main", fresh: true };
  page.update();
}

export function closeMenu(page, refocus = true) {
  const { menu } = page;
  if (!menu) return;
  page.menu = page.control.box = null;
  page.update();
  if (refocus) (menu.opener?.isConnected ? menu.opener : document.getElementById("chart"))?.focus({ preventScroll: true });
}

export function menu(page) {
  if (!page.menu || !page.answer) return nothing;
  const { words, content } = (viewOf(page.answer).menu ?? ofSpot)(page);
  return html`<div class="point-menu" id="point-menu" role="group" aria-label=${words} @keydown=${(event) => onKey(page, event)}>${content}</div>`;
}

// Where it stands, and that it has the focus when it opens: after it was drawn.
export function settleMenu(page) {
  const element = document.getElementById("point-menu");
  if (!element) return;
  const { x, y } = page.menu.at;
  const top = y + element.offsetHeight + EDGE > innerHeight ? Math.max(EDGE, Math.min(y - element.offsetHeight - EDGE, innerHeight - element.offsetHeight - EDGE)) : y + EDGE;
  Object.assign(element.style, { left: `${Math.max(EDGE, Math.min(x, innerWidth - element.offsetWidth - EDGE))}px`, top: `${top}px` });
  if (page.menu.fresh) element.querySelector("[role=menuitem]")?.focus({ preventScroll: true });
  page.menu.fresh = false;
}

export function listenForLeaving(page) {
  document.addEventListener("pointerdown", (event) => {
    if (page.menu && !event.target.closest("#point-menu")) closeMenu(page, false);
  });
  addEventListener("resize", () => closeMenu(page, false));
}

function onKey(page, event) {
  if (event.key === "Escape") {
    event.stopPropagation();
    event.preventDefault();
    return closeMenu(page);
  }
  if (event.key === "Tab") return closeMenu(page);
  const items = [...event.currentTarget.querySelectorAll("[role=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: (at + 1) % items.length, ArrowUp: (at - 1 + items.length) % items.length, Home: 0, End: items.length - 1 }[event.key];
  if (to === undefined || !items.length) return;
  event.preventDefault();
  items[to].focus();
}

export const item = (words, onClick, detail = nothing) => html`<button type="button" role="menuitem" tabindex="-1" @click=${onClick}>${words}${detail}</button>`;

// A spot that says its own name, and what can be done with it.
function ofSpot(page) {
  const { spot } = page.menu;
  const then = (act) => () => {
    closeMenu(page);
    act();
  };
  return { words: spot.title, content: html`<p class="menu-of"><span>${spot.title}</span><span class="muted small">${spot.when ?? ""}</span><b>${spot.value}</b></p>
    <div role="menu" aria-label="What to do with it">
      ${spot.at ? item(spot.people ?? "Users", () => page.openDrill(spot, null, "users")) : nothing}
      ${(spot.actions ?? []).map(([words, act]) => item(words, then(act)))}
    </div>` };
}
