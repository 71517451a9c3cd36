"""Random expressions about random events: ClickHouse finds of each event what the naive evaluator finds."""

from __future__ import annotations

import json
import random
from dataclasses import fields
from typing import Any

import pytest

from analytics.clickhouse.executor import execute
from analytics.clickhouse.writer import ProfileRow, write_events, write_profiles
from analytics.compiler import expressions as compiled
from analytics.compiler.events import FINAL_SETTINGS
from analytics.compiler.expression_rows import rows
from analytics.errors import QueryError
from analytics.queries.buckets import window
from analytics.queries.dates import FixedDates
from analytics.queries.expression_text import parse, spelled
from analytics.queries.expressions import (
    Binary,
    Call,
    EventProperty,
    EventTime,
    Expression,
    Function,
    Junction,
    ListLiteral,
    Literal,
    Operator,
    UserProperty,
)
from analytics.queries.metrics import ALL_EVENTS
from analytics.queries.scope import Scope
from analytics.sql.compiled import CompiledQuery
from analytics.sql.fragment import Fragment
from tests.reference import chance
from tests.reference import expressions as naive
from tests.reference.cases import SEED, cases
from tests.reference.facts import Fact, batch, last_received, owners

CASES = cases(300, 300) * 4
PER_HISTORY = 160
PER_STATEMENT = 8

NAMES = [
    "$browser",
    "plan",
    "amount",
    "paid",
    "when",
    "tags",
    "thing",
    "mixed",
    "mixed",
    "mixed",
    "never",
    "ev'il\\{p0:String}",
]
NAMES += ["distinct_id", "$user_id", "time"]
TEXTS = [*chance.TEXTS, "-2.5", "1e3", " 5", "5.", ".5", "inf", "1e999", "false", "2024-03-30T23:30:00", "2024-02-31"]
NUMBERS = [0, 1, 2, 5, 2.5, 0.1, 10, 1e9, 1711843200, 0.5, 1e21, 1e-7]
CALLS = list(Function)
ARITHMETIC = [Operator.PLUS, Operator.MINUS, Operator.TIMES, Operator.OVER, Operator.REMAINDER]
COMPARISONS = [Operator.EQUAL, Operator.NOT_EQUAL, Operator.LESS, Operator.AT_MOST, Operator.GREATER, Operator.AT_LEAST]


def value(dice: random.Random, depth: int) -> Expression:
    if depth == 0 or dice.random() < 0.25:
        return term(dice)
    match dice.randrange(6):
        case 0 | 1:
            return Binary(dice.choice(ARITHMETIC), value(dice, depth - 1), value(dice, depth - 1))
        case 2 | 3:
            return call(dice, depth)
    return truth(dice, depth)


def truth(dice: random.Random, depth: int) -> Expression:
    if depth == 0:
        return dice.choice([Literal(True), Literal(False), EventProperty("paid"), EventProperty("mixed")])
    match dice.randrange(7):
        case 0 | 1:
            operands = tuple(truth(dice, depth - 1) for _ in range(dice.choice([2, 2, 3])))
            return Junction(dice.choice([Operator.AND, Operator.OR]), operands)
        case 2:
            return Call(dice.choice([Function.NOT, Function.DEFINED, Function.BOOLEAN]), value(dice, depth - 1))
        case 3:
            return Binary(Operator.IN, value(dice, depth - 1), dice.choice([value(dice, depth - 1), listing(dice)]))
    return Binary(dice.choice(COMPARISONS), value(dice, depth - 1), value(dice, depth - 1))


def call(dice: random.Random, depth: int) -> Expression:
    function = dice.choice(CALLS)
    argument = value(dice, depth - 1)
    if function is Function.DATETIME and isinstance(argument, Literal) and isinstance(argument.value, str):
        argument = Literal(dice.choice(["2024-03-30", "2024-03-31T00:00:00", "2011-12-30T10:00:00+02:00"]))
    return Call(function, argument)


def term(dice: random.Random) -> Expression:
    match dice.randrange(10):
        case 0:
            return Literal(dice.choice(TEXTS))
        case 1 | 2:
            return Literal(float(dice.choice(NUMBERS)))
        case 3:
            return dice.choice([Literal(True), EventTime(), listing(dice)])
    return dice.choice([EventProperty, EventProperty, UserProperty])(dice.choice(NAMES))


def listing(dice: random.Random) -> ListLiteral:
    pool: list[Any] = [*TEXTS, *map(float, NUMBERS[:8]), -3.0, True, False]
    return ListLiteral(tuple(Literal(dice.choice(pool)) for _ in range(dice.choice([0, 1, 2, 5, 20]))))


@pytest.mark.parametrize("history", range(max(1, CASES // PER_HISTORY)))
@pytest.mark.timeout(0 if CASES > 5000 else 120)
def test_every_event_has_the_naive_value(clickhouse: Any, clickhouse_url: str, project_id: int, history: int):
    dice = random.Random(f"{SEED}-{history}")
    scope = chance.scope(dice, project_id)
    facts = chance.facts(dice, scope, 60)
    write_events(clickhouse, batch(facts, project_id))
    kept = with_profiles(dice, facts, clickhouse, project_id)
    asked = refused = 0
    while asked < PER_HISTORY:
        expressions = []
        while len(expressions) < PER_STATEMENT:
            expression = dice.choice([value, truth])(dice, dice.randint(1, 4))
            try:
                expressions.append((expression, columns(expression)))
            except QueryError:
                refused += 1
        found = ask(expressions, scope, facts, clickhouse_url)
        for number, (expression, parts) in enumerate(expressions):
            for key, row in found.items():
                got = row[number * 3 : number * 3 + 3]
                assert got == wanted(expression, kept[key], with_condition=len(parts[0].parts) > 1), (
                    f"{spelled(expression)} of {kept[key]}"
                )
        asked += len(expressions)
        assert len(found) == len(kept)
    assert refused < asked, "most random expressions are possible ones"


def with_profiles(dice: random.Random, facts: list[Fact], clickhouse: Any, project_id: int) -> dict[Any, naive.Known]:
    """The events that count, by their names, each with the profile of its user: the user's own, or else that of the
    device that changed last."""
    owner = owners(facts)
    profiles: dict[str, dict[str, tuple[bool, int, dict[str, Any]]]] = {}
    written = []
    for version, distinct_id in enumerate(
        dice.sample(["U1", "U2", "U3", "x", *(f"$device:d{n}" for n in range(5))], 6)
    ):
        properties = {
            name: dice.choice(dice.choice(pools)) for name, pools in chance.PROPERTIES.items() if dice.random() < 0.7
        }
        written.append(ProfileRow(project_id, distinct_id, version + 1, False, json.dumps(properties)))
        user = owner.get(distinct_id, distinct_id)
        profiles.setdefault(user, {})[distinct_id] = (distinct_id == user, version, properties)
    write_profiles(clickhouse, written)
    kept = {}
    for fact in last_received(facts):
        known = profiles.get(owner.get(fact.canonical, fact.canonical), {})
        profile = max(known.values(), key=lambda each: each[:2])[2] if known else {}
        given = {field.name: getattr(fact, field.name) for field in fields(Fact)}
        kept[fact.event, fact.distinct_id, fact.version] = naive.Known(**given, profile=profile)
    return kept


NO_CONDITION = Fragment(("2",))


def columns(expression: Expression) -> list[Fragment]:
    """What is asked of every event: whether it meets the expression, whether that is defined, and the segments."""
    try:
        condition = compiled.condition(expression, place="where")
    except QueryError as error:
        if "is not a condition: compare" not in error.message:
            raise
        condition = NO_CONDITION
    return [
        condition,
        compiled.defined(expression, place="on"),
        compiled.segments(expression, place="on"),
    ]


def ask(
    expressions: list[tuple[Expression, list[Fragment]]], scope: Scope, facts: list[Fact], url: str
) -> dict[Any, Any]:
    days = [fact.time.date() for fact in facts]
    dates = FixedDates(min(days).replace(day=1), max(days).replace(year=max(days).year + 1, day=28))
    keys = Fragment(("event, distinct_id, version",))
    everything = Scope(scope.project_id, "UTC", 1, scope.now)
    found = rows(
        [keys, *(part for _, parts in expressions for part in parts)],
        asked=[expression for expression, _ in expressions],
        conditions=[],
        scope=everything,
        window=window(dates, everything),
        names=ALL_EVENTS,
    )
    statement = CompiledQuery.of(found, lambda line: (line[:3], list(line[3:])), FINAL_SETTINGS)
    return dict(execute(statement, url=url).rows)


def wanted(expression: Expression, fact: Fact, *, with_condition: bool) -> list[Any]:
    found = naive.evaluate(expression, fact)
    met = int(naive.meets(expression, fact)) if with_condition else 2
    return [met, int(found is not naive.UNDEFINED), naive.segments(expression, fact)]


def test_a_spelled_expression_is_read_as_itself():
    dice = random.Random(SEED)
    for _ in range(5000):
        expression = dice.choice([value, truth])(dice, dice.randint(0, 5))
        if dice.random() < 0.1:
            expression = Call(Function.NOT, Binary(Operator.EQUAL, UserProperty("$email"), expression))
        assert parse(spelled(expression), "where") == expression
