"""Filters"""

from __future__ import annotations

from tests.spec.conftest import Check


def test_text_is_exact(check: Check):
    """Text is compared exactly, upper and lower case included. Several values mean any of them."""
    check(
        events="""
            time             | event | user | plan
            2024-03-01 10:00 | Open  | ana  | pro
            2024-03-01 10:00 | Open  | ben  | Pro
            2024-03-01 10:00 | Open  | cem  | team
            2024-03-01 10:00 | Open  | dee  | free
        """,
        question={
            "count": "total",
            "of": ["Open"],
            "where": [["plan", "string", "is", "pro", "team"]],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | Open
            03-01 | 2
            total | 2
        """,
    )


def test_missing_is_not_anything(check: Check):
    """An event without the property never meets a positive operator. It meets "is not set", and "is not" as well:
    what is missing is not pro. To leave such events out, add "is set". The empty text is set."""
    check(
        events="""
            time             | event | user | plan
            2024-03-01 10:00 | Open  | ana  | pro
            2024-03-01 10:00 | Open  | ben  | ""
            2024-03-01 10:00 | Open  | cem  |
        """,
        question={
            "metrics": [
                {"count": "total", "of": ["Open"], "where": [["plan", "string", "is_not", "pro"]]},
                {"count": "total", "of": ["Open"], "where": [["plan", "string", "is_set"]]},
                {"count": "total", "of": ["Open"], "where": [["plan", "string", "is_not_set"]]},
                {"count": "total", "of": ["Open"], "where": [["plan", "string", "contains", "p"]]},
                {"count": "total", "of": ["Open"], "where": [["plan", "string", "not_contains", "p"]]},
            ],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | A Open | B Open | C Open | D Open | E Open
            03-01 | 2      | 2      | 1      | 1      | 2
            total | 2      | 2      | 1      | 1      | 2
        """,
    )


def test_a_pattern_is_looked_for_anywhere_in_the_text(check: Check):
    """A regular expression may stand anywhere in the text unless ^ and $ tie it to the ends. Letters are as they are
    written; (?i) at the beginning takes any case. A point is any character, a line's end too. What is missing does not
    match."""
    check(
        events=r"""
            time             | event | user | page
            2024-03-01 10:00 | View  | ana  | /docs/start
            2024-03-01 10:00 | View  | ben  | /Docs/42
            2024-03-01 10:00 | View  | cem  | "/blog/docs/é"
            2024-03-01 10:00 | View  | dan  | ""
            2024-03-01 10:00 | View  | eve  |
        """,
        question={
            "metrics": [
                {"count": "total", "of": ["View"], "where": [["page", "string", "matches", "docs"]]},
                {"count": "total", "of": ["View"], "where": [["page", "string", "matches", "(?i)^/docs/"]]},
                {"count": "total", "of": ["View"], "where": [["page", "string", "matches", r"/\w{2,}$"]]},
                {"count": "total", "of": ["View"], "where": [["page", "string", "matches", "/.$"]]},
                {"count": "total", "of": ["View"], "where": [["page", "string", "not_matches", "docs|^$"]]},
            ],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | A View | B View | C View | D View | E View
            03-01 | 2      | 2      | 2      | 1      | 2
            total | 2      | 2      | 2      | 1      | 2
        """,
    )


def test_a_type_is_a_type(check: Check):
    """A property is asked as a type; a value of another type counts as not set. "5" in quotes is text, not a
    number."""
    check(
        events="""
            time             | event | user | amount
            2024-03-01 10:00 | Buy   | ana  | 5
            2024-03-01 10:00 | Buy   | ben  | "5"
            2024-03-01 10:00 | Buy   | cem  | 5.0
        """,
        question={
            "metrics": [
                {"count": "total", "of": ["Buy"], "where": [["amount", "number", "is", 5]]},
                {"count": "total", "of": ["Buy"], "where": [["amount", "string", "is", "5"]]},
                {"count": "total", "of": ["Buy"], "where": [["amount", "number", "is_not_set"]]},
            ],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | A Buy | B Buy | C Buy
            03-01 | 2     | 1     | 1
            total | 2     | 1     | 1
        """,
    )


def test_numbers(check: Check):
    """Numbers are compared as numbers; "between" includes both ends. Whole numbers keep every digit, however long."""
    check(
        events="""
            time             | event | user | amount
            2024-03-01 10:00 | Buy   | ana  | 10
            2024-03-01 10:00 | Buy   | ben  | 20
            2024-03-01 10:00 | Buy   | cem  | 12345678901234567890
            2024-03-01 10:00 | Buy   | dee  |
        """,
        question={
            "metrics": [
                {"count": "total", "of": ["Buy"], "where": [["amount", "number", "between", 10, 20]]},
                {"count": "total", "of": ["Buy"], "where": [["amount", "number", "greater_than", 10]]},
                {"count": "total", "of": ["Buy"], "where": [["amount", "number", "not_between", 10, 20]]},
                {"count": "total", "of": ["Buy"], "where": [["amount", "number", "is", 12345678901234567890]]},
                {"count": "total", "of": ["Buy"], "where": [["amount", "number", "is", 12345678901234567891]]},
            ],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | A Buy | B Buy | C Buy | D Buy | E Buy
            03-01 | 2     | 2     | 2     | 1     | 0
            total | 2     | 2     | 2     | 1     | 0
        """,
    )


def test_booleans_lists_and_objects(check: Check):
    """A boolean is true, false or not set. A list is asked about its items, as text; nothing else is a list."""
    check(
        events="""
            time             | event | user | paid  | tags          | extra
            2024-03-01 10:00 | Buy   | ana  | true  | ["new", "x"]  | {"a": 1}
            2024-03-01 10:00 | Buy   | ben  | false | []            |
            2024-03-01 10:00 | Buy   | cem  |       | new           |
        """,
        question={
            "metrics": [
                {"count": "total", "of": ["Buy"], "where": [["paid", "boolean", "is_false"]]},
                {"count": "total", "of": ["Buy"], "where": [["tags", "list", "any_item_is", "new"]]},
                {"count": "total", "of": ["Buy"], "where": [["tags", "list", "no_item_is", "new"]]},
                {"count": "total", "of": ["Buy"], "where": [["tags", "list", "is_set"]]},
                {"count": "total", "of": ["Buy"], "where": [["extra", "object", "is_set"]]},
            ],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | A Buy | B Buy | C Buy | D Buy | E Buy
            03-01 | 1     | 1     | 2     | 2     | 1
            total | 1     | 1     | 2     | 2     | 1
        """,
    )


def test_dates(check: Check):
    """A date is text in ISO 8601. A day by itself is that day; a moment belongs to the day that the project's zone
    has then, and is in UTC unless it says otherwise. In Tokyo, 20:00 UTC is the next day. What is no date (31
    February) is not set."""
    check(
        zone="Asia/Tokyo",
        events="""
            time             | event | user | renewal
            2024-03-01 10:00 | Buy   | ana  | 2024-05-01
            2024-03-01 10:00 | Buy   | ben  | 2024-05-01T20:00:00Z
            2024-03-01 10:00 | Buy   | cem  | 2024-05-02T08:00:00+09:00
            2024-03-01 10:00 | Buy   | dee  | 2024-02-31
            2024-03-01 10:00 | Buy   | eva  | 2024-04-30T15:00:00
        """,
        question={
            "metrics": [
                {"count": "total", "of": ["Buy"], "where": [["renewal", "date", "on", "2024-05-01"]]},
                {"count": "total", "of": ["Buy"], "where": [["renewal", "date", "since", "2024-05-02"]]},
                {"count": "total", "of": ["Buy"], "where": [["renewal", "date", "before", "2024-05-02"]]},
                {"count": "total", "of": ["Buy"], "where": [["renewal", "date", "is_not_set"]]},
                {"count": "total", "of": ["Buy"], "where": [["renewal", "date", "not_on", "2024-05-01"]]},
            ],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | A Buy | B Buy | C Buy | D Buy | E Buy
            03-01 | 2     | 2     | 2     | 1     | 3
            total | 2     | 2     | 2     | 1     | 3
        """,
    )


def test_all_and_any(check: Check):
    """A group asks for all of its conditions or for any; a group can stand in a group. A metric's own filters are
    added to the report's."""
    check(
        events="""
            time             | event | user | plan | country
            2024-03-01 10:00 | Open  | ana  | pro  | DE
            2024-03-01 10:00 | Open  | ben  | free | DE
            2024-03-01 10:00 | Open  | cem  | pro  | TR
            2024-03-01 10:00 | Open  | dee  | free | TR
        """,
        question={
            "metrics": [
                {"count": "total", "of": ["Open"]},
                {"count": "total", "of": ["Open"], "where": [["country", "string", "is", "DE"]]},
            ],
            "where": [
                "any",
                ["plan", "string", "is", "pro"],
                ["all", ["plan", "string", "is", "free"], ["country", "string", "is", "DE"]],
            ],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | A Open | B Open
            03-01 | 3      | 2
            total | 3      | 2
        """,
    )


def test_days_that_move_with_the_calendar(check: Check):
    """ "In the last 7 days" are today and the six before, also where the date is another one than the event's.
    "Before the last" is all before them, "in the next" begins today. What is not set is "not in the last"."""
    check(
        now="2024-03-20 12:00",
        events="""
            time             | event | user | due
            2024-03-01 10:00 | Plan  | ana  | 2024-03-20
            2024-03-01 10:00 | Plan  | ben  | 2024-03-14
            2024-03-01 10:00 | Plan  | cem  | 2024-03-13
            2024-03-01 10:00 | Plan  | dee  | 2024-03-21
            2024-03-01 10:00 | Plan  | eve  |
        """,
        question={
            "metrics": [
                {"count": "total", "of": ["Plan"], "where": [["due", "date", "in_last", 7, "day"]]},
                {"count": "total", "of": ["Plan"], "where": [["due", "date", "not_in_last", 7, "day"]]},
                {"count": "total", "of": ["Plan"], "where": [["due", "date", "before_last", 7, "day"]]},
                {"count": "total", "of": ["Plan"], "where": [["due", "date", "in_next", 2, "day"]]},
            ],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | A Plan | B Plan | C Plan | D Plan
            03-01 | 2      | 3      | 1      | 2
            total | 2      | 3      | 1      | 2
        """,
    )


def test_the_last_month_is_the_calendars(check: Check):
    """Such units are the calendar's: "in the last month" is this month, the whole of it up to today."""
    check(
        now="2024-03-20 12:00",
        events="""
            time             | event | user | since
            2024-03-05 10:00 | Open  | ana  | 2024-02-29
            2024-03-05 10:00 | Open  | ben  | 2024-03-01
            2024-03-05 10:00 | Open  | cem  | 2024-03-20T23:59:00Z
            2024-03-05 10:00 | Open  | dee  | 2024-03-21
        """,
        question={
            "count": "total",
            "of": ["Open"],
            "where": [["since", "date", "in_last", 1, "month"]],
            "dates": ["2024-03-05"],
        },
        answer="""
                  | Open
            03-05 | 2
            total | 2
        """,
    )


def test_all_items_or_any_item(check: Check):
    """A list can be asked for all of its items (there must be one), and for items that contain a text. Text is no
    list."""
    check(
        events="""
            time             | event | user | tags
            2024-03-01 10:00 | Buy   | ana  | ["new", "sale"]
            2024-03-01 10:00 | Buy   | ben  | ["new"]
            2024-03-01 10:00 | Buy   | cem  | ["new", "gift", "old sale"]
            2024-03-01 10:00 | Buy   | dee  | []
            2024-03-01 10:00 | Buy   | eve  | new
        """,
        question={
            "metrics": [
                {"count": "total", "of": ["Buy"], "where": [["tags", "list", "all_items_are", "new", "sale"]]},
                {"count": "total", "of": ["Buy"], "where": [["tags", "list", "any_item_contains", "sale"]]},
            ],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | A Buy | B Buy
            03-01 | 2     | 2
            total | 2     | 2
        """,
    )


def test_keys_of_objects(check: Check):
    """A value in an object is named by its path, up to three keys deep. An object without the key does not have it
    set."""
    check(
        events="""
            time             | event | user | ship
            2024-03-01 10:00 | Buy   | ana  | {"city": "Rome", "cost": 5}
            2024-03-01 10:00 | Buy   | ben  | {"city": "Oslo", "cost": "5"}
            2024-03-01 10:00 | Buy   | cem  | {}
        """,
        question={
            "metrics": [
                {"count": "total", "of": ["Buy"], "where": [["ship.city", "string", "is", "Rome"]]},
                {"count": "total", "of": ["Buy"], "where": [["ship.cost", "number", "at_least", 5]]},
                {"count": "total", "of": ["Buy"], "where": [["ship.city", "string", "is_not_set"]]},
            ],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | A Buy | B Buy | C Buy
            03-01 | 1     | 1     | 1
            total | 1     | 1     | 1
        """,
    )


def test_read_as_another_type(check: Check):
    """A property can be read as another type: then "5" counts as 5. The text must be a number and
    nothing else, not even blanks. Text can be read from numbers, yes/no from 1, 0, "true" and "false"."""
    check(
        events="""
            time             | event | user | seats
            2024-03-01 10:00 | Open  | ana  | 5
            2024-03-01 10:00 | Open  | ben  | "5"
            2024-03-01 10:00 | Open  | cem  | "5.0"
            2024-03-01 10:00 | Open  | dee  | " 5"
            2024-03-01 10:00 | Open  | eve  | five
        """,
        question={
            "metrics": [
                {"count": "total", "of": ["Open"], "where": [["seats", "number", "is", 5]]},
                {"count": "total", "of": ["Open"], "where": [["seats", "cast number", "is", 5]]},
                {"count": "total", "of": ["Open"], "where": [["seats", "string", "is", "5"]]},
                {"count": "total", "of": ["Open"], "where": [["seats", "cast string", "is", "5"]]},
            ],
            "dates": ["2024-03-01"],
        },
        answer="""
                  | A Open | B Open | C Open | D Open
            03-01 | 1      | 3      | 1      | 2
            total | 1      | 3      | 1      | 2
        """,
    )
