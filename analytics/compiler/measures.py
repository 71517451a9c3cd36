"""How a metric counts, as aggregates over the rows of its events.

Rows have the columns that a measure needs: `user`, `session`, and `x0`, `x1` … for the properties it reads.
"""

from __future__ import annotations

from collections.abc import Callable

from analytics.compiler.columns import column, number_text
from analytics.queries.measures import Across, Measure, MeasureKind, PerUser, UserNumber
from analytics.queries.properties import Property, PropertyType
from analytics.sql.fragment import Fragment, sql, unchecked_sql

# Of users or sessions; the others do not ask whose an event is, which spares the look-up of merged devices.
OF_USERS = frozenset(MeasureKind) - {
    MeasureKind.TOTAL, MeasureKind.SUM, MeasureKind.AVERAGE, MeasureKind.MEDIAN, MeasureKind.PERCENTILE,
    MeasureKind.MIN, MeasureKind.MAX, MeasureKind.DISTINCT,
}  # fmt: skip
# Whose number of a range is the sum of its buckets', so that the range needs no counting of its own.
ADDS_UP = frozenset({MeasureKind.TOTAL, MeasureKind.SUM})


def input_of(asked: Property | None, *, distinct: bool) -> Fragment | None:
    """The column that the measure reads, NULL where an event does not have it."""
    if asked is None:
        return None
    if distinct and asked.type is PropertyType.NUMBER:
        return number_text(asked)
    return column(asked)


def aggregate(measure: Measure, x: Fragment) -> Fragment:
    """Of a measure that one look at each row is enough for. NULL where there is nothing that it could be of.

    Users and distinct values are counted exactly: an estimate would not agree with the list behind the number.
    """
    if measure.kind in (MeasureKind.MEDIAN, MeasureKind.PERCENTILE):
        return _percentile(measure.percentile or 50, x)
    return _AGGREGATES[measure.kind](x)


_AGGREGATES: dict[MeasureKind, Callable[[Fragment], Fragment]] = {
    MeasureKind.TOTAL: lambda x: sql("count()"),
    MeasureKind.UNIQUE: lambda x: sql("uniqExact(user)"),
    MeasureKind.SESSIONS: lambda x: sql("uniqExact(user, session)"),
    MeasureKind.SUM: lambda x: sql("ifNull(sumKahan({x}), 0)", x=x),
    MeasureKind.AVERAGE: lambda x: _average(x),
    MeasureKind.MIN: lambda x: sql("min({x})", x=x),
    MeasureKind.MAX: lambda x: sql("max({x})", x=x),
    MeasureKind.DISTINCT: lambda x: sql("uniqExact({x})", x=x),
}


def of_each_user(asked: PerUser, x: Fragment) -> Fragment:
    """A user's number; NULL where the user has none."""
    return _OF_EACH[asked.each](x)


_OF_EACH: dict[UserNumber, Callable[[Fragment], Fragment]] = {
    UserNumber.TOTAL: lambda x: sql("count()"),
    UserNumber.SUM: lambda x: sql("sumKahan({x})", x=x),
    UserNumber.AVERAGE: lambda x: _average(x),
    UserNumber.MIN: lambda x: sql("min({x})", x=x),
    UserNumber.MAX: lambda x: sql("max({x})", x=x),
    UserNumber.DISTINCT: lambda x: sql("nullIf(uniqExact({x}), 0)", x=x),
}


def across_users(asked: PerUser, y: Fragment) -> Fragment:
    """One number of all the users'. Of a distribution, how many users there are."""
    if asked.across in (Across.MEDIAN, Across.PERCENTILE):
        return _percentile(asked.percentile or 50, y)
    return _ACROSS[asked.across](y)


_ACROSS: dict[Across, Callable[[Fragment], Fragment]] = {
    Across.AVERAGE: lambda y: _average(y),
    Across.MIN: lambda y: sql("min({y})", y=y),
    Across.MAX: lambda y: sql("max({y})", y=y),
    Across.SUM: lambda y: sql("ifNull(sumKahan({y}), 0)", y=y),
    Across.DISTRIBUTION: lambda y: sql("count({y})", y=y),
}


def _average(x: Fragment) -> Fragment:
    return sql("if(count({x}) = 0, NULL, sumKahan({x}) / count({x}))", x=x)


def _percentile(level: int, x: Fragment) -> Fragment:
    """Between two neighbours in proportion, as PERCENTILE.INC of spreadsheets and percentile_cont of SQL do."""
    return sql("quantileExactInclusive({level})({x})", level=unchecked_sql(str(int(level) / 100)), x=x)
