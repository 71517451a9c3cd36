"""The query document's schema: it knows every question that the codec knows, and refuses what no question says."""

from __future__ import annotations

import random

import pytest
from jsonschema import Draft202012Validator, ValidationError

from analytics.errors import QueryError
from analytics.queries.codec import dump, parse
from tests.analytics.queries.documents import PLAN_IS_PRO, document, filtered
from tests.reference import chance, chance_retention, flow_chance, funnel_chance
from web.api.schemas import all_schemas
from web.api.schemas.queries import EXAMPLE


def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": {"schemas": all_schemas()}})


QUERY = validator("Query")


@pytest.mark.parametrize("name", all_schemas())
def test_every_schema_is_one(name):
    Draft202012Validator.check_schema(all_schemas()[name])


def test_it_knows_every_question_that_can_be_asked():
    """Fails when the codec learns something new that web/api/schemas/queries.py does not say."""
    dice = random.Random(7)
    for _ in range(300):
        around = chance.scope(dice, 1)
        kinds = (chance_retention.retention, chance_retention.lifecycle, chance_retention.frequency)
        for kind in (chance.query, flow_chance.query, funnel_chance.query, *kinds):
            QUERY.validate(dump(kind(dice, around)))
        number = flow_chance.number(dice, funnel_chance.query(dice, around))
        QUERY.validate(dump(flow_chance.query_of(dice, around, number)))


def test_it_knows_the_shortest_and_the_example():
    QUERY.validate(document())
    QUERY.validate(EXAMPLE)
    parse(EXAMPLE)


@pytest.mark.parametrize(
    "wrong",
    [
        document(interval="fortnight"),
        document(version=2),
        document(kind="insight"),
        document(metrics=[]),
        document(colour="red"),
        document(metrics=[{"events": [], "measure": {"kind": "total"}}]),
        document(metrics=[{"events": ["a", "a"], "measure": {"kind": "total"}}]),
        document(metrics=[{"events": {"all": False}, "measure": {"kind": "total"}}]),
        document(metrics=[{"events": ["a"], "measure": {"kind": "mode"}}]),
        document(dates={"kind": "last", "count": 0, "unit": "day"}),
        document(dates={"kind": "fixed", "from": "2024-1-1", "to": "2024-01-31"}),
        document(dates={"kind": "fixed", "from": "2024-01-01"}),
        document(breakdowns=[{"property": {"name": "a", "type": "string"}, "limit": 0}]),
        document(breakdowns=[{"property": {"name": "a", "type": "object"}}]),
        filtered(operator="greater_than"),
        filtered(values=[]),
        filtered(values=[5]),
        filtered(property={"name": "", "type": "string"}),
        filtered(property={"name": "a", "type": "number"}, operator="between", values=[1]),
        filtered(property={"name": "a", "type": "boolean"}, operator="is_true", values=["x"]),
        document(filters={"match": "some", "conditions": [PLAN_IS_PRO]}),
        document(filters={"match": "all", "conditions": []}),
    ],
)
def test_it_refuses_what_the_codec_refuses(wrong):
    with pytest.raises(QueryError):
        parse(wrong)
    with pytest.raises(ValidationError):
        QUERY.validate(wrong)


def test_groups_end_where_the_codec_ends_them():
    from analytics.queries.filters import DEEPEST_GROUP

    group = {"match": "all", "conditions": [PLAN_IS_PRO]}
    for _ in range(DEEPEST_GROUP - 1):
        group = {"match": "any", "conditions": [group]}
    QUERY.validate(document(filters=group))
    with pytest.raises(ValidationError):
        QUERY.validate(document(filters={"match": "any", "conditions": [group]}))
