"""The question in words: what a collapsed builder, a board tile and a screen reader say.

Unique users who did Sign Up where plan is pro, by $browser, last 30 days, daily
"""

from __future__ import annotations

from analytics.queries import Query
from analytics.queries.dates import DateRange, Interval, LastDates
from analytics.queries.filters import Condition, Group, Match, Operator
from analytics.queries.metrics import AllEvents, MeasureKind, Metric, letter
from analytics.queries.text import listed

OPERATOR_WORDS: dict[Operator, str] = {
    Operator.IS: "is",
    Operator.IS_NOT: "is not",
    Operator.CONTAINS: "contains",
    Operator.NOT_CONTAINS: "does not contain",
    Operator.STARTS_WITH: "starts with",
    Operator.ENDS_WITH: "ends with",
    Operator.GREATER_THAN: "is greater than",
    Operator.AT_LEAST: "is at least",
    Operator.LESS_THAN: "is less than",
    Operator.AT_MOST: "is at most",
    Operator.BETWEEN: "is between",
    Operator.NOT_BETWEEN: "is not between",
    Operator.IS_TRUE: "is true",
    Operator.IS_FALSE: "is false",
    Operator.ON: "is on",
    Operator.NOT_ON: "is not on",
    Operator.BEFORE: "is before",
    Operator.SINCE: "is on or after",
    Operator.ANY_ITEM_IS: "has an item that is",
    Operator.NO_ITEM_IS: "has no item that is",
    Operator.IS_SET: "is set",
    Operator.IS_NOT_SET: "is not set",
}

_INTERVAL_WORDS = {
    Interval.MINUTE: "by the minute",
    Interval.HOUR: "hourly",
    Interval.DAY: "daily",
    Interval.WEEK: "weekly",
    Interval.MONTH: "monthly",
    Interval.QUARTER: "quarterly",
    Interval.YEAR: "yearly",
}
_MOST_VALUES_SAID = 5


def sentence(query: Query) -> str:
    several = len(query.metrics) > 1
    metrics = [
        f"{letter(i)}: {_metric(metric)}" if several else _metric(metric) for i, metric in enumerate(query.metrics)
    ]
    said = "; ".join(metrics)
    if query.filters is not None:
        said += f"{', all' if several else _joint(query.metrics[0])} where {_group(query.filters)}"
    if query.breakdowns:
        said += f", by {listed((breakdown.property.name for breakdown in query.breakdowns), 'and')}"
    return f"{said}, {dates_in_words(query.dates)}, {_INTERVAL_WORDS[query.interval]}"


def _metric(metric: Metric) -> str:
    unique = metric.measure.kind is MeasureKind.UNIQUE
    if isinstance(metric.events, AllEvents):
        said = "Unique users who did anything" if unique else "Total of all events"
    else:
        said = f"{'Unique users who did' if unique else 'Total of'} {listed(metric.events)}"
    return f"{said} where {_group(metric.filters)}" if metric.filters else said


def _joint(metric: Metric) -> str:
    return ", and" if metric.filters else ""


def _group(group: Group) -> str:
    joint = " and " if group.match is Match.ALL else " or "
    return joint.join(
        f"({_group(member)})" if isinstance(member, Group) else _condition(member) for member in group.conditions
    )


def _condition(condition: Condition) -> str:
    said = f"{condition.property.name} {OPERATOR_WORDS[condition.operator]}"
    if not condition.values:
        return said
    if condition.operator in (Operator.BETWEEN, Operator.NOT_BETWEEN):
        return f"{said} {condition.values[0]} and {condition.values[1]}"
    values = ["(empty)" if value == "" else value for value in condition.values]
    if len(values) > _MOST_VALUES_SAID:
        values = [*values[: _MOST_VALUES_SAID - 1], f"{len(values) - _MOST_VALUES_SAID + 1:,} more"]
    return f"{said} {listed(values)}"


def dates_in_words(dates: DateRange) -> str:
    if isinstance(dates, LastDates):
        if dates.count == 1:
            return {"day": "today", "week": "this week", "month": "this month"}[dates.unit]
        return f"last {dates.count} {dates.unit}s"
    if dates.first == dates.last:
        return f"on {dates.first}"
    return f"{dates.first} to {dates.last}"
