"""What a compiled expression reads, what is refused before anything runs, and how large it may become."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from analytics.compiler import expressions
from analytics.compiler.segmentation import compile_segmentation
from analytics.errors import QueryError
from analytics.queries.dates import FixedDates, Interval
from analytics.queries.expression_text import parse
from analytics.queries.scope import Scope
from analytics.queries.segmentation import Period, SegmentationQuery


def condition(text: str) -> tuple[str, dict[str, object]]:
    return expressions.condition(parse(text, "where"), place="where").render()


def test_a_comparison_reads_the_type_that_it_can_be_true_for():
    text, params = condition('properties["plan"] == "pro"')
    assert "`strings`" in text
    assert not any(other in text for other in ("numbers", "booleans", "nested"))
    assert params == {"p0": "key_plan", "p1": "pro"}


def test_a_hot_property_reads_its_column_alone():
    text, _ = condition('properties["$browser"] == "Chrome"')
    assert "`p_browser`" in text
    assert "strings" not in text


def test_texts_are_bound_and_never_part_of_the_statement():
    text, params = condition("""properties["x') OR 1=1 --"] == "y') OR 1=1 --" or 5 in properties["{p0:String}"]""")
    assert "OR 1=1 --" not in text
    assert {"x') OR 1=1 --", "y') OR 1=1 --", "key_{p0:String}"} <= set(params.values())


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("1", "“1” is not a condition"),
        ('"a" + "b"', '“("a" + "b")” is not a condition'),
        ('string(properties["a"])', '“string(properties["a"])” is not a condition'),
        ("1 and true", "“1” is not a condition, so “and” cannot join it"),
        ("true or [1]", "“[1]” is not a condition, so “or” cannot join it"),
        ('not (true and "x")', '“"x"” is not a condition, so “and” cannot join it'),
        ('event["time"] > datetime("yesterday")', "'yesterday' is not a moment"),
        ('event["time"] > "yesterday"', "'yesterday' is not a moment"),
    ],
)
def test_what_could_never_be_right_is_refused(text, sentence):
    with pytest.raises(QueryError) as refused:
        condition(text)
    assert refused.value.place == "where"
    assert refused.value.message.startswith(sentence)


@pytest.mark.parametrize("text", ['properties["a"]', 'properties["a"] and true', '1 < "a"', "not 5", "1 + true"])
def test_what_may_be_right_for_some_event_is_not(text):
    assert condition(text)


def test_a_number_is_needed_where_numbers_are_added():
    with pytest.raises(QueryError) as refused:
        expressions.number(parse('properties["a"] == 1', "on"), place="on")
    assert refused.value.place == "on"
    assert "never a number" in refused.value.message
    assert expressions.number(parse('properties["a"]', "on"), place="on")


def test_events_are_read_with_profiles_only_where_they_are_asked_about():
    day = dt.date(2024, 3, 1)
    scope = Scope(1, "UTC", 1, dt.datetime(2024, 3, 2, tzinfo=dt.UTC))
    query = SegmentationQuery(("a",), Period(Interval.DAY, dates=FixedDates(day, day)))
    assert "profiles" not in compile_segmentation(query, scope).sql
    asking = replace(query, where=parse("user['plan'] == 'x'", "where"))
    assert "`profiles`" in compile_segmentation(asking, scope).sql


def test_what_doubles_at_every_level_is_stopped_in_time():
    text = "properties['a']"
    for _ in range(30):
        text = f"round({text})"
    with pytest.raises(QueryError) as refused:
        expressions.number(parse(text, "on"), place="on")
    assert "too much for one question" in refused.value.message


def test_a_list_of_a_thousand_is_one_value():
    text, params = condition(f"properties['a'] in [{', '.join(map(str, range(1000)))}]")
    assert len(text) < 1000
    assert [float(number) for number in range(1000)] in params.values()
