"""The words for the parts that questions are made of: metrics, filters, breakdowns, dates."""

from __future__ import annotations

from analytics.queries.breakdowns import AutoBuckets, Breakdown, CustomBuckets, DateBuckets, EvenBuckets, Grain
from analytics.queries.comparisons import Comparison, CustomPeriod, Earlier
from analytics.queries.dates import DateRange, FixedDates, Interval, LastDates, SinceDate, ToDate
from analytics.queries.filters import RELATIVE, Condition, Group, Match, Operator
from analytics.queries.measures import ROLLING_DAYS, Across, Measure, MeasureKind, PerUser, UserNumber
from analytics.queries.metrics import AllEvents, Metric
from analytics.queries.properties import Property, PropertySource, PropertyType
from analytics.queries.steps import Step
from analytics.queries.text import listed
from analytics.queries.windows import ConversionWindow, TimeWindow

OPERATOR_WORDS: dict[Operator, str] = {
    Operator.IS: "is",
    Operator.IS_NOT: "is not",
    Operator.CONTAINS: "contains",
    Operator.NOT_CONTAINS: "does not contain",
    Operator.STARTS_WITH: "starts with",
    Operator.ENDS_WITH: "ends with",
    Operator.MATCHES: "matches the pattern",
    Operator.NOT_MATCHES: "does not match the pattern",
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
    Operator.IN_LAST: "is in the last",
    Operator.NOT_IN_LAST: "is not in the last",
    Operator.BEFORE_LAST: "is before the last",
    Operator.IN_NEXT: "is in the next",
    Operator.ANY_ITEM_IS: "has an item that is",
    Operator.NO_ITEM_IS: "has no item that is",
    Operator.ALL_ITEMS_ARE: "has only items that are",
    Operator.ANY_ITEM_CONTAINS: "has an item that contains",
    Operator.IS_SET: "is set",
    Operator.IS_NOT_SET: "is not set",
}

INTERVAL_WORDS = {
    Interval.MINUTE: "by the minute",
    Interval.HOUR: "hourly",
    Interval.DAY: "daily",
    Interval.WEEK: "weekly",
    Interval.MONTH: "monthly",
    Interval.QUARTER: "quarterly",
    Interval.YEAR: "yearly",
}
_MOST_VALUES_SAID = 5
_READ_AS = {PropertyType.STRING: "text", PropertyType.BOOLEAN: "yes or no"}

_USERS = {
    MeasureKind.UNIQUE: "Unique users",
    MeasureKind.DAU: "Daily active users",
    MeasureKind.WAU: "Weekly active users",
    MeasureKind.MAU: "Monthly active users",
    MeasureKind.CUMULATIVE_UNIQUE: "Cumulative unique users",
}
_OF_PROPERTY = {
    MeasureKind.SUM: "Sum",
    MeasureKind.AVERAGE: "Average",
    MeasureKind.MEDIAN: "Median",
    MeasureKind.MIN: "Minimum",
    MeasureKind.MAX: "Maximum",
    MeasureKind.DISTINCT: "Distinct values",
}
_EACH = {
    UserNumber.SUM: "sum",
    UserNumber.AVERAGE: "average",
    UserNumber.MIN: "minimum",
    UserNumber.MAX: "maximum",
    UserNumber.DISTINCT: "distinct values",
}
_ACROSS = {
    Across.AVERAGE: "Average",
    Across.MEDIAN: "Median",
    Across.MIN: "Minimum",
    Across.MAX: "Maximum",
    Across.SUM: "Sum",
    Across.DISTRIBUTION: "Distribution",
}


def metric_in_words(metric: Metric) -> str:
    said = _measured(metric.measure, events_in_words(metric.events))
    if metric.first_time:
        said += " for the first time"
    return f"{said} where {group_in_words(metric.filters)}" if metric.filters else said


def events_in_words(events: tuple[str, ...] | AllEvents) -> str:
    return "" if isinstance(events, AllEvents) else listed(events)


def step_in_words(step: Step) -> str:
    """Its name if the asker gave it one, else its events and filters."""
    said = step.title or events_in_words(step.events) or "any event"
    return f"{said} where {group_in_words(step.filters)}" if step.filters else said


def window_in_words(window: ConversionWindow) -> str:
    if isinstance(window, TimeWindow):
        return f"within {_many(window.count, window.unit)}"
    return "in one session"


def _measured(measure: Measure, events: str) -> str:
    if measure.kind in _USERS:
        days = ROLLING_DAYS.get(measure.kind, 1)
        return f"{_USERS[measure.kind]}{f' ({days} days)' if days > 1 else ''} who did {events or 'anything'}"
    if measure.kind is MeasureKind.TOTAL:
        return f"Total of {events}" if events else "Total of all events"
    if measure.kind is MeasureKind.SESSIONS:
        return f"Sessions with {events or 'any event'}"
    if measure.per_user is not None:
        return _per_user(measure.per_user, events or "all events")
    return f"{measure_name(measure)} in {events or 'all events'}"


def _per_user(asked: PerUser, events: str) -> str:
    if asked.of is None:
        return f"{_across(asked)} of {events} per user"
    return f"{_across(asked)} per user of the {_EACH[asked.each]} of {asked.of.label} in {events}"


def _across(asked: PerUser) -> str:
    return f"{ordinal(asked.percentile)} percentile" if asked.percentile else _ACROSS[asked.across]


def told_apart(metric: Metric) -> str:
    """What tells a metric from another of the same events: total, unique users, sum of amount."""
    measure = metric.measure
    if measure.kind is MeasureKind.TOTAL:
        said = "total"
    elif measure.per_user is not None:
        asked = measure.per_user
        said = f"{_across(asked)} per user"
        said += f" of the {_EACH[asked.each]} of {asked.of.label}" if asked.of else ""
    else:
        said = _USERS.get(measure.kind) or measure_name(measure)
    return f"{said[0].lower()}{said[1:]}{', first time' if metric.first_time else ''}"


def measure_name(measure: Measure) -> str:
    """What an axis or a column says: Events, Users, Average of amount."""
    if measure.kind in _USERS:
        return "Users"
    if measure.kind is MeasureKind.TOTAL:
        return "Events"
    if measure.kind is MeasureKind.SESSIONS:
        return "Sessions"
    if measure.per_user is not None:
        if measure.is_distribution:
            return "Users"
        return (
            f"{_EACH[measure.per_user.each].capitalize()} of {measure.per_user.of.label} per user"
            if (measure.per_user.of)
            else "Events per user"
        )
    assert measure.of is not None
    word = f"{ordinal(measure.percentile)} percentile" if measure.percentile else _OF_PROPERTY[measure.kind]
    return f"{word} of {measure.of.label}"


def ordinal(number: int | None) -> str:
    """90th, 2nd, 11th."""
    assert number is not None
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def group_in_words(group: Group) -> str:
    joint = " and " if group.match is Match.ALL else " or "
    return joint.join(
        f"({group_in_words(member)})" if isinstance(member, Group) else condition_in_words(member)
        for member in group.conditions
    )


def condition_in_words(condition: Condition) -> str:
    said = f"{property_in_words(condition.property)} {OPERATOR_WORDS[condition.operator]}"
    if not condition.values:
        return said
    if condition.operator in RELATIVE:
        count, unit = condition.values
        return f"{said} {unit}" if count == 1 else f"{said} {count} {unit}s"
    if condition.operator in (Operator.BETWEEN, Operator.NOT_BETWEEN):
        return f"{said} {condition.values[0]} and {condition.values[1]}"
    values = ["(empty string)" if value == "" else value for value in condition.values]
    if len(values) > _MOST_VALUES_SAID:
        values = [*values[: _MOST_VALUES_SAID - 1], f"{len(values) - _MOST_VALUES_SAID + 1:,} more"]
    return f"{said} {listed(values)}"


def property_in_words(asked: Property) -> str:
    owner = "the user's " if asked.source is PropertySource.USER else ""
    return f"{owner}{asked.label}" + (f" read as {_READ_AS.get(asked.type, asked.type)}" if asked.cast else "")


def breakdown_in_words(breakdown: Breakdown) -> str:
    label = property_in_words(breakdown.property)
    match breakdown.buckets:
        case DateBuckets(Grain.HOUR_OF_DAY):
            return f"hour of day of {label}"
        case DateBuckets(Grain.DAY_OF_WEEK):
            return f"day of week of {label}"
        case DateBuckets(grain):
            return f"{grain} of {label}"
        case EvenBuckets(size, _):
            return f"{label} in steps of {size:g}"
        case CustomBuckets(edges):
            return f"{label} from {listed((f'{edge:g}' for edge in edges), 'and')}"
        case AutoBuckets():
            return f"{label} in buckets"
    return label


def dates_in_words(dates: DateRange) -> str:
    match dates:
        case LastDates(1, unit, 0):
            return "today" if unit == "day" else f"this {unit}"
        case LastDates(1, unit, 1):
            return "yesterday" if unit == "day" else f"last {unit}"
        case LastDates(count, unit, 0):
            return f"last {count} {unit}s"
        case LastDates(count, unit, skip):
            return f"{_many(count, unit)} up to {_many(skip, unit)} ago"
        case ToDate(unit):
            return f"this {unit} to date"
        case SinceDate(first):
            return f"since {first}"
        case FixedDates(first, last):
            return f"on {first}" if first == last else f"{first} to {last}"
    raise AssertionError(dates)


def _many(count: int, unit: str) -> str:
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def comparison_in_words(comparison: Comparison) -> str:
    match comparison:
        case Earlier(1, unit):
            return f"the {unit} before"
        case Earlier(count, unit):
            return f"{count} {unit}s before"
        case CustomPeriod(first):
            return f"the time from {first}"
    return "the period before"
