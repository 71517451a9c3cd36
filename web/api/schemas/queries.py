"""The query document as JSON Schema, built from the enums and limits of analytics.queries.

**A new option of a question is added here**, beside its line in `analytics.queries.codec`: a new measure, operator or
interval comes by itself from its enum, a new key is one line in its object. tests/web/api/test_schemas.py asks the
codec's own random questions and fails for one that this schema does not know.

What a schema cannot say (a range that ends before it begins, an answer too large) is refused by the codec all the same.
"""

from __future__ import annotations

import sys
from typing import Any

from analytics.queries import KINDS
from analytics.queries.breakdowns import DEFAULT_LIMIT, HIGHEST_LIMIT, MOST_BREAKDOWNS, MOST_EDGES, Grain, Order
from analytics.queries.codec import VERSION
from analytics.queries.comparisons import MOST_UNITS
from analytics.queries.dates import MOST_DAYS, DateUnit, Interval
from analytics.queries.filters import DEEPEST_GROUP, MOST_CONDITIONS, MOST_VALUES, OPERATORS, RELATIVE, VALUES, Match
from analytics.queries.flows import SPLITTING
from analytics.queries.formulas import LONGEST_FORMULA, MOST_FORMULAS, FormulaUnit
from analytics.queries.formulas import LONGEST_NAME as LONGEST_FORMULA_NAME
from analytics.queries.insights import LONGEST_ROLLING
from analytics.queries.metrics import LONGEST_EVENT_NAME, LONGEST_TITLE, MOST_EVENTS, MOST_METRICS
from analytics.queries.properties import DEEPEST_PATH, LONGEST_NAME, PropertySource, PropertyType
from analytics.queries.text import LONGEST_TEXT
from analytics.queries.zones import LONGEST_ZONE
from web.api.schemas import funnels
from web.api.schemas.flows import flow_schemas
from web.api.schemas.measures import measure_schemas
from web.api.schemas.retention import retention_queries
from web.api.schemas.shapes import Schema, by_kind, choice, closed, many, number, or_null, ref, text, whole, yes_or_no
from web.api.schemas.steps import step_schemas

_DAY = text(
    "A day from 1970 to 2199, in the question's time zone.",
    format="date",
    pattern="^(19[7-9][0-9]|2[01][0-9]{2})-[0-9]{2}-[0-9]{2}$",
)
_VERSION = {"const": VERSION, "description": "Of the document."}
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
    "breakdowns": [{"property": {"name": "$browser", "source": "event", "type": "string"}}],
    "segments": {"limit": 10, "order": "top"},
    "dates": {"kind": "last", "count": 30, "unit": "day"},
    "interval": "day",
}


def query_schemas() -> dict[str, Schema]:
    return {
        "Query": {
            "description": "The question: one document for the body, the address of a page, a report and "
            "the cache key. Each kind of report is one of these.",
            **by_kind({kind: f"{kind.capitalize()}Query" for kind in KINDS}),
        },
        "InsightsQuery": closed(
            "How often, or by how many users, something was done over time.",
            {
                "version": _VERSION,
                "kind": {"const": "insights"},
                "metrics": many(ref("Metric"), "What is counted: A, B, C …", minItems=1, maxItems=MOST_METRICS),
                "dates": ref("DateRange"),
                "interval": choice(Interval, "The width of a time bucket."),
            },
            {
                "filters": or_null(ref("FilterGroup"), "What an event must meet to count in any metric."),
                "breakdowns": many(ref("Breakdown"), "What the answer is split by.", maxItems=MOST_BREAKDOWNS),
                "segments": or_null(ref("Segments"), "Which of the segments are shown."),
                "formulas": many(ref("Formula"), "Calculations with the metrics' letters.", maxItems=MOST_FORMULAS),
                "comparison": or_null(ref("Comparison"), "The earlier time that the answer is compared with."),
                "rolling": {
                    "description": "How many points are averaged into each; 0 for none.",
                    "anyOf": [{"const": 0}, whole(minimum=2, maximum=LONGEST_ROLLING)],
                },
                "zone": ref("Zone"),
            },
        ),
        **step_schemas(),
        **flow_schemas(_property(*SPLITTING)),
        **funnels.query_schemas(_VERSION),
        **retention_queries(_property(PropertyType.NUMBER)),
        "Metric": closed(
            "One or more events with filters and a measure.",
            {"events": ref("Events"), "measure": ref("Measure")},
            {
                "filters": or_null(ref("FilterGroup"), "What an event must meet to count in this metric."),
                "first_time": yes_or_no("Only the first of these events that the user ever did."),
                "name": text("What charts and tables call it; else by its events.", maxLength=LONGEST_TITLE),
            },
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
        **measure_schemas(_property(PropertyType.NUMBER), _property(*_SCALAR)),
        "Breakdown": {
            "description": "Split by the values of a property, or by buckets of them.",
            "anyOf": list(_breakdowns()),
        },
        "Segments": closed(
            "The largest or smallest combinations by metric A over the whole range; the rest is “other”.",
            {},
            {
                "limit": whole("Segments before “other”.", minimum=1, maximum=HIGHEST_LIMIT, default=DEFAULT_LIMIT),
                "order": choice(Order, default=str(Order.TOP)),
            },
        ),
        "Formula": closed(
            "Numbers, the letters of metrics, + - * / and brackets: A / B.",
            {"expression": text(minLength=1, maxLength=LONGEST_FORMULA)},
            {
                "name": text(maxLength=LONGEST_FORMULA_NAME),
                "unit": choice(FormulaUnit, default=str(FormulaUnit.NUMBER)),
            },
        ),
        "Comparison": {
            "description": "The same question about an earlier time.",
            "oneOf": [
                closed("The time of the same length just before.", {"kind": {"const": "previous"}}),
                closed(
                    "The same days so many calendar units ago.",
                    {
                        "kind": {"const": "earlier"},
                        "count": whole(minimum=1, maximum=MOST_UNITS),
                        "unit": choice(DateUnit),
                    },
                ),
                closed("As many days from a day on.", {"kind": {"const": "custom"}, "from": _DAY}),
            ],
        },
        "Property": _property(*PropertyType),
        **_groups(),
        "Condition": {
            "description": "A property, an operator that its type has, and as many values as the operator takes.",
            "anyOf": list(_conditions()),
        },
        "Zone": or_null(
            text(minLength=1, maxLength=LONGEST_ZONE, pattern="^[A-Za-z0-9_+/-]+$", examples=["Europe/Berlin"]),
            "The time zone of the question's days, weeks and midnights; left out or null it is the project's.",
        ),
        "DateRange": {
            "description": f"Both ends included, in the question's time zone; at most {MOST_DAYS:,} days.",
            "oneOf": [
                closed(
                    "The last calendar units, the current one included unless some are skipped.",
                    {
                        "kind": {"const": "last"},
                        "count": whole(minimum=1, maximum=MOST_DAYS),
                        "unit": choice(DateUnit),
                    },
                    {"skip": whole("So many units further back.", minimum=0, maximum=MOST_DAYS, default=0)},
                ),
                closed(
                    "From the beginning of the current unit to today.",
                    {"kind": {"const": "to_date"}, "unit": choice(DateUnit)},
                ),
                closed("From a day to today.", {"kind": {"const": "since"}, "from": _DAY}),
                closed(
                    "From one day to another; `to` is not before `from`.",
                    {"kind": {"const": "fixed"}, "from": _DAY, "to": _DAY},
                ),
            ],
        },
    }


_SCALAR = [type for type in PropertyType if type not in (PropertyType.OBJECT, PropertyType.LIST)]


def _property(*types: PropertyType) -> Schema:
    return closed(
        "Whose property, its name, and the type as which it is asked: a value of another type counts as not set.",
        {"name": text(minLength=1, maxLength=LONGEST_NAME), "type": choice(types)},
        {
            "source": choice(PropertySource, default=str(PropertySource.EVENT)),
            "path": many(text(minLength=1, maxLength=LONGEST_NAME), "Keys into an object.", maxItems=DEEPEST_PATH),
            "cast": yes_or_no(
                "Read values of other types as this one, where that is plain; not for lists and objects."
            ),
        },
    )


def _breakdowns() -> list[Schema]:
    """For each type its buckets, or chosen values."""
    values = {
        PropertyType.STRING: _VALUE[PropertyType.STRING],
        PropertyType.LIST: _VALUE[PropertyType.LIST],
        PropertyType.NUMBER: _VALUE[PropertyType.NUMBER],
        PropertyType.BOOLEAN: yes_or_no(),
    }
    found = [
        closed(
            f"Each value of a {type}, or the chosen ones; all others are “other”.",
            {"property": _property(type)},
            {"buckets": {"type": "null"}, "values": many(each, maxItems=MOST_VALUES)},
        )
        for type, each in values.items()
    ]
    whole_number = number(minimum=-sys.float_info.max, maximum=sys.float_info.max)
    of_numbers = {
        "anyOf": [
            closed("About ten even buckets.", {"kind": {"const": "auto"}}),
            closed(
                "Even buckets.",
                {"kind": {"const": "even"}, "size": number(exclusiveMinimum=0, maximum=sys.float_info.max)},
                {"start": whole_number},
            ),
            closed(
                "Below the first edge, between edges (the lower one included), and from the last on.",
                {"kind": {"const": "custom"}, "edges": many(whole_number, "Upwards.", minItems=1, maxItems=MOST_EDGES)},
            ),
        ]
    }
    of_dates = closed("Buckets of a date.", {"kind": {"const": "date"}, "grain": choice(Grain)})
    for type, buckets in ((PropertyType.NUMBER, of_numbers), (PropertyType.DATE, of_dates)):
        found.append(
            closed(
                f"Buckets of a {type}.",
                {"property": _property(type), "buckets": buckets},
                {"values": many({}, maxItems=0)},
            )
        )
    return found


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
            fitting = [
                operator for operator in operators if VALUES[operator] == (fewest, most) and operator not in RELATIVE
            ]
            values = {"values": many(_VALUE.get(type, {}), minItems=fewest, maxItems=most)}
            parts = {"property": _property(type), "operator": choice(fitting)}
            about = f"Of a {type}."
            found.append(closed(about, {**parts, **values}) if fewest else closed(about, parts, values))
    units: Schema = {"type": "array", "prefixItems": [whole(minimum=1, maximum=MOST_DAYS), choice(DateUnit)]}
    found.append(
        closed(
            'Of a date, in calendar units: [7, "day"].',
            {
                "property": _property(PropertyType.DATE),
                "operator": choice(sorted(RELATIVE)),
                "values": {**units, "minItems": 2, "maxItems": 2},
            },
        )
    )
    return found
