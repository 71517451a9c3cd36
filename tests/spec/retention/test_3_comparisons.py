"""Compared with an earlier time"""

from __future__ import annotations

from tests.spec.conftest import Check


def test_averages_stand_beside_those_of_an_earlier_time(check: Check):
    """A comparison asks the same about an earlier time, here the two days before, and puts its averages beside ours:
    how many began then, what came back of them, and how much more or less that is now."""
    check(
        now="2024-03-20 12:00",
        events="""
            time             | event   | user
            2024-03-03 10:00 | Sign Up | ana
            2024-03-04 11:00 | Open    | ana
            2024-03-03 10:00 | Sign Up | ben
            2024-03-04 10:00 | Sign Up | cem
            2024-03-04 10:05 | Sign Up | dan
            2024-03-05 10:00 | Sign Up | eva
            2024-03-06 12:00 | Open    | eva
            2024-03-06 10:00 | Sign Up | fay
        """,
        question={
            "kind": "retention", "birth": ["Sign Up"], "return": ["Open"], "periods": 1, "interval": "day",
            "dates": ["2024-03-05", "2024-03-06"], "comparison": {"kind": "previous"},
        },
        answer="""
            cohort  | users | Day 0 | Day 1
            03-05   | 1     | 0%    | 100%
            03-06   | 1     | 0%    | 0%
            average | 2     | 0%    | 50%
            before  | 4     | 0%    | 25%
            change  |       | 0%    | 25%
        """,
    )  # fmt: skip


def test_as_much_time_has_passed_in_both(check: Check):
    """The earlier time is looked at as it was when as much time had passed since as has passed by now: here on 5 March.
    A bucket that was not over then is in no average, and who came back on 6 March had not come back yet."""
    check(
        now="2024-03-07 12:00",
        events="""
            time             | event   | user
            2024-03-02 10:00 | Sign Up | ana
            2024-03-04 11:00 | Open    | ana
            2024-03-02 10:00 | Sign Up | ben
            2024-03-06 11:00 | Open    | ben
            2024-03-04 10:00 | Sign Up | cem
            2024-03-06 11:00 | Open    | cem
        """,
        question={
            "kind": "retention", "birth": ["Sign Up"], "return": ["Open"], "periods": 4, "interval": "day",
            "criterion": "on_or_after", "dates": ["2024-03-04"],
            "comparison": {"kind": "earlier", "count": 2, "unit": "day"},
        },
        answer="""
            cohort  | users | Day 0 | Day 1 | Day 2 | Day 3 | Day 4
            03-04   | 1     | 100%  | 100%  | 100%* | 0%*   | –
            average | 1     | 100%  | 100%  | –     | –     | –
            before  | 2     | 50%   | 50%   | –     | –     | –
            change  |       | 50%   | 50%   | –     | –     | –
        """,
    )  # fmt: skip


def test_up_to_the_same_moment_of_the_day(check: Check):
    """As much time has passed to the minute: it is noon, so that of the earlier time, too, what was done after noon of
    that day has not been done yet."""
    check(
        now="2024-03-07 12:00",
        events="""
            time             | event   | user
            2024-03-02 10:00 | Sign Up | ana
            2024-03-05 11:59 | Open    | ana
            2024-03-02 10:00 | Sign Up | ben
            2024-03-05 12:00 | Open    | ben
        """,
        question={
            "kind": "retention", "birth": ["Sign Up"], "return": ["Open"], "periods": 3, "interval": "day",
            "criterion": "on_or_after", "dates": ["2024-03-04"],
            "comparison": {"kind": "earlier", "count": 2, "unit": "day"},
        },
        answer="""
            cohort  | users | Day 0 | Day 1 | Day 2 | Day 3
            03-04   | 0     | –     | –     | –     | –
            average | 0     | –     | –     | –     | –
            before  | 2     | 50%   | 50%   | –     | –
            change  |       | –     | –     | –     | –
        """,
    )  # fmt: skip
