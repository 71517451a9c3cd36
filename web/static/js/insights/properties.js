const TYPES = { string: "text", number: "number", boolean: "yes/no", date: "date", list: "list", object: "object" };

// The properties of some events as things to pick. A name that comes with two types is there twice.
export function propertyOptions(found, { objects = true } = {}) {
  return found?.filter((each) => objects || each.type !== "object").map((each) => ({
    key: `${each.type} ${each.name}`, label: each.name, detail: TYPES[each.type] ?? each.type,
    value: { name: each.name, source: "event", type: each.type },
  })) ?? null;
}
