"""Steps and time"""

from __future__ import annotations

from tests.spec.conftest import Check


def test_steps_follow_in_time(check: Check):
    """A user reaches a step by doing it after the step before. Other events may come between. The rate is of those who
    did step 1; the time is since the step before."""
    check(
        events="""
            time             | event   | user
            2024-03-01 10:00 | Sign Up | ana
            2024-03-01 10:01 | Search  | ana
            2024-03-01 10:02 | View    | ana
            2024-03-01 10:04 | Buy     | ana
            2024-03-01 11:00 | Sign Up | ben
            2024-03-01 11:04 | View    | ben
            2024-03-01 09:00 | Buy     | cem
            2024-03-01 09:01 | Sign Up | cem
            2024-03-01 09:02 | Buy     | cem
        """,
        question={"kind": "funnels", "steps": ["Sign Up", "View", "Buy"]},
        answer="""
                    | Users | rate    | median time
            Sign Up | 3     | 100%    | –
            View    | 2     | 66.67%  | 180 s
            Buy     | 1     | 33.33%  | 120 s
        """,
    )


def test_the_window_begins_with_step_1_and_holds_its_end(check: Check):
    """The clock starts at step 1 and is not reset. What happens exactly when the time is up still counts; a
    millisecond later it does not. A day is 24 hours, whatever the calendar says."""
    check(
        events="""
            time                    | event   | user
            2024-03-01 10:00        | Sign Up | ana
            2024-03-02 10:00        | Buy     | ana
            2024-03-01 10:00        | Sign Up | ben
            2024-03-02 10:00:00.001 | Buy     | ben
        """,
        question={"kind": "funnels", "steps": ["Sign Up", "Buy"], "within": [1, "day"]},
        answer="""
                    | Users | rate  | median time
            Sign Up | 2     | 100%  | –
            Buy     | 1     | 50%   | 86400 s
        """,
    )


def test_entries_are_in_the_range_and_conversions_may_come_later(check: Check):
    """Step 1 has to happen in the date range. The others may happen after it, until the window ends."""
    check(
        events="""
            time             | event   | user
            2024-03-01 23:00 | Sign Up | ana
            2024-03-03 10:00 | Buy     | ana
            2024-03-02 00:00 | Sign Up | ben
            2024-03-02 10:00 | Buy     | ben
            2024-02-29 23:00 | Sign Up | cem
            2024-03-01 10:00 | Buy     | cem
        """,
        question={"kind": "funnels", "steps": ["Sign Up", "Buy"], "dates": ["2024-03-01"]},
        answer="""
                    | Users | rate  | median time
            Sign Up | 1     | 100%  | –
            Buy     | 1     | 100%  | 126000 s
        """,
    )


def test_a_step_is_any_of_its_events_that_pass_its_filters(check: Check):
    """A step may be several events, of which any does it, and have filters of its own."""
    check(
        events="""
            time             | event | user | plan
            2024-03-01 10:00 | Open  | ana  |
            2024-03-01 10:01 | Rent  | ana  | pro
            2024-03-01 10:00 | Open  | ben  |
            2024-03-01 10:02 | Buy   | ben  | pro
            2024-03-01 10:00 | Open  | cem  |
            2024-03-01 10:03 | Buy   | cem  | free
        """,
        question={
            "kind": "funnels",
            "steps": ["Open", {"events": ["Buy", "Rent"], "where": [["plan", "string", "is", "pro"]]}],
        },
        answer="""
                        | Users | rate    | median time
            Open        | 3     | 100%    | –
            Buy or Rent | 2     | 66.67%  | 90 s
        """,
    )


def test_events_of_one_moment_are_taken_in_the_order_that_helps(check: Check):
    """Of events of one millisecond nobody knows which came first: it is the one that takes the user further. One event
    serves one step only: whoever opened once has not opened twice."""
    check(
        events="""
            time             | event | user
            2024-03-01 10:00 | Buy   | ana
            2024-03-01 10:00 | Open  | ana
            2024-03-01 10:00 | Open  | ana
            2024-03-01 10:00 | Open  | ben
            2024-03-01 10:00 | Buy   | ben
        """,
        question={"kind": "funnels", "steps": ["Open", "Open", "Buy"]},
        answer="""
                   | Users | rate  | median time
            Open 1 | 2     | 100%  | –
            Open 2 | 1     | 50%   | 0 s
            Buy    | 1     | 50%   | 0 s
        """,
    )


def test_first_time_ever(check: Check):
    """Step 1 may be asked to be the first such event that the user ever did, also before the range."""
    check(
        events="""
            time             | event | user
            2024-01-01 10:00 | Open  | ana
            2024-03-01 10:00 | Open  | ana
            2024-03-01 11:00 | Buy   | ana
            2024-03-01 10:00 | Open  | ben
            2024-03-01 10:30 | Buy   | ben
        """,
        question={"kind": "funnels", "steps": ["Open", "Buy"], "first_time": True},
        answer="""
                 | Users | rate  | median time
            Open | 1     | 100%  | –
            Buy  | 1     | 100%  | 1800 s
        """,
    )


def test_merged_devices_and_events_received_twice(check: Check):
    """As everywhere, a device's events are its user's, and an event that came twice is one."""
    check(
        events="""
            time             | event | user | device | id
            2024-03-01 10:00 | Open  |      | phone  | 1
            2024-03-01 10:00 | Open  |      | phone  | 1
            2024-03-01 10:05 | Login | ana  | phone  | 2
            2024-03-01 10:10 | Buy   | ana  |        | 3
        """,
        question={"kind": "funnels", "steps": ["Open", "Buy"], "count": "totals"},
        answer="""
                 | Attempts | rate  | median time
            Open | 1        | 100%  | –
            Buy  | 1        | 100%  | 600 s
        """,
    )


def test_in_a_comparison_both_are_by_entry(check: Check):
    """The time that is compared with has its own entries, which may convert after it too."""
    check(
        events="""
            time             | event | user
            2024-02-28 10:00 | Open  | ana
            2024-03-01 10:00 | Buy   | ana
            2024-02-29 10:00 | Open  | ben
            2024-03-01 10:00 | Open  | cem
            2024-03-01 10:01 | Buy   | cem
        """,
        question={
            "kind": "funnels",
            "steps": ["Open", "Buy"],
            "dates": ["2024-03-01", "2024-03-02"],
            "comparison": {"kind": "previous"},
        },
        answer="""
                 | Users | before | rate  | median time
            Open | 1     | 2      | 100%  | –
            Buy  | 1     | 1      | 100%  | 60 s
        """,
    )
