"""Those behind a number of a funnel"""

from __future__ import annotations

from tests.spec.conftest import Check


def test_who_dropped_out_is_followed_from_the_last_step_they_reached(check: Check):
    """What did they do next? A number of a funnel opens the flows of exactly those behind it: there are as many flows
    as the number says. Here two put something into the cart and did not buy; bob, who bought, is not among them, and
    neither is dan, who never opened the shop."""
    check(
        events="""
            time             | event | user
            2024-03-01 10:00 | Open  | ana
            2024-03-01 10:01 | Cart  | ana
            2024-03-01 10:02 | Help  | ana
            2024-03-01 10:03 | Leave | ana
            2024-03-01 10:00 | Open  | bob
            2024-03-01 10:01 | Cart  | bob
            2024-03-01 10:02 | Buy   | bob
            2024-03-01 10:00 | Open  | cy
            2024-03-01 10:01 | Cart  | cy
            2024-03-01 10:00 | Cart  | dan
            2024-03-01 10:01 | Help  | dan
        """,
        question={
            "kind": "flows", "from": ["Cart"], "after": 2, "dates": ["2024-03-01"],
            "of": {
                "funnel": {"steps": ["Open", "Cart", "Buy"], "dates": ["2024-03-01"]}, "step": 3, "outcome": "dropped",
            },
        },
        answer="""
            step   | node  | flows | then
            anchor | Cart  | 2     | Help 1, (end) 1
            +1     | Help  | 1     | Leave 1
            +1     | (end) | 1     |
            +2     | Leave | 1     |
        """,
        as_many=True,
    )  # fmt: skip


def test_who_converted_is_followed_from_the_step_of_the_number(check: Check):
    """Whoever reached a step is followed from there, forwards or backwards, however far they came later: the number of
    step 2 has those who went on to step 3, too."""
    check(
        events="""
            time             | event  | user
            2024-03-01 09:59 | Search | ana
            2024-03-01 10:00 | Open   | ana
            2024-03-01 10:01 | Cart   | ana
            2024-03-01 10:02 | Buy    | ana
            2024-03-01 10:00 | Open   | bob
            2024-03-01 10:01 | Help   | bob
            2024-03-01 10:02 | Cart   | bob
            2024-03-01 10:00 | Open   | cy
        """,
        question={
            "kind": "flows", "from": ["Cart"], "before": 2, "after": 1, "dates": ["2024-03-01"],
            "of": {
                "funnel": {"steps": ["Open", "Cart", "Buy"], "dates": ["2024-03-01"]},
                "step": 2, "outcome": "converted",
            },
        },
        answer="""
            step   | node   | flows | then
            -2     | Open   | 1     | Help 1
            -2     | Search | 1     | Open 1
            -1     | Help   | 1     | Cart 1
            -1     | Open   | 1     | Cart 1
            anchor | Cart   | 2     | Buy 1, (end) 1
            +1     | Buy    | 1     |
            +1     | (end)  | 1     |
        """,
        as_many=True,
    )  # fmt: skip


def test_a_flow_begins_where_the_attempt_that_counts_got_to(check: Check):
    """Not at the first such event in the range. The cart at 9:00 came before the shop was opened, and that at 10:30
    after the attempt's own, at 10:05."""
    check(
        events="""
            time             | event  | user
            2024-03-01 09:00 | Cart   | ana
            2024-03-01 09:01 | Search | ana
            2024-03-01 10:00 | Open   | ana
            2024-03-01 10:05 | Cart   | ana
            2024-03-01 10:06 | Help   | ana
            2024-03-01 10:30 | Cart   | ana
        """,
        question={
            "kind": "flows", "from": ["Cart"], "after": 1, "dates": ["2024-03-01"],
            "of": {
                "funnel": {"steps": ["Open", "Cart", "Buy"], "dates": ["2024-03-01"]}, "step": 3, "outcome": "dropped",
            },
        },
        answer="""
            step   | node | flows | then
            anchor | Cart | 1     | Help 1
            +1     | Help | 1     |
        """,
        as_many=True,
    )  # fmt: skip


def test_devices_that_became_a_user_are_that_user_in_both(check: Check):
    """What ana did before she was known, on two devices, is hers in the funnel and in its flow."""
    check(
        events="""
            time             | event | user | device
            2024-03-01 10:00 | Open  |      | d1
            2024-03-01 10:01 | Cart  |      | d2
            2024-03-01 10:02 | Help  |      | d1
            2024-03-01 10:03 | Login | ana  | d1
            2024-03-01 10:04 | Login | ana  | d2
        """,
        question={
            "kind": "flows", "from": ["Cart"], "after": 2, "dates": ["2024-03-01"],
            "of": {
                "funnel": {"steps": ["Open", "Cart", "Buy"], "dates": ["2024-03-01"]}, "step": 3, "outcome": "dropped",
            },
        },
        answer="""
            step   | node  | flows | then
            anchor | Cart  | 1     | Help 1
            +1     | Help  | 1     | Login 1
            +2     | Login | 1     |
        """,
        as_many=True,
    )  # fmt: skip


def test_the_dates_say_when_the_attempts_began(check: Check):
    """As in the funnel, an attempt belongs to the day on which it began. It may have got to its step after the range,
    as long as the funnel's window was open, and its flow begins there. Other dates than the funnel's leave only the
    attempts that began in them: cy's began the day before."""
    check(
        events="""
            time             | event | user
            2024-03-02 23:00 | Open  | ana
            2024-03-05 10:00 | Cart  | ana
            2024-03-05 10:01 | Help  | ana
            2024-03-02 10:00 | Open  | bob
            2024-03-02 10:01 | Cart  | bob
            2024-03-01 10:00 | Open  | cy
            2024-03-02 10:01 | Cart  | cy
        """,
        question={
            "kind": "flows", "from": ["Cart"], "after": 1, "dates": ["2024-03-02"],
            "of": {
                "funnel": {
                    "steps": ["Open", "Cart", "Buy"], "within": [7, "day"], "dates": ["2024-03-01", "2024-03-02"],
                },
                "step": 3, "outcome": "dropped",
            },
        },
        answer="""
            step   | node  | flows | then
            anchor | Cart  | 2     | Help 1, (end) 1
            +1     | Help  | 1     |
            +1     | (end) | 1     |
        """,
    )  # fmt: skip


def test_totals_follow_every_attempt(check: Check):
    """Where the funnel counts attempts, each is a flow of its own in totals; uniques follow each user from where they
    first got to."""
    check(
        events="""
            time             | event | user
            2024-03-01 10:00 | Open  | ana
            2024-03-01 10:01 | Cart  | ana
            2024-03-01 10:02 | Help  | ana
            2024-03-01 12:00 | Open  | ana
            2024-03-01 12:01 | Cart  | ana
            2024-03-01 12:02 | Leave | ana
        """,
        question={
            "kind": "flows", "from": ["Cart"], "after": 1, "count": "totals", "dates": ["2024-03-01"],
            "of": {
                "funnel": {
                    "steps": ["Open", "Cart", "Buy"], "count": "totals", "within": [1, "hour"], "dates": ["2024-03-01"],
                },
                "step": 3, "outcome": "dropped",
            },
        },
        answer="""
            step   | node  | flows | then
            anchor | Cart  | 2     | Help 1, Leave 1
            +1     | Help  | 1     |
            +1     | Leave | 1     |
        """,
        as_many=True,
    )  # fmt: skip


def test_attempts_of_two_sessions_may_come_to_the_same_event(check: Check):
    """Ana opened the shop in two sessions, and both went on to the one cart: the funnel counts two, and so do the
    flows."""
    check(
        events="""
            time             | event | user
            2024-03-01 10:00 | Open  | ana
            2024-03-01 12:00 | Open  | ana
            2024-03-01 12:01 | Cart  | ana
            2024-03-01 12:02 | Leave | ana
        """,
        question={
            "kind": "flows", "from": ["Cart"], "after": 1, "count": "totals", "dates": ["2024-03-01"],
            "of": {
                "funnel": {"steps": ["Open", "Cart", "Buy"], "count": "sessions", "dates": ["2024-03-01"]},
                "step": 3, "outcome": "dropped",
            },
        },
        answer="""
            step   | node  | flows | then
            anchor | Cart  | 2     | Leave 2
            +1     | Leave | 2     |
        """,
        as_many=True,
    )  # fmt: skip


def test_a_segment_or_other_has_flows_of_its_own(check: Check):
    """Also of (other), which is whatever the funnel does not show."""
    check(
        events="""
            time             | event | user | plan
            2024-03-01 10:00 | Open  | ana  | pro
            2024-03-01 10:01 | Help  | ana  |
            2024-03-01 10:00 | Open  | bob  | pro
            2024-03-01 10:00 | Open  | cy   | free
            2024-03-01 10:01 | Leave | cy   |
            2024-03-01 10:00 | Open  | dan  | team
        """,
        question={
            "kind": "flows", "from": ["Open"], "after": 1, "dates": ["2024-03-01"],
            "of": {
                "funnel": {"steps": ["Open", "Buy"], "by": ["plan", "string", 1], "dates": ["2024-03-01"]},
                "step": 2, "outcome": "dropped", "segment": [{"kind": "other", "value": None}],
            },
        },
        answer="""
            step   | node  | flows | then
            anchor | Open  | 2     | Leave 1, (end) 1
            +1     | Leave | 1     |
            +1     | (end) | 1     |
        """,
        as_many=True,
    )  # fmt: skip


def test_values_held_constant_tell_events_of_one_moment_apart(check: Check):
    """The flow begins at the event with the attempt's own value, here the ball."""
    check(
        events="""
            time             | event | user | item
            2024-03-01 10:00 | Open  | ana  | ball
            2024-03-01 10:01 | Cart  | ana  | shoe
            2024-03-01 10:01 | Help  | ana  |
            2024-03-01 10:01 | Cart  | ana  | ball
            2024-03-01 10:01 | Leave | ana  |
        """,
        question={
            "kind": "flows", "from": ["Cart"], "before": 1, "after": 1, "dates": ["2024-03-01"],
            "of": {
                "funnel": {"steps": ["Open", "Cart", "Buy"], "hold": [["item", "string"]], "dates": ["2024-03-01"]},
                "step": 3, "outcome": "dropped",
            },
        },
        answer="""
            step   | node  | flows | then
            -1     | Help  | 1     | Cart 1
            anchor | Cart  | 1     | Leave 1
            +1     | Leave | 1     |
        """,
        as_many=True,
    )  # fmt: skip


def test_steps_in_any_order_begin_flows_at_whichever_came_last(check: Check):
    """Who did one of two steps is followed from that, whichever it was."""
    check(
        events="""
            time             | event | user
            2024-03-01 10:00 | Cart  | ana
            2024-03-01 10:01 | Help  | ana
            2024-03-01 10:00 | Open  | bob
            2024-03-01 10:00 | Open  | cy
            2024-03-01 10:01 | Cart  | cy
        """,
        question={
            "kind": "flows", "from": ["Open", "Cart"], "after": 1, "dates": ["2024-03-01"],
            "of": {
                "funnel": {"steps": ["Open", "Cart"], "order": "any", "dates": ["2024-03-01"]},
                "step": 2, "outcome": "dropped",
            },
        },
        answer="""
            step   | node  | flows | then
            anchor | Cart  | 1     | Help 1
            anchor | Open  | 1     | (end) 1
            +1     | Help  | 1     |
            +1     | (end) | 1     |
        """,
        as_many=True,
    )  # fmt: skip


def test_a_compared_number_has_its_flows_in_the_earlier_time(check: Check):
    """The dates of such a flow are the earlier ones. What came after is followed as far as the flow's window goes, also
    where the comparison did not count it any more."""
    check(
        events="""
            time             | event | user
            2024-03-01 10:00 | Open  | ana
            2024-03-01 10:01 | Help  | ana
            2024-03-02 09:00 | Leave | ana
            2024-03-02 10:00 | Open  | bob
        """,
        question={
            "kind": "flows", "from": ["Open"], "after": 2, "dates": ["2024-03-01"],
            "of": {
                "funnel": {
                    "steps": ["Open", "Buy"], "within": [1, "hour"], "dates": ["2024-03-02"],
                    "comparison": {"kind": "previous"},
                },
                "step": 2, "outcome": "dropped", "compared": True,
            },
        },
        answer="""
            step   | node  | flows | then
            anchor | Open  | 1     | Help 1
            +1     | Help  | 1     | Leave 1
            +2     | Leave | 1     |
        """,
        as_many=True,
    )  # fmt: skip
