// Runs that somebody left before their answer had come, kept in this browser: {id, project, run, address, sentence}. `run` is
// where it is looked at, `address` the page that shows its answer.

const KEPT = "footfall.left";
const MOST = 5;

export function leftRuns() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT));
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}

function keep(runs) {
  try {
    if (runs.length) localStorage.setItem(KEPT, JSON.stringify(runs.slice(-MOST)));
    else localStorage.removeItem(KEPT);
  } catch {
    // Storage may be full or refused: then nobody is told, and the answer waits all the same.
  }
}

export const leave = (run) => keep([...leftRuns().filter((each) => each.id !== run.id), run]);

// Whether it was still there: of several open pages only one takes it.
export function forget(id) {
  const runs = leftRuns();
  const rest = runs.filter((each) => each.id !== id);
  if (rest.length < runs.length) keep(rest);
  return rest.length < runs.length;
}
