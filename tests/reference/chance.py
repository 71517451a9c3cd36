"""Random histories and random questions about them, drawn from pools so small that ties, duplicates and clashes
abound."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from analytics.errors import QueryError
from analytics.queries import Query
from analytics.queries.breakdowns import (
    AutoBuckets,
    Breakdown,
    Buckets,
    CustomBuckets,
    DateBuckets,
    EvenBuckets,
    Grain,
    Order,
    Segments,
)
from analytics.queries.comparisons import Comparison, CustomPeriod, Earlier, PreviousPeriod
from analytics.queries.dates import DateRange, DateUnit, FixedDates, Interval, LastDates, SinceDate, ToDate
from analytics.queries.filters import OPERATORS, RELATIVE, VALUES, Condition, Group, Match, Operator
from analytics.queries.insights import InsightsQuery
from analytics.queries.measures import Across, Measure, MeasureKind, PerUser, UserNumber
from analytics.queries.metrics import ALL_EVENTS, Metric
from analytics.queries.properties import Property, PropertyType
from analytics.queries.scope import Scope
from tests.reference.facts import Fact

EVENTS = ["Sign Up", "Buy", "open", "ü'\\"]
# A zone and a day near which its clock is changed, or its calendar is odd.
CLOCKS = [
    ("UTC", "2024-02-29"),
    ("Europe/Berlin", "2024-03-31"),
    ("Europe/Berlin", "2024-10-27"),
    ("America/New_York", "2023-11-05"),
    ("Asia/Kathmandu", "2024-05-01"),
    ("Australia/Lord_Howe", "2024-04-07"),
    ("Australia/Lord_Howe", "2024-10-06"),
    ("America/Sao_Paulo", "2017-10-15"),
    ("America/Sao_Paulo", "2018-02-18"),
    ("Asia/Beirut", "2023-03-26"),
    ("Asia/Beirut", "2022-10-30"),
    ("Pacific/Apia", "2011-12-30"),
    ("Pacific/Chatham", "2024-04-07"),
    ("Asia/Kolkata", "2024-01-01"),
    ("America/Havana", "2024-11-03"),
]
TEXTS = ["", "a", "b", "B", "ab", "ä", "5", "true", "a'b\\", "<b>", "null", "日本", "2024-03-30", "%", "\t"]
PATTERNS = [
    "a",
    "^b?$",
    "[^a-z]",
    "(?i)B",
    r"\d{4}-\d\d",
    "^.$",
    "a|5",
    r"\w+'",
    "(ab|tru?e)+",
    r"^\W*$",
    "^(?:a|b){2}",
]
NUMBERS: list[int | float] = [0, 1, 2, 5, -3, 2.5, 0.1, 1e9, 10, 12345678901234567890, 9007199254740993]
DATES = ["2024-03-30", "2024-03-31", "2024-03-31T00:30:00Z", "2024-03-30T23:30:00", "2024-03-31T02:00:00+09:00"]
DATES += ["2024-02-31", "2024-03-31 12:00", "2023-11-05T04:30:00.250Z", "2011-12-30T10:00:00Z", "2024-03-31T25:00:00Z"]
DATE_VALUES = ["2024-03-30", "2024-03-31", "2023-11-05", "2011-12-31", "2024-04-01"]
LISTS: list[Any] = [[], ["a"], ["a", "b"], ["b", "a", "a"], ["", "x"], [1, "1", 2], ["c", "d", "e"], [True], [None]]
LISTS += [[[1], {"k": "v"}], ['ä"\\'], [2.5, -1]]
OBJECTS: list[Any] = [{}, {"a": 1}, {"b": [1, "x"]}, {"a": "5", "b": {"c": True}}, {"a": 2.5, "b": {"c": "2024-03-31"}}]
OBJECTS += [{"a": "", "b": ["x", "x", ""]}, {"a": True}, {"a": None}, {"a": 9007199254740993, "b": "ä"}]
ITEMS = ["a", "b", "", "1", "true", "null", 'ä"\\', "x"]
PATHS = [("a",), ("b",), ("b", "c"), ("nope",)]
# "mixed" takes values of every type; $browser is a column of its own in the store.
PROPERTIES: dict[str, tuple[Sequence[Any], ...]] = {
    "$browser": (TEXTS[:5], NUMBERS[:2]),
    "plan": (TEXTS,),
    "amount": (NUMBERS,),
    "paid": ([True, False],),
    "when": (DATES,),
    "tags": (LISTS,),
    "thing": (OBJECTS,),
    "mixed": (TEXTS, NUMBERS, [True, False], DATES, LISTS, OBJECTS, [None]),
    "ev'il\\{p0:String}": (TEXTS[:4],),
}
_NATURAL = {"$browser": "string", "plan": "string", "amount": "number", "paid": "boolean", "when": "date"}
_NATURAL |= {"tags": "list", "thing": "object"}


def scope(dice: random.Random, project_id: int) -> Scope:
    zone, day = dice.choice(CLOCKS)
    now = dt.datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(zone)) + dt.timedelta(
        minutes=dice.randrange(-2000, 6000)
    )
    kept, idle = dice.choice([None, None, None, 2, 30]), dice.choice([1, 30, 30, 600])
    return Scope(project_id, zone, dice.randint(1, 7), now.astimezone(dt.UTC), kept, idle)


def facts(dice: random.Random, around: Scope, count: int) -> list[Fact]:
    """Mostly within days of `now`; some months away; many on the very edges of hours and days."""
    made: list[Fact] = []
    versions = list(range(1, count * 2))
    dice.shuffle(versions)
    for _ in range(count):
        if made and dice.random() < 0.25:  # the same event received again, often changed
            again = dice.choice(made)
            made.append(_changed(dice, again, versions.pop()))
            continue
        user, device = _who(dice)
        made.append(
            Fact(
                event=dice.choice(EVENTS),
                time=_moment(dice, around),
                version=versions.pop(),
                distinct_id=user or (f"$device:{device}" if device else dice.choice(["x", "y", "U1"])),
                insert_id=dice.choice(["", "i1", "i2"]),
                user_id=user,
                device_id=device,
                properties=_properties(dice),
            )
        )
    return made


def _changed(dice: random.Random, fact: Fact, version: int) -> Fact:
    user, device = _who(dice) if dice.random() < 0.3 else (fact.user_id, fact.device_id)
    properties = _properties(dice) if dice.random() < 0.6 else fact.properties
    return Fact(fact.event, fact.time, version, fact.distinct_id, fact.insert_id, user, device, properties)


def _who(dice: random.Random) -> tuple[str, str]:
    return dice.choice(["", "", "U1", "U2", "U3"]), dice.choice(["", "d1", "d2", "d3", "d4"])


def _moment(dice: random.Random, around: Scope) -> dt.datetime:
    spread = dice.choice([1, 3, 3, 10, 100])
    moment = around.now + dt.timedelta(seconds=dice.uniform(-spread, spread / 3) * 86400)
    if dice.random() < 0.1:  # beyond another change of the clock
        moment -= dt.timedelta(days=dice.choice([30, 90, 181, 182, 210, 364, 365, 366]))
    cut = dice.choice([0, 0, 60, 1800, 3600])
    seconds = int(moment.timestamp())
    if cut:
        seconds -= seconds % cut
    edge = dice.choice([0, 0, 1, -1, 500])  # milliseconds from the edge
    return dt.datetime.fromtimestamp(seconds, dt.UTC) + dt.timedelta(milliseconds=edge)


def _properties(dice: random.Random) -> dict[str, Any]:
    return {name: dice.choice(dice.choice(pools)) for name, pools in PROPERTIES.items() if dice.random() < 0.7}


def query(dice: random.Random, around: Scope) -> InsightsQuery:
    """A question that can be asked; now and then one would be too large."""
    while True:
        try:
            return _query(dice, around)
        except QueryError as error:
            if "numbers" not in error.message:
                raise


def _query(dice: random.Random, around: Scope) -> InsightsQuery:
    interval = dice.choice([Interval.DAY, Interval.DAY, Interval.HOUR, *Interval])
    breakdowns = tuple(breakdown(dice) for _ in range(dice.choice([0, 0, 1, 1, 1, 2, 3])))
    breakdowns = tuple(dict.fromkeys(breakdowns))
    return InsightsQuery(
        metrics=tuple(_metric(dice) for _ in range(dice.choice([1, 1, 1, 2, 3]))),
        dates=dates(dice, around, interval),
        interval=interval,
        filters=group(dice) if dice.random() < 0.4 else None,
        breakdowns=breakdowns,
        segments=Segments(dice.choice([1, 2, 3, 10, 25]), dice.choice([Order.TOP, Order.TOP, Order.BOTTOM])),
        comparison=comparison(dice, around) if dice.random() < 0.25 else None,
        zone=zone(dice),
    )


def zone(dice: random.Random) -> str | None:
    """Of a question: mostly its project's."""
    return dice.choice(CLOCKS)[0] if dice.random() < 0.2 else None


def in_zone(scope: Scope, query: Query) -> Scope:
    """The scope in whose zone the naive answer is counted, made without what the engine's is made by."""
    return scope if query.zone is None else replace(scope, zone=query.zone)


def comparison(dice: random.Random, around: Scope) -> Comparison:
    earlier = Earlier(dice.choice([1, 1, 2]), dice.choice(list(DateUnit)))
    return dice.choice(
        [PreviousPeriod(), earlier, CustomPeriod(around.today - dt.timedelta(days=dice.choice([3, 9, 50])))]
    )


def _metric(dice: random.Random) -> Metric:
    names = dice.sample(EVENTS, dice.choice([1, 1, 2, 3]))
    return Metric(
        events=ALL_EVENTS if dice.random() < 0.4 else tuple(names),
        measure=_measure(dice),
        filters=group(dice) if dice.random() < 0.3 else None,
        first_time=dice.random() < 0.15,
    )


def _measure(dice: random.Random) -> Measure:
    kind = dice.choice([MeasureKind.TOTAL, MeasureKind.UNIQUE, *MeasureKind])
    level = dice.choice([1, 25, 75, 90, 99])
    if kind is MeasureKind.PER_USER:
        each, across = dice.choice(list(UserNumber)), dice.choice(list(Across))
        of = None if each is UserNumber.TOTAL else _measured(dice, distinct=each is UserNumber.DISTINCT)
        return Measure(kind, per_user=PerUser(each, across, of, level if across is Across.PERCENTILE else None))
    if kind in (MeasureKind.TOTAL, MeasureKind.UNIQUE, MeasureKind.SESSIONS, MeasureKind.CUMULATIVE_UNIQUE) or kind in (
        MeasureKind.DAU, MeasureKind.WAU, MeasureKind.MAU
    ):  # fmt: skip
        return Measure(kind)
    of = _measured(dice, distinct=kind is MeasureKind.DISTINCT)
    return Measure(kind, of, level if kind is MeasureKind.PERCENTILE else None)


def _measured(dice: random.Random, *, distinct: bool) -> Property:
    scalar = [PropertyType.STRING, PropertyType.NUMBER, PropertyType.BOOLEAN]
    asked = property_of(dice, scalar if distinct else [PropertyType.NUMBER])
    # Digits beyond what a float holds are distinct as text; what a cast makes of them is the float.
    return asked if dice.random() < 0.8 or asked.path else Property("amount", PropertyType.NUMBER)


def dates(dice: random.Random, around: Scope, interval: Interval = Interval.DAY) -> DateRange:
    if interval is Interval.MINUTE:
        day = around.today - dt.timedelta(days=dice.choice([0, 0, 1]))
        return dice.choice([LastDates(1, DateUnit.DAY), FixedDates(day, day), LastDates(1, DateUnit.DAY, 1)])
    roll = dice.random()
    if roll < 0.45:
        unit = dice.choice(list(DateUnit) if interval not in (Interval.HOUR,) else [DateUnit.DAY, DateUnit.WEEK])
        counts = [1, 2, 3, 10] if unit is DateUnit.DAY else [1, 2]
        return LastDates(dice.choice(counts), unit, dice.choice([0, 0, 1, 2]))
    if roll < 0.55:
        return ToDate(dice.choice([DateUnit.DAY, DateUnit.WEEK, DateUnit.MONTH]))
    first = around.today - dt.timedelta(days=dice.choice([0, 1, 2, 7, 40]))
    if roll < 0.65:
        return SinceDate(first)
    if interval is not Interval.HOUR and dice.random() < 0.15:
        return FixedDates(first - dt.timedelta(days=dice.choice([200, 390])), first)
    return FixedDates(first, first + dt.timedelta(days=dice.choice([0, 1, 6, 31])))


def breakdown(dice: random.Random) -> Breakdown:
    types = [type for type in PropertyType if type is not PropertyType.OBJECT]
    asked = property_of(dice, types)
    if asked.type is PropertyType.DATE:
        if dice.random() < 0.4:
            asked = Property("time", PropertyType.DATE)
        return Breakdown(asked, DateBuckets(dice.choice(list(Grain))))
    if asked.type is PropertyType.NUMBER and dice.random() < 0.6:
        return Breakdown(asked, _buckets(dice))
    if dice.random() < 0.2:
        pools: dict[PropertyType, Sequence[Any]] = {
            PropertyType.STRING: TEXTS,
            PropertyType.NUMBER: [number for number in NUMBERS if abs(number) < 2**53],
            PropertyType.BOOLEAN: [True, False],
            PropertyType.LIST: [item for item in ITEMS if item],
        }
        return Breakdown(asked, values=tuple(dict.fromkeys(dice.choices(pools[asked.type], k=2))))
    return Breakdown(asked)


def _buckets(dice: random.Random) -> Buckets:
    return dice.choice(
        [
            AutoBuckets(),
            EvenBuckets(dice.choice([1.0, 2.5, 0.1, 10.0, 1e8])),
            EvenBuckets(0.3, dice.choice([0.1, -5.0, 2.0])),
            CustomBuckets((0.0, 2.0, 5.0)),
            CustomBuckets((0.1,)),
        ]
    )


def property_of(dice: random.Random, types: Sequence[PropertyType]) -> Property:
    name = dice.choice([*PROPERTIES, "mixed", "thing", "never", "distinct_id", "$user_id"])
    natural = _NATURAL.get(name)
    path = dice.choice(PATHS) if name in ("thing", "mixed") and dice.random() < 0.7 else ()
    type = dice.choice(types)
    if natural in types and not path and dice.random() < 0.8:
        type = PropertyType(natural)
    cast = type not in (PropertyType.LIST, PropertyType.OBJECT) and dice.random() < 0.25
    return Property(name, type, path=path, cast=cast)


def group(dice: random.Random, depth: int = 1) -> Group:
    members: list[Condition | Group] = []
    for _ in range(dice.choice([1, 1, 2, 3])):
        members.append(group(dice, depth + 1) if depth < 3 and dice.random() < 0.2 else _condition(dice))
    return Group(dice.choice(list(Match)), tuple(members))


def _condition(dice: random.Random) -> Condition:
    asked = property_of(dice, list(PropertyType))
    operator = dice.choice(OPERATORS[asked.type])
    fewest, most = VALUES[operator]
    count = dice.randint(fewest, min(most, 3))
    pools: dict[PropertyType, Sequence[Any]] = {
        PropertyType.STRING: TEXTS,
        PropertyType.NUMBER: NUMBERS,
        PropertyType.DATE: DATE_VALUES,
        PropertyType.LIST: ITEMS,
    }
    if operator in RELATIVE:
        return Condition(asked, operator, (dice.choice([1, 2, 7]), str(dice.choice(list(DateUnit)))))
    values = [dice.choice(pools[asked.type]) for _ in range(count)] if count else []
    if operator in (Operator.MATCHES, Operator.NOT_MATCHES):
        values = [dice.choice(PATTERNS)]
    if operator in (Operator.BETWEEN, Operator.NOT_BETWEEN):
        values.sort()
    return Condition(asked, operator, tuple(values))
