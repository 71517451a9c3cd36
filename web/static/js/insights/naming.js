// What the page is called: by the kind of question that is asked, in its title, its heading and the header's menu.

import { KINDS } from "../kinds/kinds.js";

export class Naming {
  constructor() {
    const [first] = document.querySelectorAll("h1[data-kind-name]");
    this.now = first.textContent;
    this.rest = document.title.slice(this.now.length); // the project, and ours
  }

  // Called after everything that may have changed the question.
  note({ kind = "insights" }) {
    const { label } = KINDS[kind];
    if (label === this.now) return;
    this.now = label;
    document.title = label + this.rest;
    for (const element of document.querySelectorAll("[data-kind-name]")) element.textContent = label;
    for (const link of document.querySelectorAll("[data-kind]")) {
      if (link.dataset.kind === kind) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }
}
