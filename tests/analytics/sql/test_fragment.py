"""Fragments compose without name clashes, and a value never becomes text."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.sql import fragment
from analytics.sql.fragment import EMPTY, bind, identifier, join, sql, unchecked_sql


def test_the_example_in_the_module_runs():
    assert doctest.testmod(fragment).failed == 0


def test_two_pieces_made_apart_do_not_share_a_name():
    one = sql("a = {v}", v=bind("String", "x"))
    two = sql("b = {v}", v=bind("String", "y"))
    assert join(" AND ", [one, two]).render() == ("a = {p0:String} AND b = {p1:String}", {"p0": "x", "p1": "y"})


def test_the_same_value_is_sent_once_and_equal_values_of_other_types_are_not_mixed_up():
    same = join(", ", [bind("UInt32", 1), bind("UInt32", 1)])
    assert same.render() == ("{p0:UInt32}, {p0:UInt32}", {"p0": 1})
    text, params = join(", ", [bind("Int64", 1), bind("Bool", True), bind("Float64", 1.0), bind("Float64", 1)]).render()
    assert text == "{p0:Int64}, {p1:Bool}, {p2:Float64}, {p3:Float64}"
    assert [(type(value), value) for value in params.values()] == [(int, 1), (bool, True), (float, 1.0), (int, 1)]


@given(st.text())
def test_no_text_of_a_visitor_reaches_the_statement(value: str):
    text, params = sql("SELECT {v}", v=bind("String", value)).render()
    assert text == "SELECT {p0:String}"
    assert params == {"p0": value}


def test_braces_are_written_twice():
    assert sql("SELECT map('a', '{{}}')").render() == ("SELECT map('a', '{}')", {})


def test_a_place_without_a_fragment_and_a_fragment_without_a_place_are_refused():
    with pytest.raises(ValueError, match="no fragment of that name"):
        sql("SELECT {missing}")
    with pytest.raises(ValueError, match="no place for"):
        sql("SELECT 1", spare=bind("String", "x"))
    with pytest.raises(ValueError, match="no fragment of that name"):
        sql("SELECT {v:String}", v=bind("String", "x"))


@pytest.mark.parametrize(
    "name, quoted", [("plan", "`plan`"), ("a`b", "`a\\`b`"), ("a\\", "`a\\\\`"), ("день", "`день`")]
)
def test_identifiers_are_quoted(name: str, quoted: str):
    assert identifier(name).render() == (quoted, {})


@pytest.mark.parametrize("name", ["", "a\0b"])
def test_impossible_identifiers_are_refused(name: str):
    with pytest.raises(ValueError):
        identifier(name)


@pytest.mark.parametrize("type", ["String}", "", "String; DROP", "{x:String}", "`x`"])
def test_a_type_is_only_a_type(type: str):
    with pytest.raises(ValueError, match="ClickHouse type"):
        bind(type, "x")


def test_join_leaves_out_what_is_empty():
    assert join(" AND ", [EMPTY, unchecked_sql("a"), EMPTY, unchecked_sql(""), unchecked_sql("b")]).render() == (
        "a AND b",
        {},
    )
    assert not join(" AND ", [])
    assert (unchecked_sql("a") + unchecked_sql("b")).render() == ("ab", {})
