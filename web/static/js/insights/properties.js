// Properties as things to pick: of events and of users, with the type they come with and how often.

import { recentFirst } from "./recent.js";

export const TYPES = { string: "text", number: "number", boolean: "yes/no", date: "date", list: "list", object: "object" };
export const MARKS = { string: "Aa", number: "12", boolean: "✓", date: "D", list: "[ ]", object: "{ }" };
// The event's own moment is no property that is sent, but it can be asked like one.
const TIME = { name: "time", type: "date" };

export const labelOf = (property) => [property.name, ...(property.path ?? [])].join(".");
export const ownerOf = (property) => (property.source === "user" ? "the user’s " : "");

const option = (source, { name, type }, count, group) => ({
  key: `${source} ${type} ${name}`, label: name, mark: MARKS[type] ?? "?", detail: TYPES[type] ?? type, count, group,
  value: { name, source, type },
});

// `found` is {event, user}, each a list or null while it loads. A name that comes with two types is there twice.
export function propertyOptions(page, found, { objects = true, users = true, time = true, types = null } = {}) {
  if (!found?.event || (users && !found.user)) return null;
  const fits = (each) => (objects || each.type !== "object") && (!types || types.includes(each.type));
  const events = found.event.filter(fits).map((each) => option("event", each, each.events, "Of the event"));
  const own = time && fits(TIME) && !found.event.some((each) => each.name === TIME.name) ? [option("event", TIME, undefined, "Of the event")] : [];
  const people = users ? found.user.filter(fits).map((each) => option("user", each, each.profiles, "Of the user, as they are now")) : [];
  return [...recentFirst(page, "properties", [...events, ...own, ...people])];
}

// The types in which this property comes, of all that is known of it.
export function typesOf(found, property) {
  const list = (property.source === "user" ? found?.user : found?.event) ?? [];
  return list.filter((each) => each.name === property.name).map((each) => each.type);
}

// The same property as another type: as it comes, if it comes so, and else read as that ("5" as 5). What is not known to come
// otherwise comes as it is asked.
export function retyped(found, property, type) {
  const known = typesOf(found, property);
  const comes = known.length || property.cast ? known : [property.type];
  const { cast, ...plain } = property;
  const reads = !comes.includes(type) && !property.path?.length && CASTABLE.includes(type);
  return { ...plain, type, ...(reads ? { cast: true } : {}) };
}

export const CASTABLE = ["string", "number", "boolean", "date"];

// What is typed is a name of an event's property; "address.city" is not split: keys are asked for by themselves.
export const typedProperty = (type = "string") => (typed) => ({ name: typed, source: "event", type });
