"""A question of any kind may name the zone in which it is answered."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from analytics.errors import QueryError
from analytics.queries import KINDS
from analytics.queries.codec import canonical, dump, parse
from analytics.queries.dates import days
from analytics.queries.differences import differences
from analytics.queries.scope import Scope
from analytics.queries.sentence import sentence
from tests.analytics.queries.documents import document

OPEN = {"events": ["Open"]}
LAST = {"kind": "last", "count": 7, "unit": "day"}
QUESTIONS: dict[str, dict[str, Any]] = {
    "insights": document(),
    "funnels": {"steps": [OPEN, OPEN], "interval": "day"},
    "retention": {"birth": OPEN, "return": OPEN, "interval": "day"},
    "flows": {"anchor": OPEN},
    "lifecycle": {"activity": OPEN, "interval": "day"},
    "frequency": {"activity": OPEN, "each": "day", "per": "week"},
}
SCOPE = Scope(1, "UTC", 1, dt.datetime(2024, 3, 20, 20, tzinfo=dt.UTC))


def asked(kind: str, **changes: Any) -> dict[str, Any]:
    return {"version": 1, "kind": kind, "dates": LAST, **QUESTIONS[kind], **changes}


def test_every_kind_is_here():
    assert set(QUESTIONS) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
class TestOfEveryKind:
    def test_without_a_zone_nothing_is_said_of_it(self, kind: str):
        query = parse(asked(kind))
        assert query.zone is None
        assert query == parse(asked(kind, zone=None))
        assert "zone" not in dump(query)
        assert "time" not in sentence(query)
        assert query.scope_of(SCOPE) is SCOPE

    def test_with_one_it_is_kept_and_said(self, kind: str):
        query = parse(asked(kind, zone="Europe/Berlin"))
        assert dump(query)["zone"] == "Europe/Berlin"
        assert parse(canonical(query)) == query
        assert sentence(query) == f"{sentence(parse(asked(kind)))}, in Europe/Berlin time"

    def test_its_days_are_those_of_the_zone(self, kind: str):
        query = parse(asked(kind, zone="Pacific/Auckland"))
        here = query.scope_of(SCOPE)
        assert days(query.dates, SCOPE)[1] == dt.date(2024, 3, 20)
        assert days(query.dates, here)[1] == dt.date(2024, 3, 21)
        assert query.scope_of(here) == here

    @pytest.mark.parametrize(
        "zone, said",
        [
            ("Europe/Berln", "'Europe/Berln' is not a time zone: did you mean Europe/Berlin?"),
            ("europe/berlin", "'europe/berlin' is not a time zone: did you mean Europe/Berlin?"),
            ("Middle-earth", "'Middle-earth' is not a time zone: write it like Europe/Berlin."),
            ("right/Europe/Berlin", "'right/Europe/Berlin' is not a time zone: did you mean Europe/Berlin?"),
            ("localtime", "'localtime' is not a time zone: write it like Europe/Berlin."),
            ("../../etc/passwd", "'../../etc/passwd' is not a time zone: write it like Europe/Berlin."),
            ("", "The time zone is empty: name one."),
            ("x" * 65, "The time zone is 65 characters long; at most 64 are possible."),
            (2, "The time zone must be text, not 2."),
        ],
    )
    def test_what_is_no_zone_is_refused_with_the_way_out(self, kind: str, zone: object, said: str):
        with pytest.raises(QueryError) as refused:
            parse(asked(kind, zone=zone))
        assert (refused.value.place, refused.value.message) == ("zone", said)

    def test_another_zone_is_a_difference(self, kind: str):
        plain, berlin = parse(asked(kind)), parse(asked(kind, zone="Europe/Berlin"))
        assert differences(plain, berlin) == ("Time zone: Europe/Berlin instead of the project’s",)
        assert differences(berlin, plain) == ("Time zone: the project’s instead of Europe/Berlin",)
