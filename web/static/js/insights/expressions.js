// The text of a formula: whether it can be read, in the words that the server has for it (queries/formulas.py), and new letters.

const WORD = /\s*(?:(\d+(?:\.\d+)?|\.\d+)|([A-Za-z]+)|([-+*/()]))/y;
const DEEPEST = 50;

class Unreadable extends Error {}

function words(text) {
  const found = [];
  for (let at = 0; at < text.length; at = WORD.lastIndex) {
    WORD.lastIndex = at;
    const match = WORD.exec(text);
    if (!match) throw new Unreadable(`“${text.slice(at).trim()[0]}” cannot be read; there are letters, numbers, + - * / and brackets`);
    found.push(match[0].trim());
  }
  return found;
}

// Reads it as the server does: brackets, sign, * and /, + and -. Returns the letters in it.
function read(text) {
  const left = words(text.trimEnd());
  const letters = new Set();
  let depth = 0;
  const chain = (signs, inner) => {
    inner();
    while (signs.includes(left[0])) (left.shift(), inner());
  };
  const sum = () => chain(["+", "-"], () => chain(["*", "/"], signed));
  const signed = () => {
    if (++depth > DEEPEST) throw new Unreadable("it is nested too deep: take brackets out");
    if (left[0] === "-") (left.shift(), signed());
    else atom();
    depth -= 1;
  };
  const atom = () => {
    const word = left.shift();
    if (word === "(") {
      sum();
      if (left.shift() !== ")") throw new Unreadable("a bracket is not closed");
    } else if (word !== undefined && /^[A-Za-z]/.test(word)) letters.add(word.toUpperCase());
    else if (word === undefined || !/^[\d.]/.test(word)) {
      throw new Unreadable(`a metric’s letter, a number or a bracket is missing before ${word === undefined ? "its end" : `“${word}”`}`);
    }
  };
  sum();
  if (left.length) throw new Unreadable(`nothing is expected at “${left[0]}”: an operator is missing before it`);
  return letters;
}

const listed = (texts) => (texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} and ${texts.at(-1)}`);

// What is wrong with it, in words; null if nothing is. `letters` are those of the metrics there are.
export function problem(expression, letters) {
  if (!expression.trim()) return "Write a formula, like A / B.";
  let used;
  try {
    used = read(expression);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return `The formula cannot be read: ${error.message}.`;
  }
  const unknown = [...used].filter((each) => !letters.includes(each)).sort();
  return unknown.length ? `The formula names ${listed(unknown)}, and there is only ${listed(letters)}.` : null;
}

export const lettersIn = (expression) => (expression.match(/[A-Za-z]+/g) ?? []).map((each) => each.toUpperCase());

// The same formula after metrics have moved: `now` gives each letter its new one.
export const relettered = (expression, now) => expression.replace(/[A-Za-z]+/g, (each) => now(each.toUpperCase()));
