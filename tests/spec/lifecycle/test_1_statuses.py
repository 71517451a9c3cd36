"""New, returning, resurrecting, dormant"""

from __future__ import annotations

from tests.spec.conftest import Check


def test_four_groups(check: Check):
    """Whoever was active in an interval is new if it was the first time ever, returning if they were active in the
    interval before, resurrecting if they were not but had been earlier. Whoever was active in the interval before and
    not in this one is dormant. What happened before the range counts for that."""
    check(
        events="""
            time             | event | user
            2024-01-05 10:00 | Open  | cem
            2024-02-28 10:00 | Open  | ana
            2024-02-29 10:00 | Open  | dana
            2024-03-01 10:00 | Open  | ana
            2024-03-01 11:00 | Open  | ben
            2024-03-01 12:00 | Open  | cem
            2024-03-01 13:00 | Open  | cem
            2024-03-02 10:00 | Open  | ben
        """,
        question={
            "kind": "lifecycle",
            "activity": ["Open"],
            "interval": "day",
            "dates": ["2024-03-01", "2024-03-03"],
        },
        answer="""
                  | new | returning | resurrecting | dormant
            03-01 | 1   | 0         | 2            | 1
            03-02 | 0   | 1         | 0            | 2
            03-03 | 0   | 0         | 0            | 1
        """,
    )


def test_intervals_are_whole(check: Check):
    """A lifecycle is of whole days, weeks or months: all those that the range touches. The one that is not over is
    marked, as whoever is dormant in it may still come."""
    check(
        now="2024-03-13 12:00",
        events="""
            time             | event | user
            2024-03-04 10:00 | Open  | ana
            2024-03-12 10:00 | Open  | ana
            2024-03-10 10:00 | Open  | ben
        """,
        question={
            "kind": "lifecycle",
            "activity": ["Open"],
            "interval": "week",
            "dates": ["2024-03-09", "2024-03-13"],
        },
        answer="""
                   | new | returning | resurrecting | dormant
            03-04  | 2   | 0         | 0            | 0
            03-11* | 0   | 1         | 0            | 1
        """,
    )


def test_filters_say_what_is_an_activity(check: Check):
    """Filters choose the events that are an activity, also in the past: whoever is new did nothing that passes them
    before."""
    check(
        events="""
            time             | event | user | plan
            2024-03-01 10:00 | Open  | ana  | free
            2024-03-02 10:00 | Open  | ana  | pro
        """,
        question={
            "kind": "lifecycle",
            "activity": ["Open"],
            "interval": "day",
            "where": [["plan", "string", "is", "pro"]],
            "dates": ["2024-03-01", "2024-03-02"],
        },
        answer="""
                  | new | returning | resurrecting | dormant
            03-01 | 0   | 0         | 0            | 0
            03-02 | 1   | 0         | 0            | 0
        """,
    )


def test_what_is_no_longer_kept(check: Check):
    """Where events are no longer kept, “new” means since then; an interval is complete only if it and the one before
    are kept."""
    check(
        now="2024-03-20 12:00",
        retention_days=5,
        events="""
            time             | event | user
            2024-03-10 10:00 | Open  | ana
            2024-03-16 10:00 | Open  | ana
            2024-03-17 10:00 | Open  | ana
        """,
        question={
            "kind": "lifecycle",
            "activity": ["Open"],
            "interval": "day",
            "dates": ["2024-03-15", "2024-03-18"],
        },
        answer="""
                   | new | returning | resurrecting | dormant
            03-15* | 0   | 0         | 0            | 0
            03-16* | 1   | 0         | 0            | 0
            03-17  | 0   | 1         | 0            | 0
            03-18  | 0   | 0         | 0            | 1
        """,
    )


def test_intervals_may_be_of_the_questions_zone(check: Check):
    """A question with a zone of its own has the days of that zone: in Berlin ana is new on the first of March and comes
    back on the second."""
    check(
        events="""
            time                   | event | user
            2024-03-01 22:30+00:00 | Open  | ana
            2024-03-01 23:30+00:00 | Open  | ana
        """,
        question={
            "kind": "lifecycle",
            "activity": ["Open"],
            "interval": "day",
            "dates": ["2024-03-01", "2024-03-02"],
            "zone": "Europe/Berlin",
        },
        answer="""
                  | new | returning | resurrecting | dormant
            03-01 | 1   | 0         | 0            | 0
            03-02 | 0   | 1         | 0            | 0
        """,
    )
