"""The name of an answer changes with everything that changes the answer, and with nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from analytics import cache
from analytics.queries.codec import parse
from analytics.results.answer import Answer, Meta
from analytics.results.insights import Asked, insights_result
from tests.analytics.queries.documents import document
from tests.analytics.queries.scopes import scope

HERE = scope()
LAST = parse(document())
FIXED = parse(document(dates={"kind": "fixed", "from": "2024-01-01", "to": "2024-01-31"}))
TODAY_BY_THE_HOUR = parse(document(dates={"kind": "last", "count": 1, "unit": "day"}, interval="hour"))


class Memory:
    """A storage as simple as can be."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        return self.kept.get(key)

    def set(self, key: str, value: bytes, ttl: int) -> None:
        assert ttl > 0
        self.kept[key] = value


@pytest.mark.parametrize(
    "change",
    [{"project_id": 8}, {"zone": "Europe/London"}, {"week_start": 7}, {"retention_days": 90}, {"session_minutes": 10}],
)
def test_the_project_and_its_calendar_count(change: dict[str, object]):
    assert cache.key(FIXED, replace(HERE, **change), 1) != cache.key(FIXED, HERE, 1)  # type: ignore[arg-type]


def test_the_question_and_the_data_count():
    assert cache.key(FIXED, HERE, 1) == cache.key(parse(document(dates=document_dates())), HERE, 1)
    assert cache.key(LAST, HERE, 1) != cache.key(FIXED, HERE, 1)
    assert cache.key(FIXED, HERE, 2) != cache.key(FIXED, HERE, 1)


def test_the_zone_of_the_question_counts():
    """Also where it is what the clock shows: which day it is depends on it."""
    berlin, london = (parse(document(zone=zone)) for zone in ("Europe/Berlin", "Europe/London"))
    assert len({cache.key(each, HERE, (1,)) for each in (LAST, berlin, london)}) == 3
    night = replace(HERE, now=dt.datetime(2024, 3, 1, 22, 30, tzinfo=dt.UTC))
    later = replace(night, now=night.now + dt.timedelta(hours=1))
    utc = parse(document(zone="UTC"))
    assert cache.key(utc, night, (1,)) == cache.key(utc, later, (1,))
    assert cache.key(berlin, night, (1,)) != cache.key(berlin, later, (1,))


def document_dates() -> dict[str, str]:
    return {"to": "2024-01-31", "from": "2024-01-01", "kind": "fixed"}


def test_the_clock_counts_only_where_it_changes_something():
    def later(**delta: float) -> object:
        return replace(HERE, now=HERE.now + dt.timedelta(**delta))

    assert cache.key(FIXED, HERE, 1) == cache.key(FIXED, later(days=400), 1)  # type: ignore[arg-type]
    assert cache.key(LAST, HERE, 1) == cache.key(LAST, later(hours=11), 1)  # type: ignore[arg-type]
    assert cache.key(LAST, HERE, 1) != cache.key(LAST, later(hours=12), 1)  # type: ignore[arg-type]
    assert cache.key(TODAY_BY_THE_HOUR, HERE, 1) == cache.key(TODAY_BY_THE_HOUR, later(minutes=59), 1)  # type: ignore[arg-type]
    assert cache.key(TODAY_BY_THE_HOUR, HERE, 1) != cache.key(TODAY_BY_THE_HOUR, later(minutes=60), 1)  # type: ignore[arg-type]
    kept = replace(HERE, retention_days=30)
    assert cache.key(FIXED, kept, 1) != cache.key(FIXED, replace(kept, now=kept.now + dt.timedelta(days=1)), 1)


@pytest.mark.parametrize(
    "moves",
    [
        document(dates={"kind": "to_date", "unit": "year"}),
        document(dates={"kind": "since", "from": "2024-01-01"}),
        document(
            dates={"kind": "fixed", "from": "2024-01-01", "to": "2024-01-31"},
            filters={
                "match": "all",
                "conditions": [
                    {"property": {"name": "due", "type": "date"}, "operator": "in_last", "values": [7, "day"]}
                ],
            },
        ),
    ],
)
def test_what_moves_with_the_day_is_asked_anew_each_day(moves: dict[str, object]):
    query = parse(moves)
    tomorrow = replace(HERE, now=HERE.now + dt.timedelta(hours=12))
    assert cache.key(query, HERE, 1) != cache.key(query, tomorrow, 1)
    assert cache.key(query, HERE, 1) == cache.key(query, replace(HERE, now=HERE.now + dt.timedelta(hours=11)), 1)


def test_a_comparison_with_a_growing_range_lasts_a_minute():
    """It stops at this moment's clock, of which nobody sees the seconds."""
    growing = parse(document(comparison={"kind": "previous"}))
    over = parse(document(dates=document_dates(), comparison={"kind": "previous"}))
    for seconds, same in ((59, True), (60, False)):
        later = replace(HERE, now=HERE.now + dt.timedelta(seconds=seconds))
        assert (cache.key(growing, HERE, 1) == cache.key(growing, later, 1)) is same
        assert cache.key(over, HERE, 1) == cache.key(over, later, 1)
        assert cache.key(LAST, HERE, 1) == cache.key(LAST, later, 1)


def test_a_comparison_of_retention_lasts_a_minute_until_all_buckets_are_over():
    """As the earlier time stops where ours does, though the range itself is over."""
    asked = {
        "version": 1, "kind": "retention", "birth": {"events": ["Sign Up"]}, "return": {"events": ["Open"]},
        "dates": document_dates(), "interval": "day",
    }  # fmt: skip
    alone, open_now, over = (
        parse({**asked, **more})
        for more in (
            {"periods": 366},
            {"periods": 366, "comparison": {"kind": "previous"}},
            {"periods": 1, "comparison": {"kind": "previous"}},
        )
    )
    later = replace(HERE, now=HERE.now + dt.timedelta(minutes=1))
    assert cache.key(open_now, HERE, 1) != cache.key(open_now, later, 1)
    assert cache.key(over, HERE, 1) == cache.key(over, later, 1)
    assert cache.key(alone, HERE, 1) == cache.key(alone, later, 1)


def test_what_is_kept_is_found_under_its_name_only():
    storage = Memory()
    meta = Meta(HERE.now, 1, 2, 3, 4.0, "SELECT 1")
    answer = Answer(insights_result(Asked(LAST, HERE, [])), meta)
    cache.keep(storage, cache.key(LAST, HERE, 1), answer)
    found = cache.find(storage, cache.key(LAST, HERE, 1))
    assert found is not None
    assert found.result == answer.result
    assert found.meta == replace(meta, cached=True)
    assert cache.find(storage, cache.key(LAST, HERE, 2)) is None
