"""Segments, times and what happened in between"""

from __future__ import annotations

from tests.spec.conftest import Check


def test_a_segment_is_the_value_of_the_first_step_that_has_one(check: Check):
    """Split by a property, an attempt is counted under the value of the first step that has one. The segments add up
    to the whole."""
    check(
        events="""
            time             | event | user | plan
            2024-03-01 10:00 | Open  | ana  |
            2024-03-01 10:01 | View  | ana  | free
            2024-03-01 10:02 | Buy   | ana  | pro
            2024-03-01 10:00 | Open  | ben  | free
            2024-03-01 10:01 | View  | ben  | pro
        """,
        question={"kind": "funnels", "steps": ["Open", "View", "Buy"], "by": ["plan", "string"]},
        answer="""
                 | All | free
            Open | 2   | 2
            View | 2   | 2
            Buy  | 1   | 1
        """,
    )


def test_or_of_the_last_step_that_has_one(check: Check):
    """Or it is the value of the last step that was reached and has one."""
    check(
        events="""
            time             | event | user | plan
            2024-03-01 10:00 | Open  | ana  | free
            2024-03-01 10:01 | View  | ana  | pro
            2024-03-01 10:00 | Open  | ben  | free
        """,
        question={
            "kind": "funnels",
            "steps": ["Open", "View"],
            "by": ["plan", "string"],
            "attribution": {"kind": "last"},
        },
        answer="""
                 | All | free | pro
            Open | 2   | 1    | 1
            View | 1   | 0    | 1
        """,
    )


def test_or_of_one_step(check: Check):
    """Or of one step: whoever did not reach it is not set."""
    check(
        events="""
            time             | event | user | plan
            2024-03-01 10:00 | Open  | ana  | free
            2024-03-01 10:01 | View  | ana  | pro
            2024-03-01 10:00 | Open  | ben  | free
        """,
        question={
            "kind": "funnels",
            "steps": ["Open", "View"],
            "by": ["plan", "string"],
            "attribution": {"kind": "step", "step": 2},
        },
        answer="""
                 | All | pro | (not set)
            Open | 2   | 1   | 1
            View | 1   | 1   | 0
        """,
    )


def test_the_largest_segments_are_those_in_which_most_began(check: Check):
    """What the limit leaves over is “(other)”."""
    check(
        events="""
            time             | event | user | plan
            2024-03-01 10:00 | Open  | ana  | a
            2024-03-01 10:00 | Open  | ben  | a
            2024-03-01 10:00 | Open  | cem  | b
            2024-03-01 10:01 | Buy   | cem  |
            2024-03-01 10:00 | Open  | dan  | c
        """,
        question={"kind": "funnels", "steps": ["Open", "Buy"], "by": ["plan", "string", 1]},
        answer="""
                 | All | a | (other)
            Open | 4   | 2 | 2
            Buy  | 1   | 0 | 1
        """,
    )


def test_time_to_convert(check: Check):
    """How long it took from one step to another, over those who reached the later one. A bin does not hold its upper
    end."""
    check(
        events="""
            time             | event | user
            2024-03-01 10:00 | Open  | ana
            2024-03-01 10:01 | Buy   | ana
            2024-03-01 10:00 | Open  | ben
            2024-03-01 10:02 | Buy   | ben
            2024-03-01 10:00 | Open  | cem
            2024-03-01 10:06 | Buy   | cem
            2024-03-01 10:00 | Open  | dan
        """,
        question={"kind": "funnels", "steps": ["Open", "Buy"], "view": "times"},
        answer="""
            count           | 3
            average         | 180
            median          | 120
            p25             | 90
            p75             | 240
            p90             | 312
            min             | 60
            max             | 360
            1 min to 2 min  | 1
            2 min to 5 min  | 1
            5 min to 10 min | 1
        """,
    )


def test_frequency(check: Check):
    """How often the first of two steps was done until the second one: from the step itself on, and before the moment of
    the second."""
    check(
        events="""
            time             | event | user
            2024-03-01 10:00 | View  | ana
            2024-03-01 10:01 | View  | ana
            2024-03-01 10:02 | Buy   | ana
            2024-03-01 10:03 | View  | ana
            2024-03-01 10:00 | View  | ben
            2024-03-01 10:02 | Buy   | ben
        """,
        question={"kind": "funnels", "steps": ["View", "Buy"], "view": "frequency"},
        answer="""
            count   | 2
            average | 1.5
            median  | 1.5
            p25     | 1.25
            p75     | 1.75
            p90     | 1.9
            min     | 1
            max     | 2
            1 to 1  | 1
            2 to 2  | 1
        """,
    )


def test_paths(check: Check):
    """What users did between the moments of two steps, one after the other; the same several times in a row is said
    once, and only the first 20 are told apart. The 20 most frequent paths are shown."""
    check(
        events="""
            time             | event  | user
            2024-03-01 10:00 | Open   | ana
            2024-03-01 10:01 | Search | ana
            2024-03-01 10:02 | Search | ana
            2024-03-01 10:03 | View   | ana
            2024-03-01 10:04 | Buy    | ana
            2024-03-01 10:00 | Open   | ben
            2024-03-01 10:01 | Search | ben
            2024-03-01 10:02 | View   | ben
            2024-03-01 10:04 | Buy    | ben
            2024-03-01 10:00 | Open   | cem
            2024-03-01 10:04 | Buy    | cem
        """,
        question={"kind": "funnels", "steps": ["Open", "Buy"], "view": "paths"},
        answer="""
            Search, View | 2
            (nothing)    | 1
        """,
    )


def test_the_days_may_be_of_the_questions_zone(check: Check):
    """A question with a zone of its own has the days of that zone, and the midnights at which sessions end: in Berlin
    ana begins on the second of March, and no midnight lies between her two steps."""
    check(
        events="""
            time                   | event   | user
            2024-03-01 23:50+00:00 | Sign Up | ana
            2024-03-02 00:05+00:00 | Buy     | ana
        """,
        question={
            "kind": "funnels", "steps": ["Sign Up", "Buy"], "within": "session", "view": "trend",
            "dates": ["2024-03-01", "2024-03-02"], "zone": "Europe/Berlin",
        },
        answer="""
                  | entered | converted | rate
            03-01 | 0       | 0         | –
            03-02 | 1       | 1         | 100%
        """,
    )  # fmt: skip
