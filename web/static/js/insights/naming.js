// What the page is called: by the kind of question that is asked, in its title, its heading and the header's menu.

import { kindOf } from "../kinds/kinds.js";

export class Naming {
  constructor() {
    const [first] = document.querySelectorAll("h1[data-kind-name]");
    this.now = first.textContent;
    this.rest = document.title.slice(this.now.length); // the project, and ours
  }

  // Called after everything that may have changed the question.
  note(question) {
    const { label } = kindOf(question);
    if (label === this.now) return;
    this.now = label;
    document.title = label + this.rest;
    for (const element of document.querySelectorAll("[data-kind-name]")) element.textContent = label;
    for (const link of document.querySelectorAll("[data-kind]")) {
      if (link.dataset.kind === (question.kind ?? "insights")) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }
}
