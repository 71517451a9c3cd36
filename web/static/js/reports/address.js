// Where a question is: the address of the page with the question in it. Behind `#` where it is too long for a server, as
// web/reports/address.py has it.

const LONGEST = 4000;

// What follows the page's path. `query` is the question's text, `more` are chart, report and the like.
export function written(query, more = {}) {
  const known = Object.entries(more).filter(([, value]) => value !== null && value !== undefined);
  const whole = new URLSearchParams([["q", query], ...known]).toString();
  if (whole.length <= LONGEST) return `?${whole}`;
  return `?${new URLSearchParams([["kind", JSON.parse(query).kind ?? "insights"], ...known])}#${whole}`;
}

export const given = () => new URLSearchParams(location.hash.startsWith("#q=") ? location.hash.slice(1) : location.search);
