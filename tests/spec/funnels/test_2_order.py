"""Order, exclusions and what is held constant"""

from __future__ import annotations

from tests.spec.conftest import Check


def test_strict_order_lets_nothing_between(check: Check):
    """In strict order no other event at all of the user may come between two steps. Events of the same millisecond as a
    step are not between. Who was interrupted may begin anew with the very event that interrupted."""
    check(
        events="""
            time             | event  | user
            2024-03-01 10:00 | Open   | ana
            2024-03-01 10:01 | Buy    | ana
            2024-03-01 10:00 | Open   | ben
            2024-03-01 10:01 | Search | ben
            2024-03-01 10:02 | Buy    | ben
            2024-03-01 10:00 | Open   | cem
            2024-03-01 10:01 | Open   | cem
            2024-03-01 10:03 | Buy    | cem
            2024-03-01 10:03 | Search | cem
        """,
        question={"kind": "funnels", "steps": ["Open", "Buy"], "order": "strict"},
        answer="""
                 | Users | rate    | median time
            Open | 3     | 100%    | –
            Buy  | 2     | 66.67%  | 90 s
        """,
    )


def test_in_any_order_the_first_that_is_done_starts_the_clock(check: Check):
    """In any order an attempt begins with whichever step is done first. Step 2 counts who did any two of them."""
    check(
        events="""
            time             | event | user
            2024-03-01 10:00 | Buy   | ana
            2024-03-01 10:01 | Open  | ana
            2024-03-01 10:05 | Share | ana
            2024-03-01 10:00 | Share | ben
            2024-03-01 10:03 | Open  | ben
            2024-03-01 10:00 | Buy   | cem
            2024-03-01 10:09 | Buy   | cem
        """,
        question={"kind": "funnels", "steps": ["Open", "Buy", "Share"], "order": "any"},
        answer="""
                  | Users | rate    | median time
            Open  | 3     | 100%    | –
            Buy   | 2     | 66.67%  | 120 s
            Share | 1     | 33.33%  | 240 s
        """,
    )


def test_in_any_order_too_a_step_asked_for_twice_is_done_twice(check: Check):
    """One event is one step, in any order too: whoever is asked for the same twice has to do it twice."""
    check(
        events="""
            time             | event | user
            2024-03-01 10:00 | Buy   | ana
            2024-03-01 10:01 | Open  | ana
            2024-03-01 10:04 | Open  | ana
            2024-03-01 10:00 | Open  | ben
            2024-03-01 10:02 | Buy   | ben
            2024-03-01 10:00 | Buy   | cem
            2024-03-01 10:09 | Buy   | cem
        """,
        question={"kind": "funnels", "steps": ["Open", "Buy", "Open"], "order": "any"},
        answer="""
                   | Users | rate    | median time
            Open 1 | 3     | 100%    | –
            Buy    | 2     | 66.67%  | 90 s
            Open 3 | 1     | 33.33%  | 180 s
        """,
    )


def test_an_exclusion_ends_the_attempt(check: Check):
    """An event that is excluded between two steps ends an attempt that it comes into: later than the one step, and
    before the other. In the same millisecond as either it does not. What was reached stays reached."""
    check(
        events="""
            time             | event   | user
            2024-03-01 10:00 | Open    | ana
            2024-03-01 10:01 | Log Out | ana
            2024-03-01 10:02 | Buy     | ana
            2024-03-01 10:00 | Open    | ben
            2024-03-01 10:00 | Log Out | ben
            2024-03-01 10:02 | Log Out | ben
            2024-03-01 10:02 | Buy     | ben
            2024-03-01 10:00 | Log Out | cem
            2024-03-01 10:01 | Open    | cem
            2024-03-01 10:05 | Buy     | cem
            2024-03-01 10:06 | Log Out | cem
        """,
        question={"kind": "funnels", "steps": ["Open", "Buy"], "without": [{"events": ["Log Out"]}]},
        answer="""
                 | Users | rate    | median time
            Open | 3     | 100%    | –
            Buy  | 2     | 66.67%  | 180 s
        """,
    )


def test_an_exclusion_may_stand_between_two_steps_only(check: Check):
    """An exclusion has the step after which it begins and the one with which it ends; else the first and the last."""
    check(
        events="""
            time             | event   | user
            2024-03-01 10:00 | Open    | ana
            2024-03-01 10:01 | Log Out | ana
            2024-03-01 10:02 | View    | ana
            2024-03-01 10:03 | Buy     | ana
            2024-03-01 10:00 | Open    | ben
            2024-03-01 10:01 | View    | ben
            2024-03-01 10:02 | Log Out | ben
            2024-03-01 10:03 | Buy     | ben
        """,
        question={
            "kind": "funnels",
            "steps": ["Open", "View", "Buy"],
            "without": [{"events": ["Log Out"], "after": 2, "before": 3}],
        },
        answer="""
                 | Users | rate  | median time
            Open | 2     | 100%  | –
            View | 2     | 100%  | 90 s
            Buy  | 1     | 50%   | 60 s
        """,
    )


def test_each_step_is_taken_as_soon_as_it_can_be(check: Check):
    """An attempt takes each step the first time that it is done. An exclusion after that ends it, though a later time
    would have come after the exclusion."""
    check(
        events="""
            time             | event   | user
            2024-03-01 10:00 | Open    | ana
            2024-03-01 10:01 | View    | ana
            2024-03-01 10:02 | Log Out | ana
            2024-03-01 10:03 | View    | ana
            2024-03-01 10:04 | Buy     | ana
        """,
        question={
            "kind": "funnels",
            "steps": ["Open", "View", "Buy"],
            "without": [{"events": ["Log Out"], "after": 2, "before": 3}],
        },
        answer="""
                 | Users | rate  | median time
            Open | 1     | 100%  | –
            View | 1     | 100%  | 60 s
            Buy  | 0     | 0%    | –
        """,
    )


def test_a_property_held_constant_has_one_value_along_the_attempt(check: Check):
    """Every value is an attempt of its own, and the best one counts. Events without a value are in none, exclusions
    too: they end only attempts of their own value."""
    check(
        events="""
            time             | event  | user | item
            2024-03-01 10:00 | View   | ana  | hat
            2024-03-01 10:01 | View   | ana  | shoe
            2024-03-01 10:02 | Remove | ana  | hat
            2024-03-01 10:04 | Buy    | ana  | shoe
            2024-03-01 10:00 | View   | ben  | hat
            2024-03-01 10:01 | Buy    | ben  | shoe
            2024-03-01 10:00 | View   | cem  |
            2024-03-01 10:01 | Buy    | cem  |
        """,
        question={
            "kind": "funnels",
            "steps": ["View", "Buy"],
            "hold": [["item", "string"]],
            "without": [{"events": ["Remove"]}],
        },
        answer="""
                 | Users | rate  | median time
            View | 2     | 100%  | –
            Buy  | 1     | 50%   | 180 s
        """,
    )
