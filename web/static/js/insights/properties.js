// Properties as things to pick: of events and of users, with the type they come with and how often.

import { recentFirst } from "./recent.js";
import { number } from "./text.js";

export const DEEPEST_PATH = 3; // keys into an object

export const TYPES = { string: "text", number: "number", boolean: "yes/no", date: "date", list: "list", object: "object" };
export const MARKS = { string: "Aa", number: "12", boolean: "✓", date: "D", list: "[ ]", object: "{ }" };
// The event's own moment is no property that is sent, but it can be asked like one.
const TIME = { name: "time", type: "date" };

const inside = (property) => [property.name, ...(property.path ?? [])].join(" › ");
export const labelOf = (property) => [property.name, ...(property.path ?? [])].join(".");
export const ownerOf = (property) => (property.source === "user" ? "the user’s " : "");

const option = (source, { name, type }, count, group) => ({
  key: `${source} ${type} ${name}`, label: name, mark: MARKS[type] ?? "?", detail: TYPES[type] ?? type, count, group,
  value: { name, source, type },
});

// A key inside an object: "cart › total", which "cart.total" and "cart total" find, too.
function keyOption(source, { property: name, path, type }, group) {
  const value = { name, source, type, path };
  return { key: `${source} ${type} ${JSON.stringify([name, ...path])}`, label: inside(value), also: `${labelOf(value)} ${labelOf(value).replaceAll(".", " ")}`,
    mark: MARKS[type] ?? "?", detail: TYPES[type] ?? type, group, value };
}

export const hasObjects = (list) => Boolean(list?.some(({ type }) => type === "object"));

// `found` is {event, user, eventKeys, userKeys}, each null while it loads. A name that comes with two types is there twice.
export function propertyOptions(page, found, { objects = true, users = true, time = true, types = null } = {}) {
  if (!found?.event || (users && !found.user)) return null;
  const fits = (each) => (objects || each.type !== "object") && (!types || types.includes(each.type));
  const events = found.event.filter(fits).map((each) => option("event", each, each.events, "Of the event"));
  const own = time && fits(TIME) && !found.event.some((each) => each.name === TIME.name) ? [option("event", TIME, undefined, "Of the event")] : [];
  const people = users ? found.user.filter(fits).map((each) => option("user", each, each.profiles, "Of the user, as they are now")) : [];
  const keys = (found.eventKeys?.keys ?? []).filter(fits).map((each) => keyOption("event", each, "Inside objects of the event"));
  const theirs = users ? (found.userKeys?.keys ?? []).filter(fits).map((each) => keyOption("user", each, "Inside objects of the user")) : [];
  return [...recentFirst(page, "properties", [...events, ...own, ...keys, ...people, ...theirs])];
}

// The types in which this property comes, of all that is known of it.
export function typesOf(found, property) {
  const isUsers = property.source === "user";
  if (!property.path?.length) return ((isUsers ? found?.user : found?.event) ?? []).filter((each) => each.name === property.name).map((each) => each.type);
  const keys = (isUsers ? found?.userKeys : found?.eventKeys)?.keys ?? [];
  return keys.filter((each) => each.property === property.name && each.path.join("\n") === property.path.join("\n")).map((each) => each.type);
}

// The same property as another type: as it comes, if it comes so, and else read as that ("5" as 5). What is not known to come
// otherwise comes as it is asked.
export function retyped(found, property, type) {
  const known = typesOf(found, property);
  const comes = known.length || property.cast ? known : [property.type];
  const { cast, ...plain } = property;
  const reads = !comes.includes(type) && (known.length || !property.path?.length) && CASTABLE.includes(type);
  return { ...plain, type, ...(reads ? { cast: true } : {}) };
}

export const CASTABLE = ["string", "number", "boolean", "date"];

// What is typed is a name of an event's property, whatever its characters; or, after the name of an object, a way into it.
export const typedProperty = (found, type = "string") => (typed) => {
  const objects = (found?.event ?? []).filter((each) => each.type === "object").map(({ name }) => name).sort((a, b) => b.length - a.length);
  const name = objects.find((each) => typed.startsWith(each) && /^(\.| *[›>] *)./.test(typed.slice(each.length)));
  if (!name) return { name: typed, source: "event", type };
  const path = typed.slice(name.length).split(/\.| *[›>] */).slice(1).filter(Boolean);
  return path.length && path.length <= DEEPEST_PATH ? { name, source: "event", type, path } : undefined;
};

// What a list says of what it cannot list.
export function aboutKeys(found) {
  const [events, users] = [found?.eventKeys, found?.userKeys].map((each) => each?.looked_at ?? 0);
  if (!events && !users) return "";
  const looked = [events && `${number(events)} recent events`, users && `${number(users)} users`].filter(Boolean).join(" and ");
  const object = found.event?.find(({ type }) => type === "object")?.name;
  return `Keys inside objects are those of ${looked}${object ? `; others can be typed, as ${object}.…` : ""}.`;
}
