// The question in words, as analytics/queries/sentence says it, before the server does. Each part leads to its control.

import { html } from "../../vendor/lit-html/lit-html.js";
import { viewOf } from "./answers.js";
import { askable, fromText, toText } from "./kinds.js";
import { isNamed } from "./parts.js";
import { plain, said, word } from "./words.js";

// Of a question that is being edited, what of it is asked: a list of {text, to}. Null if nothing can be asked yet. `words` has
// those of the operators.
export function parts(model, words) {
  const asked = askable(model);
  const read = asked && fromText(toText(asked));
  if (!read) return null;
  // What has no event yet is not asked; the others keep their place in the builder.
  const places = model.metrics.flatMap((each, place) => (isNamed(each) ? [place] : []));
  const zone = read.zone ? [said(", "), word(`in ${read.zone} time`, "zone")] : [];
  return [...viewOf(read).parts(read, { words, at: (index) => places[index] }), ...zone];
}

export const sentence = (model, words) => plain(parts(model, words));

// Its words are the controls: links, which break over lines as words do. `go` leads to one.
export const spoken = (found, go) => found.map(({ text, to }) => (to
  ? html`<a class="word" href="#${to}" @click=${(event) => (event.preventDefault(), go(to))}>${text}</a>` : text));
