// Edits of filters, pure as question.js: groups of conditions, one level of groups inside them (links may have more).
// `place` is the number of a metric, or null for the whole question; `at` is the way into the groups: [2], [1, 0].

// Operators whose values are a number of calendar units and the unit: [7, "day"], which no other operator can use.
export const RELATIVE = ["in_last", "not_in_last", "before_last", "in_next"];

// Those whose value is a regular expression.
export const PATTERNS = ["matches", "not_matches"];

export const isGroup = (member) => "conditions" in member;

// A filter that is being written has too few values yet: it is shown, and not asked.
export const isComplete = (condition) => !("fewest" in condition) || condition.values.length >= condition.fewest;

export const filtersAt = (document, place) => (place === null ? document.filters : document.metrics[place]?.filters) ?? null;

export function newCondition(property, operator) {
  return { property, operator: operator.name, fewest: operator.fewest, most: operator.most, values: [] };
}

function onFilters(document, place, change) {
  const tidy = (group) => {
    const changed = change(group ?? { match: "all", conditions: [] });
    return changed.conditions.length ? changed : null;
  };
  if (place === null) return { ...document, filters: tidy(document.filters) };
  return { ...document, metrics: document.metrics.map((metric, index) => (index === place ? { ...metric, filters: tidy(metric.filters) } : metric)) };
}

// The group with its member at `at` changed; a member that becomes null, or a group without conditions, is gone.
function changed(group, [first, ...rest], change) {
  const conditions = group.conditions
    .map((member, index) => (index !== first ? member : rest.length ? changed(member, rest, change) : change(member)))
    .filter((member) => member && !(isGroup(member) && !member.conditions.length));
  return { ...group, conditions };
}

const onMember = (document, { place, at }, change) => onFilters(document, place, (group) => (at.length ? changed(group, at, change) : change(group)));

// `operator` as the server lists it: its name, and the fewest and most values it takes.
function withOperator(condition, operator) {
  const kept = operator.most > 2 ? condition.values : condition.values.slice(0, operator.most);
  const whole = operator.most !== 2 || kept.length === 2;
  const fits = [RELATIVE, PATTERNS].every((special) => special.includes(condition.operator) === special.includes(operator.name));
  return { ...condition, operator: operator.name, fewest: operator.fewest, most: operator.most, values: fits && whole ? kept : [] };
}

export const edits = {
  // `at` is the group that gets it; `group: true` opens a group with it, which is "any" in "all" and the other way round.
  "add condition": (document, action) => onMember(document, action, (into) => {
    const added = action.group ? { match: into.match === "all" ? "any" : "all", conditions: [action.condition] } : action.condition;
    return { ...into, conditions: [...into.conditions, added] };
  }),
  operator: (document, action) => onMember(document, action, (condition) => withOperator(condition, action.operator)),
  values: (document, action) => onMember(document, action, (condition) => ({ ...condition, values: action.values })),
  // Another property, or the same read otherwise: values stay if the operator does and they can still be meant.
  property: (document, action) => onMember(document, action, (condition) => {
    const { property, operator } = action;
    const stays = property.name === condition.property.name && property.type === condition.property.type;
    return stays ? { ...condition, property } : newCondition(property, operator);
  }),
  "remove condition": (document, action) => onMember(document, action, () => null),
  match: (document, action) => onMember(document, action, (group) => ({ ...group, match: action.match })),
  "remove filters": (document) => ({
    ...document,
    filters: null,
    metrics: document.metrics.map((metric) => ({ ...metric, filters: null })),
  }),
};

// Whether they have the shape that can be drawn; the server says what is wrong in them.
export const isReadable = (group) => !group || (Array.isArray(group.conditions)
  && group.conditions.every((each) => each && (isGroup(each) ? isReadable(each) : each.property?.name && each.operator && Array.isArray(each.values ?? []))));

export const whole = (group) => (group ? { ...group, conditions: group.conditions.map((each) => (isGroup(each) ? whole(each) : { values: [], ...each })) } : null);

// The filters that can be asked, without the marks of writing; null if none can.
export function askableFilters(group) {
  if (!group) return null;
  const conditions = group.conditions
    .map((member) => (isGroup(member) ? askableFilters(member) : isComplete(member) ? plain(member) : null))
    .filter(Boolean);
  return conditions.length ? { match: group.match, conditions } : null;
}

function plain({ fewest, most, ...condition }) {
  return condition;
}
