// A field in which somebody is typing keeps what they typed, whatever is drawn anew meanwhile; once it is done, or as long as
// nobody touches it, it shows what the question says.

import { noChange } from "../../vendor/lit-html/lit-html.js";
import { live } from "../../vendor/lit-html/directives/live.js";

let touched = null;

document.addEventListener("input", ({ target }) => (touched = target), true);
for (const done of ["change", "blur"]) document.addEventListener(done, () => (touched = null), true);

export const unlessTyped = (id, value) => (touched?.id === id ? noChange : live(value));
