"""The language of expressions: precedence, spelling, and what is refused with its place. tests/reference has the
random ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.errors import QueryError
from analytics.queries.expression_text import parse, spelled
from analytics.queries.expressions import (
    DEEPEST_EXPRESSION,
    LONGEST_EXPRESSION,
    Binary,
    Call,
    EventProperty,
    EventTime,
    Function,
    ListLiteral,
    Literal,
    Operator,
    UserProperty,
    is_moment,
    moment_of,
)


@pytest.mark.parametrize(
    "text, meant",
    [
        ("1 or 2 and 3", "(1 or (2 and 3))"),
        ("1 and 2 or 3 and 4", "((1 and 2) or (3 and 4))"),
        ("1 and 2 and 3", "(1 and 2 and 3)"),
        ("1 and (2 and 3)", "(1 and (2 and 3))"),
        ("not 1 == 2", "(not (1 == 2))"),
        ("not 1 and 2", "((not 1) and 2)"),
        ("not not 1", "(not (not 1))"),
        ("1 + 2 == 3", "((1 + 2) == 3)"),
        ("1 in 2 + 3", "(1 in (2 + 3))"),
        ("1 - 2 - 3", "((1 - 2) - 3)"),
        ("1 + 2 * 3 % 4", "(1 + ((2 * 3) % 4))"),
        ("-1 * -2", "((- 1) * (- 2))"),
        ("- - 1", "(- (- 1))"),
        ("1--2", "(1 - (- 2))"),
        ("-floor(1) < 2", "((- floor(1)) < 2)"),
        ("(1 < 2) == true", "((1 < 2) == true)"),
        ("1<=2", "(1 <= 2)"),
        (" 1\n\t== 2 ", "(1 == 2)"),
        ("properties['a'] in ['x', -2, true]", '(properties["a"] in ["x", -2, true])'),
        ('event["$time"] > datetime("2024-01-01")', '(event["time"] > datetime("2024-01-01"))'),
        ("1e3 == .5", "(1000 == 0.5)"),
        ("5. == 1E-7", "(5 == 1e-07)"),
    ],
)
def test_precedence(text, meant):
    assert spelled(parse(text, "where")) == meant
    assert parse(meant, "where") == parse(text, "where")


def test_terms():
    assert parse('properties["$browser"]', "on") == EventProperty("$browser")
    assert parse('user[ "plan" ]', "on") == UserProperty("plan")
    assert parse('event["time"]', "on") == EventTime()
    assert parse("[]", "on") == ListLiteral(())
    assert parse('[1.5, "a", false]', "on") == ListLiteral((Literal(1.5), Literal("a"), Literal(False)))
    assert parse("string(1)", "on") == Call(Function.STRING, Literal(1.0))
    assert parse('"a" + "b"', "on") == Binary(Operator.PLUS, Literal("a"), Literal("b"))


@pytest.mark.parametrize(
    "text, value",
    [
        (r'"a\"b\\c\n\t\/"', 'a"b\\c\n\t/'),
        (r"'it\'s \"so\"'", 'it\'s "so"'),
        ("'say \"x\"'", 'say "x"'),
        (r'"\u00fc\ud83d\ude00"', "ü😀"),
        (r'"\ud83d"', "\ufffd"),
        ('"two\nlines"', "two\nlines"),
        ('""', ""),
        ("\"properties['x'] and\"", "properties['x'] and"),
    ],
)
def test_texts(text, value):
    assert parse(text, "where") == Literal(value)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_any_text_survives_its_spelling(text):
    assert parse(spelled(Literal(text)), "where") == Literal(text)


@given(st.floats(min_value=0, allow_infinity=False))
def test_any_number_survives_its_spelling(number):
    assert parse(spelled(Literal(number)), "where") == Literal(number)


@given(st.text("properties[]\"'()+-*/%=<>!andornotinuser .,123\\ \x00ü", max_size=60))
def test_any_text_is_an_expression_or_refused(text):
    try:
        expression = parse(text, "where")
    except QueryError as error:
        refused = (error.place, error.message[-1])
    else:
        refused = ("where", ".")
        assert parse(spelled(expression), "where") == expression
    assert refused == ("where", ".")


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("", "The expression is empty"),
        ("   ", "The expression is empty"),
        ("plan", "“plan” (character 1) is not a word of the language: there are properties, user, event,"),
        ("1 = 2", "“=” (character 3) is not part of the language; write ==."),
        ("1 == 2 && true", "“&” (character 8) is not part of the language; write and."),
        ("!true", "“!” (character 1) is not part of the language; write not."),
        ("1 == 2; drop", "“;” (character 7) is not part of the language."),
        ("1 < 2 < 3", "Comparisons do not chain"),
        ("1 == 2 == 3", "Comparisons do not chain"),
        ("1 2", "An operator is needed before “2” (character 3)"),
        ("1 AND 2", "An operator is needed before “AND” (character 3)"),
        ("1 +", "A value is needed, not its end (character 4)."),
        ("(1", "“)” is needed to close the parenthesis, not its end"),
        ("1)", "An operator is needed before “)” (character 2)"),
        ('properties["a"', "“]” is needed after the name"),
        ("properties[a]", "A name in quotes is needed"),
        ("properties.a", "“.” (character 11) is not part of the language."),
        ('properties[""]', "The property's name is empty"),
        ('event["$name"]', "event['$name'] is not known"),
        ('"abc', 'The text that begins at character 1 has no closing ".'),
        (r'"\d"', "“\\d” in"),
        ("[1", "“,” is needed between items of a list"),
        ("[1,]", "Items of a list are text, numbers, true or false, not “]”"),
        ("[[1]]", "Items of a list are text"),
        ("[1 + 1]", "“,” is needed between items of a list"),
        ('[-"a"]', "Items of a list are text"),
        ('any(properties["a"])', "any() is not supported"),
        ("floor 1", "“(” is needed after floor"),
        ("floor(1, 2)", "“)” is needed to close floor("),
        ("1 + not true", "“not” (character 5) needs parentheses here"),
        ("1e999", "inf is not a number"),
        ("'" + "x" * LONGEST_EXPRESSION + "'", "The expression is 8,194 characters long"),
        ("(" * 200 + "1" + ")" * 200, f"The expression is nested more than {DEEPEST_EXPRESSION} deep"),
        ("-" * 200 + "1", f"The expression is nested more than {DEEPEST_EXPRESSION} deep"),
        ("not " * 200 + "true", f"The expression is nested more than {DEEPEST_EXPRESSION} deep"),
        ("1 + " * 200 + "1", f"The expression is nested more than {DEEPEST_EXPRESSION} deep"),
        (f"[{', '.join(['1'] * 1001)}]", "1,001 items are too many for a list"),
    ],
)
def test_what_is_not_understood_is_said_with_its_place(text, sentence):
    with pytest.raises(QueryError) as refused:
        parse(text, "on")
    assert refused.value.place == "on"
    assert refused.value.message.startswith(sentence)


def test_a_long_row_of_conditions_is_flat():
    text = " or ".join(["1 == 2"] * 700)
    assert spelled(parse(text, "where")) == f"({' or '.join(['(1 == 2)'] * 700)})"


@pytest.mark.parametrize(
    "text, seconds",
    [
        ("2024-01-01", 1704067200),
        ("2024-01-01T00:00:00", 1704067200),
        ("2024-01-01 01:00", 1704070800),
        ("2024-01-01T00:00:00.250Z", 1704067200.25),
        ("2024-01-01T02:00:00+02:00", 1704067200),
        ("1969-12-31T23:59:59.999", -0.001),
        ("2024-02-30", None),
        ("2024-01-01T24:00:00", None),
        ("2024-1-1", None),
        ("1800-01-01", None),
        ("now", None),
    ],
)
def test_moments(text, seconds):
    assert moment_of(text) == seconds


@pytest.mark.parametrize(
    "text, moment",
    [
        ('event["time"]', True),
        ('properties["time"]', True),
        ('datetime(properties["when"]) + 3600', True),
        ('event["time"] - datetime("2024-01-01")', False),
        ('properties["when"]', False),
        ("-event['time']", False),
    ],
)
def test_what_a_moment_is(text, moment):
    assert is_moment(parse(text, "where")) is moment
