// Finds what was typed in what can be picked: as it stands, with a slip ("purchsae"), or its letters in order ("prchs"). Pure.

const words = (text) => [...text.matchAll(/[\p{L}\p{N}]+/gu)];

// How many letters must be changed, added, left out or swapped; `most` + 1 if it is more than that.
function slips(one, other, most) {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  let [before, row] = [[], Array.from({ length: other.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
    }
    [before, row] = [row, next];
  }
  return row[other.length];
}

const forgiven = (length) => (length < 4 ? 0 : length < 8 ? 1 : 2);

// Where a word begins that is the typed one but for a slip or two: [from, to]. Of several typed words each must be somewhere.
function misspelt(text, wanted) {
  const [first, ...others] = wanted.split(/\s+/).map((each) => wordLike(text, each));
  return first && others.every(Boolean) ? first : null;
}

function wordLike(text, wanted) {
  const at = text.indexOf(wanted);
  if (at >= 0) return [at, at + wanted.length];
  const most = forgiven(wanted.length);
  if (!most) return null;
  for (const word of words(text)) {
    for (const length of [wanted.length, wanted.length + 1, wanted.length - 1]) {
      if (slips(word[0].slice(0, length), wanted, most) <= most) return [word.index, word.index + Math.min(length, word[0].length)];
    }
  }
  return null;
}

function inOrder(text, wanted) {
  let next = 0;
  for (const letter of text) if (letter === wanted[next]) next += 1;
  return next === wanted.length && wanted.length > 2;
}

// 0 at the start, 1 at a word's start, 2 within, 3 or 4 with a slip, 5 letters in order, -1 not at all.
export function rank(text, search) {
  const [lower, wanted] = [text.toLowerCase(), search.trim().toLowerCase()];
  const at = lower.indexOf(wanted);
  if (at >= 0) return at === 0 ? 0 : words(lower).some((word) => word.index === at) ? 1 : 2;
  const slip = misspelt(lower, wanted);
  return slip ? (slip[0] ? 4 : 3) : inOrder(lower, wanted) ? 5 : -1;
}

// What to mark: [from, to] in the text; null if there is no one spot.
export function spots(text, search) {
  const [lower, wanted] = [text.toLowerCase(), search.trim().toLowerCase()];
  if (!wanted) return null;
  const at = lower.indexOf(wanted);
  return at >= 0 ? [at, at + wanted.length] : misspelt(lower, wanted);
}

const isAbout = ({ about, also }, wanted) => [about, also].some((text) => text?.toLowerCase().includes(wanted));

// The best first; equal ones as they came. What an option is about finds it, too, and what else it is called; slips are only forgiven where nothing is as typed.
export function matching(options, search) {
  if (!search.trim()) return options;
  const ranked = options.map((option, order) => ({ option, order, rank: rank(option.label, search) }));
  const literal = ranked.some((each) => each.rank >= 0 && each.rank <= 2);
  return ranked
    .map((each) => (literal && each.rank > 2 ? { ...each, rank: -1 } : each))
    .map((each) => (each.rank < 0 && isAbout(each.option, search.trim().toLowerCase()) ? { ...each, rank: 6 } : each))
    .filter((each) => each.rank >= 0)
    .sort((a, b) => a.rank - b.rank || a.order - b.order)
    .map((each) => each.option);
}
