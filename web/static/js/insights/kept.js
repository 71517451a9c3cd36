// Saved reports and boards as things to go to. Those changed last are fetched when the palette opens; of a project that has
// more than that, the server finds the others by what is typed.

import { written } from "../reports/address.js";
import { get } from "../rest.js";

const MOST = 200;
const TYPING = 200; // ms of silence before the server is asked

export class Kept {
  constructor(page) {
    this.page = page;
    this.found = new Map(); // by address, so that nothing is there twice
    this.more = false;
    this.error = null;
    this.#load("");
  }

  // Called for each letter that is typed.
  search(text) {
    clearTimeout(this.typing);
    if (this.more && text.trim()) this.typing = setTimeout(() => this.#load(text.trim()), TYPING);
  }

  async #load(search) {
    const { urls } = this.page;
    const asked = new URLSearchParams({ limit: MOST, ...(search && { search }) });
    try {
      const [reports, boards] = await Promise.all([urls.reports, urls.boards].map((url) => get(`${url}?${asked}`)));
      if (!search) this.more = Boolean(reports.next || boards.next);
      for (const board of boards.results) this.#take("Boards", board, `${urls.board_pages}${board.id}/`, board.description);
      for (const report of reports.results) {
        const address = written(JSON.stringify(report.query), { report: report.id });
        this.#take("Saved reports", report, location.pathname + address, report.description || report.sentence);
      }
      this.error = null;
    } catch (error) {
      this.error = error.message;
    }
    if (this.page.palette) this.page.update();
  }

  #take(group, { id, name }, address, about) {
    this.found.set(`${group} ${id}`, { key: `${group} ${id}`, label: name, about, group, run: () => location.assign(address) });
  }

  get options() {
    return [...this.found.values()];
  }
}
