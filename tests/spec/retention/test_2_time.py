"""Buckets of time"""

from __future__ import annotations

from tests.spec.conftest import Check


def test_rolling_days_are_of_24_hours_from_the_birth(check: Check):
    """Rolling buckets begin at each user's own birth moment: an hour, 24 hours, 7 times 24 hours. Where the clock is
    changed, as on 31 March in Berlin, a day later is an hour off by the clock."""
    check(
        zone="Europe/Berlin",
        now="2024-04-20 12:00",
        events="""
            time             | event   | user
            2024-03-30 22:00 | Sign Up | ana
            2024-03-31 22:30 | Open    | ana
            2024-03-30 22:00 | Sign Up | ben
            2024-03-31 23:00 | Open    | ben
        """,
        question={
            "kind": "retention", "birth": ["Sign Up"], "return": ["Open"], "periods": 1, "interval": "day",
            "dates": ["2024-03-30"],
        },
        answer="""
            cohort  | users | Day 0 | Day 1
            03-30   | 2     | 50%   | 50%
            average | 2     | 50%   | 50%
        """,
    )  # fmt: skip


def test_calendar_days_are_the_zones(check: Check):
    """Calendar buckets are units of the project's calendar: the one that the birth is in is bucket 0, whatever its
    hour."""
    check(
        zone="Europe/Berlin",
        now="2024-04-20 12:00",
        events="""
            time             | event   | user
            2024-03-30 23:30 | Sign Up | ana
            2024-03-31 00:10 | Open    | ana
            2024-03-30 01:00 | Sign Up | ben
            2024-03-30 23:00 | Open    | ben
        """,
        question={
            "kind": "retention", "birth": ["Sign Up"], "return": ["Open"], "periods": 1, "interval": "day",
            "alignment": "calendar", "dates": ["2024-03-30"],
        },
        answer="""
            cohort  | users | Day 0 | Day 1
            03-30   | 2     | 50%   | 50%
            average | 2     | 50%   | 50%
        """,
    )  # fmt: skip


def test_the_last_calendar_unit_has_all_its_days(check: Check):
    """A calendar unit is as long as the calendar has it, the last one that is read, too: March does not end on the day
    on which February would."""
    check(
        now="2024-05-20 12:00",
        events="""
            time             | event   | user
            2024-02-03 12:00 | Sign Up | ana
            2024-03-31 12:00 | Open    | ana
            2024-02-05 12:00 | Sign Up | ben
        """,
        question={
            "kind": "retention", "birth": ["Sign Up"], "return": ["Open"], "periods": 1, "unit": "month",
            "alignment": "calendar", "interval": "month", "dates": ["2024-02-01", "2024-02-29"],
        },
        answer="""
            cohort  | users | Month 0 | Month 1
            02-01   | 2     | 0%      | 50%
            average | 2     | 0%      | 50%
        """,
    )  # fmt: skip


def test_a_day_with_25_hours_has_all_of_them(check: Check):
    """So has the day on which the clock is turned back, as on 27 October in Berlin."""
    check(
        zone="Europe/Berlin",
        now="2024-10-27 22:45",
        events="""
            time             | event   | user
            2024-10-26 12:00 | Sign Up | ana
            2024-10-27 23:30 | Open    | ana
        """,
        question={
            "kind": "retention", "birth": ["Sign Up"], "return": ["Open"], "periods": 1, "interval": "day",
            "alignment": "calendar", "dates": ["2024-10-26"],
        },
        answer="""
            cohort  | users | Day 0 | Day 1
            10-26   | 1     | 0%    | 100%*
            average | 1     | 0%    | –
        """,
    )  # fmt: skip


def test_a_month_later_is_the_same_day_of_the_next_month(check: Check):
    """A rolling month later is the same day at the same time by the project's clock, or the month's last day where it
    has no such day."""
    check(
        zone="Europe/Berlin",
        now="2024-06-20 12:00",
        events="""
            time             | event   | user
            2024-01-31 10:00 | Sign Up | ana
            2024-02-29 09:59 | Open    | ana
            2024-01-31 10:00 | Sign Up | ben
            2024-02-29 10:00 | Open    | ben
            2024-01-31 10:00 | Sign Up | cem
            2024-03-31 10:00 | Open    | cem
        """,
        question={
            "kind": "retention", "birth": ["Sign Up"], "return": ["Open"], "unit": "month", "periods": 2,
            "interval": "month", "dates": ["2024-01-01", "2024-01-31"], "measure": "users",
        },
        answer="""
            cohort  | users | Month 0 | Month 1 | Month 2
            01-01   | 3     | 1       | 1       | 1
            average | 3     | 1       | 1       | 1
        """,
    )  # fmt: skip


def test_brackets(check: Check):
    """Brackets say where buckets 1, 2 … begin, in units after the birth; each ends where the next begins, and the last
    is as long as the one before it."""
    check(
        events="""
            time             | event   | user
            2024-03-01 10:00 | Sign Up | ana
            2024-03-01 10:00 | Sign Up | ben
            2024-03-01 10:00 | Sign Up | cem
            2024-03-03 09:00 | Open    | ana
            2024-03-04 09:00 | Open    | ben
            2024-03-06 09:59 | Open    | cem
        """,
        question={
            "kind": "retention", "birth": ["Sign Up"], "return": ["Open"], "brackets": [1, 3], "interval": "day",
            "dates": ["2024-03-01"], "measure": "users",
        },
        answer="""
            cohort  | users | Day 0 | Days 1–2 | Days 3–4
            03-01   | 3     | 0     | 2        | 1
            average | 3     | 0     | 2        | 1
        """,
    )  # fmt: skip


def test_buckets_that_are_not_over(check: Check):
    """A bucket is complete when it is over for whoever was born last in the cohort. Others are marked and not in the
    average; where nobody can have returned yet there is no number."""
    check(
        now="2024-03-05 12:00",
        events="""
            time             | event   | user
            2024-03-01 10:00 | Sign Up | ana
            2024-03-03 10:00 | Sign Up | ben
            2024-03-03 11:00 | Sign Up | cem
            2024-03-02 11:00 | Open    | ana
            2024-03-04 12:00 | Open    | ben
        """,
        question={
            "kind": "retention", "birth": ["Sign Up"], "return": ["Open"], "periods": 3, "interval": "day",
            "dates": ["2024-03-01", "2024-03-03"],
        },
        answer="""
            cohort  | users | Day 0 | Day 1   | Day 2 | Day 3
            03-01   | 1     | 0%    | 100%    | 0%    | 0%*
            03-02   | 0     | –     | –       | –     | –
            03-03   | 2     | 0%    | 50%*    | 0%*   | –
            average | 3     | 0%    | 100%    | 0%    | –
        """,
    )  # fmt: skip


def test_what_is_no_longer_kept(check: Check):
    """Where events are no longer kept, a cohort of which a part is lost is never complete."""
    check(
        now="2024-03-20 12:00",
        retention_days=5,
        events="""
            time             | event   | user
            2024-03-14 10:00 | Sign Up | ana
            2024-03-15 10:00 | Sign Up | ben
            2024-03-16 10:00 | Sign Up | cem
            2024-03-17 11:00 | Open    | ben
            2024-03-17 11:00 | Open    | cem
        """,
        question={
            "kind": "retention", "birth": ["Sign Up"], "return": ["Open"], "periods": 1, "interval": "day",
            "dates": ["2024-03-15", "2024-03-16"],
        },
        answer="""
            cohort  | users | Day 0 | Day 1
            03-15   | 0     | –     | –
            03-16   | 1     | 0%    | 100%
            average | 1     | 0%    | 100%
        """,
    )  # fmt: skip


def test_the_calendar_may_be_the_questions(check: Check):
    """A question with a zone of its own has its cohorts and calendar buckets in that zone. These two events are of one
    day in UTC; in Berlin, on the day of 23 hours, of two."""
    check(
        now="2024-04-20 12:00",
        events="""
            time                   | event   | user
            2024-03-31 21:30+00:00 | Sign Up | ana
            2024-03-31 22:30+00:00 | Open    | ana
        """,
        question={
            "kind": "retention", "birth": ["Sign Up"], "return": ["Open"], "periods": 1, "interval": "day",
            "alignment": "calendar", "dates": ["2024-03-31"], "zone": "Europe/Berlin",
        },
        answer="""
            cohort  | users | Day 0 | Day 1
            03-31   | 1     | 0%    | 100%
            average | 1     | 0%    | 100%
        """,
    )  # fmt: skip
