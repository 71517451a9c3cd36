"""Days, zones and ranges"""

from __future__ import annotations

from tests.spec.conftest import Check


def test_days_are_the_projects(check: Check):
    """Days begin and end in the project's zone, and a range includes both of its ends. In Berlin, 23:30 UTC is the
    next day."""
    check(
        zone="Europe/Berlin",
        events="""
            time                   | event | user
            2024-02-29 22:59+00:00 | Open  | ana
            2024-02-29 23:00+00:00 | Open  | ana
            2024-03-01 22:59+00:00 | Open  | ana
            2024-03-01 23:00+00:00 | Open  | ana
        """,
        question={"count": "total", "of": ["Open"], "dates": ["2024-03-01", "2024-03-01"]},
        answer="""
                  | Open
            03-01 | 2
            total | 2
        """,
    )


def test_a_day_of_23_hours(check: Check):
    """The day on which summer time begins has 23 hours and appears once: 01:00 is followed by 03:00."""
    check(
        zone="Europe/Berlin",
        now="2024-04-10 12:00",
        events="""
            time                   | event | user
            2024-03-31 00:30+00:00 | Open  | ana
            2024-03-31 01:30+00:00 | Open  | ana
            2024-03-31 21:30+00:00 | Open  | ana
            2024-03-31 22:30+00:00 | Open  | ana
        """,
        question={"count": "total", "of": ["Open"], "dates": ["2024-03-31"], "interval": "hour"},
        busy_only=True,
        answer="""
                       | Open
            01:00 UTC+01:00 | 1
            03:00 UTC+02:00 | 1
            23:00 UTC+02:00 | 1
            total      | 3
        """,
    )


def test_a_day_of_25_hours(check: Check):
    """The day on which summer time ends has 25 hours and appears once; the hour that the clock shows twice is two
    hours."""
    check(
        zone="America/New_York",
        events="""
            time                   | event | user
            2023-11-05 01:30-04:00 | Open  | ana
            2023-11-05 01:30-05:00 | Open  | ana
            2023-11-05 23:59-05:00 | Open  | ana
        """,
        question={"count": "unique", "of": ["Open"], "dates": ["2023-11-05"], "interval": "hour"},
        busy_only=True,
        answer="""
                      | Open
            01:00 UTC-04:00 | 1
            01:00 UTC-05:00 | 1
            23:00 UTC-05:00 | 1
            total     | 1
        """,
    )


def test_half_hours_and_missing_midnights(check: Check):
    """Zones may be off by 30 or 45 minutes, and a day may lack its midnight: it begins with the first moment that it
    has."""
    check(
        zone="America/Sao_Paulo",
        events="""
            time                      | event | user
            2017-10-14 23:59:59-03:00 | Open  | ana
            2017-10-15 01:00:00-02:00 | Open  | ana
            2017-10-15 23:59:59-02:00 | Open  | ana
        """,
        question={"count": "total", "of": ["Open"], "dates": ["2017-10-14", "2017-10-16"]},
        answer="""
                  | Open
            10-14 | 1
            10-15 | 2
            10-16 | 0
            total | 3
        """,
    )


def test_the_week_starts_when_the_project_says(check: Check):
    """Weeks start on the project's day. A range that cuts a week counts only the days inside, and marks that week as
    not whole (*)."""
    check(
        week_start=7,
        events="""
            time             | event | user
            2024-03-02 10:00 | Open  | ana
            2024-03-03 10:00 | Open  | ana
            2024-03-09 10:00 | Open  | ana
            2024-03-10 10:00 | Open  | ana
        """,
        question={"count": "unique", "of": ["Open"], "dates": ["2024-03-01", "2024-03-16"], "interval": "week"},
        answer="""
                   | Open
            03-01* | 1
            03-03  | 1
            03-10  | 1
            total  | 1
        """,
    )


def test_today_is_included_and_unfinished(check: Check):
    """ "Last 3 days" are today and the two days before. A bucket that is not over yet is marked (*)."""
    check(
        now="2024-03-20 12:00",
        events="""
            time             | event | user
            2024-03-17 23:59 | Open  | ana
            2024-03-18 00:00 | Open  | ana
            2024-03-20 11:00 | Open  | ana
        """,
        question={"count": "total", "of": ["Open"], "dates": ["last", 3, "day"]},
        answer="""
                   | Open
            03-18  | 1
            03-19  | 0
            03-20* | 1
            total  | 2
        """,
    )


def test_last_months_are_calendar_months(check: Check):
    """ "Last 2 months" are this month and the whole month before it, so that the first bucket is never cut. Weeks
    likewise."""
    check(
        now="2024-03-20 12:00",
        events="""
            time             | event | user
            2024-01-31 23:59 | Open  | ana
            2024-02-01 00:00 | Open  | ana
            2024-02-29 23:59 | Open  | ana
            2024-03-20 10:00 | Open  | ana
        """,
        question={"count": "total", "of": ["Open"], "dates": ["last", 2, "month"], "interval": "month"},
        answer="""
                     | Open
            2024-02  | 2
            2024-03* | 1
            total    | 3
        """,
    )


def test_what_is_no_longer_kept(check: Check):
    """A project that keeps 3 days of events answers for today and the two days before, at once and to the day, even
    where older events wait to be deleted. Days before that are marked (*)."""
    check(
        now="2024-03-20 12:00",
        retention_days=3,
        events="""
            time             | event | user
            2024-03-17 23:59 | Open  | ana
            2024-03-18 00:00 | Open  | ana
        """,
        question={"count": "total", "of": ["Open"], "dates": ["2024-03-17", "2024-03-18"]},
        answer="""
                   | Open
            03-17* | 0
            03-18  | 1
            total  | 1
        """,
    )


def test_whole_units_that_are_over(check: Check):
    """The units that are still running can be skipped: the last month with 1 skipped is the whole month before this
    one."""
    check(
        now="2024-03-20 12:00",
        events="""
            time             | event | user
            2024-01-31 23:59 | Open  | ana
            2024-02-01 00:00 | Open  | ana
            2024-02-29 23:59 | Open  | ana
            2024-03-01 00:00 | Open  | ana
        """,
        question={"count": "total", "of": ["Open"], "dates": ["last", 1, "month", 1], "interval": "month"},
        answer="""
                    | Open
            2024-02 | 2
            total   | 2
        """,
    )


def test_to_date_and_since(check: Check):
    """ "This month to date" is from the first of the month to today, "since" from any day to today."""
    check(
        now="2024-03-03 12:00",
        events="""
            time             | event | user
            2024-02-29 10:00 | Open  | ana
            2024-03-01 10:00 | Open  | ana
            2024-03-03 10:00 | Open  | ana
        """,
        question={"count": "total", "of": ["Open"], "dates": ["to_date", "month"]},
        answer="""
                   | Open
            03-01  | 1
            03-02  | 0
            03-03* | 1
            total  | 2
        """,
    )
    check(
        now="2024-03-03 12:00",
        events="""
            time             | event | user
            2024-03-01 11:00 | Log In | ana
            2024-03-02 11:00 | Log In | ana
        """,
        question={"count": "total", "of": ["Log In"], "dates": ["since", "2024-03-02"]},
        answer="""
                   | Log In
            03-02  | 1
            03-03* | 0
            total  | 1
        """,
    )


def test_a_question_may_have_a_zone_of_its_own(check: Check):
    """A question may be answered in another zone than the project's. Its days, ranges, weeks and "today" are then those
    of that zone, and so are the midnights that end sessions. What happened at 23:30 UTC is of the next day in Berlin,
    and of the same day in New York."""
    check(
        events="""
            time                   | event | user
            2024-02-29 23:30+00:00 | Open  | ana
            2024-03-01 04:30+00:00 | Open  | ana
            2024-03-01 12:00+00:00 | Open  | ana
            2024-03-01 23:30+00:00 | Open  | ana
        """,
        question={
            "count": "total", "of": ["Open"], "dates": ["2024-02-29", "2024-03-02"], "zone": "Europe/Berlin",
        },
        answer="""
                  | Open
            02-29 | 0
            03-01 | 3
            03-02 | 1
            total | 4
        """,
    )  # fmt: skip
    check(
        events="""
            time                   | event  | user
            2024-02-29 23:30+00:00 | Log In | ana
            2024-03-01 04:30+00:00 | Log In | ana
            2024-03-01 12:00+00:00 | Log In | ana
            2024-03-01 23:30+00:00 | Log In | ana
        """,
        question={
            "count": "total", "of": ["Log In"], "dates": ["2024-02-29", "2024-03-02"], "zone": "America/New_York",
        },
        answer="""
                  | Log In
            02-29 | 2
            03-01 | 2
            03-02 | 0
            total | 4
        """,
    )  # fmt: skip


def test_the_day_of_23_hours_is_the_questions(check: Check):
    """Which days have 23 or 25 hours depends on the zone that is asked for: 31 March 2024 is short in Berlin and not in
    the project's New York."""
    check(
        zone="America/New_York",
        now="2024-04-10 12:00",
        events="""
            time                   | event | user
            2024-03-31 00:30+00:00 | Open  | ana
            2024-03-31 01:30+00:00 | Open  | ana
            2024-03-31 21:30+00:00 | Open  | ana
            2024-03-31 22:30+00:00 | Open  | ana
        """,
        question={
            "count": "total", "of": ["Open"], "dates": ["2024-03-31"], "interval": "hour", "zone": "Europe/Berlin",
        },
        busy_only=True,
        answer="""
                       | Open
            01:00 UTC+01:00 | 1
            03:00 UTC+02:00 | 1
            23:00 UTC+02:00 | 1
            total      | 3
        """,
    )  # fmt: skip


def test_today_is_the_questions(check: Check):
    """At 20:00 UTC it is already tomorrow in Auckland: "last 2 days" end with that day, which is not over (*)."""
    check(
        now="2024-03-20 20:00",
        events="""
            time                   | event | user
            2024-03-19 10:30+00:00 | Open  | ana
            2024-03-20 10:30+00:00 | Open  | ana
            2024-03-20 11:30+00:00 | Open  | ana
        """,
        question={"count": "total", "of": ["Open"], "dates": ["last", 2, "day"], "zone": "Pacific/Auckland"},
        answer="""
                   | Open
            03-20  | 1
            03-21* | 1
            total  | 2
        """,
    )


def test_sessions_end_at_the_questions_midnight(check: Check):
    """A session ends at midnight of the zone that is asked for. These two events are one session in UTC, and two in
    Berlin, where midnight lies between them."""
    check(
        events="""
            time                   | event | user
            2024-03-01 22:50+00:00 | Open  | ana
            2024-03-01 23:10+00:00 | Open  | ana
        """,
        question={"count": "sessions", "of": ["Open"], "dates": ["2024-03-01", "2024-03-02"]},
        answer="""
                  | Open
            03-01 | 1
            03-02 | 0
            total | 1
        """,
    )
    check(
        events="""
            time                   | event  | user
            2024-03-01 22:50+00:00 | Log In | ana
            2024-03-01 23:10+00:00 | Log In | ana
        """,
        question={
            "count": "sessions", "of": ["Log In"], "dates": ["2024-03-01", "2024-03-02"], "zone": "Europe/Berlin",
        },
        answer="""
                  | Log In
            03-01 | 1
            03-02 | 1
            total | 2
        """,
    )  # fmt: skip
