"""Breakdowns"""

from __future__ import annotations

from tests.spec.conftest import Check


def test_segments(check: Check):
    """A breakdown splits a metric by the values of a property. Events without it are "(not set)", the empty text is
    "(empty string)". "All" is the metric without its breakdown."""
    check(
        events="""
            time             | event | user | plan
            2024-03-01 10:00 | Open  | ana  | pro
            2024-03-01 10:00 | Open  | ben  | pro
            2024-03-01 10:00 | Open  | cem  | ""
            2024-03-01 10:00 | Open  | dee  |
            2024-03-02 10:00 | Open  | dee  |
            2024-03-02 11:00 | Open  | dee  |
        """,
        question={
            "count": "total",
            "of": ["Open"],
            "by": ["plan", "string", 10],
            "dates": ["2024-03-01", "2024-03-02"],
        },
        answer="""
                  | All | (not set) | pro | (empty string)
            03-01 | 4   | 1         | 2   | 1
            03-02 | 2   | 2         | 0   | 0
            total | 6   | 3         | 2   | 1
        """,
    )


def test_a_user_is_in_each_of_their_segments(check: Check):
    """A user counts once in each segment that they were in, so segments may add up to more than the whole."""
    check(
        events="""
            time             | event | user | plan
            2024-03-01 10:00 | Open  | ana  | free
            2024-03-01 11:00 | Open  | ana  | pro
        """,
        question={"count": "unique", "of": ["Open"], "by": ["plan", "string", 10], "dates": ["2024-03-01"]},
        answer="""
                  | All | free | pro
            03-01 | 1   | 1    | 1
            total | 1   | 1    | 1
        """,
    )


def test_other_is_counted_from_its_own_users(check: Check):
    """The largest segments over the whole range are shown, the rest is "(other)", counted from its own events and
    users: somebody who was in two small segments is one user of "(other)"."""
    check(
        events="""
            time             | event | user | city
            2024-03-01 10:00 | Open  | ana  | Rome
            2024-03-01 10:00 | Open  | ben  | Rome
            2024-03-01 10:00 | Open  | cem  | Oslo
            2024-03-01 10:00 | Open  | cem  | Bonn
        """,
        question={"count": "unique", "of": ["Open"], "by": ["city", "string", 1], "dates": ["2024-03-01"]},
        answer="""
                  | All | Rome | (other)
            03-01 | 3   | 2    | 1
            total | 3   | 2    | 1
        """,
    )


def test_ties_are_settled_by_name(check: Check):
    """Equally large segments are taken in the order of their names, numbers by size, "(not set)" last: the same
    question never gives another choice."""
    check(
        events="""
            time             | event | user | seats
            2024-03-01 10:00 | Open  | ana  | 10
            2024-03-01 10:00 | Open  | ben  | 9
            2024-03-01 10:00 | Open  | cem  | 100
            2024-03-01 10:00 | Open  | dee  |
        """,
        question={"count": "total", "of": ["Open"], "by": ["seats", "number", 2], "dates": ["2024-03-01"]},
        answer="""
                  | All | 9 | 10 | (other)
            03-01 | 4   | 1 | 1  | 2
            total | 4   | 1 | 1  | 2
        """,
    )


def test_a_list_counts_once_per_item(check: Check):
    """A list counts once for each distinct item, and "(other)" counts such an event once, however many of its items
    are left over."""
    check(
        events="""
            time             | event | user | tags
            2024-03-01 10:00 | Buy   | ana  | ["new", "new", "sale"]
            2024-03-01 10:00 | Buy   | ben  | ["new", "gift", "red"]
            2024-03-01 10:00 | Buy   | cem  | []
            2024-03-01 10:00 | Buy   | dee  | new
        """,
        question={"count": "total", "of": ["Buy"], "by": ["tags", "list", 3], "dates": ["2024-03-01"]},
        answer="""
                  | All | new | (empty string) | gift | (other)
            03-01 | 4   | 2   | 1       | 1    | 3
            total | 4   | 2   | 1       | 1    | 3
        """,
    )


def test_numbers_and_booleans(check: Check):
    """Each number is a segment: 5 and 5.0 are the same, "5" is text and therefore not set. Booleans are true, false
    or not set."""
    check(
        events="""
            time             | event | user | seats
            2024-03-01 10:00 | Open  | ana  | 5
            2024-03-01 10:00 | Open  | ben  | 5.0
            2024-03-01 10:00 | Open  | cem  | "5"
            2024-03-01 10:00 | Open  | dee  | 2.5
        """,
        question={"count": "total", "of": ["Open"], "by": ["seats", "number", 10], "dates": ["2024-03-01"]},
        answer="""
                  | All | 5 | 2.5 | (not set)
            03-01 | 4   | 2 | 1   | 1
            total | 4   | 2 | 1   | 1
        """,
    )


def test_several_breakdowns_at_once(check: Check):
    """With several breakdowns a segment is a combination of their values, and the number of segments shown is that of
    combinations."""
    check(
        events="""
            time             | event | user | plan | os
            2024-03-01 10:00 | Open  | ana  | pro  | Mac
            2024-03-01 11:00 | Open  | ana  | pro  | Mac
            2024-03-01 12:00 | Open  | ben  | pro  |
            2024-03-01 13:00 | Open  | cem  | free | Mac
        """,
        question={
            "count": "total",
            "of": ["Open"],
            "by": [["plan", "string"], ["os", "string"]],
            "segments": {"limit": 2},
            "dates": ["2024-03-01"],
        },
        answer="""
                  | All · All | pro · Mac | free · Mac | (other) · (other)
            03-01 | 4         | 2         | 1          | 1
            total | 4         | 2         | 1          | 1
        """,
    )


def test_even_buckets_of_numbers(check: Check):
    """Numbers can be put into buckets of one size. A bucket has its lower edge and not its upper one. Buckets stand
    in their order, whatever their size, and "(not set)" last."""
    check(
        events="""
            time             | event | user | amount
            2024-03-01 10:00 | Buy   | ana  | 0
            2024-03-01 10:00 | Buy   | ben  | 10
            2024-03-01 10:00 | Buy   | cem  | 9.99
            2024-03-01 10:00 | Buy   | dee  | -1
            2024-03-01 10:00 | Buy   | eve  | "5"
        """,
        question={
            "count": "total",
            "of": ["Buy"],
            "by": ["amount", "number", {"kind": "even", "size": 10}],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | All | -10 – 0 | 0 – 10 | 10 – 20 | (not set)
            03-01 | 5   | 1       | 2      | 1       | 1
            total | 5   | 1       | 2      | 1       | 1
        """,
    )


def test_edges_are_the_decimals_that_people_read(check: Check):
    """Edges are exact as people write them: with buckets of 0.1, 0.3 is the first number of "0.3 – 0.4", though
    computers make 0.30000000000000004 of 3 × 0.1."""
    check(
        events="""
            time             | event | user | rate
            2024-03-01 10:00 | Buy   | ana  | 0.3
            2024-03-01 10:00 | Buy   | ben  | 0.29
            2024-03-01 10:00 | Buy   | cem  | 0.7
            2024-03-01 10:00 | Buy   | dee  | 0.6
        """,
        question={
            "count": "total",
            "of": ["Buy"],
            "by": ["rate", "number", {"kind": "even", "size": 0.1}],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | All | 0.2 – 0.3 | 0.3 – 0.4 | 0.6 – 0.7 | 0.7 – 0.8
            03-01 | 4   | 1         | 1         | 1         | 1
            total | 4   | 1         | 1         | 1         | 1
        """,
    )


def test_buckets_with_edges_of_ones_own(check: Check):
    """Or the edges are given: below the first, from each up to but not including the next, and from the last one
    on."""
    check(
        events="""
            time             | event | user | amount
            2024-03-01 10:00 | Buy   | ana  | 4.9
            2024-03-01 10:00 | Buy   | ben  | 5
            2024-03-01 10:00 | Buy   | cem  | 9
            2024-03-01 10:00 | Buy   | dee  | 10
        """,
        question={
            "count": "total",
            "of": ["Buy"],
            "by": ["amount", "number", {"kind": "custom", "edges": [5, 10]}],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | All | below 5 | 5 – 10 | 10 or more
            03-01 | 4   | 1       | 2      | 1
            total | 4   | 1       | 2      | 1
        """,
    )


def test_automatic_buckets(check: Check):
    """Automatic buckets are about ten between the least and the greatest number, of a round size: 1, 2 or 5 times a
    power of ten. From 3 to 97 they are of 10 each."""
    check(
        events="""
            time             | event | user | amount
            2024-03-01 10:00 | Buy   | ana  | 3
            2024-03-01 10:00 | Buy   | ben  | 48
            2024-03-01 10:00 | Buy   | cem  | 40
            2024-03-01 10:00 | Buy   | dee  | 97
        """,
        question={
            "count": "total",
            "of": ["Buy"],
            "by": ["amount", "number", {"kind": "auto"}],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | All | 0 – 10 | 40 – 50 | 90 – 100
            03-01 | 4   | 1      | 2       | 1
            total | 4   | 1      | 2       | 1
        """,
    )


def test_hours_of_the_day(check: Check):
    """A date is split by how wide its buckets are. "time" is the moment of the event itself; its hour is what the
    project's clock showed."""
    check(
        zone="Europe/Berlin",
        events="""
            time                   | event | user
            2024-03-01 08:15+00:00 | Open  | ana
            2024-03-02 08:40+00:00 | Open  | ana
            2024-03-02 23:30+00:00 | Open  | ben
        """,
        question={
            "count": "total",
            "of": ["Open"],
            "by": ["time", "date", {"kind": "date", "grain": "hour_of_day"}],
            "dates": ["2024-03-01", "2024-03-03"],
        },
        answer="""
                  | All | 00:00 | 09:00
            03-01 | 1   | 0     | 1
            03-02 | 1   | 0     | 1
            03-03 | 1   | 1     | 0
            total | 3   | 1     | 2
        """,
    )


def test_days_of_the_week(check: Check):
    """Likewise days of the week, from Monday to Sunday: 1 and 8 March 2024 are Fridays."""
    check(
        events="""
            time             | event | user
            2024-03-01 10:00 | Open  | ana
            2024-03-08 10:00 | Open  | ana
            2024-03-04 10:00 | Open  | ana
        """,
        question={
            "count": "total",
            "of": ["Open"],
            "by": ["time", "date", {"kind": "date", "grain": "day_of_week"}],
            "dates": ["2024-03-01", "2024-03-08"],
            "interval": "month",
        },
        answer="""
                     | All | Monday | Friday
            2024-03* | 3   | 1      | 2
            total    | 3   | 1      | 2
        """,
    )


def test_weeks_of_a_date(check: Check):
    """A week is called by its first day, which the project chooses."""
    check(
        week_start=7,
        events="""
            time             | event | user | due
            2024-03-01 10:00 | Plan  | ana  | 2024-03-02
            2024-03-01 10:00 | Plan  | ben  | 2024-03-03
            2024-03-01 10:00 | Plan  | cem  | 2024-03-09
        """,
        question={
            "count": "total",
            "of": ["Plan"],
            "by": ["due", "date", {"kind": "date", "grain": "week"}],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | All | 2024-02-25 | 2024-03-03
            03-01 | 3   | 1          | 2
            total | 3   | 1          | 2
        """,
    )


def test_months_of_a_date(check: Check):
    """A moment is in the month that the project's clock showed: in Berlin, 22:30 UTC on 31 March is already April. A
    day by itself is that day everywhere. What is no date is "(not set)"."""
    check(
        zone="Europe/Berlin",
        events="""
            time             | event | user | due
            2024-03-01 10:00 | Plan  | ana  | 2024-03-31T22:30:00Z
            2024-03-01 10:00 | Plan  | ben  | 2024-03-31
            2024-03-01 10:00 | Plan  | cem  | soon
        """,
        question={
            "count": "total",
            "of": ["Plan"],
            "by": ["due", "date", {"kind": "date", "grain": "month"}],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | All | 2024-03 | 2024-04 | (not set)
            03-01 | 3   | 1       | 1       | 1
            total | 3   | 1       | 1       | 1
        """,
    )


def test_chosen_values(check: Check):
    """Values can be chosen: these are shown, whatever their size, and the rest is "(other)"."""
    check(
        events="""
            time             | event | user | plan
            2024-03-01 10:00 | Open  | ana  | free
            2024-03-01 11:00 | Open  | ana  | free
            2024-03-01 12:00 | Open  | ben  | pro
            2024-03-01 13:00 | Open  | cem  | trial
        """,
        question={
            "count": "total",
            "of": ["Open"],
            "by": ["plan", "string", ["trial", "pro"]],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | All | pro | trial | (other)
            03-01 | 4   | 1   | 1     | 2
            total | 4   | 1   | 1     | 2
        """,
    )


def test_chosen_items_of_lists(check: Check):
    """Of a list, the chosen items are shown. A list with one of them and others is counted there and in "(other)"."""
    check(
        events="""
            time             | event | user | tags
            2024-03-01 10:00 | Buy   | ana  | ["new", "sale"]
            2024-03-01 10:00 | Buy   | ben  | ["new"]
            2024-03-01 10:00 | Buy   | cem  | ["gift", "red"]
        """,
        question={"count": "total", "of": ["Buy"], "by": ["tags", "list", ["new"]], "dates": ["2024-03-01"]},
        answer="""
                  | All | new | (other)
            03-01 | 3   | 2   | 2
            total | 3   | 2   | 2
        """,
    )


def test_the_smallest_segments(check: Check):
    """Instead of the largest, the smallest can be shown."""
    check(
        events="""
            time             | event | user | plan
            2024-03-01 10:00 | Open  | ana  | free
            2024-03-01 11:00 | Open  | ben  | free
            2024-03-01 12:00 | Open  | cem  | pro
        """,
        question={
            "count": "total",
            "of": ["Open"],
            "by": ["plan", "string"],
            "segments": {"limit": 1, "order": "bottom"},
            "dates": ["2024-03-01"],
        },
        answer="""
                  | All | pro | (other)
            03-01 | 3   | 1   | 2
            total | 3   | 1   | 2
        """,
    )


def test_all_metrics_show_the_same_segments(check: Check):
    """The first metric chooses the segments, and the others show the same, whatever is largest there: so they can be
    read side by side."""
    check(
        events="""
            time             | event  | user | plan
            2024-03-01 10:00 | Buy    | ana  | pro
            2024-03-01 11:00 | Buy    | ana  | pro
            2024-03-01 12:00 | Buy    | ben  | free
            2024-03-01 13:00 | Refund | ben  | free
            2024-03-01 14:00 | Refund | cem  | free
            2024-03-01 15:00 | Refund | ana  | pro
        """,
        question={
            "metrics": [{"count": "total", "of": ["Buy"]}, {"count": "total", "of": ["Refund"]}],
            "by": ["plan", "string", 1],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | A All | A pro | A (other) | B All | B pro | B (other)
            03-01 | 3     | 2     | 1         | 3     | 1     | 2
            total | 3     | 2     | 1         | 3     | 1     | 2
        """,
    )


def test_the_second_metric_chooses_what_the_first_leaves_free(check: Check):
    """Where the first metric has fewer segments than can be shown, the second one chooses the rest."""
    check(
        events="""
            time             | event  | user | plan
            2024-03-01 10:00 | Buy    | ana  | pro
            2024-03-01 11:00 | Refund | ben  | trial
            2024-03-01 12:00 | Refund | ben  | trial
            2024-03-01 13:00 | Refund | cem  | free
        """,
        question={
            "metrics": [{"count": "total", "of": ["Buy"]}, {"count": "total", "of": ["Refund"]}],
            "by": ["plan", "string", 2],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | A All | A pro | B All | B trial | B (other)
            03-01 | 1     | 1     | 3     | 2       | 1
            total | 1     | 1     | 3     | 2       | 1
        """,
    )


def test_values_in_objects(check: Check):
    """A value in an object is named by its path."""
    check(
        events="""
            time             | event | user | ship
            2024-03-01 10:00 | Buy   | ana  | {"to": {"city": "Rome"}}
            2024-03-01 10:00 | Buy   | ben  | {"to": {"city": 5}}
            2024-03-01 10:00 | Buy   | cem  | {"to": "Rome"}
        """,
        question={"count": "total", "of": ["Buy"], "by": ["ship.to.city", "string"], "dates": ["2024-03-01"]},
        answer="""
                  | All | (not set) | Rome
            03-01 | 3   | 2         | 1
            total | 3   | 2         | 1
        """,
    )
