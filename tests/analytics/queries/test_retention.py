"""Questions of retention, lifecycle and frequency: what cannot be asked, what is left out, and how they are said."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from analytics.errors import QueryError
from analytics.queries import LifecycleQuery, RetentionQuery
from analytics.queries.buckets import buckets
from analytics.queries.codec import canonical, parse
from analytics.queries.dates import DateUnit, FixedDates, Interval, LastDates
from analytics.queries.differences import differences
from analytics.queries.overlays import laid_over
from analytics.queries.periods import Alignment, Periods, PeriodUnit, offsets, rolled
from analytics.queries.sentence import sentence
from tests.analytics.queries.scopes import scope

LAST = {"kind": "last", "count": 12, "unit": "week"}
RETENTION: dict[str, Any] = {
    "version": 1, "kind": "retention", "birth": {"events": ["Sign Up"]}, "return": {"events": {"all": True}},
    "dates": LAST, "interval": "week",
}  # fmt: skip
LIFECYCLE: dict[str, Any] = {
    "version": 1, "kind": "lifecycle", "activity": {"events": ["Open"]}, "dates": LAST, "interval": "week",
}  # fmt: skip
FREQUENCY: dict[str, Any] = {
    "version": 1, "kind": "frequency", "activity": {"events": ["Open"]}, "dates": LAST, "each": "day", "per": "week",
}  # fmt: skip
PLAN = {"property": {"name": "plan", "type": "string"}}


@pytest.mark.parametrize("document", [RETENTION, LIFECYCLE, FREQUENCY])
def test_what_is_left_out_has_its_default_and_is_written_out(document):
    query = parse(document)
    assert parse(canonical(query)) == query
    assert set(document) < set(canonical(query).split('"'))


@pytest.mark.parametrize(
    "document, changes, place",
    [
        (RETENTION, {"birth": {"events": []}}, "birth.events"),
        (RETENTION, {"birth": {"events": ["a"], "first": True}}, "birth.first"),
        (RETENTION, {"birth": {"events": ["a"], "first_time": 1}}, "birth.first_time"),
        (RETENTION, {"return": {}}, "return.events"),
        (RETENTION, {"interval": "minute"}, "interval"),
        (RETENTION, {"unit": "year"}, "unit"),
        (RETENTION, {"periods": 0}, "periods"),
        (RETENTION, {"periods": 367}, "periods"),
        (RETENTION, {"brackets": []}, "brackets"),
        (RETENTION, {"brackets": [0, 1]}, "brackets[0]"),
        (RETENTION, {"brackets": [3, 3]}, "brackets[1]"),
        (RETENTION, {"brackets": [1, 400]}, "brackets[1]"),
        (RETENTION, {"brackets": [1.5]}, "brackets[0]"),
        (RETENTION, {"criterion": "before"}, "criterion"),
        (RETENTION, {"measure": {"kind": "sum"}}, "measure.property"),
        (RETENTION, {"measure": {"kind": "rate", "property": {"name": "a", "type": "number"}}}, "measure.property"),
        (RETENTION, {"measure": {"kind": "sum", "property": {"name": "a", "type": "string"}}}, "measure.property.type"),
        (
            RETENTION,
            {"measure": {"kind": "sum", "property": {"name": "a", "type": "number", "source": "user"}}},
            "measure.property.source",
        ),
        (RETENTION, {"breakdowns": [PLAN, PLAN]}, "breakdowns"),
        (RETENTION, {"comparison": {"kind": "later"}}, "comparison.kind"),
        (RETENTION, {"unit": "hour", "alignment": "calendar"}, "interval"),
        (LIFECYCLE, {"interval": "hour"}, "interval"),
        (LIFECYCLE, {"comparison": None}, "comparison"),
        (LIFECYCLE, {"breakdowns": [PLAN]}, "breakdowns"),
        (LIFECYCLE, {"segments": {"limit": 5}}, "segments"),
        (FREQUENCY, {"each": "month"}, "each"),
        (FREQUENCY, {"each": "day", "per": "day"}, "per"),
        (FREQUENCY, {"each": "hour"}, "interval"),
        (FREQUENCY, {"breakdowns": [PLAN, PLAN]}, "breakdowns"),
    ],
)
def test_what_cannot_be_asked_names_its_place(document, changes, place):
    with pytest.raises(QueryError) as error:
        parse({**document, **changes})
    assert error.value.place == place


def test_they_are_said_in_words():
    asked = {
        **RETENTION, "birth": {"events": ["Sign Up"], "first_time": True}, "unit": "week", "periods": 1,
        "criterion": "on_or_after", "breakdowns": [PLAN],
    }  # fmt: skip
    assert sentence(parse(asked)) == (
        "Share of users who did any event after Sign Up for the first time, in or after each of weeks 0 to 1, by plan, "
        "last 12 weeks, weekly cohorts"
    )
    asked = {**RETENTION, "alignment": "calendar", "brackets": [1, 3], "measure": {"kind": "users"}}
    assert sentence(parse(asked)) == (
        "Users who did any event after Sign Up, in each of the brackets from calendar day 1 and 3, last 12 weeks, "
        "weekly cohorts"
    )
    assert sentence(parse({**RETENTION, "comparison": {"kind": "previous"}})).endswith(
        "weekly cohorts, compared with the period before"
    )
    assert sentence(parse(LIFECYCLE)) == "Lifecycle of users who did Open, last 12 weeks, weekly"
    assert sentence(parse(FREQUENCY)) == "In how many days of each week users did Open, last 12 weeks"


def test_what_differs_is_said():
    before, after = parse(RETENTION), parse({**RETENTION, "periods": 1, "birth": {"events": ["Open"]}})
    assert differences(before, after) == ("Birth event: Open instead of Sign Up", "Buckets: 1 day instead of 12 days")
    after = parse({**RETENTION, "birth": {"events": ["Sign Up"], "first_time": True}, "alignment": "calendar"})
    assert differences(before, after) == (
        "Birth: the first time ever instead of every time",
        "Buckets: of the calendar instead of from each user's own beginning",
    )
    after = parse({**RETENTION, "comparison": {"kind": "earlier", "count": 1, "unit": "year"}})
    assert differences(before, after) == ("Compared with: the year before instead of nothing",)
    assert differences(parse(LIFECYCLE), parse({**LIFECYCLE, "interval": "day"})) == (
        "Interval: daily instead of weekly",
    )
    assert differences(parse(FREQUENCY), parse({**FREQUENCY, "per": "month"})) == (
        "Counted: days of each month instead of days of each week",
    )
    assert differences(parse(FREQUENCY), parse(LIFECYCLE)) == ("Kind: lifecycle instead of frequency",)


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


@pytest.mark.parametrize(
    "zone, born, months, later",
    [
        ("UTC", "2024-01-31T10:00:00+00:00", 1, "2024-02-29T10:00:00+00:00"),
        ("UTC", "2023-01-31T10:00:00+00:00", 1, "2023-02-28T10:00:00+00:00"),
        ("UTC", "2024-02-29T10:00:00+00:00", 12, "2025-02-28T10:00:00+00:00"),
        ("Europe/Berlin", "2024-02-15T10:00:00+01:00", 2, "2024-04-15T10:00:00+02:00"),
        # The clock skips 02:30 on 31 March, and shows it twice on 27 October.
        ("Europe/Berlin", "2024-02-29T02:30:00+01:00", 1, "2024-03-29T02:30:00+01:00"),
        ("Europe/Berlin", "2024-01-31T02:30:00+01:00", 2, "2024-03-31T03:30:00+02:00"),
        ("Europe/Berlin", "2024-09-27T02:30:00+02:00", 1, "2024-10-27T02:30:00+02:00"),
        ("Europe/Berlin", "2024-10-27T02:30:00+01:00", 0, "2024-10-27T02:30:00+01:00"),
    ],
)
def test_months_later_by_the_clock(zone, born, months, later):
    assert rolled(moment(born), PeriodUnit.MONTH, months, scope(zone)) == moment(later)


def test_offsets_begin_when_the_clock_is_changed():
    found = offsets(moment("2024-03-01T00:00:00+00:00"), moment("2024-11-01T00:00:00+00:00"), scope("Europe/Berlin"))
    assert [(each.since.isoformat(), each.ahead.total_seconds() / 3600) for each in found] == [
        ("2024-03-01T00:00:00+00:00", 1),
        ("2024-03-31T01:00:00+00:00", 2),
        ("2024-10-27T01:00:00+00:00", 1),
    ]


def test_what_the_clock_changes_only_grows():
    """So that its sum names the state: of two moments with the same number the answer is the same."""
    dates = FixedDates(dt.date(2024, 1, 30), dt.date(2024, 2, 1))
    periods = Periods(PeriodUnit.DAY, Alignment.ROLLING, (0, 1, 2, 3))
    found, states = [], []
    for hour in range(0, 24 * 12, 3):
        now = moment("2024-01-29T00:00:00+00:00") + dt.timedelta(hours=hour)
        at = replace(scope(), now=now)
        cut = buckets(dates, Interval.DAY, at)
        states.append(
            (periods.read_until(dates, at), [end <= now for cohort in cut for end in periods.ends(cohort, at)])
        )
        found.append(periods.finished(dates, cut, at))
    assert found == sorted(found)
    for one, other, state, following in zip(found, found[1:], states, states[1:], strict=False):
        assert (one == other) == (state == following)
    assert found[-1] == found[-2], "in the end nothing changes any more"


@pytest.mark.parametrize(
    "document, dates, interval",
    [
        ({**RETENTION, "interval": "hour", "dates": {**LAST, "count": 1}}, LastDates(12, DateUnit.MONTH), "day"),
        ({**RETENTION, "interval": "month"}, LastDates(7, DateUnit.DAY), "day"),
        (LIFECYCLE, LastDates(40, DateUnit.YEAR), "month"),
    ],
)
def test_a_boards_dates_change_an_interval_that_does_not_fit(document, dates, interval):
    laid = laid_over(parse(document), dates, None)
    assert isinstance(laid, RetentionQuery | LifecycleQuery)
    assert (laid.dates, str(laid.interval)) == (dates, interval)
