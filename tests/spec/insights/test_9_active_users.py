"""Active users"""

from __future__ import annotations

from tests.spec.conftest import Check


def test_weekly_active_users_are_those_of_seven_days(check: Check):
    """Daily, weekly and monthly active users are the users of the 1, 7 or 30 days that end with the bucket, days
    before the range included. The total is that of the last bucket: these users are active at the end of the
    range."""
    check(
        events="""
            time             | event | user
            2024-03-01 10:00 | Open  | ana
            2024-03-06 10:00 | Open  | ben
        """,
        question={
            "metrics": [{"count": "dau", "of": ["Open"]}, {"count": "wau", "of": ["Open"]}],
            "dates": ["2024-03-05", "2024-03-08"],
        },
        answer="""
                  | A Open | B Open
            03-05 | 0      | 1
            03-06 | 1      | 2
            03-07 | 0      | 2
            03-08 | 0      | 1
            total | 0      | 1
        """,
    )


def test_monthly_active_users_are_those_of_thirty_days(check: Check):
    """Thirty days are thirty days, whatever the month: those that end with 10 March 2024 begin with 10 February."""
    check(
        events="""
            time             | event | user
            2024-02-10 00:00 | Open  | ana
        """,
        question={"count": "mau", "of": ["Open"], "dates": ["2024-03-09", "2024-03-11"]},
        answer="""
                  | Open
            03-09 | 1
            03-10 | 1
            03-11 | 0
            total | 0
        """,
    )


def test_a_wider_bucket_has_the_days_that_it_ends_with(check: Check):
    """By the month, weekly active users are those of the month's last seven days."""
    check(
        events="""
            time             | event | user
            2024-01-24 23:59 | Open  | ana
            2024-01-25 00:00 | Open  | ben
            2024-02-22 23:59 | Open  | ana
            2024-02-23 00:00 | Open  | ben
            2024-02-29 10:00 | Open  | cem
        """,
        question={"count": "wau", "of": ["Open"], "dates": ["2024-01-01", "2024-02-29"], "interval": "month"},
        answer="""
                    | Open
            2024-01 | 1
            2024-02 | 2
            total   | 2
        """,
    )


def test_days_are_the_projects_also_where_the_clock_is_changed(check: Check):
    """The days are calendar days of the project's zone. In Berlin the seven days that end with 31 March 2024 have 167
    hours."""
    check(
        zone="Europe/Berlin",
        now="2024-04-10 12:00",
        events="""
            time                   | event | user
            2024-03-24 22:59+00:00 | Open  | ana
            2024-03-24 23:00+00:00 | Open  | ben
        """,
        question={"count": "wau", "of": ["Open"], "dates": ["2024-03-30", "2024-04-01"]},
        answer="""
                  | Open
            03-30 | 2
            03-31 | 1
            04-01 | 0
            total | 0
        """,
    )


def test_a_day_that_the_zone_skipped_ends_nothing(check: Check):
    """Apia's calendar had no 30 December 2011. A week that was to end with it ends with the day before."""
    check(
        zone="Pacific/Apia",
        now="2012-01-10 12:00",
        events="""
            time                   | event | user
            2011-12-28 12:00-10:00 | Open  | ana
            2011-12-29 12:00-10:00 | Open  | ben
            2011-12-31 12:00+14:00 | Open  | cem
        """,
        question={"count": "dau", "of": ["Open"], "dates": ["2011-12-24", "2011-12-30"], "interval": "week"},
        answer="""
                   | Open
            12-24* | 0
            12-26* | 1
            total  | 1
        """,
    )


def test_cumulative_users_begin_with_the_range(check: Check):
    """Cumulative users are all users since the range began, each once."""
    check(
        events="""
            time             | event | user
            2024-02-29 10:00 | Open  | cem
            2024-03-01 10:00 | Open  | ana
            2024-03-02 10:00 | Open  | ana
            2024-03-02 10:00 | Open  | ben
        """,
        question={"count": "cumulative_unique", "of": ["Open"], "dates": ["2024-03-01", "2024-03-03"]},
        answer="""
                  | Open
            03-01 | 1
            03-02 | 2
            03-03 | 2
            total | 2
        """,
    )


def test_active_in_each_of_their_segments(check: Check):
    """With a breakdown, a user is active in each segment that one of their events in those days was in. Segments are
    ranked by the last bucket."""
    check(
        events="""
            time             | event | user | plan
            2024-03-01 10:00 | Open  | ana  | pro
            2024-03-02 10:00 | Open  | ben  | pro
            2024-03-03 10:00 | Open  | ana  | free
        """,
        question={"count": "wau", "of": ["Open"], "by": ["plan", "string", 10], "dates": ["2024-03-02", "2024-03-08"]},
        answer="""
                  | All | free | pro
            03-02 | 2   | 0    | 2
            03-03 | 2   | 1    | 2
            03-04 | 2   | 1    | 2
            03-05 | 2   | 1    | 2
            03-06 | 2   | 1    | 2
            03-07 | 2   | 1    | 2
            03-08 | 2   | 1    | 1
            total | 2   | 1    | 1
        """,
    )
