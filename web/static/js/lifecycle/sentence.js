// A question of lifecycle in words.

import { allWhere, dateParts, intervalParts, said, stepParts } from "../kinds/words.js";

export const parts = (model, { words, at }) => [
  said("Lifecycle of users who did "), ...stepParts(model.metrics[0], at(0), words), ...allWhere(model, words), ...dateParts(model), ...intervalParts(model),
];
