"""Patterns: what is taken RE2 takes, too, and means the same to Python; what is not is refused with its place."""

from __future__ import annotations

import os
import random
import re

import pytest

from analytics.clickhouse.executor import execute
from analytics.errors import QueryError
from analytics.queries.filters import Condition, Operator
from analytics.queries.patterns import LONGEST_PATTERN, check_pattern, for_clickhouse
from analytics.queries.properties import Property, PropertyType
from analytics.sql.compiled import CompiledQuery
from analytics.sql.fragment import bind, join, sql

CASES = int(os.environ.get("PATTERN_CASES", "2000"))
PIECES = [
    "a", "b", "ab", "5", "-", "_", " ", "é", "}", "]", ".", "^", "$", "|", "(", ")", "(?:", "[", "[^", "[a-f",
    "[\\d", "-]", "]",
    "*", "+", "?", "*?", "{2}", "{0,3}", "{1,}", "{,2}", "{1001}", "{3,1}", "\\d", "\\W", "\\b", "\\.", "\\t",
    "\\x", "\\1", "(?i)", "(?=",
]  # fmt: skip
TEXTS = ["", "a", "ab", "aab-5", "A b", "é", "a]b}", "_", "b\tb", "5a5a5a", "()[]", "a.b|c"]


def refusal(pattern: object) -> str | None:
    try:
        check_pattern(pattern, "values[0]")
    except QueryError as error:
        return f"{error.place}: {error.message}"
    return None


@pytest.mark.parametrize(
    "pattern",
    [
        "abc", "^/docs/.*$", "a|b|", "(a|b)+?c{2,5}", "[a-z0-9_.-]+@[^@]+", r"\bpro\b", r"\d{4}-\d\d", "(?i)pro",
        r"[\]\[^]",
        r"\(\)\{\}\*\+\?\|\^\$\.\\", "日本", "(?:(?:a){10}){100}", "a}", "a]", "()", "[^a]", r"[\d-]", "a{0}",
    ],
)  # fmt: skip
def test_what_can_be_read(pattern):
    assert refusal(pattern) is None


@pytest.mark.parametrize(
    "pattern, said",
    [
        ("(a", "at character 1: this bracket is not closed"),
        ("a)", "at character 2: a bracket closes here"),
        ("[a", "at character 1: this [ is not closed"),
        ("[]", "at character 2: nothing stands in these brackets"),
        ("[z-a]", "this range runs backwards"),
        (r"[a-\d]", "this range runs backwards, or to no character"),
        (r"[\d-z]", "at character 4: no range can begin here"),
        ("[a-f-z]", "at character 5: no range can begin here"),
        ("[[:alpha:]]", "for a [ in brackets write"),
        ("*a", "at character 1: there is nothing to repeat here"),
        ("^*", "there is nothing to repeat"),
        ("a**", "it says twice how often"),
        ("a{2}{3}", "it says twice how often"),
        ("a{,3}", "how often is written {2}, {2,} or {2,5}"),
        ("a{3,2}", "has the larger number first"),
        ("a{1001}", "at most 1,000 repeats"),
        ("(a{40}){40}", "more than 1,000"),
        (r"(\w{900})", "too large"),
        (r"(a)\1", "at character 4: there are no references to groups"),
        ("(?=a)", "there is no looking around"),
        ("(?P<x>a)", "after (? only : is possible"),
        ("a(?i)b", "(?i) at the very beginning"),
        (r"\x41", "has no meaning"),
        (r"\pL", "has no meaning"),
        (r"[\b]", "has no meaning in brackets"),
        ("a\\", "at character 2: \\ has no meaning"),
        ("", "A pattern like"),
        (5, "A pattern like"),
        ("a" * (LONGEST_PATTERN + 1), "at most 500 characters"),
        ("(" * 51 + ")" * 51, "at most 50 deep"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(pattern, said):
    refused = refusal(pattern) or ""
    assert refused.startswith("values[0]: ")
    assert said in refused


def test_a_condition_refuses_it_before_anything_is_asked():
    with pytest.raises(QueryError, match="cannot be read") as raised:
        Condition(Property("page", PropertyType.STRING), Operator.NOT_MATCHES, ("(",))
    assert raised.value.place == "values[0]"


def test_what_is_taken_clickhouse_reads_as_python_does(clickhouse_url):
    """Random patterns, in one statement each hundred: the engine would refuse one that RE2 does not take."""
    dice = random.Random(7)
    taken = {"".join(dice.choice(PIECES) for _ in range(dice.randint(1, 6))) for _ in range(CASES)}
    patterns = sorted(each for each in taken if refusal(each) is None)
    assert len(patterns) > CASES / 10
    for at in range(0, len(patterns), 100):
        some = patterns[at : at + 100]
        tests = [sql("match(text, {pattern})", pattern=bind("String", for_clickhouse(each))) for each in some]
        statement = sql(
            "SELECT {tests} FROM (SELECT arrayJoin({texts}) AS text)",
            tests=join(", ", tests),
            texts=bind("Array(String)", TEXTS),
        )
        rows = execute(CompiledQuery.of(statement, tuple), url=clickhouse_url).rows
        for text, row in zip(TEXTS, rows, strict=True):
            for pattern, found in zip(some, row, strict=True):
                wanted = re.search(pattern, text, re.ASCII | re.DOTALL) is not None
                assert bool(found) == wanted, (pattern, text)
