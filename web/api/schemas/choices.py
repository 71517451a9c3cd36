"""What can be picked in a question, as the API gives it."""

from __future__ import annotations

from analytics.queries.properties import PropertyType
from web.api.schemas.shapes import Schema, choice, many, moment, opened, or_null, text, whole, yes_or_no

NEXT = or_null(text(), "The address of the next page; null on the last one.")


def choice_schemas() -> dict[str, Schema]:
    events = whole("Received in the last 30 days.")
    return {
        "EventList": opened(
            "Event names, the most frequent first.",
            {
                "events": many(
                    opened(
                        "An event's name.",
                        {"name": text(), "events": events, "last_seen": moment("When it came last.")},
                    )
                ),
                "next": NEXT,
            },
        ),
        "PropertyList": opened(
            "Property names, the most frequent first; once for each type that they come with.",
            {
                "properties": many(
                    opened(
                        "A property's name.",
                        {"name": text(), "type": choice(PropertyType)},
                        {"events": whole("Events that have it."), "profiles": whole("Profiles that have it.")},
                    )
                ),
                "next": NEXT,
            },
        ),
        "KeyList": opened(
            "Keys inside objects, the most frequent first; once for each type of what lies there.",
            {
                "keys": many(
                    opened(
                        "A key, and how a question names it.",
                        {
                            "property": text("The object's name."),
                            "path": many(text(), "The key, after the keys of the objects that it is in."),
                            "type": choice(PropertyType),
                        },
                        {
                            "events": whole("Events that have it, of those looked at."),
                            "profiles": whole("Profiles that have it, of those looked at."),
                        },
                    )
                ),
                "looked_at": whole("Events (or profiles) with an object that were looked at."),
                "more": yes_or_no("Whether there were more keys than these."),
            },
        ),
        "ZoneList": opened(
            "Time zones by name.",
            {
                "zones": many(
                    opened(
                        "A time zone.",
                        {"name": text("As the IANA calls it."), "offset": whole("Minutes ahead of UTC, now.")},
                    )
                )
            },
        ),
        "ValueList": opened(
            "Values of a property, the most frequent first.",
            {
                "values": many(
                    opened(
                        "A value.",
                        {"value": text("As text.")},
                        {"events": events, "profiles": whole("Profiles that have it.")},
                    )
                ),
                "more": yes_or_no("Whether there are more than these."),
            },
        ),
    }
