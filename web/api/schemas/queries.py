"""The query document as JSON Schema, built from the enums and limits of analytics.queries.

**A new option of a question is added here**, beside its line in `analytics.queries.codec`: a new measure, operator or
interval comes by itself from its enum, a new key is one line in its object. tests/web/api/test_schemas.py asks the
codec's own random questions and fails for one that this schema does not know.

What a schema cannot say (a range that ends before it begins, an answer too large) is refused by the codec all the same.
"""

from __future__ import annotations

import sys
from typing import Any

from analytics.queries.breakdowns import DEFAULT_LIMIT, HIGHEST_LIMIT, MOST_BREAKDOWNS
from analytics.queries.codec import VERSION
from analytics.queries.dates import MOST_DAYS, DateUnit, Interval
from analytics.queries.filters import DEEPEST_GROUP, MOST_CONDITIONS, OPERATORS, VALUES, Match
from analytics.queries.metrics import LONGEST_EVENT_NAME, MOST_EVENTS, MOST_METRICS, MeasureKind
from analytics.queries.properties import LONGEST_NAME, PropertySource, PropertyType
from analytics.queries.text import LONGEST_TEXT
from web.api.schemas.shapes import Schema, choice, closed, many, number, or_null, ref, text, whole

_DAY = text(
    "A day from 1970 to 2199, in the project's time zone.",
    format="date",
    pattern="^(19[7-9][0-9]|2[01][0-9]{2})-[0-9]{2}-[0-9]{2}$",
)
_VALUE: dict[PropertyType, Schema] = {
    PropertyType.STRING: text(maxLength=LONGEST_TEXT),
    PropertyType.LIST: text(maxLength=LONGEST_TEXT),
    PropertyType.NUMBER: number(minimum=-sys.float_info.max, maximum=sys.float_info.max),
    PropertyType.DATE: _DAY,
}

EXAMPLE: dict[str, Any] = {
    "version": VERSION,
    "kind": "insights",
    "metrics": [{"events": ["Sign Up"], "measure": {"kind": "unique"}, "filters": None}],
    "filters": {
        "match": "all",
        "conditions": [
            {
                "property": {"name": "plan", "source": "event", "type": "string"},
                "operator": "is",
                "values": ["pro"],
            }
        ],
    },
    "breakdowns": [{"property": {"name": "$browser", "source": "event", "type": "string"}, "limit": 10}],
    "dates": {"kind": "last", "count": 30, "unit": "day"},
    "interval": "day",
}


def query_schemas() -> dict[str, Schema]:
    return {
        "Query": {
            "description": "The question: one document for the body, the address of the Insights page, a report and "
            "the cache key. Each kind of report is one of these.",
            "oneOf": [ref("InsightsQuery")],
            "discriminator": {
                "propertyName": "kind",
                "mapping": {"insights": "#/components/schemas/InsightsQuery"},
            },
        },
        "InsightsQuery": closed(
            "How often, or by how many users, something was done over time.",
            {
                "version": {"const": VERSION, "description": "Of the document."},
                "kind": {"const": "insights"},
                "metrics": many(ref("Metric"), "What is counted: A, B, C …", minItems=1, maxItems=MOST_METRICS),
                "dates": ref("DateRange"),
                "interval": choice(Interval, "The width of a time bucket."),
            },
            {
                "filters": or_null(ref("FilterGroup"), "What an event must meet to count in any metric."),
                "breakdowns": many(ref("Breakdown"), "What the answer is split by.", maxItems=MOST_BREAKDOWNS),
            },
        ),
        "Metric": closed(
            "One or more events with filters and a measure.",
            {"events": ref("Events"), "measure": ref("Measure")},
            {"filters": or_null(ref("FilterGroup"), "What an event must meet to count in this metric.")},
        ),
        "Events": {
            "description": "Names of events, of which any counts; or all events.",
            "anyOf": [
                many(
                    text(minLength=1, maxLength=LONGEST_EVENT_NAME), minItems=1, maxItems=MOST_EVENTS, uniqueItems=True
                ),
                closed("All events, whatever their name.", {"all": {"const": True}}),
            ],
        },
        "Measure": closed(
            "How a metric counts.",
            {"kind": choice(MeasureKind, "total: every event; unique: every user once per bucket and segment.")},
        ),
        "Breakdown": closed(
            "Split by the values of a property: the largest segments, and the rest as “other”.",
            {"property": _property(*_SPLITTING)},
            {"limit": whole("Segments before “other”.", minimum=1, maximum=HIGHEST_LIMIT, default=DEFAULT_LIMIT)},
        ),
        "Property": _property(*PropertyType),
        **_groups(),
        "Condition": {
            "description": "A property, an operator that its type has, and as many values as the operator takes.",
            "anyOf": list(_conditions()),
        },
        "DateRange": {
            "description": f"Both ends included, in the project's time zone; at most {MOST_DAYS:,} days.",
            "oneOf": [
                closed(
                    "The last calendar units, the current one included.",
                    {
                        "kind": {"const": "last"},
                        "count": whole(minimum=1, maximum=MOST_DAYS),
                        "unit": choice(DateUnit),
                    },
                ),
                closed(
                    "From one day to another; `to` is not before `from`.",
                    {"kind": {"const": "fixed"}, "from": _DAY, "to": _DAY},
                ),
            ],
        },
    }


_SPLITTING = [type for type in PropertyType if type not in (PropertyType.OBJECT, PropertyType.DATE)]


def _property(*types: PropertyType) -> Schema:
    return closed(
        "Whose property, its name, and the type as which it is asked: a value of another type counts as not set.",
        {"name": text(minLength=1, maxLength=LONGEST_NAME), "type": choice(types)},
        {"source": choice(PropertySource, default=str(PropertySource.EVENT))},
    )


def _groups() -> dict[str, Schema]:
    """One schema for each depth: a group may stand in a group, but not without end."""
    schemas = {}
    for depth in range(1, DEEPEST_GROUP + 1):
        inner = [ref(_group_name(depth + 1))] if depth < DEEPEST_GROUP else []
        schemas[_group_name(depth)] = closed(
            f"Conditions of which all or any must hold, {MOST_CONDITIONS} in one question at most"
            + ("." if inner else "; no group can stand in this one."),
            {
                "match": choice(Match),
                "conditions": many({"anyOf": [ref("Condition"), *inner]}, minItems=1, maxItems=MOST_CONDITIONS),
            },
        )
    return schemas


def _group_name(depth: int) -> str:
    return "FilterGroup" if depth == 1 else f"FilterGroup{depth}"


def _conditions() -> list[Schema]:
    """For each type of property and each number of values, the operators that take so many."""
    found = []
    for type, operators in OPERATORS.items():
        for fewest, most in dict.fromkeys(VALUES[operator] for operator in operators):
            fitting = [operator for operator in operators if VALUES[operator] == (fewest, most)]
            values = {"values": many(_VALUE.get(type, {}), minItems=fewest, maxItems=most)}
            parts = {"property": _property(type), "operator": choice(fitting)}
            about = f"Of a {type}."
            found.append(closed(about, {**parts, **values}) if fewest else closed(about, parts, values))
    return found
