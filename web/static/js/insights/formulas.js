// Formulas over the metrics: checked while they are written, asked once they can be read.

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";
import { problem } from "./expressions.js";
import { plus } from "./metrics.js";
import { MOST_FORMULAS, letters } from "./question.js";
import { icon } from "./text.js";
import { unlessTyped } from "./typing.js";

const PAUSE = 500; // ms without a key, then it is asked
const UNITS = [["number", "Number"], ["percent", "Percent"]];

export function formulas(page) {
  const all = page.document.formulas;
  const known = letters(page.document);
  const add = () => page.dispatch({ type: "add formula", expression: known.length > 1 ? "A / B" : "A" }, `formula-${all.length}`);
  return html`${all.length ? html`<ol class="formulas">${all.map((formula, index) => row(page, formula, index, known))}</ol>` : nothing}
    ${all.length < MOST_FORMULAS ? html`<div class="adder"><button type="button" class="pick pick-add" id="formula-add" @click=${add}><span class="pick-empty">${plus("Add a formula")}</span></button></div>` : nothing}`;
}

function row(page, formula, index, known) {
  const id = `formula-${index}`;
  const set = (part, focus) => page.dispatch({ type: "formula", index, part }, focus);
  const text = page.writing?.index === index ? page.writing.text : formula.expression;
  const wrong = problem(text, known) ?? page.errorAt(`formulas[${index}].expression`);
  const commit = () => {
    clearTimeout(page.writing?.timer);
    page.writing = null;
    if (text !== formula.expression) set({ expression: text });
    else page.update();
  };
  const onInput = (event) => {
    clearTimeout(page.writing?.timer);
    const written = event.target.value;
    page.writing = { index, text: written, timer: setTimeout(() => problem(written, known) === null && set({ expression: written }), PAUSE) };
    page.update();
  };
  return html`<li><div class="formula" role="group" aria-label="Formula F${index + 1}">
    <div class="formula-head">
      <span class="letter" aria-hidden="true">F${index + 1}</span>
      <input id=${id} class="mono" type="text" spellcheck="false" autocomplete="off" aria-label="Formula F${index + 1}" aria-invalid=${String(wrong !== null)}
        aria-describedby=${wrong ? `${id}-wrong` : nothing} placeholder="A / B" .value=${live(text)} @input=${onInput} @change=${commit}
        @keydown=${(event) => event.key === "Enter" && commit()}>
      <button type="button" class="icon-button" aria-label="Remove formula F${index + 1}" title="Remove"
        @click=${() => page.dispatch({ type: "remove formula", index }, "formula-add")}>${icon("close")}</button>
    </div>
    ${wrong ? html`<p class="error" id="${id}-wrong">${icon("alert")}${wrong}</p>` : nothing}
    <div class="formula-foot">
      <input id="${id}-name" type="text" maxlength="255" placeholder="Name, like Conversion" aria-label="Name of formula F${index + 1}" .value=${unlessTyped(`${id}-name`, formula.name)}
        @change=${(event) => set({ name: event.target.value.trim() })}>
      <select id="${id}-unit" aria-label="Unit of formula F${index + 1}" .value=${live(formula.unit)} @change=${(event) => set({ unit: event.target.value }, `${id}-unit`)}>
        ${UNITS.map(([unit, words]) => html`<option value=${unit} ?selected=${unit === formula.unit}>${words}</option>`)}</select>
    </div>
  </div></li>`;
}
