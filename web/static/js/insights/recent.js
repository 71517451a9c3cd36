// What was picked lately in this browser and project stands first in the lists.

const MOST = 5;
const key = (page, kind) => `footfall.recent.${page.project}.${kind}`;

export function recent(page, kind) {
  try {
    const kept = JSON.parse(localStorage.getItem(key(page, kind)));
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}

export function remember(page, kind, picked) {
  try {
    localStorage.setItem(key(page, kind), JSON.stringify([picked, ...recent(page, kind).filter((each) => each !== picked)].slice(0, MOST)));
  } catch {
    // Storage may be full or refused: lists then keep their order.
  }
}

// Options that were picked lately, as a group of their own, then all of them. Few options need no such help.
export function recentFirst(page, kind, options) {
  if (options.length <= MOST * 2) return options;
  const lately = recent(page, kind).map((picked) => options.find((option) => option.key === picked)).filter(Boolean);
  if (!lately.length) return options;
  const rest = options.filter((option) => !lately.includes(option)).map((option) => ({ ...option, group: option.group ?? "The others" }));
  return [...lately.map((option) => ({ ...option, group: "Picked lately" })), ...rest];
}
