"""How a metric counts, as JSON Schema: one shape for each family of measures."""

from __future__ import annotations

from collections.abc import Iterable

from analytics.queries.measures import Across, MeasureKind, UserNumber
from web.api.schemas.shapes import Schema, choice, closed, ref, whole

_OF_NUMBERS = (MeasureKind.SUM, MeasureKind.AVERAGE, MeasureKind.MEDIAN, MeasureKind.MIN, MeasureKind.MAX)
_PERCENTILE = whole("Which one.", minimum=1, maximum=99)


def measure_schemas(number_property: Schema, scalar_property: Schema) -> dict[str, Schema]:
    """`number_property` is a property asked as a number, `scalar_property` one that is no list or object."""
    other = (*_OF_NUMBERS, MeasureKind.PERCENTILE, MeasureKind.DISTINCT, MeasureKind.PER_USER)
    counting = [kind for kind in MeasureKind if kind not in other]
    return {
        "Measure": {
            "description": "How a metric counts. The handbook has the rules.",
            "anyOf": [
                closed("Events, users or sessions.", {"kind": choice(counting)}),
                closed("Of a number.", {"kind": choice(_OF_NUMBERS), "property": number_property}),
                closed(
                    "A percentile of a number.",
                    {
                        "kind": {"const": MeasureKind.PERCENTILE.value},
                        "property": number_property,
                        "percentile": _PERCENTILE,
                    },
                ),
                closed(
                    "How many different values.",
                    {"kind": {"const": MeasureKind.DISTINCT.value}, "property": scalar_property},
                ),
                closed(
                    "First a number for each user, then one of all those.",
                    {"kind": {"const": MeasureKind.PER_USER.value}, "per_user": ref("PerUser")},
                ),
            ],
        },
        "PerUser": {
            "description": "A number for each user, and how those become one; or how many users have which.",
            "anyOf": [
                shape
                for each in _each(number_property, scalar_property)
                for shape in (
                    closed("", {**each, "across": choice([one for one in Across if one is not Across.PERCENTILE])}),
                    closed("", {**each, "across": {"const": Across.PERCENTILE.value}, "percentile": _PERCENTILE}),
                )
            ],
        },
    }


def _each(number_property: Schema, scalar_property: Schema) -> Iterable[dict[str, Schema]]:
    of_numbers = [each for each in UserNumber if each not in (UserNumber.TOTAL, UserNumber.DISTINCT)]
    yield {"each": {"const": UserNumber.TOTAL.value}}
    yield {"each": choice(of_numbers), "property": number_property}
    yield {"each": {"const": UserNumber.DISTINCT.value}, "property": scalar_property}
