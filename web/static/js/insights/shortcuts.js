// Keys for what is done often, a sheet that lists them, and a switch for those that are a single letter (WCAG 2.1.4).

import { html, nothing } from "../../vendor/lit-html/lit-html.js";

const KEPT = "footfall.keys";
const LETTERS = {
  m: ["Add a metric", "add-metric"], f: ["Add a filter", "filter-add"], b: ["Add a breakdown", "breakdown-add"], o: ["Add a formula", "formula-add"],
  d: ["Choose dates", "dates"], i: ["Choose the interval", "interval"], c: ["Compare", "compare"],
};

const areOn = () => {
  try {
    return localStorage.getItem(KEPT) !== "off";
  } catch {
    return true;
  }
};

const isWriting = (target) => target instanceof Element && target.closest("input, select, textarea, [contenteditable], dialog, [role=combobox]");

// `openPalette` comes from outside, because the palette lists these in turn.
export function watchKeys(page, openPalette) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    const key = event.key.toLowerCase();
    const done = event.ctrlKey || event.metaKey ? withModifier(page, event, key, openPalette) : !isWriting(event.target) && areOn() && letter(page, key);
    if (done) event.preventDefault();
  });
}

function withModifier(page, event, key, openPalette) {
  if (key === "k" && !event.shiftKey) {
    if (!document.querySelector("dialog[open]")) openPalette(page);
    return true;
  }
  // In a field the browser undoes what was typed.
  const typed = event.target instanceof HTMLInputElement && ["text", "number", "search"].includes(event.target.type) && event.target.value;
  if (typed || document.querySelector("dialog[open]")) return false;
  if (key === "z" && !event.shiftKey) page.steps.undo();
  else if (key === "y" || (key === "z" && event.shiftKey)) page.steps.redo();
  else return false;
  return true;
}

function letter(page, key) {
  if (key === "?") openSheet(page);
  else if (key in LETTERS) page.go(LETTERS[key][1]);
  else return false;
  return true;
}

export function openSheet(page) {
  page.sheet = true;
  page.update();
  document.getElementById("shortcuts").showModal();
}

const keyed = (keys, words) => html`<div><dt>${keys.map((key, index) => html`${index ? " " : nothing}<kbd>${key}</kbd>`)}</dt><dd>${words}</dd></div>`;

export function sheet(page) {
  const close = () => document.getElementById("shortcuts").close();
  const modifier = page.isMac ? "⌘" : "Ctrl";
  const onSwitch = (event) => {
    try {
      localStorage.setItem(KEPT, event.target.checked ? "on" : "off");
    } catch {
      event.target.checked = areOn(); // refused storage: it stays as it was, and looks so
    }
    page.update();
  };
  return html`<dialog class="sheet" id="shortcuts" aria-labelledby="shortcuts-title" @close=${() => ((page.sheet = false), page.update())}
    @click=${(event) => event.target === event.currentTarget && close()}>
    ${page.sheet ? html`<div class="sheet-inside">
      <h2 id="shortcuts-title">Keyboard shortcuts</h2>
      <dl>
        ${keyed([modifier, "K"], "Find anything")}
        ${keyed([modifier, "Z"], "Undo")}
        ${keyed([modifier, "Shift", "Z"], "Redo")}
        ${keyed(["Esc"], "Close a list or a panel")}
        ${keyed(["↑", "↓", "Enter"], "Walk through a list and choose")}
        ${keyed(["←", "→"], "Walk along the chart, when it has the focus")}
      </dl>
      <h3>Single keys</h3>
      <dl class=${areOn() ? "" : "off"}>
        ${Object.entries(LETTERS).map(([key, [words]]) => keyed([key.toUpperCase()], words))}
        ${keyed(["?"], "These shortcuts")}
      </dl>
      <div class="check"><input type="checkbox" id="single-keys" .checked=${areOn()} @change=${onSwitch}>
        <label for="single-keys">Single keys are on<span class="option-about">Turn them off if you dictate or press keys by accident. Kept in this browser.</span></label></div>
      <button type="button" class="button" @click=${close}>Close</button>
    </div>` : nothing}
  </dialog>`;
}
