// A question of frequency in words.

import { allWhere, brokenBy, dateParts, said, stepParts, word } from "../kinds/words.js";

export const parts = (model, { words, at }) => [
  said("In how many "), word(`${model.each}s`, "each"), said(" of each "), word(model.per, "per"), said(" users did "), ...stepParts(model.metrics[0], at(0), words),
  ...allWhere(model, words), ...brokenBy(model), ...dateParts(model),
];
