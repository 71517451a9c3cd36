"""Cohorts and returns"""

from __future__ import annotations

from tests.spec.conftest import Check


def test_a_user_is_in_every_cohort_in_which_they_did_the_birth_event(check: Check):
    """A user is in the cohort of every interval of the range in which they did the birth event, once in each; their
    clock begins at the first of those in the interval. The average row weights the cohorts by their size."""
    check(
        events="""
            time             | event   | user
            2024-03-01 10:00 | Search  | ana
            2024-03-01 10:30 | Search  | ben
            2024-03-01 15:00 | Search  | ana
            2024-03-02 11:00 | Search  | ana
            2024-03-02 12:00 | Buy     | ana
            2024-03-03 09:00 | Buy     | ana
        """,
        question={
            "kind": "retention", "birth": ["Search"], "return": ["Buy"], "periods": 1, "interval": "day",
            "dates": ["2024-03-01", "2024-03-02"],
        },
        answer="""
            cohort  | users | Day 0 | Day 1
            03-01   | 2     | 0%    | 50%
            03-02   | 1     | 100%  | 0%
            average | 3     | 33.33%  | 33.33%
        """,
    )  # fmt: skip


def test_the_first_time_ever(check: Check):
    """With “first time”, only the first such event that the user ever did is a birth, as far as events are kept: so a
    user is in one cohort at most. Filters look at that event, they do not choose it."""
    check(
        events="""
            time             | event | user | plan
            2024-02-10 10:00 | Visit | ana  | pro
            2024-03-01 10:00 | Visit | ana  | pro
            2024-03-01 10:00 | Visit | ben  | pro
            2024-03-01 10:00 | Visit | cem  | free
            2024-03-02 10:00 | Visit | cem  | pro
            2024-03-02 12:00 | Visit | ben  | pro
        """,
        question={
            "kind": "retention", "birth": ["Visit"], "first_time": True, "return": ["Visit"], "periods": 1,
            "birth_where": [["plan", "string", "is", "pro"]], "interval": "day", "dates": ["2024-03-01", "2024-03-02"],
        },
        answer="""
            cohort  | users | Day 0 | Day 1
            03-01   | 1     | 0%    | 100%
            03-02   | 0     | –     | –
            average | 1     | 0%    | 100%
        """,
    )  # fmt: skip


def test_an_event_is_never_its_own_return(check: Check):
    """Bucket 0 is the birth's own period. The birth event itself is no return, though it may be of the same kind;
    another event is, at the same moment or later."""
    check(
        events="""
            time             | event | user | id
            2024-03-01 10:00 | Visit | ana  | 1
            2024-03-01 10:00 | Visit | ben  | 2
            2024-03-01 10:00 | Visit | ben  | 3
            2024-03-01 10:00 | Visit | cem  | 4
            2024-03-01 09:59 | Other | cem  | 5
            2024-03-01 10:00 | Visit | dana | 6
            2024-03-01 10:01 | Visit | dana | 7
        """,
        question={
            "kind": "retention", "birth": ["Visit"], "return": "everything", "periods": 1, "interval": "day",
            "dates": ["2024-03-01"], "measure": "users",
        },
        answer="""
            cohort  | users | Day 0 | Day 1
            03-01   | 4     | 2     | 0
            average | 4     | 2     | 0
        """,
    )  # fmt: skip


def test_on_or_after(check: Check):
    """“On” counts who returned in the bucket. “On or after” counts who returned in it or in a later one, up to the last
    bucket."""
    check(
        events="""
            time             | event   | user
            2024-03-01 10:00 | Sign Up | ana
            2024-03-01 10:00 | Sign Up | ben
            2024-03-03 11:00 | Open    | ana
            2024-03-02 11:00 | Open    | ben
            2024-03-09 11:00 | Open    | ben
        """,
        question={
            "kind": "retention", "birth": ["Sign Up"], "return": ["Open"], "periods": 3, "interval": "day",
            "dates": ["2024-03-01"], "criterion": "on_or_after",
        },
        answer="""
            cohort  | users | Day 0 | Day 1 | Day 2 | Day 3
            03-01   | 2     | 100%  | 100%  | 50%   | 0%
            average | 2     | 100%  | 100%  | 50%   | 0%
        """,
    )  # fmt: skip


def test_sums_and_averages_of_the_return_events(check: Check):
    """A sum or average of a property is over the return events of each bucket that have it as a number."""
    check(
        events="""
            time             | event   | user | amount
            2024-03-01 10:00 | Sign Up | ana  |
            2024-03-01 10:00 | Sign Up | ben  |
            2024-03-01 11:00 | Buy     | ana  | 10
            2024-03-01 12:00 | Buy     | ben  | 4
            2024-03-02 12:00 | Buy     | ben  | "5"
        """,
        question={
            "kind": "retention", "birth": ["Sign Up"], "return": ["Buy"], "periods": 1, "interval": "day",
            "dates": ["2024-03-01"], "measure": "average", "property": ["amount", "number"],
        },
        answer="""
            cohort  | users | Day 0 | Day 1
            03-01   | 2     | 7     | –
            average | 2     | 7     | –
        """,
    )  # fmt: skip


def test_segments_are_those_of_the_birth(check: Check):
    """With a breakdown a user is in the segment of the birth event that put them into the cohort, whatever they did
    later. The segments shown are those with the most users who did the birth event in the range."""
    check(
        events="""
            time             | event   | user | plan
            2024-03-01 10:00 | Sign Up | ana  | pro
            2024-03-01 10:00 | Sign Up | ben  | pro
            2024-03-01 10:00 | Sign Up | cem  | free
            2024-03-01 10:00 | Sign Up | dana |
            2024-03-02 11:00 | Open    | ana  | free
            2024-03-02 11:00 | Open    | dana | pro
        """,
        question={
            "kind": "retention", "birth": ["Sign Up"], "return": ["Open"], "periods": 1, "interval": "day",
            "dates": ["2024-03-01"], "measure": "users", "by": ["plan", "string", 1],
        },
        answer="""
                    | cohort  | users | Day 0 | Day 1
            All     | 03-01   | 4     | 0     | 2
            All     | average | 4     | 0     | 2
            pro     | 03-01   | 2     | 0     | 1
            pro     | average | 2     | 0     | 1
            (other) | 03-01   | 2     | 0     | 1
            (other) | average | 2     | 0     | 1
        """,
    )  # fmt: skip
